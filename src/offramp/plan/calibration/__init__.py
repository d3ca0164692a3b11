"""Calibration: which values of everything uncertain agree with a place's own series of counts."""
