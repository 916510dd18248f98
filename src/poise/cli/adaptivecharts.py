"""The picture of simulated adaptive tests: how well people were measured, and how often items were used."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

import altair as alt
import numpy as np

from poise.measurement.models import FloatArray

if TYPE_CHECKING:
    from poise.cli.adaptive import Row

WIDTH: Final = 300
BLUE, ORANGE, INK = "#0072B2", "#D55E00", "#222222"
"""Colours that people who confuse red and green can tell apart: Okabe & Ito (2008)."""
FIGURES: Final = {"rmse": "RMSE", "sd": "posterior sd", "bias": "bias"}


def draw_tests(rows: "Sequence[Row]", rates: FloatArray, target: float | None) -> alt.VConcatChart:
    """Draw error and posterior sd by band or dimension, and the exposure rates of all items in order."""
    names = [row.name for row in rows if row.name != "all"]
    told = [
        {"name": row.name, "figure": title, "value": asdict(row)[figure]}
        for row in rows
        if row.name != "all"
        for figure, title in FIGURES.items()
    ]
    scale = alt.Scale(domain=list(FIGURES.values()), range=[ORANGE, BLUE, INK])
    errors = (
        alt.Chart(alt.InlineData(values=told))
        .mark_point(filled=True, size=55, opacity=1)
        .encode(
            x=alt.X("value:Q", title=None, scale=alt.Scale(padding=14), axis=alt.Axis(tickCount=5)),
            y=alt.Y("name:N", title=None, sort=names),
            color=alt.Color("figure:N", title=None, scale=scale, legend=alt.Legend(orient="bottom")),
            shape=alt.Shape("figure:N", title=None, scale=alt.Scale(domain=list(FIGURES.values()))),
            tooltip=["name:N", "figure:N", alt.Tooltip("value:Q", format=".3f")],
        )
        .properties(width=WIDTH, height=alt.Step(22), title="How well people are measured")
    )
    ordered = np.sort(rates)[::-1]
    bars = [{"place": place + 1, "rate": float(rate)} for place, rate in enumerate(ordered)]
    base = alt.Chart(alt.InlineData(values=bars))
    area = base.mark_area(color=BLUE, opacity=0.6, interpolate="step").encode(
        x=alt.X("place:Q", title="items, the most used first", scale=alt.Scale(domain=[1, len(bars)], nice=False)),
        y=alt.Y("rate:Q", title="share of people", scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(tickCount=5)),
    )
    layers: list[alt.Chart] = [area]
    if target is not None:
        line = alt.Chart(alt.InlineData(values=[{"rate": target}]))
        layers.append(line.mark_rule(color=ORANGE, strokeDash=[6, 3]).encode(y="rate:Q"))
    used = alt.layer(*layers).properties(width=WIDTH, height=150, title="How often items are used")
    chart: alt.VConcatChart = (
        alt.vconcat(errors, used, spacing=24)
        .resolve_scale(color="independent", shape="independent")
        .configure(background="white", padding=4)
    )
    return chart
