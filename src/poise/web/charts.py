"""Small charts as SVG text, made on the server: what is drawn is also said, and nothing is drawn without its spread.

Each function is pure. Colours and lines come from classes of the style sheet, and places from SVG's own attributes,
so that the strict content policy lets them through. Places along the width are shares of it: a chart is as wide as the
page lets it be, and its lettering keeps its size.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

LOW_END, HIGH_END = -2.5, 2.5
"""The ends of a quality's scale, in standard deviations of what is believed of people in general."""
TEN = 10
FULL = 1000
LEAST_BAND = 1.0
PLACES = (
    (-1.25, "the far low side"),
    (-0.35, "the low side"),
    (0.35, "the middle"),
    (1.25, "the high side"),
    (float("inf"), "the far high side"),
)
WIDTHS = ((1.3, "a fairly narrow band"), (1.9, "a wide band"), (float("inf"), "a very wide band"))
LEFT, RIGHT = 14.0, 95.0
TOP, BOTTOM = 14.0, 142.0
DOT = 4.5


def say_place(value: float) -> str:
    """Say where a value lies between the low and the high pole."""
    return next(words for most, words in PLACES if value <= most)


def say_span(low: float, high: float) -> str:
    """Say from where to where an interval reaches: a bar's equivalent in words."""
    start, end = say_place(low), say_place(high)
    if start == end:
        return f"in {start}" if start == "the middle" else f"on {start}"
    return f"from {start} to {end}"


def say_width(low: float, high: float) -> str:
    """Say how much an interval leaves open."""
    return next(words for most, words in WIDTHS if high - low <= most)


def say_tens(low: float, high: float) -> str:
    """Say an interval in moments of ten, in whole ones."""
    start, end = round(low), round(high)
    return f"about {start}" if start == end else f"about {start} to {end}"


def say_steps(low: float, high: float) -> str:
    """Say an interval in steps away from the middle, with one digit: a bar's equivalent in numbers."""
    return f"{_signed(low)} to {_signed(high)}"


def _signed(value: float) -> str:
    digits = f"{abs(value):.1f}"
    return digits if digits == "0.0" else f"{'−' if value < 0 else '+'}{digits}"


def draw_interval(low: float, high: float, title: str) -> SafeString:
    """Draw an 80 % interval between the two poles of a quality, with a mark at the middle; never a bare point.

    Parameters
    ----------
    low, high
        The ends of the interval, in standard deviations; raises ValueError where they are the wrong way round.
    title
        Whose interval it is.
    """
    _check(low, high, "interval")
    ends = [_share(value, LOW_END, HIGH_END) for value in (low, high)]
    marks = format_html(
        '<rect class="track" x="0" y="7" width="100%" height="4" rx="2"/>'
        '<line class="middle" x1="50%" x2="50%" y1="2" y2="16"/>{}',
        _band(ends[0], ends[1], 4, 10),
    )
    return frame_picture("bar", 18, title, f"The band lies {say_span(low, high)}.", marks)


def draw_demand(asked: tuple[float, float], seen: tuple[float, float] | None, title: str) -> SafeString:
    """Draw what a job asks, as the spread of its passes, over what was seen, in moments of ten.

    `seen` is None where there was not enough evidence: then only what is asked is drawn.
    """
    _check(*asked, "asked")
    marks = [
        SafeString('<rect class="track" x="0" y="9" width="100%" height="4" rx="2"/>'),
        *(
            format_html('<line class="tick" x1="{0}%" x2="{0}%" y1="8" y2="14"/>', _number(10 * tick))
            for tick in range(1, TEN)
        ),
    ]
    words = f"The job asks for {say_tens(*asked)} of ten."
    if seen is not None:
        _check(*seen, "seen")
        marks.append(_band(_share(seen[0], 0, TEN), _share(seen[1], 0, TEN), 6, 10))
        words += f" What was seen: {say_tens(*seen)} of ten."
    else:
        words += " Not enough was seen to draw a band."
    start, end = (_share(value, 0, TEN) for value in asked)
    marks.append(
        format_html(
            '<rect class="asked-mark" x="{}%" y="1" width="{}%" height="20" rx="2"/>',
            _number(start),
            _number(max(end - start, LEAST_BAND)),
        )
    )
    return frame_picture("bar demand", 22, title, words, _join(marks))


def draw_mood(anger: Sequence[int], returning: Sequence[int], title: str) -> SafeString:
    """Draw a customer's anger and whether they would come back, after each reply; both in thousandths."""
    if len(anger) != len(returning):
        raise ValueError(f"anger has {len(anger)} values and returning {len(returning)}, expected as many")
    steps = [_along(place, len(anger)) for place in range(len(anger))]
    marks = [
        format_html('<line class="rule" x1="{0}%" x2="{1}%" y1="{2}" y2="{2}"/>', LEFT - 3, RIGHT + 2, y)
        for y in (TOP, (TOP + BOTTOM) / 2, BOTTOM)
    ]
    marks += [
        format_html('<text class="axis" x="0" y="{}">{}</text>', y + 4, word)
        for y, word in ((TOP, "much"), (BOTTOM, "none"))
    ]
    marks += [
        format_html('<text class="axis" x="{}%" y="{}" text-anchor="middle">{}</text>', _number(x), BOTTOM + 22, number)
        for number, x in enumerate(steps, start=1)
    ]
    marks += [_line("returning", steps, returning, square=True), _line("anger", steps, anger, square=False)]
    words = (
        f"After the first reply the anger was {say_amount(anger[0])}, after the last {say_amount(anger[-1])}. "
        f"The wish to come back went from {say_amount(returning[0])} to {say_amount(returning[-1])}."
        if anger
        else "No reply was sent."
    )
    return frame_picture("mood", 172, title, words, _join(marks))


def say_amount(thousandths: int) -> str:
    """Say an amount of a customer's feeling."""
    steps = ((100, "hardly any"), (350, "little"), (650, "some"), (850, "much"), (FULL, "very much"))
    return next(words for most, words in steps if thousandths <= most)


def draw_frontier(points: Sequence[tuple[float, float, bool, bool]], title: str, words: str) -> SafeString:
    """Draw remedies by their worth to the customer (across) and final cost (up), numbered as in the table.

    Each point is worth (0 to 100), final cost, whether it is among the best for both, and whether it was offered.
    """
    most = max((cost for _, cost, _, _ in points), default=1) or 1
    marks = [
        format_html('<line class="rule" x1="6%" x2="98%" y1="{0}" y2="{0}"/>', BOTTOM + 4),
        format_html('<line class="rule" x1="6%" x2="6%" y1="4" y2="{}"/>', BOTTOM + 4),
        SafeString('<text class="axis" x="7%" y="14">costs more</text>'),
        format_html(
            '<text class="axis" x="98%" y="{}" text-anchor="end">worth more to the customer</text>', BOTTOM + 22
        ),
    ]
    for number, (worth, cost, best, given) in enumerate(points, start=1):
        x, y = 10 + 0.82 * worth, BOTTOM - 8 - (BOTTOM - TOP - 30) * cost / most
        kind = " ".join(name for name, holds in (("best", best), ("given", given)) if holds)
        marks.append(
            format_html(
                '<circle class="remedy {0}" cx="{1}%" cy="{2}" r="6"/>'
                '<text class="axis" x="{1}%" y="{3}" text-anchor="middle">{4}</text>',
                kind,
                _number(x),
                _number(y),
                _number(y - 11),
                number,
            )
        )
    return frame_picture("frontier", 172, title, words, _join(marks))


def _check(low: float, high: float, what: str) -> None:
    if not low <= high:
        raise ValueError(f"{what} reaches from {low} to {high}, expected the lower end first")


def _share(value: float, low: float, high: float) -> float:
    """Return where a value lies on a scale, from 0 to 100; what lies beyond an end is drawn at the end."""
    return 100 * (min(max(value, low), high) - low) / (high - low)


def _along(place: int, number: int) -> float:
    return (LEFT + RIGHT) / 2 if number == 1 else LEFT + (RIGHT - LEFT) * place / (number - 1)


def _band(start: float, end: float, y: int, height: int) -> SafeString:
    width = max(end - start, LEAST_BAND)
    return format_html(
        '<rect class="band" x="{}%" y="{}" width="{}%" height="{}" rx="{}"/>',
        _number(min(start, 100 - width)),
        y,
        _number(width),
        height,
        height // 2,
    )


def _line(kind: str, steps: Sequence[float], values: Sequence[int], *, square: bool) -> SafeString:
    heights = [BOTTOM - (BOTTOM - TOP) * min(max(value, 0), FULL) / FULL for value in values]
    places = [(_number(x), _number(y)) for x, y in zip(steps, heights, strict=True)]
    lines = format_html_join(
        "",
        '<line class="{}" x1="{}%" y1="{}" x2="{}%" y2="{}"/>',
        ((kind, *start, *end) for start, end in pairwise(places)),
    )
    if square:
        dots = format_html_join(
            "",
            f'<rect class="{{}} dot" x="{{}}%" y="{{}}" width="{2 * DOT}" height="{2 * DOT}" '
            f'transform="translate(-{DOT} -{DOT})"/>',
            ((kind, x, y) for x, y in places),
        )
    else:
        dots = format_html_join(
            "", f'<circle class="{{}} dot" cx="{{}}%" cy="{{}}" r="{DOT}"/>', ((kind, x, y) for x, y in places)
        )
    return lines + dots


def frame_picture(kind: str, height: int, title: str, words: str, marks: SafeString) -> SafeString:
    """Put marks into a picture that says in words what it shows; its places across are per cent of its width."""
    return format_html(
        '<svg class="chart {}" role="img" width="100%" height="{}"><title>{}</title><desc>{}</desc>{}</svg>',
        kind,
        height,
        title,
        words,
        marks,
    )


def _join(marks: Iterable[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((mark,) for mark in marks))


def _number(value: float) -> str:
    """Write a place with at most two digits after the point."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
