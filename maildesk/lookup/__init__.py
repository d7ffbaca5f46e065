"""What is known of customers elsewhere: rows of contacts.csv, and another system's answers."""
