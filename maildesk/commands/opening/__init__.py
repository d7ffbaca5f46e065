"""Commands that open tickets."""
