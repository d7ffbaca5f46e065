"""What agents ask of the desk in a mail that is about no ticket: answers, and work on many."""
