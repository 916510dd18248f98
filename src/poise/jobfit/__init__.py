"""What a sitting says about jobs: the report as data."""
