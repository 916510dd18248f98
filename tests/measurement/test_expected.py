import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from poise.measurement import GradedItem, expected_share

LEVELS = np.linspace(-3, 3, 13)


def test_the_share_is_the_mean_chance_of_reaching_the_category() -> None:
    items = [GradedItem((("a", 1.2), ("reading", 1.0)), (1.0, -0.5)), GradedItem((("a", 0.7),), (2.0, 0.3, -1.0))]
    expected = [
        np.mean([i.probabilities(np.array(dict(i.loadings)["a"] * v))[2:].sum() for i in items]) for v in LEVELS
    ]
    assert expected_share(items, 2, "a", LEVELS) == pytest.approx(expected)


def test_an_item_with_a_negative_loading_is_counted_from_the_other_end() -> None:
    item = GradedItem((("a", -1.2),), (2.0, 0.3, -1.0))
    expected = item.probabilities(-1.2 * LEVELS)[:, :3].sum(axis=1)  # K = 4: at least 1 becomes at most 2
    assert expected_share([item], 1, "a", LEVELS) == pytest.approx(expected)


@given(
    st.lists(st.floats(0.1, 3) | st.floats(-3, -0.1), min_size=1, max_size=6),
    st.lists(st.floats(-4, 4), min_size=2, max_size=4, unique=True),
    st.integers(1, 2),
)
def test_the_share_rises_with_the_quality_and_stays_a_share(
    slopes: list[float], intercepts: list[float], at_least: int
) -> None:
    items = [GradedItem((("a", s),), tuple(sorted(intercepts, reverse=True))) for s in slopes]
    share = expected_share(items, at_least, "a", LEVELS)
    assert np.all(np.diff(share) > 0)
    assert np.all((share > 0) & (share < 1))


def test_a_set_that_cannot_be_a_scale_is_refused() -> None:
    item = GradedItem((("a", 1.0),), (1.0, -1.0))
    with pytest.raises(ValueError, match="items: got none"):
        expected_share([], 1, "a", LEVELS)
    with pytest.raises(ValueError, match="expected one on 'b' that is not zero"):
        expected_share([item], 1, "b", LEVELS)
    for at_least in (0, 3):
        with pytest.raises(ValueError, match=f"at_least: got {at_least}, expected 1 to 2"):
            expected_share([item], at_least, "a", LEVELS)
