"""From acts and facts to a rating: exact, blind to nothing that was done, and silent where nothing was learnt."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from poise.content.act import ACTS
from poise.content.library import Library
from poise.content.rubric import Moment
from poise.content.scenario import Scenario
from poise.measurement import GradedItem, Prior, Reading, score
from poise.roleplay.rating import DOUBTED, DeskStep, Said, chance_of_act, facts_now, propagate, rate_moment
from poise.roleplay.understanding import Reader
from poise.roleplay.understanding.caution import TELLING

CHANCE = st.floats(0.0, 1.0)
BLANK = dict.fromkeys(ACTS, 0.0005)


@pytest.fixture(scope="module")
def lamp(library: Library) -> Scenario:
    return library.find(Scenario, "late_lamp")


def find(scenario: Scenario, quality: str) -> Moment:
    return next(m for probe in scenario.probes for m in probe.moments if m.quality == quality)


def naive_propagate(moment: Moment, chances: dict[str, float]) -> list[float]:
    """Weigh every combination of the free atoms one by one: slow, and easy to believe."""
    rubric = moment.scale
    total = [0.0] * 5
    for values in product((False, True), repeat=len(chances)):
        true = dict(zip(chances, values, strict=True))
        weight = 1.0
        for atom, value in true.items():
            weight *= chances[atom] if value else 1 - chances[atom]
        cases = {atom: np.array([true.get(atom, False)]) for atom in rubric.atoms}
        total[int(rubric.firing(cases, 1)[0])] += weight
    return total


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_propagation_is_exact(library: Library, data: st.DataObject) -> None:
    moments = [moment for scenario in library.scenarios for moment in scenario.moments]
    moment = data.draw(st.sampled_from(moments))
    free = data.draw(st.lists(st.sampled_from(moment.scale.atoms), unique=True, max_size=7))
    chances = {atom: data.draw(CHANCE) for atom in free}
    fast = propagate(moment.scale, dict.fromkeys(moment.scale.atoms, 0.0) | chances)
    assert fast.sum() == pytest.approx(1.0)
    assert fast == pytest.approx(naive_propagate(moment, chances))


WORDS_ONLY = Moment.model_validate(
    {
        "key": "words",
        "quality": "patience",
        "asks": "Says something fit.",
        "rubric": [
            {"level": 0, "reads": "Hurt.", "when": "harm"},
            {"level": 4, "reads": "Asked and heard.", "when": "ask and (acknowledge or ever.restate)"},
            {"level": 3, "reads": "Asked.", "when": "ask or earlier.ask"},
            {"level": 1, "reads": "Refused.", "when": "refuse and not offer"},
            {"level": 2, "reads": "Neither.", "when": "otherwise"},
        ],
    }
)


@pytest.mark.parametrize("replies", [1, 3])
@pytest.mark.parametrize("whole", [False, True])
def test_a_reading_at_its_base_rates_moves_nothing(
    library: Library, reader: Reader, lamp: Scenario, replies: int, *, whole: bool
) -> None:
    said = [Said(reader.base_rates)] * replies
    rating = rate_moment(lamp, WORDS_ONLY, said, [], reader.base_rates, library.beliefs, whole=whole)
    assert rating.probabilities == pytest.approx(rating.base_rates, abs=1e-12)
    item = GradedItem((("q", 1.0),), (2.0, 1.0, 0.0, -1.0))
    prior = Prior(("q",), np.zeros(1), np.eye(1))
    after = score(prior, [Reading("m", item, rating.probabilities, rating.base_rates)])
    assert after.mean_of("q") == pytest.approx(0.0, abs=1e-9)
    assert after.sd_of("q") == pytest.approx(1.0, abs=1e-9)


def test_what_was_done_decides_more_than_warm_words(library: Library, reader: Reader, lamp: Scenario) -> None:
    """Judgement rests on the remedy: the same warm words with a forbidden gift rate lower than with a fair remedy."""
    warm = Said(BLANK | dict.fromkeys(("acknowledge", "apologise", "courtesy", "offer"), 0.97))
    moment = next(moment for moment in lamp.whole if moment.quality == "judgement")
    levels = {}
    for standing in ("allowed", "forbidden"):
        remedy = max((r for r in lamp.remedies if r.standing == standing), key=lambda r: r.value)
        desk = [DeskStep(1, "look_up", lamp.records[0].key), DeskStep(1, "offer", remedy.key)]
        rating = rate_moment(lamp, moment, [warm] * 7, desk, reader.base_rates, library.beliefs, whole=True)
        levels[standing] = float(np.dot(rating.probabilities, range(5)))
    assert levels["allowed"] > levels["forbidden"] + 1


def test_harm_lowers_composure_whatever_else_is_said(library: Library, reader: Reader, lamp: Scenario) -> None:
    moment = find(lamp, "composure")
    number = next(n for n, probe in enumerate(lamp.probes, start=1) if moment in probe.moments)
    before = [Said(BLANK)] * (number - 1)
    kind = BLANK | {"acknowledge": 0.95, "explain": 0.9}
    calm = rate_moment(lamp, moment, [*before, Said(kind)], [], reader.base_rates, library.beliefs, whole=False)
    rude = kind | {"insult": 0.97, "take_offence": 0.9}
    hot = rate_moment(lamp, moment, [*before, Said(rude)], [], reader.base_rates, library.beliefs, whole=False)
    assert np.dot(calm.probabilities, range(5)) > np.dot(hot.probabilities, range(5)) + 1
    assert hot.line.level <= 1


def test_facts_come_from_the_desk_and_its_order(lamp: Scenario) -> None:
    remedy = next(r for r in lamp.remedies if r.standing == "needs_approval").key
    said = [Said(BLANK), Said(BLANK)]
    early = facts_now(lamp, said, [DeskStep(1, "offer", remedy)], whole=False)
    assert early["offered.unapproved"]
    assert early["offered.unchecked"]
    assert "now.offered.any" not in early
    asked_first = [
        DeskStep(1, "look_up", lamp.records[0].key),
        DeskStep(2, "transfer", ""),
        DeskStep(2, "offer", remedy),
    ]
    proper = facts_now(lamp, said, asked_first, whole=False)
    assert "offered.unapproved" not in proper
    assert "offered.unchecked" not in proper
    assert proper["now.offered.any"]
    assert proper["transferred"]


def test_later_desk_steps_do_not_reach_back(lamp: Scenario) -> None:
    steps = [DeskStep(2, "look_up", lamp.records[0].key)]
    assert "looked_up.any" not in facts_now(lamp, [Said(BLANK)], steps, whole=False)


@given(CHANCE)
def test_harm_without_a_sentence_to_show_counts_a_quarter_and_nothing_else_does(chance: float) -> None:
    said = [Said({"insult": chance, "stall": chance, "offer": chance})]
    held = chance_of_act("insult", said, whole=False)
    assert held == pytest.approx(DOUBTED * chance if chance < TELLING else chance)
    for act in ("stall", "offer"):
        assert chance_of_act(act, said, whole=False) == pytest.approx(chance)


@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_more_harm_never_counts_less(one: float, other: float) -> None:
    low, high = (chance_of_act("dismiss", [Said({"dismiss": c})], whole=False) for c in sorted((one, other)))
    assert low <= high
