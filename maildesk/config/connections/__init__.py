"""How the desk connects: relays with their limits, and what OAuth knows it by."""
