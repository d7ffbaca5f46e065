"""Mails that the pages ask for, about no ticket."""
