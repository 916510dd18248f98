"""Two printed reports differ exactly where a difference is told."""

import json
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poise.hiring.recomputing import cause_of, differences
from poise.sitting import events as e

AT = "2026-11-22T09:00:00+00:00"
FIGURES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats(allow_nan=False) | st.text(max_size=3),
    lambda parts: (
        st.lists(parts, max_size=3) | st.dictionaries(st.sampled_from(["key", "mean", "kind", "levels"]), parts)
    ),
    max_leaves=9,
)


@given(FIGURES, FIGURES)
def test_nothing_differs_only_where_all_is_equal(before: object, after: object) -> None:
    told = differences(json.dumps(before), json.dumps(after))
    assert bool(told) == (before != after)


def test_a_difference_says_where_it_stands() -> None:
    before = {"qualities": [{"key": "composure", "mean": -0.4}, {"key": "honesty", "mean": 0.1}]}
    after = {"qualities": [{"key": "honesty", "mean": 0.1}, {"key": "composure", "mean": 0.2}]}
    (one,) = differences(json.dumps(before), json.dumps(after))
    assert (one.where, one.before, one.after) == (("qualities", "composure", "mean"), -0.4, 0.2)


@pytest.mark.parametrize(
    ("events", "seen", "cause"),
    [
        ([e.SittingFinished(at=AT)], None, "sitting_finished"),
        ([e.SittingFinished(at=AT), e.TextErased(at=AT)], 1, "recomputed"),
        (
            [
                e.SittingFinished(at=AT),
                e.ReadingCorrected(at=AT, scenario="a", moment="b", level=2, by="Ann", reason="r"),
                e.TextErased(at=AT),
            ],
            1,
            "reading_corrected",
        ),
    ],
)
def test_the_cause_is_what_happened_since(events: Sequence[e.AnyEvent], seen: int | None, cause: str) -> None:
    assert cause_of(events, seen) == cause
