"""Blurred answers: readings are right as often as they say, and mean what they say."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from measurement.questionnaires import RATED, tell

from poise.measurement.parameters.instrument import read_instrument
from poise.measurement.people.blurring import blur_answers
from poise.measurement.people.simulees import Missing, simulate_responses
from poise.measurement.tabular.tables import BadTableError

TABLE = simulate_responses(read_instrument(tell(RATED)), 1000, 1, missing=Missing(at_random=0.2)).table


@settings(max_examples=25)
@given(certainty=st.floats(0.05, 0.95), seed=st.integers(0, 99))
def test_a_category_that_is_given_a_chance_comes_as_often(certainty: float, seed: int) -> None:
    blurred = blur_answers(TABLE, certainty, seed)
    assert np.nansum(blurred.chances, axis=1) == pytest.approx(1.0)
    for i, size in enumerate(TABLE.categories):
        own = TABLE.item == i
        chances = blurred.chances[own]
        assert np.isnan(chances[:, size:]).all()
        assert np.nansum(blurred.base_rates[i]) == pytest.approx(1.0)
        # The likelihood of the reading, p / b, is the same for all categories but the one that was read.
        ratio = np.sort(chances[:, :size] / blurred.base_rates[i, :size], axis=1)
        odds = np.sort([certainty, (1 - certainty) / (size - 1)])
        top = ratio[:, -1] / ratio[:, 0]
        assert top == pytest.approx(odds[1] / odds[0])
        for k in range(size):
            wanted, seen = chances[:, k], TABLE.category[own] == k
            error = np.sqrt(np.mean(wanted * (1 - wanted)) / own.sum())
            assert abs(seen.mean() - wanted.mean()) < 5 * error + 1e-9


def test_a_certainty_that_is_none_is_refused() -> None:
    for certainty in (0.0, 1.0, float("nan")):
        with pytest.raises(BadTableError, match="certainty: got"):
            blur_answers(TABLE, certainty, 1)
