"""An agency's rules for drug contacts as a table: read it, check it, ask it, explain it."""
