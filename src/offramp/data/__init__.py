"""Readers of public and agency data, the tables they lead to, and the store that keeps them."""
