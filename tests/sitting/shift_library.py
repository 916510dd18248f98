"""A library with a shift of three short customers, built by hand around what the starter library shares."""

from collections.abc import Callable, Mapping
from typing import Any

from sitting.plain_reader import PlainReader

from poise.content.blueprint import Blueprint, Practice, Seconds
from poise.content.library import Library
from poise.content.scenario import Scenario
from poise.content.shift import Shift
from poise.sitting import decisions as d
from poise.sitting.journal import Decide
from poise.sitting.simulee import START
from poise.sitting.steps import Step

READER = PlainReader()
SHOUTER, ASKER, THANKER = QUEUE = ("shouter", "asker", "thanker")
REPLIES = 4
ALONE, IN_A_ROW = "asker_alone", "three_in_a_row"
ABUSIVE = {"anger": 800, "abusiveness": 8}
GENTLE = {"anger": 150, "abusiveness": 0}


def rubric(*lines: tuple[int, str]) -> list[dict[str, Any]]:
    return [{"level": level, "reads": f"Level {level}: {when}.", "when": when} for level, when in lines]


def moment(key: str, quality: str, *lines: tuple[int, str]) -> dict[str, Any]:
    return {"key": key, "quality": quality, "asks": f"What of {key}?", "rubric": rubric(*lines)}


COURTEOUS = ((0, "insult"), (1, "hurry or dismiss"), (4, "courtesy and ask"), (3, "courtesy"), (2, "otherwise"))
FRESH = ((0, "insult"), (1, "take_offence or argue"), (4, "courtesy and ask"), (3, "ask"), (2, "otherwise"))
UNHURRIED = ((0, "hurry and dismiss"), (1, "hurry"), (4, "ask and restate"), (3, "ask"), (2, "otherwise"))
WHOLE = ((0, "insult and hurry"), (1, "insult or hurry"), (4, "courtesy and close"), (3, "courtesy"), (2, "otherwise"))


def carried_over() -> list[dict[str, Any]]:
    """Return what is rated only after an abusive customer: twice in the first reply, once over the whole."""
    first = [moment("fresh", "resilience", *FRESH), moment("unhurried", "patience", *UNHURRIED)]
    return [
        {"after": "abusive", "probe": "opening", "moments": first},
        {"after": "abusive", "moments": [moment("kind_throughout", "courtesy", *WHOLE)]},
    ]


def scenario(key: str, temper: dict[str, int], **changes: Any) -> Scenario:
    """Return a case that is as short as one may be."""
    wordings = [f"{key} says this, number {number}." for number in range(3)]
    probes: list[dict[str, Any]] = [
        {"key": name, "kind": kind, "says": [f"{name}: {one}" for one in wordings]}
        for name, kind in (("opening", "opening"), ("more", "question"), ("again", "repeat"), ("bye", "closing"))
    ]
    probes[0]["moments"] = [moment(f"{key}_welcome", "courtesy", *COURTEOUS)]
    remedy = {"cost": 5, "price": "£5", "standing": "allowed", "why": "So says the policy."}
    usual: dict[str, Any] = {
        "key": key,
        "title": f"The case of the {key}",
        "job": "contact_centre",
        "purpose": "assessment",
        "provisional": True,
        "scene": "You answer chats this evening.",
        "losing_costs": "Not much.",
        "loss": 0,
        "customer": {
            "name": key.capitalize(),
            "about": "Somebody.",
            "temperament": {"trust": 500, "volatility": 5, "forgiveness": 5, "rationality": 5, **temper},
        },
        "truth": ["One.", "Two.", "Three."],
        "topics": ["parcel", "code", "cup", "order", "card", "door"],
        "hidden": [],
        "records": [{"key": "order", "label": "The order", "text": "Ordered on Monday."}],
        "policy": [{"key": "codes", "title": "Codes", "text": "A new code may be sent once."}],
        "remedies": [{**remedy, "key": f"r{n}", "label": f"Remedy {n}", "value": 20 * n} for n in range(1, 5)],
        "pledges": [{"key": f"p{n}", "label": "Today", "keepable": bool(n), "why": "It is so."} for n in range(2)],
        "transfer": "Passes the chat on",
        "transfer_needed": False,
        "may_end_for_abuse": False,
        "probes": probes,
        "whole": [],
        "endings": dict.fromkeys(("pleased", "settled", "unhappy", "lost"), wordings),
    }
    return Scenario.model_validate(usual | changes)


def customers() -> dict[str, Scenario]:
    return {
        SHOUTER: scenario(SHOUTER, ABUSIVE),
        ASKER: scenario(ASKER, GENTLE, carried=carried_over()),
        THANKER: scenario(THANKER, GENTLE, carried=carried_over()),
    }


def blueprint(key: str, alone: tuple[str, ...], queue: tuple[str, ...] = ()) -> Blueprint:
    """Return a blueprint of customers and nothing else."""
    shift = Shift(title="An evening", about="They wrote this evening.", customers=queue, seconds=200) if queue else None
    return Blueprint(
        key=key,
        title="Customers in a row",
        jobs=("contact_centre",),
        blocks=0,
        minimum_per_quality=0,
        rated=(),
        situations=(),
        customers=alone,
        practice=Practice(statements=("I wait.", "I ask.", "I act.")),
        seconds=Seconds(preview=1, consent=1, practice=1, block=1, rated=1, situation=1, customer=300, condition=1),
        shift=shift,
    )


def build_shift_library(starter: Library, served: dict[str, Scenario] | None = None) -> Library:
    """Return the starter library with these customers and two blueprints more."""
    parts = {name: getattr(starter, name) for name in Library.model_fields}
    parts["scenarios"] = (*starter.scenarios, *(served or customers()).values())
    parts["blueprints"] = (*starter.blueprints, blueprint(ALONE, (ASKER,)), blueprint(IN_A_ROW, (), QUEUE))
    return Library(**parts)


def beginning(library: Library, **needs: bool) -> list[Decide]:
    """Return the answers to all that comes before the first customer of these blueprints."""
    return [
        d.see_preview(library, START),
        d.give_consent(library, library.consent.version, START),
        d.choose_accommodations(library, needs, START),
        d.finish_practice(library, START),
    ]


def answer_step(library: Library, step: Step, words: str, recall: Callable[[], Mapping[str, str]]) -> Decide:
    """Return an answer to a step of a shift; `words` are what is replied."""
    if step.kind == "reply":
        written = d.Written(f"{words} {step.number}", step.key, recall)
        return d.send_reply(library, step.what, step.number, written, READER, START)
    if step.kind == "pause":
        return d.take_pause(library, step.what, START)
    if step.kind == "meet":
        return d.meet_customer(library, step.what, READER, START)
    return d.state_willingness(library, {one.key: 2 for one in library.conditions}, START)
