"""The query language for people: which tickets somebody wants to see, as a value."""
