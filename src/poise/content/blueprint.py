"""A blueprint: which parts a sitting has, in which order, and how long they take."""

from typing import Annotated

from pydantic import Field, model_validator

from poise.content.piece import LATER, Key, Piece, Text
from poise.content.quality import QUALITIES
from poise.content.shift import Shift


class Seconds(Piece):
    """How long each part takes most people: the authors' estimate, until it is measured."""

    preview: int
    consent: int
    practice: int
    block: int
    rated: int
    situation: int
    customer: int
    condition: int
    knowledge: Annotated[int, LATER] = 45


class Practice(Piece):
    """A block that counts for nothing, to get used to the form."""

    statements: tuple[Text, Text, Text]


class Enough(Piece):
    """When blocks may end before their number: never while the library is provisional.

    They end once at least `blocks` were given and the qualities that the jobs demand are known to a posterior standard
    deviation of at most `sd`: every one of them, or the `share` that is named.
    """

    blocks: int = Field(ge=0)
    sd: float = Field(gt=0)
    share: float = Field(default=1.0, gt=0, le=1)


class Blueprint(Piece):
    """What one sitting asks.

    The singly rated statements are named by `rated`, or `anchors` of each quality are drawn for each sitting by its
    seed, from all that the library has; with `focus`, of these qualities only. Drawn, none is met by everybody.

    `knowledge` names forms of questions that come after the situations; `attention` names lines that stand among the
    singly rated statements, in this order.
    """

    key: Key
    title: Text
    job: Key | None = None
    jobs: tuple[Key, ...] = Field(min_length=1)
    blocks: int = Field(ge=0)
    minimum_per_quality: int = Field(ge=0)
    rated: tuple[Key, ...]
    situations: tuple[Key, ...]
    customers: tuple[Key, ...]
    practice: Practice
    seconds: Seconds
    enough: Annotated[Enough | None, LATER] = None
    shift: Annotated[Shift | None, LATER] = None
    knowledge: Annotated[tuple[Key, ...], LATER] = ()
    attention: Annotated[tuple[Key, ...], LATER] = ()
    anchors: Annotated[int, LATER] = Field(default=0, ge=0)
    focus: Annotated[tuple[Key, ...], LATER] = ()

    @model_validator(mode="after")
    def _drawn_or_named(self) -> "Blueprint":
        if self.anchors and self.rated:
            raise ValueError("rated statements are named, or drawn by anchors; found both")
        if self.focus and not self.anchors:
            raise ValueError("focus says of which qualities anchors are drawn; found no anchors")
        strange = sorted(set(self.focus) - set(QUALITIES))
        if strange:
            raise ValueError(f"focus names qualities; not known: {', '.join(strange)}")
        return self

    @model_validator(mode="after")
    def _each_once(self) -> "Blueprint":
        for name, keys, others in (
            ("knowledge", self.knowledge, ()),
            ("attention", self.attention, self.rated),
        ):
            twice = sorted({key for key in keys if keys.count(key) > 1 or key in others})
            if twice:
                raise ValueError(f"{name}: each key stands once, and not under rated; found again: {', '.join(twice)}")
        return self

    @property
    def everyone(self) -> tuple[Key, ...]:
        """All customers in the order in which they are served: first those who come alone, then the shift."""
        return self.customers + (self.shift.customers if self.shift else ())

    def seconds_for(self, customer: str) -> int:
        """Return how long serving this customer takes most people, as estimated."""
        return self.shift.seconds if self.shift and customer in self.shift.customers else self.seconds.customer

    @property
    def anchored(self) -> tuple[Key, ...]:
        """The qualities of which singly rated statements are drawn."""
        return (self.focus or QUALITIES) if self.anchors else ()

    @property
    def rated_number(self) -> int:
        """How many statements are rated singly."""
        return len(self.rated) + self.anchors * len(self.anchored)

    @property
    def total_seconds(self) -> int:
        """The time that most people need, as estimated, without what only the library can count.

        That are the questions on knowledge and on conditions: see `content.lasting`.
        """
        each = self.seconds
        return (
            each.preview
            + each.consent
            + each.practice
            + each.block * self.blocks
            + each.rated * (self.rated_number + len(self.attention))
            + each.situation * len(self.situations)
            + sum(self.seconds_for(customer) for customer in self.everyone)
        )
