"""Tickets that are joined: what one gets of another, who would read what, and what undoes it."""
