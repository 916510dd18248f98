"""Pictures as files: `poise plot`, and what other commands need to write a chart."""

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Final

from poise.measurement.tables import BadTableError

if TYPE_CHECKING:
    import altair as alt

ENDINGS: Final = (".svg", ".png", ".html", ".json")
SHARPNESS: Final = 2
"""Pixels of a PNG for one of the chart's, so that it stays sharp on a fine screen."""
MISSING: Final = "Pictures need the extra plot. Install it with: pip install 'poise[plot]'"


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
