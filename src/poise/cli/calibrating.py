"""`poise calibrate`: item parameters from the responses of many persons."""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

import numpy as np
import typer
from rich.box import MARKDOWN
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from poise.cli.complaining import Complaining
from poise.measurement.calibration import Settings, calibrate
from poise.measurement.coding import code_responses, dichotomise
from poise.measurement.items import Calibration, Model
from poise.measurement.reading import open_source, read_responses
from poise.measurement.spooling import SpooledTables, spool_responses
from poise.measurement.tables import BadTableError, ResponseTable

MOST_ROWS = 60
LARGE = 5_000_000
"""Cells from which on a file is read a chunk at a time."""


@dataclass(frozen=True)
class Order:
    """What to calibrate, as it was typed.

    Parameters
    ----------
    responses : Path
    model : str
    dimensions : Path, optional
        YAML: dimension to item keys.
    group, weight : str, optional
        Columns.
    without : sequence of str
        Columns that are left out.
    dichotomise : int, optional
    nodes : int, optional
    standard_errors : bool
    """

    responses: Path
    model: Model
    dimensions: Path | None = None
    group: str | None = None
    weight: str | None = None
    without: Sequence[str] = ()
    dichotomise: int | None = None
    nodes: int | None = None
    standard_errors: bool = True


def run_calibration(out: Console, err: Console, order: Order, target: Path) -> None:
    """Calibrate, write parameters.json and print a summary."""
    with Complaining(err):
        mapping = None if order.dimensions is None else read_dimensions(order.dimensions)
        with TemporaryDirectory(prefix="poise-") as folder:
            if mapping is None and is_large(order.responses):
                found = _climb_from_disk(err, order, Path(folder))
            else:
                found = _climb(err, order, read_table(order), mapping)
    try:
        told = found.as_dict() | ({} if order.dichotomise is None else {"dichotomise": order.dichotomise})
        target.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as error:
        raise typer.BadParameter(f"{target}: cannot be written ({error.strerror})") from error
    summarise(out, err, found)
    out.print(f"Written to {target}", markup=False)


def read_table(order: Order) -> ResponseTable:
    """Read the responses as they were ordered."""
    raw = read_responses(order.responses, group=order.group, weight=order.weight, without=order.without)
    return code_responses(raw if order.dichotomise is None else dichotomise(raw, order.dichotomise))


def is_large(path: Path) -> bool:
    """Say whether a file is too long to be kept in memory."""
    return open_source(path).cells > LARGE


def _climb_from_disk(err: Console, order: Order, folder: Path) -> Calibration:
    with err.status("Reading a chunk at a time"):
        tables = spool_responses(
            order.responses,
            folder,
            group=order.group,
            weight=order.weight,
            without=order.without,
            at_least=order.dichotomise,
        )
    return _climb(err, order, tables, None)


def _climb(
    err: Console, order: Order, table: ResponseTable | SpooledTables, mapping: Mapping[str, list[str]] | None
) -> Calibration:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True) as progress:
        task = progress.add_task("Calibrating (the first time on a machine the engine is compiled, half a minute)")

        def tell(number: int, log_likelihood: float, gain: float) -> None:
            told = f"Cycle {number}: log-likelihood {log_likelihood:.3f}, to gain {gain:.1e}"
            progress.update(task, description=told)

        begun = time.perf_counter()
        settings = Settings(nodes=order.nodes, standard_errors=order.standard_errors, progress=tell)
        if mapping is None or isinstance(table, SpooledTables):
            found = calibrate(table, order.model, settings=settings)
        elif len(mapping) == 1:
            [(dimension, items)] = mapping.items()
            found = calibrate(table.picked(items), order.model, dimension=dimension, settings=settings)
        else:
            found = _calibrate_many(order, table, mapping, tell)
        return replace(found, seconds=time.perf_counter() - begun)


def _calibrate_many(
    order: Order,
    table: ResponseTable,
    mapping: Mapping[str, list[str]],
    tell: Any,  # noqa: ANN401  a callable
) -> Calibration:
    from poise.measurement.epem import Options, calibrate_many  # noqa: PLC0415  compiled code only where it is needed

    table = table.picked(list(dict.fromkeys(name for items in mapping.values() for name in items)))
    errors: Literal["scores", "none"] = "scores" if order.standard_errors else "none"
    options = Options(nodes=order.nodes, report=tell)
    return calibrate_many(table, dict(mapping), model=order.model, errors=errors, options=options)


def read_dimensions(path: Path) -> dict[str, list[str]]:
    """Read a YAML file of dimensions, each with the keys of its items.

    Raises
    ------
    BadTableError
        Naming file, dimension and what was expected.
    """
    from ruamel.yaml import YAML  # noqa: PLC0415
    from ruamel.yaml.error import YAMLError  # noqa: PLC0415

    try:
        told = YAML(typ="safe").load(path)
    except OSError as error:
        raise BadTableError([f"{path}: cannot be read ({error.strerror}); check name and rights"]) from error
    except YAMLError as error:
        raise BadTableError([f"{path}: is not YAML ({' '.join(str(error).split())})"]) from error
    if not isinstance(told, dict) or not told:
        raise BadTableError([f"{path}: expected dimensions, each with a list of item keys"])
    if "blocks" in told:
        raise BadTableError([f"{path}: blocks: calibrating blocks is not built yet"])
    complaints = [
        f"{path}, dimension {name}: expected a list of item keys, at least one"
        for name, items in told.items()
        if not isinstance(items, list) or not items
    ]
    if complaints:
        raise BadTableError(complaints)
    return {str(name): [str(item) for item in items] for name, items in told.items()}


def summarise(out: Console, err: Console, found: Calibration) -> None:
    """Print what was found: a line on the whole, the items, the groups, and what is odd."""
    state = "converged" if found.converged else "NOT converged"
    out.print(
        f"{found.n} persons, {len(found.items)} items. Log-likelihood {found.loglik:.3f},"
        f" AIC {found.aic:.1f}, BIC {found.bic:.1f}; {state} in {found.iterations} cycles on {found.nodes} nodes,"
        f" {found.seconds:.1f} s.",
        markup=False,
    )
    shown = Table("item", *found.dimensions, "thresholds (se)", box=MARKDOWN)
    for item in found.items[:MOST_ROWS]:
        own = dict(
            zip(dict(item.loadings), zip(dict(item.loadings).values(), item.loadings_se, strict=True), strict=True)
        )
        cells = [_figure(*own[name]) if name in own else "" for name in found.dimensions]
        told, errors = (
            (item.thresholds, item.thresholds_se) if item.thresholds else (item.intercepts, item.intercepts_se)
        )
        shown.add_row(item.key, *cells, "  ".join(_figure(b, se) for b, se in zip(told, errors, strict=True)))
    out.print(shown)
    if len(found.items) > MOST_ROWS:
        out.print(f"and {len(found.items) - MOST_ROWS} more items")
    for g, name in enumerate(found.groups):
        figures = zip(found.dimensions, found.means[g], found.means_se[g], found.sds[g], strict=True)
        parts = ", ".join(f"{d} mean {mean:.3f} (se {error:.3f}), sd {sd:.3f}" for d, mean, error, sd in figures)
        out.print(f"group {name}: {parts}", markup=False)
    for note in found.notes:
        err.print(f"Note: {note}.", markup=False)


def _figure(estimate: float, error: float) -> str:
    return f"{estimate:.2f}" + (f" ({error:.2f})" if np.isfinite(error) else "")
