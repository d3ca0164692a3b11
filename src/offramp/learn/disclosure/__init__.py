"""Small counts: what must be withheld so that nobody can work it out."""
