"""Indicators of the catalogue, read from a place's data: numbers, ranges, refusals."""
