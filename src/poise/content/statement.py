"""Statements that people rate or rank, and the small blocks they are ranked in."""

from typing import Annotated, Any, Literal

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer, model_validator

from poise.content.piece import LATER, Key, Piece, Text

AGREES = 0.051  # how far a mean may lie from what is written, as both have one decimal


class Statement(Piece):
    """A sentence about one's own conduct at work, leaning to one pole of one quality.

    `desirability` is the mean of `desirability_passes`: ratings by the authors in independent passes, from 1 to 7.
    """

    key: Key
    quality: Key
    pole: Literal["high", "low"]
    text: Text
    ease: float = Field(ge=-3, le=3)
    desirability: float = Field(ge=1, le=7)
    rated: bool = False
    enemies: tuple[Key, ...] = ()
    desirability_passes: Annotated[tuple[float, ...], LATER] = ()

    @model_validator(mode="after")
    def _is_the_mean(self) -> "Statement":
        passes = self.desirability_passes
        if passes and abs(sum(passes) / len(passes) - self.desirability) > AGREES:
            raise ValueError(f"desirability is the mean of its passes {passes}; found {self.desirability}")
        return self


class AttentionCheck(Piece):
    """A line that everybody who reads it answers alike: it asks for one step by name, and says why.

    It is no trap and enters no score; a person who reads the results sees how many were answered as asked. `answer` is
    the step that is asked for, from 0 (not like me at all) to 4 (exactly like me).
    """

    key: Key
    text: Text
    answer: int = Field(ge=0, le=4)


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
