"""Wide tables, a row a person and a column an item: rows become responses, and what is wrong is found."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from poise.measurement.models import FloatArray, IntArray
from poise.measurement.tabular.cells import (
    MISSING,
    NAMELESS,
    WORD,
    Batch,
    Cells,
    Hashes,
    Marks,
    Numbers,
    Source,
    Weights,
    find_cells,
    read_weights,
)
from poise.measurement.tabular.coding import RawResponses, check_names, explain_mark, explain_value
from poise.measurement.tabular.tables import MOST_COMPLAINTS, BadTableError, name_some

PERSON: Final = "person"
LIKELY_KEYS: Final = 10
"""From so many rows on, a first column in which no value comes twice is taken for names of persons."""
MOST_KEPT: Final = 1000
"""After so many complaints nothing more is read."""
MOST_GROUPS: Final = 1000
LONG_HINT: Final = "a long table has the columns person, item and response"


@dataclass(frozen=True)
class Columns:
    """What the columns of a wide table are.

    Parameters
    ----------
    person, group, weight : int or None
        Their places.
    items : tuple of int
        Places of the items.
    names : tuple of str
        Names of the items.
    strange : tuple of str
        Names of other columns, which were not asked for.
    """

    person: int | None
    group: int | None
    weight: int | None
    items: tuple[int, ...]
    names: tuple[str, ...]
    strange: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        source: str,
        header: Sequence[str],
        group: str | None = None,
        weight: str | None = None,
        without: Sequence[str] = (),
        rater: str | None = None,
        only: Collection[str] | None = None,
    ) -> "Columns":
        """Find the columns in a header; where there are names of `only` some items, others are passed over.

        Raises
        ------
        BadTableError
            If a column that was asked for is not there, or names of items are empty or come twice.
        """
        if rater:
            raise BadTableError([f"{source}: is a wide table, which cannot tell raters apart; {LONG_HINT}"])
        check_columns(source, header, [group, weight, *without])
        lower = [name.lower() for name in header]
        if "item" in lower and {PERSON, "response"} & set(lower):
            raise BadTableError([f"{source}: the columns are {name_some(header)}; {LONG_HINT}"])
        if nameless := [place + 1 for place, name in enumerate(header) if not name]:
            raise BadTableError([f"{source}: column {place} has no name: give it one" for place in nameless])
        person = lower.index(PERSON) if PERSON in lower else None
        special = {place for place, name in enumerate(header) if name in {group, weight, *without}} | {person}
        others = [place for place in range(len(header)) if place not in special]
        items = tuple(place for place in others if only is None or header[place] in only)
        names = tuple(header[place] for place in items)
        strange = tuple(header[place] for place in others if place not in items)
        check_names(names, len(names))
        if strange and not items:
            told = f"none of the items was calibrated: {name_some(strange)}; are these the right parameters?"
            raise BadTableError([f"{source}: {told}"])
        if not items:
            raise BadTableError([f"{source}: the columns are {name_some(header)}; expected one an item as well"])
        places = [header.index(name) if name else None for name in (group, weight)]
        return cls(person, places[0], places[1], items, names, strange)


def check_columns(source: str, header: Sequence[str], asked: Sequence[str | None]) -> None:
    """Refuse names of columns that are not there."""
    missing = [name for name in asked if name and name not in header]
    if missing:
        raise BadTableError(
            [f"{source}, column {name!r}: there is none; the columns are {name_some(header)}" for name in missing]
        )


@dataclass
class WideRows:
    """Collects rows of a wide table and finds what is wrong with them.

    Where it may not `remember` the names of persons it keeps eight bytes of each. Values of `marked` columns, which
    hold ranks or marks of statements, are one more than what stands there.
    """

    source: Source
    columns: Columns
    remember: bool = True
    marked: Collection[str] = ()
    cells: Cells = field(default_factory=Cells)
    marks: Marks = field(default_factory=Marks)
    weights: Weights = field(default_factory=Weights)
    persons: Hashes = field(default_factory=Hashes)
    groups: Numbers = field(default_factory=Numbers)
    seen: list[IntArray] = field(default_factory=list)
    lines: list[IntArray] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    words: dict[int, list[str]] = field(default_factory=dict)
    numbers: set[int] = field(default_factory=set)

    def collect(self, batch: Batch) -> RawResponses:
        """Turn rows into responses.

        Raises
        ------
        BadTableError
            As soon as there are very many complaints.
        """
        self.complaints.extend(batch.complaints)
        size, items = len(batch.numbers), self.columns.items
        values = np.empty((size, len(items)), dtype=np.int16)
        for number, place in enumerate(items):
            meaning = self.marks if self.columns.names[number] in self.marked else self.cells
            values[:, number] = batch.look_up(place, meaning, np.int16)
        for number in np.flatnonzero((values < MISSING).any(axis=0)).tolist():
            self._complain_of_values(batch, number, values[:, number])
        self.numbers.update(np.flatnonzero((values >= 0).any(axis=0)).tolist())
        person, item = np.nonzero(values >= 0)
        made = RawResponses(
            items=self.columns.names,
            starts=np.concatenate([[0], np.cumsum(np.bincount(person, minlength=size))]).astype(np.int64),
            item=item.astype(np.int32),
            value=values[values >= 0],
            persons=self._name(batch),
            group=self._group(batch),
            groups=tuple(self.groups.names),
            weight=self._weigh(batch),
        )
        if len(self.complaints) >= MOST_KEPT:
            raise BadTableError(self.complaints)
        return made

    def _complain(self, batch: Batch, row: int, column: str, told: str) -> None:
        self.complaints.append(f"{self.source.name}, column {column}, {self.source.unit} {batch.numbers[row]}: {told}")

    def _complain_of_values(self, batch: Batch, number: int, values: npt.NDArray[np.int16]) -> None:
        """Complain of a column's numbers that are no categories, and keep in mind what to say of words."""
        texts, name = batch.texts(self.columns.items[number]), self.columns.names[number]
        explain = explain_mark if name in self.marked else explain_value
        for row in np.flatnonzero((values < MISSING) & (values != WORD)).tolist():
            self._complain(batch, row, name, explain(texts[row]))
        words = np.flatnonzero(values == WORD)
        told = self.words.setdefault(number, []) if words.size else []
        for row in words[: MOST_COMPLAINTS - len(told)].tolist():
            place = f"{self.source.name}, column {name}, {self.source.unit} {batch.numbers[row]}"
            told.append(f"{place}: {explain(texts[row])}")

    def _name(self, batch: Batch) -> tuple[str, ...] | None:
        place = self.columns.person
        if place is None:
            before = sum(len(lines) for lines in self.lines)
            self.lines.append(np.asarray(batch.numbers))
            return tuple(str(before + row + 1) for row in range(len(batch.numbers))) if self.remember else None
        hashes = batch.look_up(place, self.persons, np.int64)
        for row in np.flatnonzero(hashes == NAMELESS).tolist():
            self._complain(batch, row, PERSON, "the person has no name; give everybody one, or leave the row out")
        self.seen.append(hashes)
        self.lines.append(np.asarray(batch.numbers))
        return tuple(text.strip() for text in batch.texts(place)) if self.remember else None

    def _group(self, batch: Batch) -> IntArray | None:
        place = self.columns.group
        if place is None:
            return None
        codes = batch.look_up(place, self.groups, np.int64)
        nameless = batch.numbers[codes == NAMELESS]
        if nameless.size:
            column = f"column {self.source.header[place]}, {self.source.unit} {nameless[0]}"
            told = f"{self.source.name}, {column}: the person has no group"
            self.complaints.append(f"{told} (and {nameless.size - 1} more); give everybody one, or leave the rows out")
        check_groups(self.source.name, self.groups)
        return codes.astype(np.int16)

    def _weigh(self, batch: Batch) -> FloatArray | None:
        place = self.columns.weight
        if place is None:
            return None
        name = self.source.header[place]
        return read_weights(batch, place, self.weights, lambda row, told: self._complain(batch, row, name, told))

    @property
    def item_places(self) -> list[int]:
        """Which of the columns taken for items are items: those that do not hold words only."""
        return [place for place in range(len(self.columns.items)) if place not in self.words]

    def finish(self) -> tuple[str, ...]:
        """Raise if anything is wrong; return notes. A column of words only is no item and is left out."""
        notes = []
        for place, told in self.words.items():
            if place in self.numbers:
                self.complaints.extend(told)
            else:
                name = self.columns.names[place]
                notes.append(
                    f"column {name} holds words, not numbers: left out; if it names groups, say --group {name}"
                )
        if self.columns.person is None:
            notes.append("there is no column person: the rows are numbered from 1")
        self.complaints.extend(self._complain_of_repeated())
        if self.complaints:
            raise BadTableError(self.complaints)
        if not any(len(lines) for lines in self.lines):
            raise BadTableError([f"{self.source.name}: there are no rows below the header"])
        if not self.item_places:
            raise BadTableError([f"{self.source.name}: there is no column with answers"])
        if len(self.groups.names) == 1:
            notes.append(f"everybody is in one group, {self.groups.names[0]}")
        return tuple(notes)

    def _complain_of_repeated(self) -> Iterator[str]:
        """Tell persons that come again, each with where it stands first; names are read again."""
        if not self.seen:
            return
        hashes, lines = np.concatenate(self.seen), np.concatenate(self.lines)
        _, first, owner = np.unique(hashes, return_index=True, return_inverse=True)
        again = np.flatnonzero((first[owner] != np.arange(len(hashes))) & (hashes != NAMELESS))
        shown = again[:MOST_COMPLAINTS]
        names = find_cells(self.source, lines[shown].tolist(), [self.columns.person or 0], ROWS)
        unit = self.source.unit
        for row in shown.tolist():
            line, earlier = int(lines[row]), int(lines[first[owner[row]]])
            yield (
                f"{self.source.name}, column {PERSON}, {unit} {line}: {names[line][0]!r} stands in {unit} {earlier}"
                " already; keep one row a person, or give them different names"
            )
        if len(again) > len(shown):
            yield f"{self.source.name}, column {PERSON}: {len(again) - len(shown)} more persons come again"


ROWS: Final = 8192


def check_groups(source: str, groups: Numbers) -> None:
    """Refuse a column that names so many groups that it cannot be meant."""
    if len(groups.names) > MOST_GROUPS:
        raise BadTableError(
            [f"{source}: there are more than {MOST_GROUPS} groups ({name_some(groups.names)}); is it the right column?"]
        )


def wide_chunks(reader: WideRows, rows: int = ROWS) -> Iterator[RawResponses]:
    """Yield a wide source in chunks of so many persons; when they are done, ask the reader what is wrong."""
    for number, batch in enumerate(reader.source.batches(rows)):
        if number == 0 and reader.columns.person is None:
            _refuse_keys(reader.source, reader.columns, batch)
        yield reader.collect(batch)


def _refuse_keys(source: Source, columns: Columns, batch: Batch) -> None:
    """Refuse a first column that names persons without being called so."""
    first = batch.texts(columns.items[0])
    if len(first) >= LIKELY_KEYS and len(set(first)) == len(first):
        told = "no value comes twice; if it names the persons, call the column person"
        raise BadTableError([f"{source.name}, column {columns.names[0]}: {told}"])


def read_wide(source: Source, columns: Columns, marked: Collection[str] = ()) -> RawResponses:
    """Read a wide source whole; see `WideRows` for `marked`. Strange columns are items without responses.

    Raises
    ------
    BadTableError
        With everything that is wrong.
    """
    reader = WideRows(source, columns, marked=marked)
    chunks = list(wide_chunks(reader))
    notes = reader.finish()
    raw = replace(join_raw(chunks), notes=notes).keeping(reader.item_places)
    return replace(raw, items=(*raw.items, *columns.strange))


def join_raw(chunks: Sequence[RawResponses]) -> RawResponses:
    """Put chunks with the same items one after another."""
    first = chunks[0]
    lengths = np.concatenate([np.diff(chunk.starts) for chunk in chunks])
    groups = [chunk.group for chunk in chunks if chunk.group is not None]
    weights = [chunk.weight for chunk in chunks if chunk.weight is not None]
    return RawResponses(
        items=first.items,
        starts=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        item=np.concatenate([chunk.item for chunk in chunks]),
        value=np.concatenate([chunk.value for chunk in chunks]),
        persons=None if first.persons is None else tuple(name for chunk in chunks for name in chunk.persons or ()),
        group=np.concatenate(groups) if groups else None,
        groups=chunks[-1].groups,
        weight=np.concatenate(weights) if weights else None,
    )
