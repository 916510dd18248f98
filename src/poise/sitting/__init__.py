"""One person through one blueprint, as events."""
