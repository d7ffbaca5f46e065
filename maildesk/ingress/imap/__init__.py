"""The IMAP door: mailboxes of a provider, read for as long as the desk runs, and kept tidy."""
