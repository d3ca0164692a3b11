"""One file per process: a small loop over a block of people, and what happens to a person."""
