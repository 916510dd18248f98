"""A customer to serve: the case as facts, the desk, the timetable of probes and their rubrics."""

from typing import Annotated, Literal

from pydantic import Field

from poise.content.piece import LATER, Key, Piece, Text
from poise.content.rubric import Moment
from poise.content.shift import Carried

Points = int


class Temperament(Piece):
    """How this customer comes in and how easily they move; thousandths, and steps from 1 to 10."""

    anger: int = Field(ge=0, le=1000)
    trust: int = Field(ge=0, le=1000)
    volatility: int = Field(ge=1, le=10)
    forgiveness: int = Field(ge=1, le=10)
    rationality: int = Field(ge=1, le=10)
    abusiveness: int = Field(ge=0, le=10)


class Customer(Piece):
    """Who the customer is."""

    name: Text
    about: Text
    temperament: Temperament


class HiddenFact(Piece):
    """Something the customer tells only when asked about it."""

    key: Key
    about: Text
    opened_by: tuple[Text, ...] = Field(min_length=3)
    says: tuple[Text, ...] = Field(min_length=3)


class Record(Piece):
    """A record that can be looked up at the desk."""

    key: Key
    label: Text
    text: Text


class PolicySection(Piece):
    """A section of the company's policy, as it would be read at the desk."""

    key: Key
    title: Text
    text: Text


class Remedy(Piece):
    """Something that can be offered: its worth to this customer, its cost, and whether it may be given."""

    key: Key
    label: Text
    value: int = Field(ge=0, le=100)
    cost: int = Field(ge=0, le=100)
    price: Text
    standing: Literal["allowed", "needs_approval", "forbidden"]
    why: Text


class Pledge(Piece):
    """A promise with a time that can be made from the desk, and whether it can be kept."""

    key: Key
    label: Text
    keepable: bool
    why: Text


class Probe(Piece):
    """One turn of the timetable: what the customer says, and the moments that the next reply is."""

    key: Key
    kind: Literal[
        "opening",
        "insult",
        "forbidden_demand",
        "tempting_lie",
        "colleague_at_fault",
        "bait",
        "repeat",
        "illogical",
        "question",
        "two_messages",
        "closing",
    ]
    says: tuple[Text, ...] = Field(min_length=3)
    moments: tuple[Moment, ...] = ()


class Endings(Piece):
    """How this customer leaves, from best to worst."""

    pleased: tuple[Text, ...] = Field(min_length=3)
    settled: tuple[Text, ...] = Field(min_length=3)
    unhappy: tuple[Text, ...] = Field(min_length=3)
    lost: tuple[Text, ...] = Field(min_length=3)


class Scenario(Piece):
    """One customer, complete."""

    key: Key
    title: Text
    job: Key
    purpose: Literal["assessment", "practice"]
    provisional: Literal[True]
    scene: Text
    losing_costs: Text
    loss: int = Field(ge=0, le=100)
    customer: Customer
    truth: tuple[Text, ...] = Field(min_length=3)
    topics: tuple[Text, ...] = Field(min_length=6)
    hidden: tuple[HiddenFact, ...]
    records: tuple[Record, ...] = Field(min_length=1)
    policy: tuple[PolicySection, ...] = Field(min_length=1)
    remedies: tuple[Remedy, ...] = Field(min_length=4)
    pledges: tuple[Pledge, ...] = Field(min_length=2)
    transfer: Text
    transfer_needed: bool
    may_end_for_abuse: bool
    probes: tuple[Probe, ...] = Field(min_length=4)
    whole: tuple[Moment, ...]
    carried: Annotated[tuple[Carried, ...], LATER] = ()
    endings: Endings

    @property
    def moments(self) -> tuple[Moment, ...]:
        """Every moment: first those of the timetable, then those of the whole conversation."""
        return tuple(moment for probe in self.probes for moment in probe.moments) + self.whole
