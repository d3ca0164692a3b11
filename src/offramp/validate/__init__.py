"""Validation: published studies repeated inside the model, and held against what they found."""
