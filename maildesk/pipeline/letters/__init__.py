"""Mails as the desk writes them: composed, shortened to what fits, and sent out by one door."""
