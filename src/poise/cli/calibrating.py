"""`poise calibrate`: item parameters from the responses of many persons."""

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal, TypeAlias

import numpy as np
import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from poise.cli.anchoring import AnchorFile
from poise.cli.complaining import Complaining, refuse_overwriting
from poise.cli.mapping import read_map
from poise.cli.summarising import summarise
from poise.measurement.grid.calibration import Settings, calibrate
from poise.measurement.parameters.itemmap import ItemMap
from poise.measurement.parameters.items import Calibration, Model
from poise.measurement.tabular.coding import code_responses, dichotomise
from poise.measurement.tabular.reading import open_source, read_responses
from poise.measurement.tabular.readingtables import holds_readings
from poise.measurement.tabular.spooling import SpooledTables, spool_responses
from poise.measurement.tabular.tables import BadTableError, ResponseTable, name_some

AnyModel: TypeAlias = Literal["2pl", "graded", "gpcm", "blocks"]
Say: TypeAlias = Callable[[str], None]
LARGE = 5_000_000
"""Cells from which on a file is read a chunk at a time."""
NOT_CONVERGED = 1
"""The exit code of a calibration that did not converge; its numbers are written all the same."""
FEWEST = 2
"""Persons, at least; one does not tell persons from items."""


@dataclass(frozen=True)
class Order:
    """What to calibrate, as it was typed.

    Parameters
    ----------
    responses : Path
    model : {"2pl", "graded", "gpcm", "blocks"}
    dimensions : Path, optional
        YAML: dimension to item keys, blocks, effects.
    group, weight : str, optional
        Columns.
    without : sequence of str
        Columns that are left out.
    dichotomise : int, optional
    nodes : int, optional
    standard_errors : bool
    rater : str, optional
        A column.
    readings : Path, optional
        A table of readings of the same persons.
    anchors : Path, optional
        What an earlier calibration wrote; its items keep their parameters.
    free_sds : bool
        Whether groups may spread differently.
    """

    responses: Path
    model: AnyModel
    dimensions: Path | None = None
    group: str | None = None
    weight: str | None = None
    without: Sequence[str] = ()
    dichotomise: int | None = None
    nodes: int | None = None
    standard_errors: bool = True
    rater: str | None = None
    readings: Path | None = None
    anchors: Path | None = None
    free_sds: bool = False


def run_calibration(out: Console, err: Console, order: Order, target: Path) -> None:
    """Calibrate, write parameters.json and print a summary."""
    with Complaining(err):
        refuse_target(target)
        refuse_overwriting(target, order.responses, order.dimensions, order.readings)
        mapping = None if order.dimensions is None else read_map(order.dimensions)
        refuse_order(order, mapping)
        with TemporaryDirectory(prefix="poise-") as folder, showing(err) as say:
            found = calibrate_order(order, mapping, Path(folder), say)
        told = found.as_dict() | ({} if order.dichotomise is None else {"dichotomise": order.dichotomise})
        write_whole(target, json.dumps(told, indent=2, ensure_ascii=False, allow_nan=False) + "\n")
    summarise(out, err, found)
    out.print(f"Written to {target}", markup=False)
    if not found.converged:
        raise typer.Exit(NOT_CONVERGED)


def refuse_target(path: Path) -> None:
    """Refuse a file that could not be written in the end, before the work begins."""
    if path.is_dir():
        raise BadTableError([f"{path}: is a folder; name a file in it, such as {path / 'parameters.json'}"])
    if not path.parent.is_dir():
        raise BadTableError([f"{path}: the folder {path.parent} is not there; make it first"])


def write_whole(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    part = path.with_name(f"{path.name}.part")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise BadTableError([f"{path}: cannot be written ({error.strerror}); check rights and room"]) from error


def refuse_order(order: Order, mapping: ItemMap | None) -> None:
    """Refuse options that do not go together."""
    if order.model == "blocks" and (mapping is None or not mapping.blocks):
        where = "no --dimensions MAP.yaml was given" if mapping is None else f"{order.dimensions} has none"
        raise BadTableError([f"--model blocks: {where}; name the statements of every block there, under blocks:"])
    if order.model != "blocks" and mapping is not None and mapping.blocks:
        raise BadTableError([f"{order.dimensions} has blocks; say --model blocks, or take them out"])


@contextmanager
def showing(err: Console) -> Iterator[Say]:
    """Show what is going on and for how long, while it goes on."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True) as progress:
        task = progress.add_task("Reading")
        yield lambda told: progress.update(task, description=told)


def calibrate_order(order: Order, mapping: ItemMap | None, folder: Path, say: Say) -> Calibration:
    """Read what was ordered and calibrate it with the engine that it needs."""
    source = open_source(order.responses)
    joint = holds_readings(source.header) or order.model == "blocks" or order.rater or order.readings
    held = None if order.anchors is None else AnchorFile.read(order.anchors, order.dichotomise)
    if joint:
        if held is not None:
            raise BadTableError(["--anchors: cannot be used with blocks, raters or readings yet; link afterwards"])
        from poise.cli.jointcalibrating import calibrate_gathered  # noqa: PLC0415  compiled where needed

        return calibrate_gathered(order, mapping, say)
    large = source.cells > LARGE
    table = _spool(order, folder, say) if large else read_table(order, None if held is None else held.values)
    return _climb(order, table, mapping, say, held)


def read_table(order: Order, held: Mapping[str, tuple[int, ...]] | None = None) -> ResponseTable:
    """Read the responses as they were ordered; anchored items are coded by the values that they are held to."""
    raw = read_responses(order.responses, group=order.group, weight=order.weight, without=order.without)
    return code_responses(raw if order.dichotomise is None else dichotomise(raw, order.dichotomise), held)


def _spool(order: Order, folder: Path, say: Say) -> SpooledTables:
    return spool_responses(
        order.responses,
        folder,
        group=order.group,
        weight=order.weight,
        without=order.without,
        at_least=order.dichotomise,
        tell=lambda rows: say(f"Reading a chunk at a time: {rows:,} rows"),
    )


def tell_cycles(say: Say) -> Callable[[int, float, float], None]:
    """Return what shows the cycles of a calibration."""
    say("Calibrating (the first time on a machine the engine is compiled, half a minute)")
    return lambda number, log_likelihood, gain: say(
        f"Cycle {number}: log-likelihood {log_likelihood:.3f}, to gain {gain:.1e}"
    )


def _climb(
    order: Order,
    table: ResponseTable | SpooledTables,
    mapping: ItemMap | None,
    say: Say,
    held: AnchorFile | None = None,
) -> Calibration:
    """Calibrate a table in one dimension or in many."""
    tell, begun = tell_cycles(say), time.perf_counter()
    settings = Settings(
        nodes=order.nodes, standard_errors=order.standard_errors, free_sds=order.free_sds, progress=tell
    )
    if mapping is None:
        dimension = "theta" if held is None else held.dimension
        anchors = None if held is None else held.single(table, _scale_model(order), dimension)
        settings = replace(settings, anchors=anchors)
        found = calibrate(table, _scale_model(order), dimension=dimension, settings=settings)
    else:
        pattern = table if isinstance(table, ResponseTable) else table.pattern
        own = mapping.fitted(pattern.items, pattern.lost, str(order.responses))
        picked = table.picked(own.keys)
        if len(own.pattern) == 1:
            dimension = next(iter(own.dimensions))
            anchors = None if held is None else held.single(picked, _scale_model(order), dimension)
            settings = replace(settings, anchors=anchors)
            found = calibrate(picked, _scale_model(order), dimension=dimension, settings=settings)
        else:
            found = _climb_many(order, picked, own, tell, held)
        if unused := [name for name in pattern.items if name not in own.keys]:
            note = f"items on no dimension are left out: {name_some(unused)}"
            found = replace(found, notes=(*found.notes, note))
    return replace(found, seconds=time.perf_counter() - begun)


def _scale_model(order: Order) -> Model:
    if order.model == "blocks":
        raise BadTableError(["--model blocks: the responses have no blocks"])
    return order.model


def _climb_many(
    order: Order,
    picked: ResponseTable | SpooledTables,
    mapping: ItemMap,
    tell: Callable[[int, float, float], None],
    held: AnchorFile | None,
) -> Calibration:
    from poise.measurement.many.epem import Options, calibrate_many  # noqa: PLC0415  compiled code only where it is needed

    table = picked.joined() if isinstance(picked, SpooledTables) else picked
    refuse_few(int(np.sum(table.answered > 0)))
    errors: Literal["scores", "none"] = "scores" if order.standard_errors else "none"
    options = Options(nodes=order.nodes, free_sds=order.free_sds, report=tell)
    return calibrate_many(
        table,
        mapping.pattern,
        model=_scale_model(order),
        independent=tuple(mapping.effects),
        errors=errors,
        anchors=None if held is None else held.several(table, _scale_model(order)),
        options=options,
    )


def refuse_few(persons: int) -> None:
    """Refuse to calibrate on less than two persons."""
    if persons < FEWEST:
        raise BadTableError([f"{persons} person answered anything: at least two are needed, and a hundred make sense"])
