"""Mails of what an agent is told later: after a while, after the night, in the morning."""
