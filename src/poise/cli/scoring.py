"""`poise score`: scores of persons on calibrated items."""

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import typer
from rich.console import Console

from poise.cli.complaining import Complaining
from poise.measurement.coding import Codebook, RawResponses, dichotomise
from poise.measurement.gridscoring import score_table
from poise.measurement.items import KnownParameters
from poise.measurement.reading import read_responses
from poise.measurement.tables import BadTableError, ResponseTable, name_some


def run_scoring(err: Console, responses: Path, parameters: Path, target: Path, group: str | None) -> None:
    """Score every person and write scores.csv."""
    with Complaining(err):
        told = read_parameters(parameters)
        known = KnownParameters.from_dict(told)
        raw = read_responses(responses, group=group)
        if told.get("dichotomise") is not None:
            raw = dichotomise(raw, int(told["dichotomise"]))
        table = match_items(raw, known)
        names, columns = _score(table, known)
    rows = zip(table.persons or (), *columns, strict=True)
    try:
        with target.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["person", *names])
            writer.writerows([person, *(f"{number:.6f}" for number in numbers)] for person, *numbers in rows)
    except OSError as error:
        raise typer.BadParameter(f"{target}: cannot be written ({error.strerror})") from error
    for note in table.notes:
        err.print(f"Note: {note}.", markup=False)


def read_parameters(path: Path) -> dict[str, Any]:
    """Read parameters.json.

    Raises
    ------
    BadTableError
        If it cannot be read or is not JSON.
    """
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadTableError([f"{path}: cannot be read ({error.strerror}); check name and rights"]) from error
    except ValueError as error:
        raise BadTableError([f"{path}: is not JSON ({error}); expected what poise calibrate wrote"]) from error
    if not isinstance(told, dict):
        raise BadTableError([f"{path}: expected what poise calibrate wrote"])
    return told


def match_items(raw: RawResponses, known: KnownParameters) -> ResponseTable:
    """Code the responses by the values of the calibrated items; say which items are left out.

    Raises
    ------
    BadTableError
        If no item is known, or a value was not seen in calibration.
    """
    keys = {item.key for item in known.items}
    strange = [name for name in raw.items if name not in keys]
    if len(strange) == len(raw.items):
        raise BadTableError(
            [f"none of the items was calibrated: {name_some(strange)}; are these the right parameters?"]
        )
    notes = (f"items that were not calibrated are left out: {name_some(strange)}",) if strange else ()
    return Codebook({item.key: item.values for item in known.items}, notes).encode(raw)


def _score(table: ResponseTable, known: KnownParameters) -> tuple[list[str], list[Any]]:
    """Return the names of the columns, estimate and standard error of each dimension, and the columns."""
    names = [name for dimension in known.dimensions for name in (dimension, f"{dimension}_se")]
    if len(known.dimensions) == 1:
        scores = score_table(table, known)
        return names, [scores.mean, scores.sd]
    return names, _score_many(table, known)


def _score_many(table: ResponseTable, known: KnownParameters) -> list[Any]:
    from poise.measurement.manyscoring import recall_parameters, score_many  # noqa: PLC0415  compiled where needed

    if unknown := [name for name in table.groups if name not in known.groups]:
        raise BadTableError([f"group {name!r} was not calibrated" for name in unknown])
    if table.group is not None:
        places = np.array([known.groups.index(name) for name in table.groups])
        table = replace(table, group=places[table.group], groups=known.groups)
    scores = score_many(table, recall_parameters(known))
    return [column for d in range(len(known.dimensions)) for column in (scores.mean[:, d], scores.sd[:, d])]
