"""Pages over the same functions."""
