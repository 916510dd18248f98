"""Scores of many persons, and whether their answers fit."""
