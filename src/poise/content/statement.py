"""Statements that people rate or rank, and the small blocks they are ranked in."""

from typing import Literal

from pydantic import Field

from poise.content.piece import Key, Piece, Text


class Statement(Piece):
    """A sentence about one's own conduct at work, leaning to one pole of one quality."""

    key: Key
    quality: Key
    pole: Literal["high", "low"]
    text: Text
    ease: float = Field(ge=-3, le=3)
    desirability: float = Field(ge=1, le=7)
    rated: bool = False
    enemies: tuple[Key, ...] = ()


class Block(Piece):
    """Three statements, about equally attractive, to be ranked."""

    key: Key
    statements: tuple[Key, Key, Key]
