"""Whether groups are treated alike, as far as counts of contacts can tell."""
