"""Reads what a person wrote to a customer, and what a customer said: soft evidence, with the sentence that tells it."""

from poise.roleplay.understanding.encoder import Encoder, ReaderError
from poise.roleplay.understanding.heads import ACTS, load_heads
from poise.roleplay.understanding.reader import MAX_CHARACTERS, Reader, TextReading
from poise.roleplay.understanding.sentences import split_sentences

__all__ = [
    "ACTS",
    "MAX_CHARACTERS",
    "Encoder",
    "Reader",
    "ReaderError",
    "TextReading",
    "load_heads",
    "split_sentences",
]
