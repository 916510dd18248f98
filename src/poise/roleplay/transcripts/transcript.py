"""A finished conversation as a value: the case, the turns, and what was done at the desk."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

Allowed = Literal["allowed", "needs_approval", "forbidden"]
Deed = Literal["look_up", "read_policy", "offer", "promise", "transfer", "note", "end"]
MOST_IN_A_ROW = 2
_STANDING: dict[object, Allowed] = {True: "allowed", False: "forbidden", "needs approval": "needs_approval"}


class _Told(BaseModel):
    """A part of a transcript: never changed; what it does not know (outcomes, ratings) is passed over unread."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Remedy(_Told):
    """Something that could be offered: its worth to this customer, its cost, and whether it may be given."""

    key: str = Field(min_length=1)
    text: str
    value_to_customer: float = Field(ge=0)
    cost: float = Field(ge=0)
    allowed: Allowed

    @field_validator("allowed", mode="before")
    @classmethod
    def _read_standing(cls, told: Any) -> Any:  # noqa: ANN401  JSON holds anything
        known = told if isinstance(told, bool | str) else None
        plain = known.replace("_", " ").strip().casefold() if isinstance(known, str) else known
        if plain not in _STANDING:
            raise ValueError('expected true, false or "needs approval"')
        return _STANDING[plain]


class Case(_Told):
    """What the conversation was about, as far as it is known."""

    title: str = ""
    facts: tuple[str, ...] = ()
    policy: tuple[str, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    hidden: tuple[str, ...] = ()
    customer: str = ""

    @field_validator("remedies")
    @classmethod
    def _once(cls, remedies: tuple[Remedy, ...]) -> tuple[Remedy, ...]:
        keys = [remedy.key for remedy in remedies]
        if twice := sorted({key for key in keys if keys.count(key) > 1}):
            raise ValueError(f"each key stands once; found twice: {', '.join(twice)}")
        return remedies


class DeskAct(_Told):
    """One thing done at the desk before the words of its turn."""

    do: Deed
    what: str = ""

    @field_validator("what", mode="before")
    @classmethod
    def _nothing(cls, what: Any) -> Any:  # noqa: ANN401  JSON holds anything
        return "" if what is None else what


class Turn(_Told):
    """One turn; `desk` is None where what was done at the desk is not known."""

    who: Literal["customer", "rep"]
    text: str
    desk: tuple[DeskAct, ...] | None = None


class Transcript(_Told):
    """One finished conversation."""

    id: str = Field(min_length=1)
    case: Case = Case()
    turns: tuple[Turn, ...] = Field(min_length=1)

    @field_validator("id", mode="before")
    @classmethod
    def _number(cls, told: Any) -> Any:  # noqa: ANN401  JSON holds anything
        return str(told) if isinstance(told, int) and not isinstance(told, bool) else told

    @field_validator("case", mode="before")
    @classmethod
    def _no_case(cls, told: Any) -> Any:  # noqa: ANN401  JSON holds anything
        return {} if told is None else told

    @model_validator(mode="after")
    def _alternates(self) -> "Transcript":
        run = 0
        for number, turn in enumerate(self.turns, start=1):
            run = run + 1 if number > 1 and self.turns[number - 2].who == turn.who else 1
            if run > MOST_IN_A_ROW:
                raise ValueError(
                    f"turn {number}: the third turn in a row by the {turn.who}; join turns of one speaker into one"
                )
        if not any(turn.who == "rep" for turn in self.turns):
            raise ValueError("turns: no turn by the rep, so there is nothing to review; leave this conversation out")
        return self

    @property
    def desk_known(self) -> bool:
        """Whether anything at all is told of the desk."""
        return any(turn.desk is not None for turn in self.turns if turn.who == "rep")
