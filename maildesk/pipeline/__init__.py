"""Joins desk to store: a spooled message, a timer or an outbox row in; one
transaction; kicks out."""
