"""What is known of customers and of what they write about, beyond their words."""
