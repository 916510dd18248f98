"""Answers, ratings and readings of many persons from one or two files, gathered by person."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from poise.measurement.models import FloatArray, IntArray
from poise.measurement.responses import SMALLEST_BASE_RATE
from poise.measurement.tabular.coding import RawResponses
from poise.measurement.tabular.framereading import read_source
from poise.measurement.tabular.reading import open_source
from poise.measurement.tabular.readingtables import RawReadings, holds_readings, read_readings
from poise.measurement.tabular.tables import MOST_COMPLAINTS, BadTableError


@dataclass(frozen=True, eq=False)
class Gathered:
    """Observations of P persons, R in all, not yet coded as categories.

    Parameters
    ----------
    items : tuple of str
        Names of all items and statements.
    person : array of int, shape (R,)
        Whom each observation is of; it never falls.
    item : array of int, shape (R,)
    value : array of int, shape (R,)
        As in `RawResponses`, -1 for a reading; of `marked` items one more than the rank or mark.
    reading : array of int, shape (R,)
        The row of a reading in `chances`, else -1.
    chances : array, shape (N, K)
        The probability of each category, nan beyond an item's categories.
    base_rates : array, shape (N, K), optional
    persons : tuple of str
    marked : frozenset of str
    rater, raters, group, groups, weight, notes
        As in `RawResponses`.
    """

    items: tuple[str, ...]
    person: IntArray
    item: IntArray
    value: IntArray
    reading: IntArray
    chances: FloatArray
    base_rates: FloatArray | None
    persons: tuple[str, ...]
    marked: frozenset[str] = frozenset()
    rater: IntArray | None = None
    raters: tuple[str, ...] = ()
    group: IntArray | None = None
    groups: tuple[str, ...] = ()
    weight: FloatArray | None = None
    notes: tuple[str, ...] = ()

    @property
    def starts(self) -> IntArray:
        """The observations of person p are ``starts[p]:starts[p + 1]``, shape (P + 1,)."""
        return np.searchsorted(self.person, np.arange(len(self.persons) + 1)).astype(np.int64)

    @property
    def read_categories(self) -> dict[str, int]:
        """How many categories each item has that was read."""
        read = self.reading >= 0
        sizes = np.isfinite(self.chances).sum(axis=1)[self.reading[read]]
        return {self.items[i]: int(sizes[self.item[read] == i].max()) for i in np.unique(self.item[read]).tolist()}

    def dichotomised(self, at_least: int) -> "Gathered":
        """Return the same with each answer 1 where it is `at_least` or more, else 0; blocks and readings stay."""
        own = np.isin(self.item, [i for i, name in enumerate(self.items) if name not in self.marked])
        own &= self.value >= 0
        return replace(self, value=np.where(own, self.value >= at_least, self.value).astype(self.value.dtype))

    def find_base_rates(self) -> dict[str, FloatArray]:
        """Return the mean reading of each item that was read."""
        read = np.flatnonzero(self.reading >= 0)
        found = {}
        for name, size in self.read_categories.items():
            own = self.reading[read[self.item[read] == self.items.index(name)]]
            mean = np.maximum(self.chances[own, :size].mean(axis=0), SMALLEST_BASE_RATE)
            found[name] = mean / mean.sum()
        return found


def read_observations(
    responses: Path,
    readings: Path | None = None,
    *,
    group: str | None = None,
    weight: str | None = None,
    rater: str | None = None,
    without: Sequence[str] = (),
    marked: Collection[str] = (),
    only: Collection[str] | None = None,
) -> Gathered:
    """Read answers, readings, or both.

    Parameters
    ----------
    responses : Path
        A wide or long table of answers, or a table of readings (see `read_readings`).
    readings : Path, optional
        A table of readings of the same persons, found by their names.
    group, weight, rater, without, marked, only
        As in `read_responses`.

    Raises
    ------
    BadTableError
        With everything that is wrong: file, column, line, value and what to do.
    """
    source = open_source(responses)
    if holds_readings(source.header):
        if readings is not None:
            raise BadTableError([f"{responses}: holds readings itself; put both files into one, or give answers first"])
        return gather(None, read_readings(source, group=group, weight=weight, rater=rater), marked)
    raw = read_source(source, group=group, weight=weight, rater=rater, without=without, marked=marked, only=only)
    if readings is None:
        return gather(raw, None, marked)
    return gather(raw, read_readings(open_source(readings)), marked)


def gather(raw: RawResponses | None, read: RawReadings | None, marked: Collection[str] = ()) -> Gathered:
    """Put answers and readings of the same persons together.

    Raises
    ------
    BadTableError
        If somebody who was read has no group or weight while others have, or an answer was given and read as well.
    """
    parts = [part for part in (raw, None if read is None else read.rows) if part is not None]
    names = dict.fromkeys(name for part in parts for name in _name_persons(part))
    persons = {name: place for place, name in enumerate(names)}
    items = {name: i for i, name in enumerate(dict.fromkeys(name for part in parts for name in part.items))}
    person = np.concatenate([_place(_name_persons(part), persons)[_owners(part)] for part in parts])
    item = np.concatenate([_place(part.items, items)[part.item] for part in parts])
    reading = np.concatenate([_number_readings(part, read) for part in parts])
    value = np.concatenate([part.value for part in parts]).astype(np.int16)
    value[reading >= 0] = -1
    order = np.argsort(person, kind="stable")
    rater = _gather_raters(parts)
    first = parts[0]
    gathered = Gathered(
        items=tuple(items),
        person=person[order],
        item=item[order],
        value=value[order],
        reading=reading[order],
        chances=np.zeros((0, 0)) if read is None else read.chances,
        base_rates=None if read is None else read.base_rates,
        persons=tuple(persons),
        marked=frozenset(marked),
        rater=None if rater is None else rater[order],
        raters=first.raters,
        group=first.group,
        groups=first.groups,
        weight=first.weight,
        notes=tuple(note for part in parts for note in part.notes),
    )
    if complaints := [*_complain_of_unknown(gathered, first), *_complain_of_both(gathered)]:
        raise BadTableError(complaints)
    return gathered


def _name_persons(part: RawResponses) -> tuple[str, ...]:
    return part.persons if part.persons is not None else tuple(str(p + 1) for p in range(len(part.starts) - 1))


def _place(names: Sequence[str], places: dict[str, int]) -> IntArray:
    return np.array([places[name] for name in names], dtype=np.int64)


def _owners(part: RawResponses) -> IntArray:
    return np.repeat(np.arange(len(part.starts) - 1), np.diff(part.starts))


def _number_readings(part: RawResponses, read: RawReadings | None) -> IntArray:
    if read is not None and part is read.rows:
        return np.arange(len(part.item), dtype=np.int64)
    return np.full(len(part.item), -1, dtype=np.int64)


def _gather_raters(parts: Sequence[RawResponses]) -> IntArray | None:
    """Return who rated each observation, -1 where nobody did; raters stand in the first part only."""
    if parts[0].rater is None:
        return None
    return np.concatenate(
        [np.full(len(part.item), -1, dtype=np.int32) if part.rater is None else part.rater for part in parts]
    )


def _complain_of_unknown(gathered: Gathered, first: RawResponses) -> list[str]:
    """Tell persons who were read but have no row among the answers, where that would hold their group or weight."""
    if first.group is None and first.weight is None:
        return []
    unknown = gathered.persons[len(first.starts) - 1 :]
    return [f"person {name} was read but has no group or weight; add a row for each" for name in unknown]


def _complain_of_both(gathered: Gathered) -> list[str]:
    """Tell items that a person both answered and was read on."""
    read = gathered.reading >= 0
    pairs = gathered.person * len(gathered.items) + gathered.item
    both = np.intersect1d(pairs[read], pairs[~read])
    told = []
    for pair in both[:MOST_COMPLAINTS].tolist():
        person, item = divmod(pair, len(gathered.items))
        where = f"person {gathered.persons[person]}, item {gathered.items[item]}"
        told.append(f"{where}: there is an answer and a reading; keep one")
    return told
