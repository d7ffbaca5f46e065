"""What agents are to be told later, when, and what they said about that."""
