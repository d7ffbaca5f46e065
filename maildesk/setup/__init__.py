"""Setting a desk up: find the servers of an address, try them, and write the desk folder."""
