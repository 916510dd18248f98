from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from roleplay.made_up import GOOD, POOR, reviewer, transcript

from poise.content.quality import QUALITIES
from poise.content.review import Kind, ReviewError, ReviewLine, ReviewRubric, asserted_in, names_in, parse
from poise.roleplay.transcripts.fitting import fit_weights, write_weights
from poise.roleplay.transcripts.pooling import pool
from poise.roleplay.transcripts.propagating import chance_of_lines, chance_of_opportunity
from poise.roleplay.transcripts.reviewing import Review, load_rubric, load_weights
from poise.roleplay.transcripts.telling import as_record, likely_range, tell
from poise.roleplay.understanding import Reader

CHANCE = st.floats(0.0, 1.0)


def kind(*conditions: str, whole: bool, opportunity: str = "any") -> Kind:
    levels = [ReviewLine(level=at, reads="x", when=when) for at, when in enumerate((*conditions, "otherwise"))]
    return Kind(key="k", quality="patience", asks="x", opportunity=opportunity, whole=whole, lines=tuple(levels))


WHOLE = kind("often.heat", "twice.insult and not ask", "first.ask or last.heat", "mostly.ask", whole=True)
REPLY = kind("insult and earlier.heat", "heat", "ask and later.ask", "ever.insult", whole=False)


def rubric() -> ReviewRubric:
    return load_rubric().model_copy(update={"groups": {"heat": ("insult", "argue")}})


@settings(max_examples=40)
@given(st.lists(st.tuples(CHANCE, CHANCE, CHANCE), min_size=1, max_size=3), st.booleans(), st.data())
def test_lines_fire_with_the_chance_that_counting_every_combination_gives(
    chances: list[tuple[float, float, float]],
    whole: bool,  # noqa: FBT001  drawn by hypothesis
    data: st.DataObject,
) -> None:
    acts = [dict(zip(("ask", "insult", "argue"), one, strict=True)) for one in chances]
    place = 0 if whole else data.draw(st.integers(0, len(acts) - 1))
    found = chance_of_lines(WHOLE if whole else REPLY, rubric(), acts, {}, {}, place)
    wanted = np.zeros(5)
    for bits in product((0, 1), repeat=3 * len(acts)):
        table = np.array(bits).reshape(-1, 3)
        weight = np.prod(np.where(table, chances, 1 - np.array(chances)))
        wanted[_fired(table[:, 0], table[:, 1], table[:, 1] | table[:, 2], whole=whole, place=place)] += weight
    assert found == pytest.approx(wanted, abs=1e-6)


def _fired(ask: np.ndarray, insult: np.ndarray, heat: np.ndarray, *, whole: bool, place: int) -> int:
    n = len(ask)
    if whole:
        lines = (
            heat.sum() >= max(2, -(-n // 3)),
            insult.sum() >= 2 and not ask.any(),
            ask[0] or heat[-1],
            ask.sum() >= -(-n // 2),
        )
    else:
        lines = (
            insult[place] and heat[:place].any(),
            heat[place],
            ask[place] and ask[place + 1 :].any(),
            insult[: place + 1].any(),
        )
    return next((number for number, line in enumerate(lines) if line), 4)


def test_an_opportunity_rests_on_what_the_customer_said_just_before_and_earlier() -> None:
    after = kind("ask", "insult", "own", "offer", whole=False, opportunity="earlier.insult and not insult")
    heard = [{"insult": 0.8}, {"insult": 0.1}]
    assert chance_of_opportunity(after, heard, 1, first=False, last=True, repeated=False) == pytest.approx(0.8 * 0.9)
    assert chance_of_opportunity(after, heard, 0, first=True, last=False, repeated=False) == 0.0


@pytest.mark.parametrize("wrong", ["ask and", "ask + offer", "ask(offer)"])
def test_a_condition_that_cannot_be_read_is_refused(wrong: str) -> None:
    with pytest.raises(ReviewError):
        names_in(wrong)
    assert parse("ask or offer") is not None


def test_names_under_not_do_not_speak_for_a_line() -> None:
    assert asserted_in("ask and not (harm or hurry)") == {"ask"}


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("groups", {"heat": ("shout",)}, "expected acts or signs"),
        ("unknown", {"guessed": (0.5, 0.5, 0.5)}, "are lacking or no such"),
        ("kinds", (REPLY,), "needs 2 to 5 kinds"),
        ("kinds", (kind("asks", "ask", "own", "offer", whole=False),), "'asks' is neither"),
        ("kinds", (kind("twice.ask", "ask", "own", "offer", whole=False),), "is neither"),
        ("kinds", (kind("ask", "own", "offer", "close", whole=False, opportunity="shouts"),), "opportunity 'shouts'"),
    ],
)
def test_a_rubric_that_names_what_is_not_there_is_refused(field: str, value: object, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        ReviewRubric.model_validate({**load_rubric().model_dump(), "groups": rubric().groups, field: value})


def test_a_kind_needs_five_levels_with_otherwise_last() -> None:
    with pytest.raises(ValueError, match="otherwise"):
        kind("ask", "otherwise", "own", "offer", whole=False)


@pytest.mark.parametrize("one", load_rubric().kinds, ids=lambda one: one.key)
def test_every_line_of_the_shipped_kinds_can_fire(one: Kind) -> None:
    acts = {act for name in one.names for act in load_rubric().acts_of(one.split(name)[1])}
    facts = {one.split(name)[1]: 0.5 for name in one.names}
    fired = [
        chance_of_lines(one, load_rubric(), [dict.fromkeys(acts, chance)] * 7, facts, facts, 2)
        for chance in (0.05, 0.3)
    ]
    assert np.max(fired, axis=0).min() > 1e-7  # whatever may be has a chance, as the result is exact


def test_without_correlations_pooling_is_bayes_and_without_likelihood_it_is_the_prior() -> None:
    generator = np.random.default_rng(2)
    prior = generator.dirichlet(np.ones(5), 12)
    said = generator.normal(size=(12, 5))
    plain = prior * np.exp(said)
    assert pool(said, prior, np.eye(12)) == pytest.approx(plain / plain.sum(axis=1, keepdims=True), abs=1e-6)
    together = 0.6 + 0.4 * np.eye(12)
    assert pool(np.zeros((12, 5)), prior, together) == pytest.approx(prior, abs=1e-6)


def test_what_is_seen_of_one_quality_moves_those_that_go_with_it() -> None:
    prior, said = np.full((12, 5), 0.2), np.zeros((12, 5))
    said[0] = [0, 1, 2, 3, 4]
    moved = pool(said, prior, 0.5 + 0.5 * np.eye(12))
    assert moved[5] @ np.arange(5) > 2.2
    assert moved[0] @ np.arange(5) > moved[5] @ np.arange(5)


def rated(review: Review) -> dict[str, float]:
    return {rating.quality: rating.expected for rating in review.ratings}


def test_good_conduct_is_rated_above_poor_conduct_on_every_quality() -> None:
    good, poor = (rated(reviewer().review(transcript(*turns))) for turns in (GOOD, POOR))
    assert tuple(good) == QUALITIES
    for quality in QUALITIES:
        assert good[quality] > poor[quality] + 0.5, quality


def test_a_missing_desk_or_case_widens_the_ratings() -> None:
    def spread(review: Review) -> float:
        return float(np.mean([np.dot(r.probabilities, (np.arange(5) - r.expected) ** 2) for r in review.ratings]))

    full = spread(reviewer().review(transcript(*GOOD)))
    assert spread(reviewer().review(transcript(*GOOD, desk=False))) > full
    assert spread(reviewer().review(transcript(*GOOD, case={}, desk=False))) > full


def test_a_reply_that_cannot_be_read_is_no_evidence() -> None:
    unread = reviewer().review(transcript(("Hello [question]", "~~~")))
    assert as_record(unread) == {"id": "a", "ratings": {}}
    assert any("Could not be read" in line for line in tell(unread, load_rubric()))
    with_one = reviewer().review(transcript(*GOOD, ("So? [question]", "~~~")))
    assert all(moment.turns != (10,) for moment in with_one.evidence.moments)


def test_a_quality_without_an_opportunity_is_absent() -> None:
    only = load_rubric().model_copy(update={"kinds": tuple(k for k in load_rubric().kinds if k.quality != "honesty")})
    one = reviewer()
    told = type(one)(only, one.weights, one.read, one.listener).review(transcript(*GOOD))
    assert "honesty" not in as_record(told)["ratings"]


def test_the_record_has_rounded_chances_that_sum_to_one_and_turns_that_exist() -> None:
    record = as_record(reviewer().review(transcript(*POOR)))
    for one in record["ratings"].values():
        assert sum(one["probabilities"]) == pytest.approx(1.0, abs=1e-9)
        assert all(chance == round(chance, 4) for chance in one["probabilities"])
        assert set(one["turns"]) <= {2, 4, 6, 8}
    assert record["overall"] == pytest.approx(
        25 * np.mean([one["expected"] for one in record["ratings"].values()]), abs=0.06
    )


def test_people_read_the_line_that_fired_and_a_quote_with_its_turn() -> None:
    lines = list(tell(reviewer().review(transcript(*POOR)), load_rubric()))
    text = "\n".join(lines)
    assert "8: “Next, please. [hurry insult]”" in text
    assert "harm (contestable): " in text
    assert not any("overall" in line for line in lines)


@given(st.lists(st.floats(0.01, 1.0), min_size=5, max_size=5))
def test_the_likely_range_is_the_shortest_run_that_holds_four_fifths(raw: list[float]) -> None:
    chances = tuple(np.array(raw) / sum(raw))
    low, high = likely_range(chances)
    assert sum(chances[low : high + 1]) >= 0.8 - 1e-9
    width = high - low
    assert all(sum(chances[at : at + width]) < 0.8 + 1e-9 for at in range(5 - width + 1)) or width == 0


def test_weights_are_fitted_in_one_call_and_follow_the_ratings() -> None:
    one = reviewer()
    found = [
        evidence.__class__(f"{name}{at}", evidence.moments, evidence.facts, evidence.justice)
        for at in range(6)
        for name, evidence in zip(("good", "poor"), one.gather([transcript(*GOOD), transcript(*POOR)]), strict=True)
    ]
    marks = {"good": 4.0, "poor": 1.0}
    ratings = {
        e.id: [dict.fromkeys((*QUALITIES,), marks[e.id[:4]]) | {"would_return": 20 * marks[e.id[:4]]}] for e in found
    }
    weights = fit_weights(found, ratings, one.rubric, "2")
    assert set(weights.kinds) == {kind.key for kind in one.rubric.kinds}
    assert sum(kind.slope for kind in weights.kinds.values()) > 0.25 * len(weights.kinds)
    good = type(one)(one.rubric, weights, one.read, one.listener).review(transcript(*GOOD))
    assert min(rated(good).values()) > 3
    assert 'version: "2"' in write_weights(weights)


def test_the_shipped_reader_and_weights_review_alike_on_every_run(reader: Reader) -> None:
    from poise.roleplay.transcripts.listening import CueListener  # noqa: PLC0415
    from poise.roleplay.transcripts.reviewing import Reviewer  # noqa: PLC0415
    from poise.roleplay.transcripts.turns import reading_with  # noqa: PLC0415

    one = Reviewer(load_rubric(), load_weights(), reading_with(reader), CueListener())
    words = transcript(("You sent me the wrong shade, you clowns!", "I'm sorry. When do you need it?"))
    assert as_record(one.review(words)) == as_record(one.review(words))
