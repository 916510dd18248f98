"""Poise: whether customer service is for a person, and which customer service job."""
