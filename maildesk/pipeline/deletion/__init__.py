"""A ticket is deleted: what would go is looked up, it goes, and what it left is swept."""
