"""A customer to serve: the case as facts, the desk, the timetable of probes and their rubrics."""

from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, field_validator, model_validator

from poise.content.piece import LATER, Key, Piece, Text
from poise.content.rubric import Moment, parse_condition
from poise.content.shift import Carried

Points = int
Standing = Literal["allowed", "needs_approval", "forbidden"]
Manner = Literal["plain", "curt", "wordy", "wry"]
MOST_STEPS = 200
FEWEST_NEEDS, MOST_NEEDS = 3, 4


class Temperament(Piece):
    """How this customer comes in and how easily they move; thousandths, and steps from 1 to 10."""

    anger: int = Field(ge=0, le=1000)
    trust: int = Field(ge=0, le=1000)
    volatility: int = Field(ge=1, le=10)
    forgiveness: int = Field(ge=1, le=10)
    rationality: int = Field(ge=1, le=10)
    abusiveness: int = Field(ge=0, le=10)
    patience: Annotated[int, LATER] = Field(default=5, ge=1, le=10)


class Customer(Piece):
    """Who the customer is."""

    name: Text
    about: Text
    temperament: Temperament
    manner: Annotated[Manner, LATER] = "plain"


class Need(Piece):
    """Something this customer needs from the conversation: in words, and the condition that meets it.

    The condition is written as in a rubric. It rests on clear acts and on facts, so it is met or it is not. What was
    met once stays met.
    """

    key: Key
    kind: Literal["recognition", "question", "remedy", "interest"]
    reads: Text
    met_by: Text

    @field_validator("met_by")
    @classmethod
    def _readable(cls, met_by: str) -> str:
        parse_condition(met_by)
        return met_by


class HiddenFact(Piece):
    """Something the customer tells only when asked about it."""

    key: Key
    about: Text
    opened_by: tuple[Text, ...] = Field(min_length=3)
    says: tuple[Text, ...] = Field(min_length=3)


class PlainAnswer(Piece):
    """What the customer answers to an ordinary question; it opens nothing and counts for nothing."""

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


class Amount(Piece):
    """What is offered in amounts: which there are, who may give how much, and what the least and the most are worth."""

    unit: Text
    least: int = Field(ge=0)
    most: int
    step: int = Field(ge=1)
    allowed_up_to: int = Field(ge=0)
    approval_up_to: int = Field(ge=0)
    value: tuple[int, int]
    cost: tuple[int, int]

    @model_validator(mode="after")
    def _agrees(self) -> "Amount":
        if "{amount}" not in self.unit:
            raise ValueError(f"unit needs {{amount}} where the number stands, as in '£{{amount}}'; found {self.unit!r}")
        if self.least >= self.most or (self.most - self.least) % self.step:
            raise ValueError(
                f"expected whole steps of {self.step} from least up to most; found {self.least} to {self.most}"
            )
        if (self.most - self.least) // self.step >= MOST_STEPS:
            raise ValueError(f"expected at most {MOST_STEPS} different amounts; take a wider step")
        if not self.allowed_up_to <= self.approval_up_to <= self.most:
            raise ValueError(
                "expected allowed_up_to <= approval_up_to <= most;"
                f" found {self.allowed_up_to}, {self.approval_up_to}, {self.most}"
            )
        for name, (first, last) in (("value", self.value), ("cost", self.cost)):
            if not 0 <= first <= last <= 100:  # noqa: PLR2004  points of 100
                raise ValueError(
                    f"{name} goes from the least amount to the most, within 0 to 100; found {first}, {last}"
                )
        return self

    @property
    def amounts(self) -> tuple[int, ...]:
        """Every amount that can be offered, from the least."""
        return tuple(range(self.least, self.most + 1, self.step))

    def standing_of(self, amount: int) -> Standing:
        """Return whether policy and authority allow this much."""
        if amount <= self.allowed_up_to:
            return "allowed"
        return "needs_approval" if amount <= self.approval_up_to else "forbidden"

    def points_of(self, amount: int) -> tuple[int, int]:
        """Return value and cost of this much: whole numbers on a straight line from the least to the most."""
        done, whole = amount - self.least, self.most - self.least

        def between(ends: tuple[int, int]) -> int:
            return ends[0] + (2 * (ends[1] - ends[0]) * done + whole) // (2 * whole)

        return between(self.value), between(self.cost)

    @property
    def usual(self) -> int:
        """The most that the desk may give by itself; where it may give nothing, the most that can be approved."""
        limits = (self.allowed_up_to, self.approval_up_to, self.most)
        fitting = [[amount for amount in self.amounts if amount <= limit] for limit in limits]
        return next(amounts[-1] for amounts in fitting if amounts)


@dataclass(frozen=True)
class Option:
    """One thing that can be offered: a remedy, or one amount of it; `what` is how the desk names it."""

    what: str
    key: str
    label: str
    value: int
    cost: int
    price: str
    standing: Standing


class Remedy(Piece):
    """Something that can be offered: its worth to this customer, its cost, and whether it may be given.

    Where there is an amount, worth, cost and standing follow from it; those of the remedy are for its usual amount.
    """

    key: Key
    label: Text
    value: int = Field(ge=0, le=100)
    cost: int = Field(ge=0, le=100)
    price: Text
    standing: Standing
    why: Text
    amount: Annotated[Amount | None, LATER] = None

    @model_validator(mode="before")
    @classmethod
    def _fill_in(cls, data: Any) -> Any:  # noqa: ANN401  whatever stands in the file
        if not isinstance(data, dict) or data.get("amount") is None:
            return data
        try:
            amount = Amount.model_validate(data["amount"])
        except ValidationError:  # told with its own line when the field itself is read
            return {"value": 0, "cost": 0, "standing": "forbidden", **data}
        value, cost = amount.points_of(amount.usual)
        follows = {"value": value, "cost": cost, "standing": amount.standing_of(amount.usual)}
        for name, given in follows.items():
            if data.get(name, given) != given:
                raise ValueError(f"{name} follows from amount; leave it out, or write {given!r}; found {data[name]!r}")
        return {**data, **follows}

    @cached_property
    def options(self) -> tuple[Option, ...]:
        """Everything that can be offered of it, from the least."""
        if self.amount is None:
            return (Option(self.key, self.key, self.label, self.value, self.cost, self.price, self.standing),)
        return tuple(self._option(self.amount, amount) for amount in self.amount.amounts)

    def _option(self, amount: Amount, much: int) -> Option:
        value, cost = amount.points_of(much)
        label = f"{self.label}: {amount.unit.replace('{amount}', str(much))}"
        return Option(f"{self.key}:{much}", self.key, label, value, cost, self.price, amount.standing_of(much))


class Pledge(Piece):
    """A promise that can be made from the desk, the time it names, and whether it can be kept."""

    key: Key
    label: Text
    keepable: bool
    why: Text
    when: Annotated[Text | None, LATER] = None


class Probe(Piece):
    """One turn of the timetable: what the customer says, and the moments that the next reply is.

    With `then` the first message is unfinished, and this is the second: the nth line goes with the nth of `says`.
    """

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
    then: Annotated[tuple[Text, ...], LATER] = ()

    @model_validator(mode="after")
    def _two_messages(self) -> "Probe":
        if self.then and self.kind != "two_messages":
            raise ValueError(f"then is for the kind two_messages; found {self.kind}")
        if self.then and len(self.then) != len(self.says):
            raise ValueError(f"then needs a line for each line of says; found {len(self.then)} for {len(self.says)}")
        return self


class Endings(Piece):
    """How this customer leaves, from best to worst."""

    pleased: tuple[Text, ...] = Field(min_length=3)
    settled: tuple[Text, ...] = Field(min_length=3)
    unhappy: tuple[Text, ...] = Field(min_length=3)
    lost: tuple[Text, ...] = Field(min_length=3)


class AdaptedFrom(Piece):
    """The case that this one was made from, with another policy or other remedies: scores do not compare with it."""

    library: Key
    version: Text
    scenario: Key


class Scenario(Piece):
    """One customer, complete."""

    key: Key
    title: Text
    job: Key
    purpose: Literal["assessment", "practice"]
    provisional: Literal[True]
    adapted_from: Annotated[AdaptedFrom | None, LATER] = None
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
    needs: Annotated[tuple[Need, ...], LATER] = ()
    answers: Annotated[tuple[PlainAnswer, ...], LATER] = ()

    @field_validator("needs")
    @classmethod
    def _few_needs(cls, needs: tuple[Need, ...]) -> tuple[Need, ...]:
        if needs and not FEWEST_NEEDS <= len(needs) <= MOST_NEEDS:
            raise ValueError(
                f"a customer has {FEWEST_NEEDS} or {MOST_NEEDS} needs, or none are told; found {len(needs)}"
            )
        return needs

    @property
    def options(self) -> tuple[Option, ...]:
        """Everything that can be offered, each amount by itself."""
        return tuple(option for remedy in self.remedies for option in remedy.options)

    @property
    def moments(self) -> tuple[Moment, ...]:
        """Every moment: first those of the timetable, then those of the whole conversation."""
        return tuple(moment for probe in self.probes for moment in probe.moments) + self.whole
