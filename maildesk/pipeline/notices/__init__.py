"""Agents hear of things when they want to: held, gathered, in the morning."""
