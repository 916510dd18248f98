"""Uncertain readings of texts from files: for each person and item the probability of every category.

A table of readings has the columns `person`, `item`, `p0`, `p1` and so on, and perhaps the reader's base rates `b0`,
`b1` and so on. An item with fewer categories leaves the last columns empty.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import nan
from typing import Final

import numpy as np

from poise.measurement.models import FloatArray
from poise.measurement.responses import SMALLEST_BASE_RATE, SUM_TOLERANCE
from poise.measurement.tabular.cells import MOST_REMEMBERED, NOT_GIVEN, Batch, Numbers, Source
from poise.measurement.tabular.coding import RawResponses
from poise.measurement.tabular.longrows import ITEM, ROWS, LongColumns, LongRows, check_rows
from poise.measurement.tabular.tables import MOST_COMPLAINTS, BadTableError, name_some
from poise.measurement.tabular.widerows import PERSON

WRONG: Final = -1.0
FEWEST: Final = 2
"""Categories of an item, at least."""


class Chances(dict[str, float]):
    """The probability that each text means, nan where there is none, or WRONG."""

    def __missing__(self, text: str) -> float:
        if len(self) >= MOST_REMEMBERED:
            self.clear()
        try:
            number = nan if text.strip() in NOT_GIVEN else float(text)
        except ValueError:
            number = WRONG
        self[text] = number = number if not number < 0.0 and not number > 1.0 else WRONG
        return number


@dataclass(frozen=True, eq=False)
class RawReadings:
    """Readings of many persons.

    Parameters
    ----------
    rows : RawResponses
        Who was read on which item; values say nothing.
    chances : array, shape (R, K)
        The probability of each category, nan beyond an item's categories.
    base_rates : array, shape (R, K), optional
        The reader's base rates, likewise.
    source : str
    unit : str
        What its rows are counted in.
    """

    rows: RawResponses
    chances: FloatArray
    base_rates: FloatArray | None
    source: str
    unit: str

    @property
    def categories(self) -> dict[str, int]:
        """How many categories each item has."""
        sizes = np.isfinite(self.chances).sum(axis=1)
        return {name: int(sizes[self.rows.item == i].max(initial=0)) for i, name in enumerate(self.rows.items)}


def holds_readings(header: Sequence[str]) -> bool:
    """Say whether the columns are those of a table of readings."""
    return {PERSON, ITEM, "p0"} <= {name.lower() for name in header}


def read_readings(
    source: Source, *, group: str | None = None, weight: str | None = None, rater: str | None = None
) -> RawReadings:
    """Read a table of readings.

    Raises
    ------
    BadTableError
        With everything that is wrong: column, line, value and what to do.
    """
    if not holds_readings(source.header):
        told = "expected the columns person, item, p0, p1 and so on"
        raise BadTableError([f"{source.name}: the columns are {name_some(source.header)}; {told}"])
    places = {letter: _find_places(source, letter) for letter in "pb"}
    others = [*places["p"], *places["b"]]
    persons, chances = Numbers(), Chances()
    reader = LongRows(source, LongColumns.of(source.name, source.header, group, weight, rater, others), persons)
    rows, parts, bases = [], [], []
    complaints: list[str] = []
    for batch in source.batches(ROWS):
        rows.append(reader.collect(batch))
        read, wrong_chances = _read_chances(source, batch, places["p"], chances, 0.0)
        base, wrong_bases = _read_chances(source, batch, places["b"], chances, SMALLEST_BASE_RATE)
        complaints += [*wrong_chances, *wrong_bases]
        parts.append(read)
        bases.append(base)
    reader.complaints.extend(complaints)
    check_rows(reader, sum(map(len, rows)))
    raw = reader.settle(np.concatenate(rows), tuple(persons.names))
    lines = np.concatenate([part["line"] for part in rows])
    order = np.searchsorted(lines, raw.line if raw.line is not None else lines)
    found = RawReadings(
        replace(raw, value=np.zeros_like(raw.value)),
        np.concatenate(parts)[order],
        np.concatenate(bases)[order] if places["b"] else None,
        source.name,
        source.unit,
    )
    if wrong := list(_complain_of_sizes(found)):
        raise BadTableError(wrong)
    return found


def _find_places(source: Source, letter: str) -> list[int]:
    """Return the places of the columns p0, p1 ... or b0, b1 ..., which must be without gaps."""
    lower = [name.lower() for name in source.header]
    found = sorted(int(name[1:]) for name in lower if re.fullmatch(rf"{letter}\d+", name))
    if found != list(range(len(found))) or len(found) == 1:
        names = ", ".join(f"{letter}{number}" for number in found)
        raise BadTableError([f"{source.name}: there are {names}; expected {letter}0, {letter}1 and so on, each once"])
    return [lower.index(f"{letter}{number}") for number in found]


def _read_chances(
    source: Source, batch: Batch, places: Sequence[int], chances: Chances, least: float
) -> tuple[FloatArray, list[str]]:
    """Return probabilities by row and column, and what is wrong with them."""
    found = np.full((len(batch.numbers), len(places)), np.nan)
    if not places:
        return found, []
    complaints = []
    for column, place in enumerate(places):
        found[:, column] = batch.look_up(place, chances, np.float64)
        for row in np.flatnonzero(found[:, column] == WRONG)[:MOST_COMPLAINTS].tolist():
            where = f"{source.name}, column {source.header[place]}, {source.unit} {batch.numbers[row]}"
            complaints.append(f"{where}: got {batch.texts(place)[row]}, expected a probability from 0 to 1")
    name, given = source.header[places[0]][0], np.isfinite(found)
    sums, sizes = np.nansum(found, axis=1), given.sum(axis=1)
    gaps = (given[:, 1:] & ~given[:, :-1]).any(axis=1) | (sizes < FEWEST)
    missed = ~gaps & (np.abs(sums - 1.0) > SUM_TOLERANCE)
    small = ~gaps & ~missed & (np.nanmin(np.where(given, found, np.inf), axis=1) < least)
    faults = (
        (gaps, f"expected {name}0, {name}1 and so on, two or more, without gaps"),
        (missed, f"{name}0, {name}1 and so on do not add up to 1"),
        (small, f"a base rate is below {least:g}; a category that is never read has none to divide by"),
    )
    wrong = (found == WRONG).any(axis=1)
    for fault, words in faults:
        rows = np.flatnonzero(fault & ~wrong)[:MOST_COMPLAINTS].tolist()
        complaints += [
            f"{source.name}, {source.unit} {batch.numbers[row]}: {words} (got {tell_row(found[row])})" for row in rows
        ]
    return found, complaints


def tell_row(numbers: FloatArray) -> str:
    """Return the numbers of a row as a text, without those that are not there."""
    return ", ".join(f"{number:g}" for number in numbers[np.isfinite(numbers)]) or "none"


def _complain_of_sizes(found: RawReadings) -> Iterator[str]:
    """Tell readings with another number of categories than others of the item, or than their base rates."""
    sizes = np.isfinite(found.chances).sum(axis=1)
    most = np.array([found.categories[name] for name in found.rows.items])[found.rows.item]
    lines = found.rows.line if found.rows.line is not None else np.arange(len(sizes))
    for row in np.flatnonzero(sizes != most)[:MOST_COMPLAINTS].tolist():
        item = found.rows.items[found.rows.item[row]]
        yield (
            f"{found.source}, {found.unit} {lines[row]}: item {item} has {sizes[row]} probabilities here and"
            f" {most[row]} elsewhere; give all categories of an item, 0 where one is impossible"
        )
    if found.base_rates is not None:
        bases = np.isfinite(found.base_rates).sum(axis=1)
        for row in np.flatnonzero(bases != sizes)[:MOST_COMPLAINTS].tolist():
            yield (
                f"{found.source}, {found.unit} {lines[row]}: there are {bases[row]} base rates for {sizes[row]}"
                " probabilities; give one each"
            )
