"""Relays as mails meet them: who carries what, who waits in which line, what admins hear."""
