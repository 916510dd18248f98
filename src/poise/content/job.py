"""Jobs: what each demands, under which conditions, and what a real week of it is like."""

from typing import Annotated

from pydantic import Field

from poise.content.piece import LATER, Key, Piece, Text


class ConditionAsked(Piece):
    """A condition of work: asked about as such, never about the reasons of a person."""

    key: Key
    name: Text
    asks: Text
    levels: tuple[Text, Text, Text, Text, Text]


class ConditionStated(Piece):
    """How much of a condition a job has, from 0 (none) to 4, with an honest figure and its source."""

    level: int = Field(ge=0, le=4)
    figure: Text
    source: Text


class Demand(Piece):
    """How many of ten moments of the reference set should be met well; several passes, spread kept."""

    passes: tuple[float, ...] = Field(min_length=3)
    weight: int = Field(ge=1, le=5)
    must_have: bool = False
    because: Text


class Preview(Piece):
    """A real week, not flattering."""

    opening: Text
    days: tuple[Text, ...] = Field(min_length=4)
    best: Text
    worst: Text


class CopiedFrom(Piece):
    """The job whose demands were copied: priors for that job, until a job analysis replaces them."""

    library: Key
    version: Text
    job: Key


class Job(Piece):
    """One kind of customer service work."""

    key: Key
    name: Text
    summary: Text
    provisional: bool
    copied_from: Annotated[CopiedFrom | None, LATER] = None
    preview: Preview
    conditions: dict[Key, ConditionStated]
    demands: dict[Key, Demand]
    sources: tuple[Text, ...] = Field(min_length=1)
