"""Comparing options in a place: many runs, every option against today."""
