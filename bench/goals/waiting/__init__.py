"""How late an end is seen, and with how many calls."""
