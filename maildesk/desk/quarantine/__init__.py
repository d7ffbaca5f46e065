"""Mail that waits for a person's decision: for which reasons, and who hears of it."""
