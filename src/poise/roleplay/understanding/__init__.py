"""Reads what a person wrote to a customer, and what a customer said: soft evidence, with the sentence that tells it."""

from poise.roleplay.understanding.reader import (
    ACTS,
    MAX_CHARACTERS,
    Reader,
    ReaderError,
    TextReading,
    load_heads,
    split_sentences,
)

__all__ = ["ACTS", "MAX_CHARACTERS", "Reader", "ReaderError", "TextReading", "load_heads", "split_sentences"]
