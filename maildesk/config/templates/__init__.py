"""Templates: where they lie, the sandbox they run in, how they are checked, and the words of each
language."""
