"""Calibration in many correlated dimensions by expectation propagation, and the grid that judges it."""
