"""Mailboxes as they were read: where reading goes on, what was taken, what is to be copied."""
