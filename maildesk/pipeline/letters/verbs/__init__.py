"""The mails of customers' verbs: the buttons that ask for something, and the answers."""
