"""The way out: mails taken from the outbox, what became of each, and reports that come back."""
