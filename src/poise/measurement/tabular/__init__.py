"""Responses of many persons: read from files and frames, coded, kept sparse, a chunk at a time."""
