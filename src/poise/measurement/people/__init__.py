"""Made-up people: who they are, how they answer, and what they answered."""
