"""Evidence in words with its place, and how much it counted: against scoring the sitting anew without it."""

import pytest
from jobfit.conftest import Sat

from poise.content.library import Library
from poise.jobfit.quality import weigh
from poise.jobfit.tracing import Effect, EffectWord, Trace, ordinal, weigh_effect
from poise.measurement import score
from poise.sitting.evidence import prior_for

TOLERANCE = 0.01


@pytest.mark.parametrize("who", ["saint", "hothead"])
def test_an_effect_is_what_scoring_without_the_observation_says(
    who: str, library: Library, request: pytest.FixtureRequest
) -> None:
    sat: Sat = request.getfixturevalue(who)
    weighed = weigh(sat.state, library)
    responses = [one.response for one in weighed.observations]
    whole = weighed.posterior
    for i, one in enumerate(weighed.observations):
        if i % 3:
            continue
        without = score(prior_for(sat.state, library), [*responses[:i], *responses[i + 1 :]])
        for quality in one.qualities:
            moved = whole.mean_of(quality) - without.mean_of(quality)
            assert weighed.effect_of(one.source, quality) == pytest.approx(moved, abs=TOLERANCE)


def test_the_insult_counts_much_against_composure_and_says_where(hothead: Sat) -> None:
    composure = next(one for one in hothead.report.qualities if one.key == "composure")
    insult = min(composure.traces, key=lambda one: one.effect.moves)
    assert insult.source == "moment/late_lamp/lamp_level"
    assert insult.place == "First conversation, sixth reply"
    assert insult.effect.word == "large"
    assert "Are you stupid, or can you not read?" in [quote.words for quote in insult.quotes]


@pytest.mark.parametrize(
    ("moves", "word"),
    [(0.3, "large"), (-0.15, "large"), (0.149, "noticeable"), (-0.07, "noticeable"), (0.02, "small"), (-0.019, "none")],
)
def test_the_word_goes_by_the_size(moves: float, word: EffectWord) -> None:
    plain = Trace("statements", "rated/x", "", "", "", "", None, "")
    assert weigh_effect(plain, moves).effect == Effect(round(moves, 2), word)


def test_places_in_a_row() -> None:
    assert [ordinal(number) for number in (1, 3, 10, 11)] == ["first", "third", "tenth", "11th"]
