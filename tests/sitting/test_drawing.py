"""Drawn statements: both poles of every quality, nobody's enemies together, and met by few."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from poise.content.blueprint import Blueprint
from poise.content.library import Library
from poise.content.quality import QUALITIES
from poise.content.statement import Statement
from poise.sitting.drawing import draw_anchors


@pytest.fixture(scope="module")
def drawing(library: Library) -> Blueprint:
    named = library.find(Blueprint, "open_door")
    return named.model_copy(update={"rated": (), "anchors": 2, "focus": ()})


@given(st.integers(0, 2**48 - 1))
@settings(max_examples=60, deadline=None)
def test_each_quality_is_asked_at_both_poles(library: Library, drawing: Blueprint, seed: int) -> None:
    drawn = draw_anchors(drawing, library, seed)
    statements = [library.find(Statement, key) for key in drawn.rated]
    assert len(set(drawn.rated)) == len(drawn.rated) == 2 * len(QUALITIES)
    assert all(one.rated for one in statements)
    assert {(one.quality, one.pole) for one in statements} == {(q, p) for q in QUALITIES for p in ("high", "low")}
    assert not any(one.key in other.enemies for one in statements for other in statements)
    assert drawn.total_seconds == drawing.total_seconds
    assert drawn == draw_anchors(drawing, library, seed)


def test_no_statement_is_met_by_more_than_three_in_ten(library: Library, drawing: Blueprint) -> None:
    counts = Counter(key for seed in range(1500) for key in draw_anchors(drawing, library, seed).rated)
    assert max(counts.values()) <= 0.3 * 1500
    assert len(counts) == sum(one.rated for one in library.statements)


def test_a_focus_asks_of_its_qualities_only(library: Library, drawing: Blueprint) -> None:
    screen = drawing.model_copy(update={"anchors": 3, "focus": ("patience", "honesty")})
    asked = Counter(library.find(Statement, key).quality for key in draw_anchors(screen, library, 7).rated)
    assert asked == {"patience": 3, "honesty": 3}


def test_the_draw_is_the_same_for_good(library: Library, drawing: Blueprint) -> None:
    """A stored sitting rests on it: if this changes, old sittings would ask other statements."""
    first = draw_anchors(drawing.model_copy(update={"focus": ("patience",)}), library, 1).rated
    assert first == ("patience_papers", "patience_word")


@pytest.mark.parametrize(
    ("update", "message"),
    [
        ({"rated": ("patience_clock",)}, "found both"),
        ({"anchors": 0, "focus": ("patience",)}, "found no anchors"),
        ({"rated": (), "anchors": 2, "focus": ("charm",)}, "not known: charm"),
    ],
)
def test_what_contradicts_itself_is_refused(library: Library, update: dict[str, object], message: str) -> None:
    told = library.find(Blueprint, "open_door").model_dump() | update
    with pytest.raises(ValidationError, match=message):
        Blueprint.model_validate(told)
