"""The desk of a conversation: what can be looked up, read, offered, promised and done, and what was done."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import get_args

from poise.content.scenario import Amount, Remedy, Scenario
from poise.sitting.decisions import Do, InvalidAnswerError
from poise.sitting.events import DeskUsed

OPEN_AT_FIRST = "records"
ECHOED = ("offer", "promise", "transfer", "end")
AUTHORITY = {
    "allowed": "yes, you may give this",
    "needs_approval": "only after a yes from above",
    "forbidden": "none, the policy does not allow it",
}
STANDING = {"allowed": "yes", "needs_approval": "ask", "forbidden": "no"}


@dataclass(frozen=True)
class DeskItem:
    """One thing on the desk; `press` is what its button sends, `verb` what the button says."""

    press: str
    label: str
    verb: str
    done: bool
    asking: bool = False
    echo: str = ""
    text: str = ""
    price: str = ""
    authority: str = ""
    standing: str = ""
    amount: Amount | None = None
    given: tuple[str, ...] = ()

    @property
    def amount_field(self) -> str:
        """The name of the field that says how much."""
        return amount_field(self.press)

    @property
    def amounts(self) -> tuple[tuple[int, str], ...]:
        """Every amount that can be chosen, and how it is written."""
        if self.amount is None:
            return ()
        return tuple((one, self.amount.unit.replace("{amount}", str(one))) for one in self.amount.amounts)


@dataclass(frozen=True)
class DeskPart:
    """A drawer of the desk; `is_open` where something in it was used or is being asked."""

    key: str
    title: str
    hint: str
    items: tuple[DeskItem, ...]
    is_open: bool


@dataclass(frozen=True)
class Press:
    """A button that was pressed at the desk."""

    do: Do
    what: str
    confirmed: bool

    @property
    def item(self) -> str:
        """The press as the button of its item sends it."""
        return f"{self.do}:{self.what}"

    @property
    def thing(self) -> str:
        """The press as its item sends it, whatever the amount."""
        return f"{self.do}:{self.what.partition(':')[0]}"

    @property
    def must_be_echoed(self) -> bool:
        """Say whether it is asked back before it counts."""
        return self.do in ECHOED and not self.confirmed


def amount_field(press: str) -> str:
    """Return the name of the field that says how much a press offers."""
    return "amount-" + press.replace(":", "-")


def parse_press(value: str, fields: Mapping[str, str] | None = None) -> Press:
    """Read which button was pressed, with the amount in the field beside it; raises InvalidAnswerError."""
    confirmed = value.startswith("yes:")
    do, _, what = value.removeprefix("yes:").partition(":")
    much = (fields or {}).get(amount_field(f"{do}:{what}"), "").strip() if do == "offer" else ""
    what = f"{what}:{much}" if much else what
    for known in get_args(Do):
        if do == known:
            return Press(known, what, confirmed)
    raise InvalidAnswerError("That is not something this desk can do. Choose one of the things shown on it.")


def lay_desk(case: Scenario, steps: Iterable[DeskUsed], asking: str = "", just_done: str = "") -> tuple[DeskPart, ...]:
    """Return the drawers of the desk; `asking` is the press that is being echoed."""
    used = {f"{step.do}:{step.what}" for step in steps}
    parts = (
        ("records", "Records", "What is known about this case.", _records(case, used)),
        ("policy", "Policy", "The rules of your company.", _policy(case, used)),
        (
            "remedies",
            "Offers",
            "What could be done for the customer, and what it costs.",
            _remedies(case, used, asking),
        ),
        ("pledges", "Promises", "A promise counts as your word.", _pledges(case, used, asking)),
        ("other", "Note and more", "", _other(case, used, asking)),
    )
    return tuple(
        DeskPart(
            key,
            title,
            hint,
            items,
            key == OPEN_AT_FIRST or any(item.asking or item.press == just_done for item in items),
        )
        for key, title, hint, items in parts
    )


def _records(case: Scenario, used: set[str]) -> tuple[DeskItem, ...]:
    return tuple(
        DeskItem(press, record.label, "Look up", press in used, text=record.text if press in used else "")
        for record in case.records
        for press in (f"look_up:{record.key}",)
    )


def _policy(case: Scenario, used: set[str]) -> tuple[DeskItem, ...]:
    return tuple(
        DeskItem(press, section.title, "Read", press in used, text=section.text if press in used else "")
        for section in case.policy
        for press in (f"read_policy:{section.key}",)
    )


def _remedies(case: Scenario, used: set[str], asking: str) -> tuple[DeskItem, ...]:
    return tuple(
        _remedy_in_amounts(remedy, remedy.amount, used, asking) if remedy.amount else _remedy(remedy, used, asking)
        for remedy in case.remedies
    )


def _remedy(remedy: Remedy, used: set[str], asking: str) -> DeskItem:
    press = f"offer:{remedy.key}"
    return DeskItem(
        press,
        remedy.label,
        "Offer",
        press in used,
        asking == press,
        echo=f"You are offering: {remedy.label}. {remedy.price}. Send it with your reply?",
        price=remedy.price,
        authority=AUTHORITY[remedy.standing],
        standing=STANDING[remedy.standing],
    )


def _remedy_in_amounts(remedy: Remedy, amount: Amount, used: set[str], asking: str) -> DeskItem:
    """Lay out a remedy with a field for how much; it can be offered again with another amount."""
    asked = next((option for option in remedy.options if f"offer:{option.what}" == asking), None)
    limits = ((amount.allowed_up_to, "allowed"), (amount.approval_up_to, "needs_approval"))
    worded = [
        f"up to {amount.unit.replace('{amount}', str(limit))} {AUTHORITY[standing]}"
        for limit, standing in limits
        if limit >= amount.least
    ]
    above = [] if amount.approval_up_to >= amount.most else [f"above that {AUTHORITY['forbidden']}"]
    return DeskItem(
        f"offer:{remedy.key}" if asked is None else asking,
        remedy.label,
        "Offer",
        done=False,
        asking=asked is not None,
        echo=f"You are offering: {asked.label}. {remedy.price}. Send it with your reply?" if asked else "",
        price=remedy.price,
        authority="; ".join(worded + above),
        standing=STANDING[remedy.standing],
        amount=amount,
        given=tuple(option.label for option in remedy.options if f"offer:{option.what}" in used),
    )


def _pledges(case: Scenario, used: set[str], asking: str) -> tuple[DeskItem, ...]:
    return tuple(
        DeskItem(
            press,
            pledge.label,
            "Promise",
            press in used,
            asking == press,
            echo=f"You are promising: {pledge.label}. Send it with your reply?",
        )
        for pledge in case.pledges
        for press in (f"promise:{pledge.key}",)
    )


def _other(case: Scenario, used: set[str], asking: str) -> tuple[DeskItem, ...]:
    transfer = DeskItem(
        "transfer:",
        "Pass the case on",
        "Pass on",
        "transfer:" in used,
        asking == "transfer:",
        echo=f"You are passing the case on. {case.transfer} Send it with your reply?",
        price=case.transfer,
    )
    note = DeskItem(
        "note:",
        "Leave a note in the file",
        "Leave",
        "note:" in used,
        price="It says what the records show, for whoever opens the file next. You need not type it.",
    )
    end = DeskItem(
        "end:",
        "End the conversation because of abuse",
        "End",
        "end:" in used,
        asking == "end:",
        echo="You are ending the conversation. Your next reply will be the last one. End it with that reply?",
        price="Only after you have told the customer calmly where the limit is.",
    )
    return (transfer, note, end) if case.may_end_for_abuse else (transfer, note)
