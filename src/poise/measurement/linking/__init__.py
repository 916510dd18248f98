"""Calibrations on one scale, and items that drift from it."""
