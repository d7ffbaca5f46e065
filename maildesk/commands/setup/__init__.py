"""`maildesk setup`: what it asks, and the way it leads."""
