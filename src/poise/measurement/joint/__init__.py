"""Calibration of blocks, rated items, raters and readings together."""
