"""`poise simulate responses`: answers of made-up people to calibrated items, blocks and raters, as CSV."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from rich.console import Console

from poise.cli.complaining import Complaining
from poise.cli.scoring import read_parameters
from poise.measurement.models import IntArray
from poise.measurement.parameters.instrument import Instrument, read_instrument
from poise.measurement.people.blurring import Blurred, blur_answers
from poise.measurement.people.simulees import NOT_GIVEN, Missing, Simulated, simulate_responses
from poise.measurement.people.styles import KINDS, Style
from poise.measurement.tabular.tables import BadTableError

Text = npt.NDArray[np.object_]
FORM_OF_STYLE = "STYLE=SHARE, STYLE=SHARE:STRENGTH or STYLE=SHARE:STRENGTH:PART"


@dataclass(frozen=True)
class Wanted:
    """What to simulate, as it was typed.

    Parameters
    ----------
    parameters : Path
    number : int
    output : Path
    truth : Path, optional
    styles, desirable : sequence of str
        STYLE=SHARE[:STRENGTH[:PART]], and NAME=WEIGHT.
    gaps : tuple
        As the arguments of `Missing`.
    skew : float
    long : bool
    seed : int
    certainty : float, optional
        Answers to rated items become readings that are right with this chance, in `readings` or in `output`.
    readings : Path, optional
    """

    parameters: Path
    number: int
    output: Path
    truth: Path | None = None
    styles: Sequence[str] = ()
    desirable: Sequence[str] = ()
    gaps: tuple[float, float, int | None] = (0.0, 0.0, None)
    skew: float = 0.0
    long: bool = False
    seed: int = 1
    certainty: float | None = None
    readings: Path | None = None


def run_responding(out: Console, err: Console, wanted: Wanted) -> None:
    """Simulate, write the responses and the truth, and tell who they are."""
    with Complaining(err):
        told = read_parameters(wanted.parameters)
        instrument = read_instrument(told, desirable=read_weights(wanted.desirable))
        instrument = replace(instrument, population=replace(instrument.population, skew=wanted.skew))
        missing = Missing(*wanted.gaps)
        styles = [read_style(one) for one in wanted.styles]
        simulated = simulate_responses(instrument, wanted.number, wanted.seed, styles=styles, missing=missing)
        if told.get("dichotomise") is not None:
            simulated = _undo_dichotomy(simulated, int(told["dichotomise"]))
        _write_answers(wanted, instrument, simulated)
        if wanted.truth is not None:
            _write(wanted.truth, tell_truth(instrument, simulated))
    blocks = int(np.sum(simulated.statements[:, _first_columns(instrument)] != NOT_GIVEN))
    who = ", ".join(f"{simulated.kinds.count(style.kind)} {style.kind}" for style in simulated.styles)
    out.print(
        f"{wanted.number} simulees ({who}; seed {wanted.seed}): {len(simulated.table.item)} answers to items,"
        f" {blocks} to blocks. Written to {wanted.output}",
        markup=False,
    )


def _write_answers(wanted: Wanted, instrument: Instrument, simulated: Simulated) -> None:
    if wanted.certainty is None:
        if wanted.readings is not None:
            raise BadTableError(["--readings: expected --certainty beside it: the chance that a reading is right"])
    else:
        if instrument.blocks and wanted.readings is None:
            raise BadTableError(["--certainty: blocks are not read; say --readings FILE for what is"])
        blurred = blur_answers(simulated.table, wanted.certainty, wanted.seed)
        _write(wanted.readings or wanted.output, tell_readings(instrument, simulated, blurred))
        if not instrument.blocks:
            return
        simulated = replace(simulated, table=simulated.table.picked([]), rater=None)
    long = wanted.long or simulated.rater is not None
    _write(wanted.output, tell_long(instrument, simulated) if long else tell_wide(instrument, simulated))


def read_style(text: str) -> Style:
    """Read STYLE=SHARE[:STRENGTH[:PART]].

    Raises
    ------
    BadTableError
        If it is not of that form, or a number is out of range.
    """
    kind, _, rest = text.partition("=")
    try:
        numbers = [float(number) for number in rest.split(":", 2)]
    except ValueError as error:
        told = f"--style {text}: expected {FORM_OF_STYLE}, the style one of {', '.join(KINDS)}"
        raise BadTableError([told]) from error
    return Style(kind, *numbers)  # type: ignore[arg-type]  # Style checks its kind


def read_weights(texts: Sequence[str]) -> dict[str, float]:
    """Read NAME=WEIGHT, each said once.

    Raises
    ------
    BadTableError
        If one is not of that form.
    """
    weights = {}
    for text in texts:
        name, _, number = text.rpartition("=")
        try:
            weights[name] = float(number)
        except ValueError as error:
            raise BadTableError([f"--desirable {text}: expected NAME=WEIGHT, the weight a number"]) from error
    return weights


def tell_wide(instrument: Instrument, simulated: Simulated) -> Iterable[Sequence[object]]:
    """Return the rows of the wide form: a person a row, a column an item or statement."""
    table = simulated.table
    columns = np.full((table.size, len(table.items)), "", dtype=object)
    columns[_persons(simulated), table.item] = _values(simulated)
    told = np.where(simulated.statements == NOT_GIVEN, "", simulated.statements.astype(object))
    grouped = table.group is not None
    yield ["person", *(["group"] if grouped else []), *table.items, *instrument.statements]
    for p, (person, rated, stated) in enumerate(zip(table.persons or (), columns, told, strict=True)):
        yield [person, *([_group(instrument, simulated, p)] if grouped else []), *rated, *stated]


def tell_long(instrument: Instrument, simulated: Simulated) -> Iterable[Sequence[object]]:
    """Return the rows of the long form: an answer a row, with its rater where there are raters."""
    table, persons = simulated.table, _persons(simulated)
    grouped, judged = table.group is not None, simulated.rater is not None
    yield ["person", *(["group"] if grouped else []), "item", *(["rater"] if judged else []), "response"]
    names, values, place = table.persons or (), _values(simulated), 0
    for p, name in enumerate(names):
        who = [name, *([_group(instrument, simulated, p)] if grouped else [])]
        while place < len(persons) and persons[place] == p:
            by = [instrument.raters[simulated.rater[place]].key] if simulated.rater is not None else []
            yield [*who, table.items[table.item[place]], *by, values[place]]
            place += 1
        for statement, told in zip(instrument.statements, simulated.statements[p], strict=True):
            if told != NOT_GIVEN:
                yield [*who, statement, *([""] if judged else []), int(told)]


def tell_readings(instrument: Instrument, simulated: Simulated, blurred: Blurred) -> Iterable[Sequence[object]]:
    """Return the rows of a table of readings: the probability of each category, and the reader's base rates."""
    table, most = simulated.table, blurred.chances.shape[1]
    grouped, judged = table.group is not None, simulated.rater is not None
    letters = [f"{letter}{k}" for letter in "pb" for k in range(most)]
    yield ["person", *(["group"] if grouped else []), "item", *(["rater"] if judged else []), *letters]
    names = table.persons or ()
    told = np.hstack([blurred.chances, blurred.base_rates[table.item]])
    for place, (p, i, numbers) in enumerate(zip(_persons(simulated), table.item, told, strict=True)):
        who = [names[p], *([_group(instrument, simulated, p)] if grouped else [])]
        by = [instrument.raters[simulated.rater[place]].key] if simulated.rater is not None else []
        yield [*who, table.items[i], *by, *("" if np.isnan(one) else f"{one:.6f}" for one in numbers)]


def tell_truth(instrument: Instrument, simulated: Simulated) -> Iterable[Sequence[object]]:
    """Return the rows of the truth: group, style and latents of each person."""
    yield ["person", "group", "style", *instrument.population.dimensions]
    for p, (person, kind) in enumerate(zip(simulated.table.persons or (), simulated.kinds, strict=True)):
        yield [person, _group(instrument, simulated, p), kind, *(f"{one:.6f}" for one in simulated.theta[p])]


def _group(instrument: Instrument, simulated: Simulated, person: int) -> str:
    return instrument.population.groups[int(simulated.group[person])]


def _persons(simulated: Simulated) -> IntArray:
    return np.repeat(np.arange(simulated.table.size), simulated.table.answered)


def _values(simulated: Simulated) -> IntArray:
    """Return the value in the source that each answer of the table stands for."""
    table = simulated.table
    lookup = np.zeros((len(table.items), max((len(one) for one in table.values), default=1)), dtype=np.int64)
    for row, values in zip(lookup, table.values, strict=True):
        row[: len(values)] = values
    found: IntArray = lookup[table.item, table.category]
    return found


def _undo_dichotomy(simulated: Simulated, at_least: int) -> Simulated:
    """Write what counts as 1 as the least value that does, so that the same parameters score it."""
    values = tuple(tuple(at_least * one for one in own) for own in simulated.table.values)
    return replace(simulated, table=replace(simulated.table, values=values))


def _first_columns(instrument: Instrument) -> IntArray:
    ends = np.cumsum([0, *(len(block.statements) for block in instrument.blocks)])
    return ends[:-1].astype(np.int64)


def _write(path: Path, rows: Iterable[Sequence[object]]) -> None:
    try:
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)
    except OSError as error:
        raise BadTableError([f"{path}: cannot be written ({error.strerror})"]) from error
