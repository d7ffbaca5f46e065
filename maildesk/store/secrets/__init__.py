"""What is kept sealed, or signs: the desk's keys and the grants of providers."""
