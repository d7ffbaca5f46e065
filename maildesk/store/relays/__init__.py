"""The relays as the database knows them: which do not take our mail, what waits, what was sent."""
