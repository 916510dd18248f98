"""The only room that speaks SQL: sittings as events, what they belong to, and how they are erased."""
