"""The guided job analysis: what people who do a job, and people who lead it, are asked about it."""

from pydantic import Field, model_validator

from poise.content.piece import Key, Piece, Text


class Asked(Piece):
    """A question, and how to answer it."""

    asks: Text
    answer: Text


class AskedOfWeek(Piece):
    """A question about a real week, answered in free words."""

    key: Key
    asks: Text
    answer: Text


class MomentTold(Piece):
    """A moment of the reference set, told to somebody who knows the job, and what doing well is there.

    `of` names it as the reference set does: `late_lamp/lamp_hear`.
    """

    of: Text
    text: Text
    well: Text


class QualityAsked(Piece):
    """A quality, with the moments by which people judge how much of it their job needs."""

    quality: Key
    moments: tuple[MomentTold, ...] = Field(min_length=2, max_length=3)


class Questionnaire(Piece):
    """Everything that is asked in a job analysis; conditions and their levels come from the library."""

    key: Key
    title: Text
    opening: tuple[Text, ...] = Field(min_length=1)
    person: Asked
    role: Asked
    how_many: Asked
    weight: Asked
    must_have: Asked
    example: Asked
    level: Asked
    figure: Asked
    week: tuple[AskedOfWeek, ...]
    qualities: tuple[QualityAsked, ...]

    @property
    def once(self) -> dict[str, Asked]:
        """What is asked in the same words wherever it is asked, by the name of its field."""
        names = ("person", "role", "how_many", "weight", "must_have", "example", "level", "figure")
        return {name: getattr(self, name) for name in names}

    @model_validator(mode="after")
    def _asks_once(self) -> "Questionnaire":
        keys = [*(one.key for one in self.week), *(one.quality for one in self.qualities)]
        twice = sorted({key for key in keys if keys.count(key) > 1})
        if twice:
            raise ValueError(f"asks twice about {', '.join(twice)}")
        return self
