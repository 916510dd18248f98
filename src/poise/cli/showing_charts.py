"""The two drawings of a library's pages: remedies with their frontier, and how a customer felt reply by reply.

Places along the width are shares of it, so that a drawing is as wide as the page lets it be and its lettering keeps
its size. What is drawn also stands beside it in a table.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from poise.content.scenario import Standing
from poise.web.charts import frame_picture

FULL = 1000
LEFT, RIGHT = 9.0, 95.0
TOP, BOTTOM = 22.0, 236.0
"""The ends of the picture of remedies, across in per cent and down in pixels."""
HIGH, LOW = 8.0, 112.0
"""The same of the picture of feelings, down."""
NEAR_ACROSS, NEAR_DOWN = 3.6, 18.0
"""Nearer marks would cover each other's numbers."""


class RemedyPoint(NamedTuple):
    """Something that can be offered: its number in the table, worth, final cost, standing, and whether it is best."""

    number: int
    worth: float
    final_cost: float
    standing: Standing
    best: bool


class Mark(NamedTuple):
    """Where the mark of a remedy stands."""

    point: RemedyPoint
    x: float
    y: float


def draw_frontier(points: Sequence[RemedyPoint], title: str, words: str) -> SafeString:
    """Draw remedies by worth (across) and final cost (up), numbered as in the table, with a line along the best."""
    marks = _place(points)
    best = sorted((mark for mark in marks if mark.point.best), key=lambda mark: mark.point.worth)
    line = format_html_join(
        "",
        '<line class="frontier" x1="{}%" y1="{}" x2="{}%" y2="{}"/>',
        ((_number(a.x), _number(a.y), _number(b.x), _number(b.y)) for a, b in pairwise(best)),
    )
    axes = format_html(
        '<line class="rule" x1="4%" x2="98%" y1="{0}" y2="{0}"/><line class="rule" x1="4%" x2="4%" y1="4" y2="{0}"/>'
        '<text class="axis" x="5%" y="13">costs more in the end</text>'
        '<text class="axis" x="98%" y="{1}" text-anchor="end">worth more to the customer</text>',
        BOTTOM + 14,
        BOTTOM + 32,
    )
    drawn = format_html_join("", "{}", ((_draw_mark(mark),) for mark in marks))
    return frame_picture("remedies", int(BOTTOM + 38), title, words, axes + line + drawn)


def draw_mood(first: tuple[int, int], after: Sequence[tuple[int, int]], title: str) -> SafeString:
    """Draw anger and the wish to come back, in thousandths: how the customer came in, and after each reply.

    The picture is cut into as many equal columns as there are replies; a reply's mark stands in the middle of its own.
    """
    steps = [0.0, *(100 * (number + 0.5) / len(after) for number in range(len(after)))]
    moods = [first, *after]
    rules = format_html_join(
        "", '<line class="rule" x1="0" x2="100%" y1="{0}" y2="{0}"/>', ((y,) for y in (HIGH, (HIGH + LOW) / 2, LOW))
    )
    lines = _line("returning", steps, [mood[1] for mood in moods]) + _line("anger", steps, [mood[0] for mood in moods])
    words = (
        f"Anger went from {first[0]} to {moods[-1][0]}, the wish to come back from {first[1]} to {moods[-1][1]},"
        " of 1000."
    )
    return frame_picture("mood", int(LOW + 8), title, words, rules + lines)


def _place(points: Sequence[RemedyPoint]) -> list[Mark]:
    """Find a place for each remedy, a little to the right where another one stands already."""
    least = min((point.final_cost for point in points), default=0.0)
    span = max((point.final_cost for point in points), default=1.0) - least or 1.0
    most = max((point.worth for point in points), default=0) or 1
    marks: list[Mark] = []
    for point in points:
        x = LEFT + (RIGHT - LEFT) * point.worth / most
        y = BOTTOM - (BOTTOM - TOP - 12) * (point.final_cost - least) / span
        while any(abs(mark.x - x) < NEAR_ACROSS and abs(mark.y - y) < NEAR_DOWN for mark in marks):
            y -= NEAR_DOWN
        marks.append(Mark(point, x, y))
    return marks


def _draw_mark(mark: Mark) -> SafeString:
    """Draw a circle for what is allowed, a square for what needs approval, a broken circle for what is forbidden."""
    kind = f"remedy {mark.point.standing}{' best' if mark.point.best else ''}"
    shape = (
        '<rect class="{}" x="{}%" y="{}" width="18" height="18" transform="translate(-9 -9)"/>'
        if mark.point.standing == "needs_approval"
        else '<circle class="{}" cx="{}%" cy="{}" r="9.5"/>'
    )
    x, y = _number(mark.x), _number(mark.y)
    number = format_html(
        '<text class="number{}" x="{}%" y="{}" text-anchor="middle">{}</text>',
        " best" if mark.point.best else "",
        x,
        _number(mark.y + 4),
        mark.point.number,
    )
    return format_html(shape, kind, x, y) + number


def _line(kind: str, steps: Sequence[float], values: Sequence[int]) -> SafeString:
    heights = [LOW - (LOW - HIGH) * min(max(value, 0), FULL) / FULL for value in values]
    places = [(_number(x), _number(y)) for x, y in zip(steps, heights, strict=True)]
    lines = format_html_join(
        "",
        '<line class="{}" x1="{}%" y1="{}" x2="{}%" y2="{}"/>',
        ((kind, *one, *other) for one, other in pairwise(places)),
    )
    shape = (
        '<circle class="{} dot" cx="{}%" cy="{}" r="4"/>'
        if kind == "anger"
        else '<rect class="{} dot" x="{}%" y="{}" width="8" height="8" transform="translate(-4 -4)"/>'
    )
    return lines + format_html_join("", shape, ((kind, x, y) for x, y in places[1:]))


def _number(value: float) -> str:
    """Write a place with at most two digits after the point."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
