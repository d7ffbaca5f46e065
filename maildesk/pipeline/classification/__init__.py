"""What a message means: whose it is, which ticket it belongs to, and what proves it."""
