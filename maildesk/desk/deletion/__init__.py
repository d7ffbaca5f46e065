"""A ticket is deleted for good: what that is as a value, what is asked before, and its mails."""
