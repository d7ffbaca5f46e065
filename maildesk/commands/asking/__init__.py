"""What agents ask the desk by mail, asked from here."""
