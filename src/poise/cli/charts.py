"""Charts of a test by altair, from plain rows: curves, information, item map, expected scores."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Final, TypeAlias

import altair as alt
import numpy as np

from poise.measurement.scores.curvedata import Row

Chart: TypeAlias = alt.TopLevelMixin
NAMED: Final = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
"""Colours that people who confuse red and green can tell apart: Okabe & Ito (2008)."""
ORDERED: Final = ((68, 1, 84), (59, 82, 139), (33, 145, 140), (94, 201, 98))
DASHES: Final = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [4, 2], [1, 3])
INK: Final = "#222222"
APART: Final[dict[str, Any]] = dict.fromkeys(("color", "strokeDash"), "independent")
"""Charts in one picture have colours and legends of their own."""
QUIET: Final = "#8A8A8A"
LEAST_PANEL: Final = 120
MARGIN: Final = 52
"""Pixels that the axis and its title take on the left."""
WIDE_MARGIN: Final = 116
"""The same where the names of items stand there."""
LONGEST_NAME: Final = 104
LETTER: Final = 6
"""Pixels of a letter, about."""
GAP: Final = 14
CELL: Final = 0.2
"""Width of a cell of the strips that show the information of many items."""
DODGE: Final = 0.08
SHADES: Final = ("#F7FBFF", "#6BAED6", "#08306B")
FEW_ITEMS: Final = len(NAMED)


def draw_curves(rows: Sequence[Row], points: Sequence[Row], blocks: Sequence[Row], width: int) -> Chart:
    """Draw a panel for each item, its categories as lines, and for each block and dimension, its statements."""
    panels: list[Any] = []
    columns, size = _cut_width(width, 2)
    if rows:
        panels.append(_curves_of_items(rows, points, columns, size))
    names = dict.fromkeys(str(row["block"]) for row in blocks)
    panels += [_curves_of_block(name, [row for row in blocks if row["block"] == name], columns, size) for name in names]
    return _dress(alt.vconcat(*panels, spacing=24).resolve_scale(**APART))


def _curves_of_items(rows: Sequence[Row], points: Sequence[Row], columns: int, size: int) -> Any:  # noqa: ANN401
    several = len({row["dimension"] for row in rows}) > 1
    short = shorten((str(row["item"]) for row in rows), size // LETTER)
    head = {
        str(row["item"]): "\n".join([short[str(row["item"])], *([str(row["dimension"])] if several else [])])
        for row in rows
    }
    order = list(head.values())
    told = [row | {"head": head[str(row["item"])], "mark": "curve"} for row in rows]
    middle = max((float(row["category"]) for row in points), default=0.0) / 2.0
    told += [_beside(row, middle) | {"head": head[str(row["item"])], "mark": "people"} for row in points]
    values = sorted({str(row["value"]) for row in rows}, key=int)
    colour = alt.Color(
        "value:N",
        title="answer",
        sort=values,
        scale=alt.Scale(domain=values, range=_steps(len(values))),
        legend=alt.Legend(orient="top", symbolType="stroke", symbolStrokeWidth=4, symbolSize=200),
    )
    base = alt.Chart(alt.InlineData(values=told)).encode(color=colour)
    at = alt.X("theta:Q", title=_axis_title(rows), axis=_axis(5))
    chance = alt.Y("probability:Q", title="probability", scale=alt.Scale(domain=[0, 1]), axis=_axis(3))
    layers = [
        base.transform_filter("datum.mark == 'curve'")
        .mark_line(strokeWidth=2, clip=True)
        .encode(x=at, y=chance, tooltip=["item:N", "value:N", "theta:Q", alt.Tooltip("probability:Q", format=".3f")])
    ]
    if points:
        people = base.transform_filter("datum.mark == 'people'")
        layers += [
            people.mark_rule(strokeWidth=1, opacity=0.8).encode(x=at, y=alt.Y("low:Q"), y2="high:Q"),
            people.mark_point(size=16, filled=True, opacity=1).encode(
                x=at, y=alt.Y("proportion:Q"), tooltip=["item:N", "value:N", "theta:Q", "proportion:Q", "number:Q"]
            ),
        ]
    return (
        alt.layer(*layers)
        .properties(width=size, height=round(size * 0.72))
        .facet(alt.Facet("head:N", title=None, sort=order, header=_header()), columns=columns, spacing=GAP)
    )


def _beside(row: Row, middle: float) -> Row:
    """Move the points of a category a little, so that intervals at one place can be told apart."""
    return row | {"theta": float(row["theta"]) + DODGE * (float(row["category"]) - middle)}


def _curves_of_block(block: str, rows: Sequence[Row], columns: int, size: int) -> Any:  # noqa: ANN401
    names = list(dict.fromkeys(str(row["statement"]) for row in rows))
    scale = alt.Scale(domain=names, range=list(NAMED[: len(names)]))
    legend = alt.Legend(orient="bottom", symbolType="stroke", symbolSize=500, columns=1, labelLimit=320)
    dashes = alt.StrokeDash(
        "statement:N", scale=alt.Scale(domain=names, range=[list(one) for one in DASHES[: len(names)]]), legend=legend
    )
    return (
        alt.Chart(alt.InlineData(values=[dict(row) for row in rows]))
        .mark_line(strokeWidth=2)
        .encode(
            x=alt.X("theta:Q", title=None, axis=_axis(5)),
            y=alt.Y("probability:Q", title="put first", scale=alt.Scale(domain=[0, 1]), axis=_axis(3)),
            color=alt.Color("statement:N", title="statement", sort=names, scale=scale, legend=legend),
            strokeDash=dashes,
            tooltip=["statement:N", "theta:Q", alt.Tooltip("probability:Q", format=".3f")],
        )
        .properties(width=size, height=round(size * 0.72))
        .facet(alt.Facet("dimension:N", title=f"Block {block}", sort=None), columns=columns, spacing=GAP)
    )


def draw_information(rows: Sequence[Row], totals: Sequence[Row], width: int) -> Chart:
    """Draw for each dimension the test's information, its standard error below, and each item's share in it."""
    panels = []
    for dimension in dict.fromkeys(str(row["dimension"]) for row in totals):
        own = [dict(row) for row in rows if row["dimension"] == dimension]
        size = width - (MARGIN if len({row["item"] for row in own}) <= FEW_ITEMS else WIDE_MARGIN)
        whole = [dict(row) for row in totals if row["dimension"] == dimension]
        base = alt.Chart(alt.InlineData(values=whole)).encode(x=_theta(whole, title=None))
        of_test = base.mark_line(color=INK, strokeWidth=2.5).encode(
            y=alt.Y("information:Q", title="test information", axis=_axis(4)), tooltip=["theta:Q", "information:Q"]
        )
        error = base.mark_line(color=NAMED[1], strokeWidth=2.5, clip=True).encode(
            y=alt.Y(
                "error:Q",
                title="standard error",
                scale=alt.Scale(domain=[0, _error_top(whole)], nice=True),
                axis=_axis(4),
            ),
            tooltip=["theta:Q", "error:Q"],
        )
        parts = [
            of_test.properties(width=size, height=130, title=f"Information about {dimension}"),
            error.properties(width=size, height=90),
            _information_of_items(own, dimension, size),
        ]
        panels.append(alt.vconcat(*parts, spacing=8).resolve_scale(**APART))
    return _dress(alt.vconcat(*panels, spacing=28).resolve_scale(**APART))


def _information_of_items(rows: list[Row], dimension: str, size: int) -> Any:  # noqa: ANN401
    names = list(dict.fromkeys(str(row["item"]) for row in rows))
    base = alt.Chart(alt.InlineData(values=rows))
    at = _theta(rows, title=dimension)
    told = ["item:N", "theta:Q", alt.Tooltip("information:Q", format=".3f")]
    if len(names) <= FEW_ITEMS:
        legend = alt.Legend(orient="bottom", symbolType="stroke", symbolSize=500, columns=1, labelLimit=size - 40)
        dash = alt.Scale(domain=names, range=[list(one) for one in DASHES[: len(names)]])
        return (
            base.mark_line(strokeWidth=2)
            .encode(
                x=at,
                y=alt.Y("information:Q", title="of each item", axis=_axis(4)),
                color=alt.Color("item:N", sort=names, scale=alt.Scale(domain=names, range=list(NAMED)), legend=legend),
                strokeDash=alt.StrokeDash("item:N", scale=dash, legend=legend),
                tooltip=told,
            )
            .properties(width=size, height=120)
        )
    peak = {name: max((r for r in rows if r["item"] == name), key=lambda r: float(r["information"])) for name in names}
    names.sort(key=lambda name: float(peak[name]["theta"]))
    scale = alt.Scale(range=list(SHADES), domainMin=0)
    legend = alt.Legend(orient="bottom", type="gradient", gradientLength=size // 2, title="information of each item")
    shade = alt.Color("information:Q", scale=scale, legend=legend)
    cells = [row | _cell(float(row["theta"])) for row in rows if _is_cell(float(row["theta"]))]
    return (
        alt.Chart(alt.InlineData(values=cells))
        .mark_rect(clip=True, aria=False)
        .encode(
            x=_theta(rows, dimension, "from:Q"),
            x2="until:Q",
            y=_item_axis(names),
            color=shade,
            tooltip=told,
        )
        .properties(width=size, height=alt.Step(14))
    )


def _cell(theta: float) -> Row:
    """Return the ends of the cell around a point; it reaches a little into the next, so that no seam shows."""
    return {"from": round(theta - CELL / 2, 9), "until": round(theta + CELL * 0.7, 9)}


def _is_cell(theta: float) -> bool:
    return abs(theta / CELL - round(theta / CELL)) < 1e-6  # noqa: PLR2004  rounding


def draw_map(thresholds: Sequence[Row], people: Sequence[Row], width: int) -> Chart:
    """Draw for each dimension how people lie on it, and below, on the same axis, the thresholds of its items."""
    size = width - WIDE_MARGIN
    panels = []
    steps = [str(k) for k in sorted({int(row["step"]) for row in thresholds})]
    for dimension in dict.fromkeys(str(row["dimension"]) for row in thresholds):
        own = [row | {"step": str(row["step"])} for row in thresholds if row["dimension"] == dimension]
        crowd = [dict(row) for row in people if row["dimension"] == dimension]
        span = _span(own, crowd)
        scale = alt.Scale(domain=span, nice=False)
        bars = (
            alt.Chart(alt.InlineData(values=crowd))
            .mark_bar(color=QUIET, clip=True, binSpacing=1)
            .encode(
                x=alt.X("from:Q", bin="binned", title=None, scale=scale, axis=_axis(7)),
                x2="to:Q",
                y=alt.Y("share:Q", title="people", axis=_axis(3, format="%")),
                tooltip=["from:Q", "to:Q", alt.Tooltip("share:Q", format=".1%")],
            )
            .properties(width=size, height=90, title=f"{dimension}: people and items")
        )
        panels.append(alt.vconcat(bars, _thresholds_of_items(own, dimension, steps, scale, size), spacing=6))
    return _dress(alt.vconcat(*panels, spacing=28))


def _thresholds_of_items(rows: Sequence[Row], dimension: str, steps: list[str], scale: alt.Scale, size: int) -> Any:  # noqa: ANN401
    middles: dict[str, list[float]] = {}
    for row in rows:
        middles.setdefault(str(row["item"]), []).append(float(row["threshold"]))
    names = sorted(middles, key=lambda name: sum(middles[name]) / len(middles[name]))
    legend = alt.Legend(orient="bottom", title="threshold") if len(steps) > 1 else None
    colour = alt.Color("step:N", sort=steps, scale=alt.Scale(domain=steps, range=_steps(len(steps))), legend=legend)
    shape = alt.Shape("step:N", sort=steps, scale=alt.Scale(domain=steps), legend=legend)
    base = alt.Chart(alt.InlineData(values=[dict(row) for row in rows])).encode(y=_item_axis(names), color=colour)
    at = alt.X("threshold:Q", title=dimension, scale=scale, axis=_axis(7))
    rule = base.transform_filter("isValid(datum.low)").mark_rule(strokeWidth=1.5, opacity=0.6, clip=True)
    point = base.mark_point(size=34, filled=True, opacity=1, clip=True)
    told = ["item:N", "step:N", alt.Tooltip("threshold:Q", format=".2f"), "low:Q", "high:Q"]
    return alt.layer(
        rule.encode(x=alt.X("low:Q", scale=scale, title=dimension), x2="high:Q"),
        point.encode(x=at, shape=shape, tooltip=told),
    ).properties(width=size, height=alt.Step(16))


def draw_tests(rows: Sequence[Row], width: int) -> Chart:
    """Draw the expected score on each dimension, with a band of one standard deviation to each side."""
    panels = []
    for dimension in dict.fromkeys(str(row["dimension"]) for row in rows):
        own = [dict(row) for row in rows if row["dimension"] == dimension]
        base = alt.Chart(alt.InlineData(values=own)).encode(x=_theta(own, title=dimension))
        scale = alt.Scale(domain=[0, own[0]["most"]], nice=False)
        band = base.mark_area(color=NAMED[0], opacity=0.22).encode(
            y=alt.Y("low:Q", title="expected score", scale=scale, axis=_axis(5)), y2="high:Q"
        )
        line = base.mark_line(color=NAMED[0], strokeWidth=2.5).encode(
            y=alt.Y("score:Q"), tooltip=["theta:Q", alt.Tooltip("score:Q", format=".2f"), "low:Q", "high:Q"]
        )
        panels.append(alt.layer(band, line).properties(width=width - MARGIN, height=200))
    return _dress(alt.vconcat(*panels, spacing=24))


def _cut_width(width: int, at_least: int) -> tuple[int, int]:
    """Return how many panels stand beside each other, and how wide each is."""
    columns = max(at_least, (width - MARGIN) // 180)
    return columns, max(LEAST_PANEL, (width - MARGIN - GAP * (columns - 1)) // columns)


def _axis(ticks: int, format: str = "~f") -> alt.Axis:  # noqa: A002  altair's name
    return alt.Axis(tickCount=ticks, format=format, grid=True)


def _axis_title(rows: Iterable[Row]) -> str | None:
    """Return the dimension, or nothing where it stands above each panel."""
    names = {str(row["dimension"]) for row in rows}
    return names.pop() if len(names) == 1 else None


def _theta(rows: Sequence[Row], title: str | None, shown: str = "theta:Q") -> alt.X:
    ends = [float(rows[0]["theta"]), float(rows[-1]["theta"])]
    return alt.X(shown, title=title, scale=alt.Scale(domain=ends, nice=False), axis=_axis(7))


def _item_axis(names: list[str]) -> alt.Y:
    """Return an axis of items; names too long for it are shortened."""
    short = shorten(names, LONGEST_NAME // LETTER)
    told = json.dumps({name: one for name, one in short.items() if name != one})
    axis = alt.Axis(labelLimit=LONGEST_NAME + LETTER, labelExpr=f"({told})[datum.label] || datum.label", grid=False)
    return alt.Y("item:N", title=None, sort=names, axis=axis)


def _header() -> alt.Header:
    """Return headers of panels whose labels may have several lines."""
    return alt.Header(labelExpr="split(datum.label, '\\n')")


def shorten(names: Iterable[str], longest: int) -> dict[str, str]:
    """Return a label of at most so many letters for each name, without its middle; labels differ where names do."""
    half = (longest - 1) // 2
    names = list(dict.fromkeys(names))
    short = {
        name: name if len(name) <= longest else f"{name[:half].rstrip()}…{name[-half:].lstrip()}" for name in names
    }
    twice = {label for label, times in Counter(short.values()).items() if times > 1}
    return {
        name: f"{place}. {label[: longest - 4]}…" if label in twice else label
        for place, (name, label) in enumerate(short.items(), start=1)
    }


def _error_top(rows: Iterable[Row]) -> float:
    """Return where the axis of standard errors ends: far out they run away and would flatten all others."""
    errors = sorted(float(row["error"]) for row in rows)
    return min(errors[-1], max(1.2, 4.0 * errors[0]))


def _span(thresholds: Iterable[Row], people: Iterable[Row]) -> list[float]:
    """Return the ends of the map: all thresholds that can be met, and all but a few in a thousand of the people."""
    inside = [float(row["threshold"]) for row in thresholds]
    crowd = [float(row[end]) for row in people for end in ("from", "to") if float(row["share"]) > 0.002]  # noqa: PLR2004
    return [max(-8.0, min(inside + crowd) - 0.3), min(8.0, max(inside + crowd) + 0.3)]


def _steps(number: int) -> list[str]:
    """Return colours in order from dark to light: of viridis, up to where it is too light on white."""
    at = np.linspace(0.0, min(len(ORDERED) - 1, 1 + number / 2), max(number, 2))[:number]
    mixed = [np.interp(at, np.arange(len(ORDERED)), [one[c] for one in ORDERED]).round().astype(int) for c in range(3)]
    return [f"#{red:02X}{green:02X}{blue:02X}" for red, green, blue in zip(*mixed, strict=True)]


def _dress(chart: alt.VConcatChart) -> Chart:
    """Give every chart the same letters and a white ground."""
    dressed: Chart = (
        chart.configure(background="white", padding=4, font="sans-serif")
        .configure_axis(
            labelFontSize=11, titleFontSize=12, labelColor=INK, titleColor=INK, titleFontWeight="normal",
            gridColor="#E6E6E6", domainColor=QUIET, tickColor=QUIET,
        )
        .configure_legend(labelFontSize=11, titleFontSize=12, labelColor=INK, titleColor=INK, titleFontWeight="normal")
        .configure_header(labelFontSize=11, titleFontSize=12, labelColor=INK, titleColor=INK, labelPadding=4)
        .configure_title(fontSize=13, color=INK, anchor="start", fontWeight="bold")
        .configure_view(stroke="#CCCCCC")
    )  # fmt: skip
    return dressed
