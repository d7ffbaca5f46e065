"""Help articles: what they are, how they are found, and which of them may help with a request."""
