"""What binds a mail to its conversation: references, signed addresses, Message-IDs, quoted
notifications."""
