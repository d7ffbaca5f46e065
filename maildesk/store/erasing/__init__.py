"""Tickets that are deleted for good: what goes with one, what stays, what is swept later."""
