"""Tickets are deleted: nothing is left of them, and nobody else loses anything."""
