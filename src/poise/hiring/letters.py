"""The letters that go out for an organisation, in plain words: a subject and a text with one link in it."""

from dataclasses import dataclass
from datetime import datetime

from poise.sitting.days import say_day

LONGEST_SUBJECT = 200


@dataclass(frozen=True)
class Letter:
    """A letter as it is sent."""

    subject: str
    body: str


@dataclass(frozen=True)
class Occasion:
    """What an invitation is about: whose position, and whether people sit for a study of it."""

    organisation: str
    position: str
    in_study: bool = False


def invite_candidate(name: str, occasion: Occasion, link: str, until: datetime, minutes: int) -> Letter:
    """Ask a person to sit for a position."""
    organisation, position = occasion.organisation, occasion.position
    lasting = f"It takes at most {minutes} minutes by our estimate. " if minutes else ""
    promise = (
        f"This is a study: it examines the questions and not you. Nobody at {organisation} who decides about you sees "
        "your results under your name."
        if occasion.in_study
        else f"A person at {organisation} decides. No program does."
    )
    return _write(
        f"{organisation} invites you: {position}",
        f"Hello {name},",
        f"{organisation} invites you to do a piece of the work of this position: {position}. You read about an honest "
        "week of the job, answer some questions, and serve simulated customers in writing.",
        f"{lasting}There is no time limit. You can stop and come back with the same link, and a phone is enough.",
        f"Begin here, until {say_day(until.isoformat())}:",
        link,
        "The link is yours alone: whoever has it can answer in your name. You get your own report, whatever comes of "
        f"it. {promise}",
    )


def remind_candidate(name: str, occasion: Occasion, link: str, until: datetime) -> Letter:
    """Remind a person who has not begun."""
    organisation, position = occasion.organisation, occasion.position
    return _write(
        f"Your invitation from {organisation} is still open: {position}",
        f"Hello {name},",
        f"some time ago {organisation} invited you to do a piece of the work of this position: {position}. You have "
        f"not begun yet. The invitation is open until {say_day(until.isoformat())}:",
        link,
        "If you do not wish to take part, you need do nothing.",
    )


def invite_member(organisation: str, role: str, by: str, link: str, until: datetime) -> Letter:
    """Ask a person to work at an organisation's desk."""
    article = "an" if role[0] in "aeiou" else "a"
    return _write(
        f"{by} asks you to join {organisation} at Poise",
        "Hello,",
        f"{by} asks you to join the desk of {organisation} as {article} {role}. Poise lets people do a piece of "
        "customer service work and shows what was seen.",
        f"Join here, until {say_day(until.isoformat())}:",
        link,
        "If you do not know what this is about, you need do nothing. No account was made.",
    )


def tell_answer(name: str, organisation: str) -> Letter:
    """Tell a candidate that a person answered; the answer itself stands on their own pages."""
    return _write(
        f"{organisation} has answered you",
        f"Hello {name},",
        f"a person at {organisation} has answered what you asked or contested. The answer stands on your own pages, at "
        "your personal link: the one that you kept, or the link of your invitation.",
    )


def pass_on(organisation: str, position: str, words: str) -> Letter:
    """Pass on what a person wrote to a candidate after they decided, in that person's own words."""
    return _write(f"From {organisation}: {position}", words)


def _write(subject: str, *paragraphs: str) -> Letter:
    if len(subject) > LONGEST_SUBJECT:
        subject = f"{subject[: LONGEST_SUBJECT - 1]}…"
    return Letter(subject, "\n\n".join(paragraphs) + "\n")
