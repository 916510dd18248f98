"""Statements that people rate or rank, and the small blocks they are ranked in."""

from typing import Any, Literal

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer

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
    """Three statements, about equally attractive, to be ranked.

    `exposure` is the share of people who may get the block of all for whom it would be chosen; it is found by
    simulation and frozen here, so that a replay is exact.
    """

    key: Key
    statements: tuple[Key, Key, Key]
    exposure: float = Field(default=1.0, gt=0, le=1)

    @model_serializer(mode="wrap")
    def _leave_out_what_is_not_said(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Keep the canonical form, and so the hash, of libraries that were published before exposure was limited."""
        written: dict[str, Any] = write(self)
        if self.exposure == 1.0:
            written.pop("exposure", None)
        return written
