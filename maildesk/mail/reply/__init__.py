"""A reply's own words: what is new, quoted, signed, forwarded."""
