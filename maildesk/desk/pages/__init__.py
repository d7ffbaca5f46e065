"""The customers' pages, as far as the desk decides: who may do what there, and what is mailed."""
