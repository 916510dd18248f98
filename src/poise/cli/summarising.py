"""What a calibration found, as a person at a terminal reads it."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from rich.box import MARKDOWN
from rich.console import Console
from rich.table import Table

from poise.measurement.parameters.items import Calibration

MOST_ROWS = 60
MOST_COLUMNS = 3
"""Dimensions that get a column each; more are named in one."""


def summarise(out: Console, err: Console, found: Calibration) -> None:
    """Print what was found: a line on the whole, items, statements, raters and groups, and what is odd."""
    state = "converged" if found.converged else "NOT converged"
    counted = [f"{found.n} persons", f"{len(found.items)} items"]
    counted += [f"{len(found.blocks)} blocks"] if found.blocks else []
    counted += [f"{len(found.raters)} raters"] if found.raters else []
    out.print(
        f"{', '.join(counted)}. Log-likelihood {found.loglik:.3f},"
        f" AIC {found.aic:.1f}, BIC {found.bic:.1f}; {state} in {found.iterations} cycles on {found.nodes} nodes,"
        f" {found.seconds:.1f} s.",
        markup=False,
    )
    if found.items:
        apart = len(found.dimensions) <= MOST_COLUMNS
        columns = found.dimensions if apart else ("loadings (se)",)
        several = any(len(item.loadings) > 1 for item in found.items)
        steps = "thresholds, of items on several dimensions intercepts (se)" if several else "thresholds (se)"
        _show(out, ["item", *columns, steps], list(_tell_items(found, apart=apart)), "items")
    if found.blocks:
        _show(out, ["block", "statement", "loadings (se)", "intercept (se)"], list(_tell_blocks(found)), "statements")
    if found.raters:
        rows = [
            [one.key, tell_figure(one.severity, one.severity_se), tell_figure(one.consistency, one.consistency_se)]
            for one in found.raters
        ]
        _show(out, ["rater", "severity (se)", "consistency (se)"], rows, "raters")
    anchored = ("all",) if np.any(found.means_se[0] != 0.0) else ()
    for g, name in enumerate(found.groups or anchored):
        figures = zip(found.dimensions, found.means[g], found.means_se[g], found.sds[g], strict=True)
        parts = ", ".join(f"{d} mean {mean:.3f} (se {error:.3f}), sd {sd:.3f}" for d, mean, error, sd in figures)
        out.print(f"group {name}: {parts}", markup=False)
    for note in found.notes:
        err.print(f"Note: {note}.", markup=False)


def _show(out: Console, header: Sequence[str], rows: Sequence[Sequence[str]], what: str) -> None:
    """Print the first rows as a table."""
    shown = Table(*header, box=MARKDOWN)
    for row in rows[:MOST_ROWS]:
        shown.add_row(*row)
    out.print(shown)
    if len(rows) > MOST_ROWS:
        out.print(f"and {len(rows) - MOST_ROWS} more {what}")


def _tell_items(found: Calibration, *, apart: bool) -> Iterator[list[str]]:
    for item in found.items:
        own = _pair(item.loadings, item.loadings_se)
        told, errors = item.intercepts, item.intercepts_se
        if item.thresholds:
            told, errors = item.thresholds, item.thresholds_se
        errors = errors or (float("nan"),) * len(told)
        thresholds = "  ".join(tell_figure(b, se) for b, se in zip(told, errors, strict=True))
        cells = [own.get(name, "") for name in found.dimensions] if apart else [_join(own)]
        yield [item.key, *cells, thresholds]


def _tell_blocks(found: Calibration) -> Iterator[list[str]]:
    for block in found.blocks:
        for number, one in enumerate(block.statements):
            loadings = _join(_pair(one.loadings, one.loadings_se))
            yield ["" if number else block.key, one.key, loadings, tell_figure(one.intercept, one.intercept_se)]


def _pair(loadings: Sequence[tuple[str, float]], errors: Sequence[float]) -> Mapping[str, str]:
    """Return each loading with its standard error, by dimension."""
    errors = errors or (float("nan"),) * len(loadings)
    return {name: tell_figure(a, se) for (name, a), se in zip(loadings, errors, strict=True)}


def _join(loadings: Mapping[str, str]) -> str:
    return "  ".join(f"{name} {told}" for name, told in loadings.items())


def tell_figure(estimate: float, error: float) -> str:
    """Return an estimate with its standard error where there is one."""
    return f"{estimate:.2f}" + (f" ({error:.2f})" if np.isfinite(error) else "")
