"""Learn: what happened, for whom, and whether it worked. Reads plain tables, tells no one apart."""
