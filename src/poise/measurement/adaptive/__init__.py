"""What to ask next, when to stop, and adaptive tests by simulation."""
