"""`poise simulate tests`: adaptive tests of made-up people over a calibrated bank, as a table and a picture."""

import csv
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import typer
from rich.box import MARKDOWN
from rich.console import Console
from rich.table import Table
from scipy.special import ndtri

from poise.cli.complaining import Complaining
from poise.cli.plotting import check_picture, save_chart
from poise.cli.scoring import read_parameters
from poise.measurement.adaptive.adaptive import AdaptiveTests, draw_people, simulate_tests
from poise.measurement.adaptive.bank import Bank
from poise.measurement.adaptive.calibratedbank import bank_of, prior_of
from poise.measurement.adaptive.exposure import ExposureControl, control_exposure
from poise.measurement.adaptive.selection import Rules
from poise.measurement.adaptive.stopping import StopRule
from poise.measurement.models import FloatArray
from poise.measurement.parameters.items import KnownParameters
from poise.measurement.scoring import Prior
from poise.measurement.tabular.tables import name_some

MASS: Final = 0.9
EDGES: Final = (-2.0, -1.0, 0.0, 1.0, 2.0)
PEOPLE_FOR_EXPOSURE: Final = {True: 5000, False: 1000}
"""In each round, on one dimension and on several."""


@dataclass(frozen=True)
class AdaptiveOrder:
    """What to simulate, as it was typed.

    Parameters
    ----------
    parameters : Path
    number : int
        People.
    length : int
        The longest test.
    stop_sd : float, optional
    shortest, least : int
        The shortest test, and how many items each dimension gets at least.
    exposure : float, optional
        The largest share of people that may see an item.
    among : int
    seconds_of_block : float
        In units of the time of an item.
    seed : int
    output, plot : Path, optional
    """

    parameters: Path
    number: int
    length: int
    stop_sd: float | None = None
    shortest: int = 0
    least: int = 0
    exposure: float | None = None
    among: int = 1
    seconds_of_block: float = 1.0
    seed: int = 1
    output: Path | None = None
    plot: Path | None = None


@dataclass(frozen=True)
class Row:
    """How well some of the people were measured."""

    name: str
    people: int
    length: float
    bias: float
    rmse: float
    sd: float
    covered: float
    correlation: float


def run_tests(out: Console, err: Console, order: AdaptiveOrder) -> None:
    """Simulate, and print, write and draw what came out."""
    with Complaining(err):
        if order.plot is not None:
            check_picture(order.plot)
        known = KnownParameters.from_dict(read_parameters(order.parameters))
        bank, prior = bank_of(known, seconds_of_block=order.seconds_of_block), prior_of(known)
        stop = StopRule(order.length, order.shortest, order.stop_sd)
        minimum = dict.fromkeys(known.dimensions, order.least)
        rules = Rules(minimum=minimum, length=order.length, among=order.among)
        control = _control(err, order, bank, prior, stop, rules)
        if control is not None:
            bank = bank.with_exposure(control.parameters)
        truth = draw_people(prior, order.number, np.random.default_rng((order.seed, 1)))
        begun = time.process_time()
        tests = simulate_tests(bank, prior, truth, stop=stop, rules=rules, seed=order.seed)
        seconds = time.process_time() - begun
    out.print(
        f"{order.number} tests from a bank of {len(bank)} for {name_some(bank.names)}; seed {order.seed}.", markup=False
    )
    out.print(tabulate(measure(tests)))
    out.print(describe(tests), markup=False)
    if control is not None:
        out.print(describe_control(control), markup=False)
    err.print(f"{seconds:.2f} CPU seconds.")
    if order.output is not None:
        _write(order.output, tests)
    if order.plot is not None:
        from poise.cli.adaptivecharts import draw_tests  # noqa: PLC0415  altair is an extra

        with Complaining(err):
            save_chart(draw_tests(measure(tests), tests.exposure_rates, order.exposure), order.plot)


def _control(
    err: Console, order: AdaptiveOrder, bank: Bank, prior: Prior, stop: StopRule, rules: Rules
) -> ExposureControl | None:
    if order.exposure is None:
        return None
    with err.status("Finding exposure parameters"):
        people = PEOPLE_FOR_EXPOSURE[len(bank.names) == 1]
        return control_exposure(bank, prior, order.exposure, stop=stop, rules=rules, people=people, seed=order.seed)


def measure(tests: AdaptiveTests) -> list[Row]:
    """Return the rows of the table: by band of the true value on one dimension, else by dimension; then all."""
    truth, mean, sd = tests.truth, tests.mean, tests.sd
    if truth.shape[1] > 1:
        rows = [_row(name, tests, truth[:, [d]], mean[:, [d]], sd[:, [d]]) for d, name in enumerate(tests.bank.names)]
        return [*rows, _row("all", tests, truth, mean, sd)]
    rows = []
    for low, high in zip((-np.inf, *EDGES), (*EDGES, np.inf), strict=True):
        within = (low <= truth[:, 0]) & (truth[:, 0] < high)
        name = f"below {high:g}" if low == -np.inf else f"above {low:g}" if high == np.inf else f"{low:g} to {high:g}"
        if np.any(within):
            rows.append(_row(name, tests, truth[within], mean[within], sd[within], within))
    return [*rows, _row("all", tests, truth, mean, sd)]


def _row(
    name: str,
    tests: AdaptiveTests,
    truth: FloatArray,
    mean: FloatArray,
    sd: FloatArray,
    within: npt.NDArray[np.bool_] | slice = slice(None),
) -> Row:
    error = mean - truth
    whole = len(truth) == len(tests.truth) and np.std(mean) > 0.0
    return Row(
        name,
        len(truth),
        float(np.mean(tests.length[within])),
        float(np.mean(error)),
        float(np.sqrt(np.mean(error**2))),
        float(np.mean(sd)),
        float(np.mean(np.abs(error) <= ndtri(0.5 + MASS / 2.0) * sd)),
        float(np.corrcoef(truth.ravel(), mean.ravel())[0, 1]) if whole else float("nan"),
    )


def tabulate(rows: list[Row]) -> Table:
    """Lay out the table; r is the correlation of estimated with true values, sd the mean posterior one."""
    table = Table("", box=MARKDOWN)
    for head in ("people", "length", "bias", "RMSE", "sd", "in 90 %", "r"):
        table.add_column(head, justify="right")
    for row in rows:
        r = "" if np.isnan(row.correlation) else f"{row.correlation:.3f}"
        figures = (f"{row.length:.1f}", f"{row.bias:+.3f}", f"{row.rmse:.3f}", f"{row.sd:.3f}", f"{row.covered:.3f}")
        table.add_row(row.name, str(row.people), *figures, r)
    return table


def describe(tests: AdaptiveTests) -> str:
    """Tell lengths, reasons and exposure."""
    rates, length = tests.exposure_rates, tests.length
    ended = ", ".join(f"{count} by {reason}" for reason, count in Counter(tests.reasons).most_common())
    return (
        f"Length {np.mean(length):.1f} ({np.min(length)} to {np.max(length)}); ended {ended}.\n"
        f"Exposure: largest {np.max(rates):.3f}, never used {np.mean(rates == 0.0):.1%} of the bank, "
        f"overlap of two tests {tests.overlap:.3f}."
    )


def describe_control(control: ExposureControl) -> str:
    """Tell what the exposure parameters changed."""
    before, after = max(control.before.values()), max(control.after.values())
    verdict = "reached" if control.reached else f"not reached within {control.tolerance:g}"
    return (
        f"Exposure parameters for at most {control.target:g}: largest rate {before:.3f} before, {after:.3f} after "
        f"{control.rounds} rounds; {verdict}."
    )


def _write(path: Path, tests: AdaptiveTests) -> None:
    names = tests.bank.names
    head = [
        "person",
        "length",
        "reason",
        *(f"{name}{part}" for name in names for part in ("", "_se", "_true")),
        "items",
    ]
    keys = [candidate.key for candidate in tests.bank.candidates]
    try:
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(head)
            for p, given in enumerate(tests.given):
                triples = np.column_stack([tests.mean[p], tests.sd[p], tests.truth[p]]).ravel()
                items = " ".join(keys[place] for place in given if place >= 0)
                writer.writerow([p + 1, tests.length[p], tests.reasons[p], *(f"{x:.6f}" for x in triples), items])
    except OSError as error:
        raise typer.BadParameter(f"{path}: cannot be written ({error.strerror})") from error
