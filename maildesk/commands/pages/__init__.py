"""What the customers' pages show, and what came of it, on the command line."""
