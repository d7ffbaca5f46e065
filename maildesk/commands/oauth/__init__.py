"""`maildesk authorize`: signing in with OAuth, and trying what came of it."""
