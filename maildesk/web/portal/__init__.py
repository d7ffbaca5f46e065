"""The web form at `/`, without a log-in: nobody is believed for an address that they typed."""
