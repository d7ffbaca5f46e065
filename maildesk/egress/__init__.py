"""The way out: finished messages are handed to a relay or laid into a Maildir."""
