"""A customer's own requests: who is let in, what they see, and the mail that lets them in."""
