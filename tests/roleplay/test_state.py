"""The customer is moved in whole numbers, by bands, the same way for everyone."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from poise.content.act import ACTS, HARM
from poise.content.library import Library
from poise.content.scenario import Scenario
from poise.roleplay.state import Conduct, CustomerState, move

LEVEL = st.integers(0, 1000)
ACT_CHANCES = st.dictionaries(st.sampled_from(sorted(ACTS)), st.floats(0, 1))


def conduct(**acts: float) -> Conduct:
    return Conduct(acts=acts, new_facts=frozenset(), times_before={})


@given(LEVEL, LEVEL, LEVEL, ACT_CHANCES)
def test_the_state_stays_in_whole_numbers_within_its_scale(
    library: Library, anger: int, trust: int, heard: int, acts: dict[str, float]
) -> None:
    scenario = library.find(Scenario, "late_lamp")
    moved = move(CustomerState(anger, trust, heard), conduct(**acts), library.appraisal, scenario.customer.temperament)
    for value in (moved.anger, moved.trust, moved.heard):
        assert isinstance(value, int)
        assert 0 <= value <= 1000


@given(st.floats(0.6, 1.0), st.floats(0.6, 1.0))
def test_a_clear_act_counts_the_same_however_clear(library: Library, one: float, other: float) -> None:
    """So that a terse or second-language writer, who is read with less certainty, meets the same customer."""
    scenario = library.find(Scenario, "late_lamp")
    start = CustomerState(600, 300)
    temperament = scenario.customer.temperament
    moved = [move(start, conduct(acknowledge=p, ask=p), library.appraisal, temperament) for p in (one, other)]
    assert moved[0] == moved[1]


def test_every_harmful_act_angers_or_costs_trust(library: Library) -> None:
    for scenario in library.scenarios:
        start = CustomerState(500, 400)
        temperament = scenario.customer.temperament
        silent = move(start, conduct(), library.appraisal, temperament)
        for act in sorted(HARM & library.appraisal.acts.keys()):
            moved = move(start, conduct(**{act: 0.95}), library.appraisal, temperament)
            assert moved.trust < silent.trust or moved.anger > silent.anger, (scenario.key, act)
            assert moved.heard <= silent.heard, (scenario.key, act)


def test_an_insult_weighs_about_twice_an_acknowledgement(library: Library) -> None:
    weights = library.appraisal.acts
    assert 1.5 <= weights["insult"].anger / -weights["acknowledge"].anger <= 3


def test_copying_oneself_and_missing_the_case_count_less(library: Library) -> None:
    scenario = library.find(Scenario, "late_lamp")
    start = CustomerState(700, 300)
    temperament = scenario.customer.temperament
    full = conduct(acknowledge=0.9, restate=0.9)
    base = move(start, full, library.appraisal, temperament)
    for weaker in (
        replace(full, copied=True),
        replace(full, on_topic=False),
        replace(full, times_before={"acknowledge": 3, "restate": 3}),
    ):
        moved = move(start, weaker, library.appraisal, temperament)
        assert moved.heard < base.heard
        assert moved.anger >= base.anger


def test_an_illegible_reply_moves_nothing_but_time(library: Library) -> None:
    scenario = library.find(Scenario, "late_lamp")
    start = CustomerState(700, 300, 100)
    loud = replace(conduct(insult=0.99), legible=False)
    moved = move(start, loud, library.appraisal, scenario.customer.temperament)
    assert moved == move(start, conduct(), library.appraisal, scenario.customer.temperament)
