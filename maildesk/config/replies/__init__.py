"""What agents' answers are made of beside their own words: signatures and canned replies."""
