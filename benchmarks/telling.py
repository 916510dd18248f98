"""How `bench.py` tells what it measured: one table, and one picture of it.

`python benchmarks/telling.py PAGE.md PICTURE.svg` draws the picture of a page again.
"""

import math
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import altair as alt

from poise.cli.plotting import save_chart

COLUMNS = (
    "case", "engine", "CPU s", "times Poise", "first call, CPU s", "RMSE", "log-likelihood", "one step, ms", "peak MB",
    "settings, or why not",
)  # fmt: skip
NAMES = {
    "poise": "**Poise**",
    "mirt": "mirt (PyPI)",
    "girth": "girth",
    "theta": "theta-irt",
    "catsim": "catsim",
    "catpie": "catpie",
}
OURS, THEIRS = "#0b6e8c", "#b9b4ab"
LONGEST = 46
NO_PEERS = "wxy"
"""Cases that no other engine has: they stand in the table and not in the picture."""
NOTHING = "–"
BEGIN, END = "<!-- printed by make bench -->", "<!-- end of what make bench printed -->"


@dataclass(frozen=True)
class Row:
    """What one engine did on one case.

    Parameters
    ----------
    case, told, engine, remark : str
    seconds : float, optional
        The least CPU seconds of the runs after the first, or of the only one.
    first : float, optional
        CPU seconds of the first call, compilation included.
    errors : dict of float
        Root mean squared errors by what was estimated.
    loglik : float, optional
    memory : float, optional
        Peak in MB.
    step : float, optional
        CPU milliseconds of one step of an adaptive test.
    error : str
        Why there is nothing to tell, in the engine's own words.
    """

    case: str
    told: str
    engine: str
    remark: str
    seconds: float | None
    first: float | None
    errors: dict[str, float]
    loglik: float | None
    memory: float | None
    step: float | None
    error: str


def head_table() -> list[str]:
    """Return the head of the table."""
    return ["| " + " | ".join(COLUMNS) + " |", "|" + "---|" * len(COLUMNS)]


def tell_rows(rows: list[Row]) -> list[str]:
    """Return the lines of the table."""
    own = {row.case: row.seconds for row in rows if row.engine == "poise"}
    lines = []
    for number, row in enumerate(rows):
        new = not number or rows[number - 1].case != row.case
        base = own.get(row.case)
        cells = (
            f"{row.case}: {row.told}" if new else row.case,
            NAMES[row.engine],
            tell_number(row.seconds),
            f"{row.seconds / base:.1f}" if row.seconds and base and row.engine != "poise" else "",
            tell_number(row.first),
            ", ".join(f"{name} {value:.4f}".replace(" 0.", " .") for name, value in row.errors.items()),
            f"{row.loglik:.2f}" if row.loglik is not None else "",
            f"{row.step:.3f}" if row.step is not None else "",
            f"{row.memory:.0f}" if row.memory is not None else "",
            "; ".join(part for part in (row.remark, row.error) if part).replace("|", "/"),
        )
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def tell_number(seconds: float | None) -> str:
    """Return seconds with as many digits as they deserve."""
    if seconds is None:
        return NOTHING
    return f"{seconds:.2f}" if seconds < 10 else f"{seconds:.1f}"  # noqa: PLR2004  two digits say enough from there


def write_into(page: Path, table: list[str]) -> None:
    """Write the table between the marks of a page."""
    text = page.read_text()
    if BEGIN not in text or END not in text:
        raise SystemExit(f"{page}: expected the marks {BEGIN!r} and {END!r} around the table")
    before, rest = text.split(BEGIN)
    page.write_text(before + BEGIN + "\n\n" + "\n".join(table) + "\n\n" + END + rest.split(END)[1])


def read_page(page: Path) -> list[str]:
    """Return the table that stands between the marks of a page."""
    text = page.read_text()
    return text.split(BEGIN)[1].split(END)[0].strip().splitlines()


def keep_other_cases(old: list[str], new: list[str]) -> list[str]:
    """Return a table with the rows of the cases that were run anew, and the rows that stood there of all others."""
    fresh = {line.split("|")[1].strip()[0] for line in new[2:]}
    rows = [line for line in old[2:] if line.split("|")[1].strip()[0] not in fresh]
    # Cases stand in the order of their letters, the rows of a case in the order they had.
    return [*new[:2], *sorted([*rows, *new[2:]], key=lambda line: line.split("|")[1].strip()[0])]


def draw_picture(table: list[str], path: Path) -> None:
    """Draw the CPU seconds that a table tells, on a logarithmic scale."""
    places = list(place_points(table))
    least = 10.0 ** math.floor(math.log10(min(one["end"] for one in places if one["done"])))
    for one in places:
        one.update(least=least, end=one["end"] or least)
    base = alt.Chart().encode(
        x=alt.X("end:Q", scale=alt.Scale(type="log", domainMin=least), title="CPU seconds"),
        y=alt.Y("engine:N", sort=None, title=None, axis=alt.Axis(labelLimit=220, ticks=False, domain=False)),
        color=alt.condition(alt.datum.own, alt.value(OURS), alt.value(THEIRS)),
    )
    drawn = alt.layer(
        base.mark_rule(strokeWidth=2).encode(x="least:Q", x2="end:Q").transform_filter(alt.datum.done),
        base.mark_circle(size=90, opacity=1).transform_filter(alt.datum.done),
        base.mark_text(align="left", dx=9, fontSize=11).encode(text="said:N", color=alt.value("#333")),
        data=alt.InlineData(values=places),
    ).properties(width=330, height=alt.Step(17))
    header = alt.Header(labelAnchor="start", labelOrient="top", labelFontWeight="bold", labelPadding=2)
    chart = drawn.facet(row=alt.Row("case:N", sort=None, title=None, header=header), spacing=2)
    chart = chart.resolve_scale(y="independent").configure_view(stroke=None).configure_axisX(grid=False)
    save_chart(chart, path)


def place_points(table: list[str]) -> Iterator[dict[str, Any]]:
    """Yield what the picture shows of each row of a table."""
    case = ""
    for line in table[2:]:
        told = dict(zip(COLUMNS, (cell.strip() for cell in line.strip().strip("|").split("|")), strict=True))
        case = told["case"] if ":" in told["case"] else case
        if case[0] in NO_PEERS:
            continue
        name, remark = told["engine"].strip("*"), told[COLUMNS[-1]]
        done = told["CPU s"] != NOTHING
        yield {
            "case": case,
            "engine": f"{name}, {remark.partition(' nodes')[0]} nodes" if name == NAMES["mirt"] else name,
            "own": name in NAMES["poise"],
            "done": done,
            "end": float(told["CPU s"]) if done else None,
            "said": told["CPU s"] if done else shorten(remark.rpartition("; ")[2]),
        }


def shorten(text: str) -> str:
    """Return what fits beside a point."""
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"


if __name__ == "__main__":
    draw_picture(read_page(Path(sys.argv[1])), Path(sys.argv[2]))
