"""Calibration in one dimension by EM on a grid, with what all calibrations share: curves, M-step, acceleration."""
