"""The charts: what is drawn is where it should be, it is said in words too, and nothing in them can run."""

import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poise.web.charts import (
    HIGH_END,
    LOW_END,
    draw_demand,
    draw_frontier,
    draw_interval,
    draw_mood,
    say_place,
    say_span,
    say_tens,
)

ends = st.tuples(st.floats(-6, 6), st.floats(-6, 6)).map(lambda pair: (min(pair), max(pair)))
thousandths = st.integers(0, 1000)
moods = st.lists(st.tuples(thousandths, thousandths), min_size=1, max_size=9)


def parse(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314  our own text


def only(svg: str, kind: str) -> ET.Element:
    found = [one for one in parse(svg).iter() if kind in one.get("class", "").split()]
    assert len(found) == 1
    return found[0]


def share(element: ET.Element, name: str) -> float:
    return float(element.attrib[name].removesuffix("%"))


@given(ends)
def test_the_band_reaches_over_the_interval_and_never_over_the_edge(interval: tuple[float, float]) -> None:
    low, high = interval
    band = only(draw_interval(low, high, "Patience"), "band")
    start, width = share(band, "x"), share(band, "width")
    assert start >= 0
    assert width >= 1
    assert start + width <= 100.01
    if low >= LOW_END and high <= HIGH_END and high - low > 0.1:
        assert start == pytest.approx(100 * (low - LOW_END) / (HIGH_END - LOW_END), abs=0.01)
        assert start + width == pytest.approx(100 * (high - LOW_END) / (HIGH_END - LOW_END), abs=0.02)


@given(ends, st.text(max_size=30))
def test_every_chart_is_named_described_and_inert(interval: tuple[float, float], title: str) -> None:
    title = re.sub(r"[^\x20-\x7e]", "", title)  # what XML can hold; a browser takes more
    for svg in (
        draw_interval(*interval, title),
        draw_demand((2, 4), None, title),
        draw_mood([500], [500], title),
        draw_frontier([(50, 20.0, True, False)], title, title),
    ):
        root = parse(svg)
        assert root.get("role") == "img"
        assert (root[0].tag, root[0].text or "") == ("title", title)
        assert root[1].tag == "desc"
        assert not {"script", "a", "image", "use", "style"} & {one.tag for one in root.iter()}
        assert not [name for one in root.iter() for name in one.attrib if name.startswith("on") or name == "style"]


def test_the_wrong_way_round_is_refused() -> None:
    with pytest.raises(ValueError, match=r"interval reaches from 1 to 0"):
        draw_interval(1, 0, "Patience")
    with pytest.raises(ValueError, match="seen"):
        draw_demand((1, 2), (3, 2), "Patience")
    with pytest.raises(ValueError, match="expected as many"):
        draw_mood([1, 2], [1], "Mood")


@given(st.floats(-5, 5), st.floats(-5, 5))
def test_words_go_up_with_the_place(one: float, other: float) -> None:
    order = [say_place(value) for value in (-3, -1, 0, 1, 3)]
    assert len(set(order)) == 5
    low, high = sorted((one, other))
    assert order.index(say_place(low)) <= order.index(say_place(high))


def test_an_interval_is_said_from_end_to_end() -> None:
    assert say_span(-1, 2) == "from the low side to the far high side"
    assert say_span(-0.1, 0.1) == "in the middle"
    assert say_span(0.6, 0.9) == "on the high side"
    assert say_tens(4.4, 7.2) == "about 4 to 7"
    assert say_tens(5.6, 6.3) == "about 6"


def test_a_demand_without_evidence_has_no_band() -> None:
    drawn, bare = draw_demand((5, 7), (3, 6), "Composure"), draw_demand((5, 7), None, "Composure")
    assert share(only(drawn, "band"), "x") == 30
    assert share(only(drawn, "asked-mark"), "width") == 20
    assert 'class="band"' not in bare
    assert "Not enough was seen" in bare


@given(moods)
def test_a_mood_is_drawn_reply_by_reply(pairs: list[tuple[int, int]]) -> None:
    anger, returning = [one for one, _ in pairs], [other for _, other in pairs]
    root = parse(draw_mood(anger, returning, "Mood"))
    circles = [one for one in root.iter("circle") if "anger" in one.attrib["class"]]
    assert len(circles) == len(pairs)
    heights = [float(one.attrib["cy"]) for one in circles]
    for i, one in enumerate(anger):
        for j, other in enumerate(anger):
            if one > other:
                assert heights[i] < heights[j] + 0.02
    xs = [share(one, "cx") for one in circles]
    assert xs == sorted(set(xs))


def test_markup_in_a_title_stays_text() -> None:
    assert "<b>" not in draw_interval(0, 1, "<b>&")
    assert parse(draw_interval(0, 1, "<b>&"))[0].text == "<b>&"
