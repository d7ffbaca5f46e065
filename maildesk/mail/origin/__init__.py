"""Who wrote a message that somebody else passed on: a list, a group, a forwarder, a form."""
