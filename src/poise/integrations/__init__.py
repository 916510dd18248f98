"""Programs outside Poise that it may ask, if the house wants it: each may hang, lie or be gone, and nothing stops."""
