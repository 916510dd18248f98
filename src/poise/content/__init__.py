"""What is asked, for which work: the formats, the loader, and the starter library."""
