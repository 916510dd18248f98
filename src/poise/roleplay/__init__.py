"""The simulated customer: reading replies, state, remedies, generation and rating."""
