"""The desk of a conversation: what can be looked up, read, offered, promised and done, and what was done."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import get_args

from poise.content.scenario import Scenario
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
    def must_be_echoed(self) -> bool:
        """Say whether it is asked back before it counts."""
        return self.do in ECHOED and not self.confirmed


def parse_press(value: str) -> Press:
    """Read which button was pressed; raises InvalidAnswerError."""
    confirmed = value.startswith("yes:")
    do, _, what = value.removeprefix("yes:").partition(":")
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
        DeskItem(
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
        for remedy in case.remedies
        for press in (f"offer:{remedy.key}",)
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
