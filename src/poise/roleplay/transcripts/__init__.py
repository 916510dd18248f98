"""Finished conversations: read in, understood turn by turn, and rated on the twelve qualities."""
