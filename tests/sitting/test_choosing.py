"""The choice of blocks: the engine's and nobody else's, within the rules of the library, and never waiting for it."""

import json
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from sitting.plain_reader import PlainReader

from poise.content.blueprint import Blueprint, Enough
from poise.content.library import Library, parse_library
from poise.content.statement import Block
from poise.measurement.adaptive.selection import choose_from
from poise.sitting import choosing
from poise.sitting.choosing import choose_block, demanded_of, find_reason_to_end, lay_bank, need_of
from poise.sitting.events import AnyEvent, BlockGiven, BlocksEnded
from poise.sitting.journal import MemoryJournal
from poise.sitting.simulee import draw_simulee, sit
from poise.sitting.state import State, fold
from poise.sitting.steps import progress

WAIT = Path(__file__).parent / "sit_in_a_fresh_process.py"


def with_blueprint(library: Library, *, provisional: bool, enough: Enough | None) -> Library:
    told = json.loads(library.canonical)
    told["provisional"] = provisional
    for blueprint in told["blueprints"]:
        blueprint["enough"] = enough and enough.model_dump()
    return parse_library(json.dumps(told))


def walk(library: Library, seed: int = 11) -> list[AnyEvent]:
    journal = MemoryJournal()
    sit(journal, "one", draw_simulee(library, ("late_lamp",), PlainReader(), seed), "open_door", seed)
    return list(journal.read("one"))


def states(events: list[AnyEvent]) -> list[State]:
    return [fold(events[:number]) for number in range(1, len(events) + 1)]


@pytest.fixture(scope="module")
def events(library: Library) -> list[AnyEvent]:
    return walk(library)


def test_a_block_is_what_the_engine_chooses_and_a_replay_chooses_it_again(
    library: Library, events: list[AnyEvent]
) -> None:
    again = 0
    for number, event in enumerate(events):
        if isinstance(event, BlockGiven):
            state = fold(events[:number])
            assert choose_block(state, library) == event.block
            again += 1
    assert again == library.find(Blueprint, "open_door").blocks


def test_the_choice_goes_through_the_engine(
    library: Library, events: list[AnyEvent], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def listen(*words: object, **more: object) -> object:
        asked.append(words)
        return choose_from(*words, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(choosing, "choose_from", listen)
    before = next(number for number, event in enumerate(events) if isinstance(event, BlockGiven))
    choose_block(fold(events[:before]), library)
    assert len(asked) == 1
    assert asked[0][0] is lay_bank(library, library.find(Blueprint, "open_door")), "the bank is laid out once"


def test_what_the_jobs_demand_more_matters_more_and_nothing_is_forgotten(library: Library) -> None:
    centre = library.find(Blueprint, "contact_centre")
    weights = dict(need_of(library, centre).weights)
    assert weights["flexibility"] == 1.0, "not demanded there, and shown all the same"
    assert weights["resilience"] > weights["patience"] > weights["goodwill"] > 1.0
    assert sum(weights.values()) == pytest.approx(2 * len(weights))
    assert "flexibility" not in demanded_of(library, centre)


@pytest.mark.parametrize("enough", [None, Enough(blocks=0, sd=9.0), Enough(blocks=3, sd=0.01)])
def test_while_parameters_are_provisional_nobody_is_stopped_early(library: Library, enough: Enough | None) -> None:
    assert library.provisional
    lenient = with_blueprint(library, provisional=True, enough=enough)
    events = walk(lenient)
    blocks = lenient.find(Blueprint, "open_door").blocks
    assert sum(isinstance(event, BlockGiven) for event in events) == blocks
    assert not any(isinstance(event, BlocksEnded) for event in events)
    assert {find_reason_to_end(state, lenient) for state in states(events)[::9]} == {None}


def test_with_calibrated_parameters_blocks_end_when_enough_is_known(library: Library) -> None:
    calibrated = with_blueprint(library, provisional=False, enough=Enough(blocks=4, sd=9.0))
    events = walk(calibrated)
    ended = [number for number, event in enumerate(events) if isinstance(event, BlocksEnded)]
    assert len(ended) == 1
    assert sum(isinstance(event, BlockGiven) for event in events) == 4
    state = fold(events)
    assert state.blocks_ended == "precision"
    assert state.finished_at
    shares = [progress(one, calibrated).percent for one in states(events)]
    assert shares == sorted(shares)
    assert shares[-1] == 100
    demanding = with_blueprint(library, provisional=False, enough=Enough(blocks=4, sd=0.01))
    assert not any(isinstance(event, BlocksEnded) for event in walk(demanding))


def test_an_exposure_parameter_keeps_a_block_from_some_people(library: Library, events: list[AnyEvent]) -> None:
    before = fold(events[: next(number for number, event in enumerate(events) if isinstance(event, BlockGiven))])

    def choose_for(seed: int, library: Library) -> str:
        return choose_block(replace(before, opened=before.begun.model_copy(update={"seed": seed})), library)

    told = json.loads(library.canonical)
    for block in told["blocks"]:
        block.pop("exposure", None)
    free = parse_library(json.dumps(told))
    common, times = Counter(choose_for(seed, free) for seed in range(60)).most_common(1)[0]
    for block in told["blocks"]:
        block["exposure"] = 0.2 if block["key"] == common else 1.0
    limited = parse_library(json.dumps(told))
    assert 0 < Counter(choose_for(seed, limited) for seed in range(60))[common] < 0.5 * times


def test_a_library_that_says_nothing_of_it_keeps_its_canonical_form(library: Library) -> None:
    assert '"enough":' not in library.canonical
    free = next(block for block in library.blocks if block.exposure == 1.0)
    assert "exposure" not in free.model_dump()
    said = with_blueprint(library, provisional=False, enough=Enough(blocks=4, sd=0.5))
    assert said.find(Blueprint, "open_door").enough == Enough(blocks=4, sd=0.5)
    assert said.hash != library.hash
    assert parse_library(said.canonical) == said
    limited = library.find(Block, library.blocks[0].key).model_copy(update={"exposure": 0.4})
    assert limited.model_dump()["exposure"] == 0.4


def test_a_candidate_never_waits_for_compilation() -> None:
    done = subprocess.run([sys.executable, WAIT], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["finished", "without", "numba"]
