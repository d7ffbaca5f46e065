"""What is stored of tickets: themselves, who takes part, what was said and done."""
