"""What a mailbox and a relay do with the desk's mail, found out by sending it some."""
