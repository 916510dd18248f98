"""Situations at work, each with reactions that are rated one by one."""

from typing import Literal

from pydantic import Field

from poise.content.piece import Key, Piece, Text


class Reaction(Piece):
    """Something one could do; `pole` says which end of the quality a person who thinks well of it shows."""

    key: Key
    text: Text
    quality: Key
    pole: Literal["high", "low"]
    ease: float = Field(default=0.0, ge=-3, le=3)
    why: Text


class Situation(Piece):
    """A moment at work in a few plain sentences."""

    key: Key
    title: Text
    text: Text
    jobs: tuple[Key, ...]
    tension: tuple[Key, ...] = ()
    reactions: tuple[Reaction, ...] = Field(min_length=3, max_length=5)
