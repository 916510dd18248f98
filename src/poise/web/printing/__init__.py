"""Documents on paper: the same report, composed for A4 and not printed from a screen."""
