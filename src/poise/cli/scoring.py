"""`poise score`: scores of persons on calibrated items."""

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import typer
from rich.console import Console

from poise.cli.complaining import Complaining, refuse_overwriting
from poise.cli.scoresheet import Drawn, Tally, Wanted, draw_joint_sheet, draw_sheet
from poise.measurement.joint.jointlaying import match_joint
from poise.measurement.parameters.items import KnownParameters
from poise.measurement.tabular.coding import Codebook, RawResponses, dichotomise
from poise.measurement.tabular.gathering import read_observations
from poise.measurement.tabular.longrows import is_long
from poise.measurement.tabular.reading import open_source, read_responses
from poise.measurement.tabular.readingtables import holds_readings
from poise.measurement.tabular.tables import BadTableError, ResponseTable, name_some
from poise.measurement.tabular.widerows import Columns, WideRows, wide_chunks

CHUNK: Final = 8192


@dataclass(frozen=True)
class ScoreOrder:
    """What to score, as it was typed.

    Parameters
    ----------
    responses, parameters : Path
    wanted : Wanted
    group, rater : str, optional
        Columns.
    readings : Path, optional
    """

    responses: Path
    parameters: Path
    wanted: Wanted = field(default_factory=Wanted)
    group: str | None = None
    rater: str | None = None
    readings: Path | None = None


def run_scoring(err: Console, order: ScoreOrder, target: Path) -> None:
    """Score every person and write scores.csv; nothing is left there if anything is wrong."""
    part = target.with_name(f"{target.name}.part")
    tally, notes = Tally(order.wanted), list[str]()
    with Complaining(err):
        order.wanted.check()
        told = read_parameters(order.parameters)
        known = KnownParameters.from_dict(told)
        refuse_overwriting(target, order.responses, order.parameters)
        if told.get("converged") is False:
            notes.append(f"{order.parameters}: this calibration did not converge; do not use the scores in earnest")
        if order.group is None and len(known.groups) > 1:
            notes.append(f"without --group everybody counts as {known.groups[0]}, the first of the groups")
        at_least = None if told.get("dichotomise") is None else int(told["dichotomise"])
        try:
            with part.open("w", newline="", encoding="utf-8") as file:
                writer = csv.writer(file, lineterminator="\n")
                writer.writerow(["person", *order.wanted.name_columns(known.dimensions)])
                for names, drawn in draw_sheets(order, known, at_least, tally, notes):
                    columns = [tell_numbers(column) for column in drawn.columns(order.wanted)]
                    writer.writerows(zip(names, *columns, strict=True))
            part.replace(target)
        except OSError as error:
            raise typer.BadParameter(f"{target}: cannot be written ({error.strerror})") from error
        finally:
            part.unlink(missing_ok=True)
    for note in [*notes, *tally.notes]:
        err.print(f"Note: {note}.", markup=False)


def draw_sheets(
    order: ScoreOrder, known: KnownParameters, at_least: int | None, tally: Tally, notes: list[str]
) -> Iterator[tuple[Sequence[str], Drawn]]:
    """Yield names and scores of all persons, a chunk at a time; count what is odd, and note it."""
    chance = np.random.default_rng(order.wanted.seed)
    if known.is_joint or order.rater or order.readings or holds_readings(open_source(order.responses).header):
        marked = {one.key for block in known.blocks for one in block.statements}
        keys = marked | {item.key for item in known.items}
        gathered = read_observations(
            order.responses, order.readings, group=order.group, rater=order.rater, marked=marked, only=keys
        )
        whole = match_joint(gathered if at_least is None else gathered.dichotomised(at_least), known)
        notes += whole.notes
        for piece in whole.chunks(CHUNK):
            names, joint = piece.persons or (), draw_joint_sheet(piece, known, order.wanted, chance)
            tally.add(names, piece.answered, joint)
            yield names, joint
        return
    first = 1
    for table in read_tables(order, known, at_least, notes):
        names = table.persons or tuple(str(first + row) for row in range(table.size))
        drawn = draw_sheet(table, known, order.wanted, chance)
        tally.add(names, table.answered, drawn)
        first += table.size
        yield names, drawn


def read_tables(
    order: ScoreOrder, known: KnownParameters, at_least: int | None, notes: list[str]
) -> Iterator[ResponseTable]:
    """Yield the responses to calibrated items: a wide file a chunk at a time, a long one whole."""
    source, keys = open_source(order.responses), {item.key for item in known.items}
    if is_long(source.header):
        raw = read_responses(order.responses, group=order.group, only=keys)
        table = match_items(raw if at_least is None else dichotomise(raw, at_least), known)
        notes += table.notes
        yield from table.chunks(CHUNK)
        return
    columns = Columns.of(source.name, source.header, order.group, only=keys)
    reader, book = WideRows(source, columns), make_codebook(known)
    for raw in wide_chunks(reader, CHUNK):
        yield book.encode(raw if at_least is None else dichotomise(raw, at_least))
    notes += reader.finish()
    notes += note_strangers(columns.strange, known)


def tell_numbers(column: np.ndarray[Any, Any]) -> list[str]:
    """Return numbers as text: six places, whole ones as they are, and nothing for nan."""
    if column.dtype.kind in "iu":
        return [str(number) for number in column.tolist()]
    return ["" if number != number else f"{number:.6f}" for number in column.tolist()]  # noqa: PLR0124  nan is not itself


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
    refuse_strangers(raw.items, known)
    return replace(make_codebook(known), notes=note_strangers(raw.items, known)).encode(raw)


def make_codebook(known: KnownParameters) -> Codebook:
    """Return which values of the calibrated items are which categories."""
    return Codebook({item.key: item.values for item in known.items})


def note_strangers(names: Sequence[str], known: KnownParameters) -> tuple[str, ...]:
    """Say which items were not calibrated."""
    keys = {item.key for item in known.items}
    strange = [name for name in names if name not in keys]
    return (f"items that were not calibrated are left out: {name_some(strange)}",) if strange else ()


def refuse_strangers(names: Sequence[str], known: KnownParameters) -> None:
    """Refuse responses none of whose items was calibrated."""
    keys = {item.key for item in known.items}
    if not any(name in keys for name in names):
        raise BadTableError([f"none of the items was calibrated: {name_some(names)}; are these the right parameters?"])
