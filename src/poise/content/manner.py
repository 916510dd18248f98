"""How any customer is moved and speaks: appraisal weights and the lines shared by all cases."""

from pydantic import Field, field_validator

from poise.content.act import ACTS
from poise.content.piece import Piece, Text

REACTIONS = (
    "heard",
    "apology",
    "question",
    "explanation",
    "good_offer",
    "poor_offer",
    "refusal",
    "promise",
    "harm",
    "copied",
    "unclear",
    "nothing",
)
BANDS = ("calm", "tense", "hot")


class Weight(Piece):
    """How far one act or fact moves the customer, in thousandths, when it is clear."""

    anger: int = 0
    trust: int = 0
    heard: int = 0
    source: Text


class Appraisal(Piece):
    """How conduct moves a customer: the same for everyone."""

    acts: dict[str, Weight]
    facts: dict[str, Weight]
    clear_at: float = Field(gt=0, lt=1)
    unclear_at: float = Field(gt=0, lt=1)
    unclear_percent: int = Field(ge=0, le=100)
    unspecific_percent: int = Field(ge=0, le=100)
    repeat_percent: int = Field(ge=0, le=100)
    copied_percent: int = Field(ge=0, le=100)
    unheard_offer_percent: int = Field(ge=0, le=100)
    decay_percent: int = Field(ge=0, le=100)
    turn_cap: int = Field(gt=0)
    source: Text

    @field_validator("acts")
    @classmethod
    def _known_acts(cls, acts: dict[str, Weight]) -> dict[str, Weight]:
        strange = sorted(set(acts) - set(ACTS))
        if strange:
            raise ValueError(f"not acts: {', '.join(strange)}")
        return acts


class Voice(Piece):
    """The shared lines: for each kind of reaction and each band of anger, at least six that differ."""

    cells: dict[str, dict[str, tuple[Text, ...]]]

    @field_validator("cells")
    @classmethod
    def _complete(cls, cells: dict[str, dict[str, tuple[Text, ...]]]) -> dict[str, dict[str, tuple[Text, ...]]]:
        for reaction in REACTIONS:
            for band in BANDS:
                lines = cells.get(reaction, {}).get(band, ())
                if len(set(lines)) < 6:  # noqa: PLR2004  six variants a cell
                    raise ValueError(f"{reaction}.{band} needs at least 6 different lines; found {len(set(lines))}")
        return cells
