"""Pictures as files: `poise plot`, and what other commands need to write a chart."""

import importlib.util
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from rich.box import MARKDOWN
from rich.console import Console
from rich.table import Table

from poise.cli.complaining import Complaining
from poise.cli.placing import People, place_people
from poise.cli.scoring import read_parameters
from poise.measurement.parameters.instrument import Instrument, read_instrument
from poise.measurement.scores import curvedata
from poise.measurement.scores.curvedata import Row
from poise.measurement.tabular.tables import BadTableError

if TYPE_CHECKING:
    import altair as alt

Kind: TypeAlias = Literal["curves", "information", "map", "tests"]
MOST_PANELS: Final = 24
NARROW: Final = 390
"""Width of a picture, in pixels, if none is said: that of a telephone, where it has to be readable too."""
POINTS: Final = range(-3, 4)
"""Where the figures of curves are printed."""
ENDINGS: Final = (".svg", ".png", ".html", ".json")
SHARPNESS: Final = 2
"""Pixels of a PNG for one of the chart's, so that it stays sharp on a fine screen."""
MISSING: Final = "Pictures need the extra plot. Install it with: pip install 'poise[plot]'"


@dataclass(frozen=True)
class Picture:
    """What to draw, as it was typed.

    Parameters
    ----------
    parameters : Path
    kind : {"curves", "information", "map", "tests"}
    output : Path, optional
    items : str
        Keys with commas between; all if empty.
    responses : Path, optional
        Whose answers are set beside the curves, and whose places are shown on the map.
    group, rater : str, optional
        Columns of the responses.
    width : int
        Pixels.
    table : bool
        Whether the figures are printed.
    """

    parameters: Path
    kind: Kind
    output: Path | None
    items: str = ""
    responses: Path | None = None
    group: str | None = None
    rater: str | None = None
    width: int = NARROW
    table: bool = False


def run_plot(out: Console, err: Console, picture: Picture) -> None:
    """Draw a picture, print its figures, or both."""
    with Complaining(err):
        if picture.output is None and not picture.table:
            raise BadTableError(["expected --out FILE, or --table to print the figures, or both"])
        if picture.output is not None:
            check_picture(picture.output)
        told = read_parameters(picture.parameters)
        instrument = read_instrument(told)
        people = (
            None if picture.responses is None else place_people(told, picture.responses, picture.group, picture.rater)
        )
        asked = [key.strip() for key in picture.items.split(",") if key.strip()]
        if not asked and picture.kind == "curves" and instrument.questions > MOST_PANELS:
            asked = [*(one.key for one in instrument.items), *(one.key for one in instrument.blocks)][:MOST_PANELS]
            err.print(f"Note: the first {MOST_PANELS} of {instrument.questions}; choose with --items.", markup=False)
        chosen = curvedata.pick_questions(instrument, asked) if asked else instrument
        rows = _gather(chosen, picture.kind, people)
        if picture.output is not None:
            save_chart(_draw(rows, picture.kind, picture.width), picture.output)
            out.print(f"Written to {picture.output}", markup=False)
        if picture.table:
            out.print(_tabulate(rows, picture.kind))


def _gather(instrument: Instrument, kind: Kind, people: People | None) -> dict[str, list[Row]]:
    """Return the rows that a picture and its table are made of, by what they are."""
    match kind:
        case "curves":
            points = curvedata.count_proportions(instrument, people.table, people.means, people.sds) if people else []
            blocks = curvedata.trace_blocks(instrument)
            return {"items": curvedata.trace_items(instrument), "points": points, "blocks": blocks}
        case "information":
            rows = curvedata.trace_information(instrument)
            return {"items": rows, "test": curvedata.sum_information(rows)}
        case "map":
            crowd = curvedata.spread_people(instrument, *((people.means, people.sds) if people else ()))
            return {"thresholds": curvedata.place_thresholds(instrument), "people": crowd}
        case _:
            return {"scores": curvedata.trace_scores(instrument)}


def _draw(rows: dict[str, list[Row]], kind: Kind, width: int) -> "alt.TopLevelMixin":
    from poise.cli import charts  # noqa: PLC0415  the base install has no altair

    match kind:
        case "curves":
            return charts.draw_curves(rows["items"], rows["points"], rows["blocks"], width)
        case "information":
            return charts.draw_information(rows["items"], rows["test"], width)
        case "map":
            return charts.draw_map(_some(rows["thresholds"], kind), rows["people"], width)
        case _:
            return charts.draw_tests(_some(rows["scores"], kind), width)


def _some(rows: list[Row], kind: Kind) -> list[Row]:
    if not rows:
        raise BadTableError(
            [f"--kind {kind}: needs rated items, and there are none; blocks have curves and information"]
        )
    return rows


def _tabulate(rows: dict[str, list[Row]], kind: Kind) -> Table:
    """Lay out the figures of a picture, at whole points of each dimension."""
    match kind:
        case "curves":
            told = [(f"{row['item']}: {row['value']}", row) for row in rows["items"]]
            told += [(f"{row['block']}: {row['statement']} first", row) for row in rows["blocks"]]
            return _spread("answer", told, "probability")
        case "information":
            told = [(str(row["item"]), row) for row in rows["items"]]
            told += [("the test", row) for row in rows["test"]]
            told += [("standard error", row | {"information": row["error"]}) for row in rows["test"]]
            return _spread("information", told, "information")
        case "map":
            return _list_thresholds(rows["thresholds"])
        case _:
            return _spread("score", [("expected", row) for row in rows["scores"]], "score")


def _spread(head: str, told: Sequence[tuple[str, Row]], value: str) -> Table:
    """Lay out values by name and dimension, a column for each whole point that is not far out."""
    several = len({row["dimension"] for _, row in told}) > 1
    shown = Table(head, *(f"{point:+d}" if point else "0" for point in POINTS), box=MARKDOWN)
    shown.columns[0].overflow = "fold"
    lines: dict[str, dict[float, str]] = {}
    for name, row in told:
        line = lines.setdefault(f"{row['dimension']}: {name}" if several else name, {})
        line[float(row["theta"])] = f"{float(row[value]):.2f}"
    for name, values in lines.items():
        shown.add_row(name, *(values.get(float(point), "") for point in POINTS))
    return shown


def _list_thresholds(rows: Iterable[Row]) -> Table:
    shown = Table("dimension", "item", "thresholds (95 %)", box=MARKDOWN)
    lines: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        reach = f" ({float(row['low']):.2f} to {float(row['high']):.2f})" if "low" in row else ""
        lines.setdefault((str(row["dimension"]), str(row["item"])), []).append(f"{float(row['threshold']):.2f}{reach}")
    for (dimension, item), cells in lines.items():
        shown.add_row(dimension, item, "  ".join(cells))
    return shown


def check_picture(path: Path) -> None:
    """Refuse, before any work is done, a picture that could not be written.

    Raises
    ------
    BadTableError
        If the extra is missing or the ending is unknown.
    """
    if path.suffix.lower() not in ENDINGS:
        raise BadTableError([f"{path}: expected a name that ends in one of {', '.join(ENDINGS)}"])
    if absent := [name for name in ("altair", "vl_convert") if importlib.util.find_spec(name) is None]:
        raise BadTableError([f"{MISSING} (missing: {', '.join(absent)})"])


def save_chart(chart: "alt.TopLevelMixin", path: Path) -> None:
    """Write a chart as SVG, PNG, one page of HTML that needs no network, or Vega-Lite JSON, by the path's ending.

    Raises
    ------
    BadTableError
        If the extra is missing, the ending is unknown or the file cannot be written.
    """
    check_picture(path)
    try:
        match path.suffix.lower():
            case ".png":
                chart.save(path, format="png", scale_factor=SHARPNESS)
            case ".html":
                chart.save(path, format="html", inline=True)
            case ".svg":
                chart.save(path, format="svg")
            case _:
                chart.save(path, format="json")
    except OSError as error:
        raise BadTableError([f"{path}: cannot be written ({error.strerror})"]) from error
