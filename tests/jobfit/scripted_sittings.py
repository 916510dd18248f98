"""Sittings of scripted representatives: the middle answer to every question, and their own way with each customer."""

from collections.abc import Sequence

from jobfit.typed_sittings import AT, SEED, answer_plainly

from poise.content.blueprint import Blueprint
from poise.content.library import Library
from poise.content.scenario import Scenario
from poise.roleplay.representatives import load_representatives, play
from poise.roleplay.representatives.playing import script_of
from poise.roleplay.understanding import Reader
from poise.sitting import decisions as d
from poise.sitting.journal import Journal, perform
from poise.sitting.state import State, fold
from poise.sitting.steps import next_step

BLUEPRINT = "scripted"


def with_customers(library: Library, customers: Sequence[str]) -> Library:
    """Return the library with a blueprint of the complaints desk that has these customers and few questions."""
    usual = library.find(Blueprint, "complaints_desk")
    few = {"key": BLUEPRINT, "customers": tuple(customers), "situations": usual.situations[:2], "blocks": 4}
    parts = {name: getattr(library, name) for name in Library.model_fields}
    return Library(**parts | {"blueprints": (*library.blueprints, usual.model_copy(update=few))})


def sit_as(key: str, journal: Journal, library: Library, reader: Reader) -> State:
    """Let a representative sit the blueprint of a library that `with_customers` made."""
    one = next(known for known in load_representatives() if known.key == key)
    scripts = {
        customer: script_of(
            play(one, library.find(Scenario, customer), reader, library.appraisal, library.voice, seed=SEED)
        )
        for customer in library.find(Blueprint, BLUEPRINT).customers
    }
    journal.open(key, d.open_sitting(library, BLUEPRINT, SEED, "open", AT))
    while (step := next_step(state := fold(journal.read(key)), library)).kind != "finished":
        if step.kind != "reply":
            perform(journal, key, answer_plainly(state, step, library, reader, {}))
            continue
        act = scripts[step.what][step.number - 1]
        for do, what in act.desk:
            perform(journal, key, d.use_desk(library, step.what, step.number, do, what, AT))  # type: ignore[arg-type]
        written = d.Written(act.words, f"{step.what}-{step.number}", lambda: journal.texts(key))
        perform(journal, key, d.send_reply(library, step.what, step.number, written, reader, AT))
    return state
