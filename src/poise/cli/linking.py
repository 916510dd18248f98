"""`poise link`: a calibration on the scale of an older one, and which common items drifted."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rich.box import MARKDOWN
from rich.console import Console
from rich.table import Column, Table

from poise.cli.calibrating import refuse_target, write_whole
from poise.cli.complaining import Complaining
from poise.cli.scoring import read_parameters
from poise.measurement.linking.drift import DriftReport, ItemDrift, find_drift
from poise.measurement.linking.linkfit import Criterion, Method
from poise.measurement.linking.linking import apply_link
from poise.measurement.parameters.items import KnownParameters
from poise.measurement.tabular.tables import BadTableError

MOST_ROWS = 60
WIDE = 200
"""Characters of a table that goes to a file or another program."""


@dataclass(frozen=True)
class LinkOrder:
    """What to link, as it was typed.

    Parameters
    ----------
    old, new : Path
    method : {"stocking-lord", "haebara", "mean-sigma", "mean-mean"}
    robust, purify : bool
    level : float
    """

    old: Path
    new: Path
    method: Method = "stocking-lord"
    robust: bool = False
    purify: bool = True
    level: float = 0.05


def run_linking(out: Console, err: Console, order: LinkOrder, target: Path) -> None:
    """Link, write NEW on the scale of OLD, and print link and drift."""
    with Complaining(err):
        refuse_target(target)
        before, after = read_parameters(order.old), read_parameters(order.new)
        if before.get("dichotomise") != after.get("dichotomise"):
            raise BadTableError([f"{order.old} and {order.new}: were calibrated with different --dichotomise"])
        old, new = (_read(told, path) for told, path in ((before, order.old), (after, order.new)))
        criterion = Criterion(order.method, robust=order.robust)
        report = find_drift(old, new, criterion, level=order.level, purify=order.purify)
        told = move_parameters(after, apply_link(new, report.link), report)
        write_whole(target, json.dumps(told, indent=2, ensure_ascii=False) + "\n")
    summarise_link(out, report)
    for line in report.tell():
        err.print(f"Note: {line}.", markup=False)
    out.print(f"Written to {target}", markup=False)


def _read(told: Mapping[str, Any], path: Path) -> KnownParameters:
    try:
        return KnownParameters.from_dict(told)
    except BadTableError as error:
        raise BadTableError([f"{path}: {line}" for line in error.complaints]) from error


def move_parameters(told: Mapping[str, Any], moved: KnownParameters, report: DriftReport) -> dict[str, Any]:
    """Return the content of a parameters.json with moved items, statements and groups, and the link beside them."""
    statements = {one.key: one.as_dict(block.key) for block in moved.blocks for one in block.statements}
    groups = {}
    for g, name in enumerate(moved.groups):
        own = dict((told.get("groups") or {}).get(name, {}))
        own["means"] = dict(zip(moved.dimensions, moved.means[g].tolist(), strict=True))
        own["sds"] = dict(zip(moved.dimensions, moved.sds[g].tolist(), strict=True))
        stretch = {scale.dimension: scale.slope for scale in report.link.scales}
        own["se"] = {
            what: {d: None if one is None else one * stretch[d] for d, one in errors.items()}
            for what, errors in (own.get("se") or {}).items()
        }
        groups[name] = own
    items = {item.key: item.as_dict() for item in moved.items} | statements
    return {**told, "items": items, "groups": groups, "link": report.as_dict()}


def summarise_link(out: Console, report: DriftReport) -> None:
    """Print the link of each dimension and how each common item fits it."""
    shown = Table("dimension", "slope (se)", "intercept (se)", "common items", "of them counted", box=MARKDOWN)
    for scale in report.link.scales:
        counted = sum(weight > 0.0 for weight in scale.weights)
        shown.add_row(
            scale.dimension, _figure(scale.slope, scale.slope_se), _figure(scale.intercept, scale.intercept_se),
            str(len(scale.items)), str(counted),
        )  # fmt: skip
    out.print(f"OLD = slope x NEW + intercept, by {report.link.method}:", markup=False)
    out.print(shown)
    table = Table(Column("item", no_wrap=True), "harder", "z", "slope", "z", "area", "chi2", "df", "p", box=MARKDOWN)
    worst = sorted(report.items, key=lambda item: (not item.drifted, np.nan_to_num(item.p, nan=1.0)))
    for item in worst[:MOST_ROWS]:
        table.add_row(*_tell_item(item))
    out.print(table, width=None if out.is_terminal else WIDE)
    out.print("harder: by how many logits; slope: times the old one; area: between the curves; *: drifted.")
    if len(worst) > MOST_ROWS:
        out.print(f"and {len(worst) - MOST_ROWS} more items")


def _tell_item(item: ItemDrift) -> Iterator[str]:
    yield item.key
    yield f"{item.shift:+.2f}"
    yield f"{item.shift_z:+.1f}"
    yield f"{item.ratio:.2f}"
    yield f"{item.ratio_z:+.1f}"
    yield f"{item.area:.2f}"
    yield "" if np.isnan(item.wald) else f"{item.wald:.1f}"
    yield str(item.df)
    yield "" if np.isnan(item.p) else f"{item.p:.2g}{' *' if item.drifted else ''}"


def _figure(estimate: float, error: float) -> str:
    return f"{estimate:.3f}" + (f" ({error:.3f})" if np.isfinite(error) else "")
