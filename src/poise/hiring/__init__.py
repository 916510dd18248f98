"""An organisation that hires: who may do what, how people are asked in, and what must hold for a decision."""
