"""How any customer is moved and speaks: appraisal weights and the lines shared by all cases."""

from typing import Annotated, Literal

from pydantic import Field, field_validator

from poise.content.act import ACTS
from poise.content.piece import LATER, Piece, Text

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
LATER_REACTIONS: dict[str, str] = {
    "foreign": "unclear",
    "first_of_two": "nothing",
    "sold_to": "harm",
    "boasted": "nothing",
    "transfer": "refusal",
    "boundary": "nothing",
    "limits": "explanation",
    "answered": "question",
    "need": "nothing",
    "thanked": "nothing",
    "threat": "",
    "manager": "",
    "leaving": "",
    "back": "",
}
"""Reactions that a voice may have, each with the one it falls back on; a turn of temper without lines does not come."""
BANDS = ("calm", "tense", "hot")
VARIANTS = 6
Cells = dict[str, dict[str, tuple[Text, ...]]]
Feeling = Literal["anger", "trust", "heard", "face", "patience", "outcome", "procedure", "treatment"]
Temper = Literal["leaving", "manager", "threat", "back"]


class Weight(Piece):
    """How far one act or fact moves the customer, in thousandths, when it is clear."""

    anger: int = 0
    trust: int = 0
    heard: int = 0
    face: Annotated[int, LATER] = 0
    patience: Annotated[int, LATER] = 0
    procedure: Annotated[int, LATER] = 0
    treatment: Annotated[int, LATER] = 0
    source: Text


class Justice(Piece):
    """How a customer who has left looks back: what counts how much for coming again, and for what they felt on the way.

    The first three are per cent of felt justice. A remedy counts in full from `ill_treated_below` of felt treatment on,
    and goes down to `ill_treated_percent` where there is none. Of what lies above the start and `rise`, `above_percent`
    counts. The rest takes away, in thousandths.
    """

    outcome_percent: int = Field(ge=0, le=100)
    treatment_percent: int = Field(ge=0, le=100)
    procedure_percent: int = Field(ge=0, le=100)
    unapproved_percent: int = Field(ge=0, le=100)
    forbidden_percent: int = Field(ge=0, le=100)
    ill_treated_below: int = Field(ge=0, le=1000)
    ill_treated_percent: int = Field(ge=0, le=100)
    open_need: int = Field(ge=0, le=1000)
    broken: int = Field(ge=0, le=1000)
    anger_above: int = Field(ge=0, le=1000)
    anger_percent: int = Field(ge=0, le=100)
    rise: int = Field(ge=0, le=1000)
    above_percent: Annotated[int, LATER] = Field(default=0, ge=0, le=100)
    source: Text


class TurnOfTemper(Piece):
    """When a customer threatens, asks for the manager, goes or comes back: feelings of at least or at most so much."""

    at_least: dict[Feeling, int] = Field(default_factory=dict)
    at_most: dict[Feeling, int] = Field(default_factory=dict)
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
    one_word_percent: Annotated[int, LATER] = Field(default=100, ge=0, le=100)
    stock_percent: Annotated[int, LATER] = Field(default=100, ge=0, le=100)
    patience_per_reply: Annotated[int, LATER] = Field(default=0, ge=0, le=1000)
    justice: Annotated[Justice | None, LATER] = None
    tempers: Annotated[dict[Temper, TurnOfTemper], LATER] = Field(default_factory=dict)
    stock: Annotated[tuple[Text, ...], LATER] = ()

    @field_validator("acts")
    @classmethod
    def _known_acts(cls, acts: dict[str, Weight]) -> dict[str, Weight]:
        strange = sorted(set(acts) - set(ACTS))
        if strange:
            raise ValueError(f"not acts: {', '.join(strange)}")
        return acts


class Voice(Piece):
    """The shared lines: for each kind of reaction and each band of anger, at least six that differ.

    A manner of speaking may have lines of its own for some reactions; elsewhere it uses those that all share.
    """

    cells: Cells
    manners: Annotated[dict[Literal["curt", "wordy", "wry"], Cells], LATER] = Field(default_factory=dict)

    @field_validator("cells")
    @classmethod
    def _complete(cls, cells: Cells) -> Cells:
        for reaction in REACTIONS:
            _check_cell(reaction, cells.get(reaction, {}))
        _check_cells({reaction: cell for reaction, cell in cells.items() if reaction not in REACTIONS})
        return cells

    @field_validator("manners")
    @classmethod
    def _known(
        cls, manners: dict[Literal["curt", "wordy", "wry"], Cells]
    ) -> dict[Literal["curt", "wordy", "wry"], Cells]:
        for cells in manners.values():
            _check_cells(cells)
        return manners

    def lines(self, reaction: str, band: str, manner: str = "plain") -> tuple[str, ...]:
        """Return the lines for a reaction; where a voice has none, those of the reaction that it falls back on."""
        own = next((cells for name, cells in self.manners.items() if name == manner), {})
        for cells in (own, self.cells):
            if reaction in cells:
                return cells[reaction][band]
        other = LATER_REACTIONS.get(reaction, "")
        return self.lines(other, band, manner) if other else ()


def _check_cells(cells: Cells) -> None:
    known = {*REACTIONS, *LATER_REACTIONS}
    for reaction, cell in cells.items():
        if reaction not in known:
            raise ValueError(f"{reaction!r} is no reaction; there are: {', '.join(sorted(known))}")
        _check_cell(reaction, cell)


def _check_cell(reaction: str, cell: dict[str, tuple[Text, ...]]) -> None:
    strange = sorted(set(cell) - set(BANDS))
    if strange:
        raise ValueError(f"{reaction} has the bands {', '.join(BANDS)}; found {', '.join(strange)}")
    for band in BANDS:
        found = len(set(cell.get(band, ())))
        if found < VARIANTS:
            raise ValueError(f"{reaction}.{band} needs at least {VARIANTS} different lines; found {found}")
