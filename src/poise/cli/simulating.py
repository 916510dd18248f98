"""`poise simulate sittings`: made-up people through a blueprint, and how well their qualities are recovered."""

import time
from collections.abc import Sequence
from types import EllipsisType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rich.box import MARKDOWN
from rich.console import Console
from rich.progress import track
from rich.table import Table

from poise.cli.complaining import Complaining
from poise.cli.responding import read_style
from poise.content.blueprint import Blueprint
from poise.content.check import load_library
from poise.content.quality import QUALITIES
from poise.measurement import Posterior
from poise.measurement.models import IntArray
from poise.measurement.people.styles import Style, draw_styles, mix_styles
from poise.roleplay.understanding import Reader
from poise.sitting.evidence import posterior_of
from poise.sitting.journal import MemoryJournal
from poise.sitting.simulee import draw_simulee, sit

FloatArray = NDArray[np.float64]
MASS = 0.8


class Recovery(NamedTuple):
    """True and estimated qualities of all simulees, shape (simulees, 12), with sd and 80 % interval hits."""

    true: FloatArray
    estimated: FloatArray
    spread: FloatArray
    covered: NDArray[np.bool_]


def simulate(
    out: Console,
    err: Console,
    *,
    number: int,
    blueprint: str,
    seed: int,
    styles: Sequence[str] = (),
    share: float = 0.2,
) -> None:
    """Run the simulation and print its table; with styles, a table by style as well."""
    with Complaining(err):
        asked = [read_style(one if "=" in one else f"{one}={share}") for one in styles]
        mixed = mix_styles(asked)
        style = draw_styles(mixed, number, np.random.default_rng([seed, number]))
    library, reader = load_library(), Reader.load()
    customers = library.find(Blueprint, blueprint).everyone
    journal = MemoryJournal()
    truths, posteriors, answers, equal = [], [], 0, 0
    begun = time.process_time()
    for person in track(range(number), description="Sitting", console=err, transient=True):
        own = mixed[int(style[person])]
        simulee = draw_simulee(library, customers, reader, seed=seed * 1_000_003 + person, style=own)
        walked = sit(journal, str(person), simulee, blueprint, seed=seed * 1_000_003 + person)
        truths.append([simulee.truth[quality] for quality in QUALITIES])
        posteriors.append(posterior_of(walked.state, library))
        answers, equal = answers + walked.answers, equal + walked.equal
    spent = time.process_time() - begun
    out.print(
        f"{number} simulees through {blueprint} (library {library.version}, seed {seed}): {answers} answers;"
        f" state rebuilt from rows before each and equal to the uninterrupted run {equal} times."
    )
    out.print(f"{spent / number:.2f} CPU seconds a sitting.")
    found = measure(np.array(truths), posteriors)
    out.print(tabulate(found))
    if len(mixed) > 1 or mixed[0].kind != "honest":
        out.print(tabulate_styles(found, mixed, style))
    out.print("level error: root mean square; in 80 %: how often the 80 % interval holds the true value.")


def measure(true: FloatArray, posteriors: list[Posterior]) -> Recovery:
    """Set the true qualities beside what the posteriors say."""
    estimated = np.array([[one.mean_of(quality) for quality in QUALITIES] for one in posteriors])
    spread = np.array([[one.sd_of(quality) for quality in QUALITIES] for one in posteriors])
    bounds = np.array([[one.interval(quality, MASS) for quality in QUALITIES] for one in posteriors])
    covered = (bounds[..., 0] <= true) & (true <= bounds[..., 1])
    return Recovery(true, estimated, spread, covered)


def tabulate(found: Recovery) -> Table:
    """Lay out the recovery of each quality, and of a person's level over all twelve."""
    table = Table("quality", "correlation", "level error", "bias", "posterior sd", "in 80 %", box=MARKDOWN)
    for column, quality in enumerate(QUALITIES):
        table.add_row(quality, *_figures(found, (slice(None), column)))
    table.add_row("all twelve", *_figures(found, ...))
    table.add_row("level (mean of twelve)", *_errors(found.true.mean(axis=1), found.estimated.mean(axis=1)), "", "")
    return table


def tabulate_styles(found: Recovery, styles: Sequence[Style], style: IntArray) -> Table:
    """Lay out how well people of each style are recovered, over all twelve qualities, and the level of each style."""
    table = Table("people", "correlation", "level error", "bias", "posterior sd", "in 80 %", box=MARKDOWN)
    for place, one in enumerate(styles):
        own = style == place
        if own.sum() > 1:
            part = Recovery(*(of_all[own] for of_all in found))
            table.add_row(f"{own.sum()} {one.kind}", *_figures(part, ...))
    return table


def _figures(found: Recovery, part: tuple[slice, int] | EllipsisType) -> list[str]:
    return [
        *_errors(found.true[part].ravel(), found.estimated[part].ravel()),
        f"{np.mean(found.spread[part]):.2f}",
        f"{np.mean(found.covered[part]):.2f}",
    ]


def _errors(true: FloatArray, estimated: FloatArray) -> list[str]:
    error = estimated - true
    correlation = np.corrcoef(true, estimated)[0, 1]
    return [f"{correlation:.2f}", f"{np.sqrt(np.mean(error**2)):.2f}", f"{np.mean(error):+.2f}"]
