"""Acts on several tickets: what their commands need to know, and what is written."""
