"""Offramp: find, test, run and judge the alternatives to drug arrest."""

__version__ = "0.1.0"
