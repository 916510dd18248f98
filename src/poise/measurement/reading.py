"""Responses from files: wide and long CSV, Parquet, Arrow; also from data frames that speak Arrow.

A wide table has a row a person and a column an item; its first column is `person`. A long table has the columns
`person`, `item` and `response`. Empty means not given.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from poise.measurement.coding import LARGEST_CATEGORY, RawResponses, check_names, explain_value
from poise.measurement.tables import MOST_COMPLAINTS, BadTableError

NOT_GIVEN: Final = frozenset({"", "NA", "NaN", "nan", "null"})
MISSING: Final = -1
WRONG: Final = -2
WORD: Final = -3
PERSON, ITEM, RESPONSE = "person", "item", "response"
ROWS: Final = 8192
ARROW_ENDINGS: Final = (".parquet", ".arrow", ".feather")
LIKELY_KEYS: Final = 10
"""From so many rows on, a first column in which no value comes twice is taken for names of persons."""


class Cells(dict[str, int]):
    """The meaning of each text that a cell may have; found once for each text."""

    def __missing__(self, text: str) -> int:
        self[text] = meaning = self._read(text.strip())
        return meaning

    @staticmethod
    def _read(text: str) -> int:
        if text in NOT_GIVEN:
            return MISSING
        try:
            number = float(text)
        except ValueError:
            return WORD
        return int(number) if 0 <= number <= LARGEST_CATEGORY and number == int(number) else WRONG


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
    """

    person: int | None
    group: int | None
    weight: int | None
    items: tuple[int, ...]
    names: tuple[str, ...]

    @classmethod
    def of(cls, header: Sequence[str], group: str | None, weight: str | None, without: Sequence[str]) -> "Columns":
        """Find the columns in a header.

        Raises
        ------
        BadTableError
            If a column that was asked for is not there, or names of items are empty or come twice.
        """
        for name in [*([group] if group else []), *([weight] if weight else []), *without]:
            if name not in header:
                raise BadTableError([f"column {name!r}: there is none; the columns are {', '.join(header)}"])
        person = next((place for place, name in enumerate(header) if name.lower() == PERSON), None)
        special = {place for place, name in enumerate(header) if name in {group, weight, *without}} | {person}
        items = tuple(place for place in range(len(header)) if place not in special)
        names = tuple(header[place] for place in items)
        check_names(names, len(names))
        return cls(
            person, header.index(group) if group else None, header.index(weight) if weight else None, items, names
        )


@dataclass
class WideRows:
    """Collects rows of a wide table and finds what is wrong with them.

    Where it may not `remember` the names of persons it keeps eight bytes of each, and knows at the end whether any came
    twice, but not which.
    """

    source: str
    columns: Columns
    cells: Cells = field(default_factory=Cells)
    remember: bool = True
    seen: dict[str, int] = field(default_factory=dict)
    hashes: list[npt.NDArray[np.int64]] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    words: dict[int, list[str]] = field(default_factory=dict)
    numbers: set[int] = field(default_factory=set)
    groups: dict[str, int] = field(default_factory=dict)

    def collect(self, rows: Sequence[Sequence[str]], first: int) -> RawResponses:
        """Turn rows, the first of which stands in line `first` of the file, into responses."""
        width = 1 + max([*self.columns.items, self.columns.person or 0])
        values = np.full((len(rows), len(self.columns.items)), MISSING, dtype=np.int16)
        for number, row in enumerate(rows):
            if len(row) < width:
                self.complaints.append(
                    f"{self.source}, line {first + number}: {len(row)} cells, expected {width} or more"
                )
                continue
            values[number] = [self.cells[row[place]] for place in self.columns.items]
        for number, place in np.argwhere(values < MISSING):
            self._complain(rows[number][self.columns.items[place]], int(place), first + int(number))
        self.numbers.update(np.flatnonzero((values >= 0).any(axis=0)).tolist())
        person, item = np.nonzero(values >= 0)
        names = tuple(self._name(row, first + number) for number, row in enumerate(rows))
        if not self.remember:
            self.hashes.append(np.array([hash(name) for name in names], dtype=np.int64))
        return RawResponses(
            items=self.columns.names,
            starts=np.concatenate([[0], np.cumsum(np.bincount(person, minlength=len(rows)))]).astype(np.int64),
            item=item.astype(np.int32),
            value=values[values >= 0],
            persons=names,
            group=self._group(rows, first),
            weight=self._weigh(rows, first),
        )

    def _complain(self, text: str, place: int, line: int) -> None:
        told = self.words.setdefault(place, []) if self.cells[text] == WORD else self.complaints
        if len(told) < MOST_COMPLAINTS:
            told.append(f"{self.source}, column {self.columns.names[place]}, line {line}: {explain_value(text)}")

    def _name(self, row: Sequence[str], line: int) -> str:
        name = str(line - 1) if self.columns.person is None else row[self.columns.person] if row else ""
        if not self.remember:
            return name
        if name in self.seen:
            self.complaints.append(
                f"{self.source}, column person, line {line}: {name!r} stands in line {self.seen[name]} already;"
                " keep one row a person, or give them different names"
            )
        self.seen[name] = line
        return name

    def _group(self, rows: Sequence[Sequence[str]], first: int) -> npt.NDArray[np.int16] | None:
        place = self.columns.group
        if place is None:
            return None
        names = [row[place].strip() if len(row) > place else "" for row in rows]
        if nameless := [first + number for number, name in enumerate(names) if not name]:
            told = f"{self.source}, line {nameless[0]}: the person has no group"
            self.complaints.append(f"{told} (and {len(nameless) - 1} more); give everybody one, or leave the rows out")
        return np.array([self.groups.setdefault(name, len(self.groups)) for name in names], dtype=np.int16)

    def _weigh(self, rows: Sequence[Sequence[str]], first: int) -> npt.NDArray[np.float64] | None:
        place = self.columns.weight
        if place is None:
            return None
        weights = np.ones(len(rows))
        for number, row in enumerate(rows):
            try:
                weights[number] = float(row[place])
            except (ValueError, IndexError):
                weights[number] = -1.0
            if not 0.0 <= weights[number] < np.inf:
                self.complaints.append(
                    f"{self.source}, line {first + number}: the weight is not a number of zero or more"
                )
        return weights

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
        if self.hashes and (twice := count_repeated(np.concatenate(self.hashes))):
            self.complaints.append(f"{self.source}, column person: {twice} persons come again; keep one row a person")
        if self.complaints:
            raise BadTableError(self.complaints)
        if len(self.groups) == 1:
            notes.append(f"everybody is in one group, {next(iter(self.groups))}")
        return tuple(notes)


def read_responses(
    path: Path, *, group: str | None = None, weight: str | None = None, without: Sequence[str] = ()
) -> RawResponses:
    """Read a whole file.

    Parameters
    ----------
    path : Path
        CSV, or Parquet or Arrow by its ending.
    group, weight : str, optional
        Columns that hold the group and the weight of each person.
    without : sequence of str
        Columns that are left out.

    Raises
    ------
    BadTableError
        With everything that is wrong: file, column, line, value and what to do.
    """
    if path.suffix.lower() in ARROW_ENDINGS:
        from poise.measurement.framereading import read_arrow  # noqa: PLC0415  an extra

        return read_arrow(path, group=group, weight=weight, without=without)
    if is_long(read_header(path)):
        return read_long(
            _long_rows(path, group, weight), str(path), grouped=group is not None, weighted=weight is not None
        )
    reader = WideRows(str(path), Columns.of(read_header(path), group, weight, without))
    chunks = list(read_wide_chunks(path, reader))
    if not chunks:
        raise BadTableError([f"{path}: there are no rows below the header"])
    notes = reader.finish()
    return join_raw(chunks, notes).keeping(reader.item_places)


def count_repeated(hashes: npt.NDArray[np.int64]) -> int:
    """Return how many of the numbers came before."""
    return len(hashes) - len(np.unique(hashes))


def join_raw(chunks: Sequence[RawResponses], notes: tuple[str, ...]) -> RawResponses:
    """Put chunks with the same items one after another."""
    first = chunks[0]
    lengths = np.concatenate([np.diff(chunk.starts) for chunk in chunks])
    return RawResponses(
        items=first.items,
        starts=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        item=np.concatenate([chunk.item for chunk in chunks]),
        value=np.concatenate([chunk.value for chunk in chunks]),
        persons=tuple(name for chunk in chunks for name in chunk.persons or ()),
        group=None
        if first.group is None
        else np.concatenate([chunk.group for chunk in chunks if chunk.group is not None]),
        groups=chunks[-1].groups,
        weight=None if first.weight is None else np.concatenate([c.weight for c in chunks if c.weight is not None]),
        notes=notes,
    )


def open_rows(path: Path) -> Iterator[list[str]]:
    """Yield the rows of a CSV file.

    Raises
    ------
    BadTableError
        If the file is not there, not text, or not CSV.
    """
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            yield from csv.reader(file)
    except OSError as error:
        raise BadTableError([f"{path}: cannot be read ({error.strerror}); check name and rights"]) from error
    except UnicodeDecodeError as error:
        raise BadTableError(
            [f"{path}: is not text in UTF-8; save it as CSV, or as Parquet with that ending"]
        ) from error
    except csv.Error as error:
        raise BadTableError([f"{path}: is not CSV ({error}); check quotes and line ends"]) from error


def read_header(path: Path) -> list[str]:
    """Return the names of the columns, without the space around them."""
    header = [name.strip() for name in next(open_rows(path), [])]
    if not header:
        raise BadTableError([f"{path}: is empty; expected a header and rows"])
    return header


def is_long(header: Sequence[str]) -> bool:
    """Say whether the columns are those of a long table."""
    return {PERSON, ITEM, RESPONSE} <= {name.lower() for name in header}


def read_wide_chunks(path: Path, reader: WideRows, rows: int = ROWS) -> Iterator[RawResponses]:
    """Yield a wide CSV file in chunks of so many rows; when they are done, ask the reader what is wrong."""
    lines = open_rows(path)
    next(lines)
    line = 2
    while waiting := list(islice(lines, rows)):
        if line == 2 and reader.columns.person is None:  # noqa: PLR2004  the first below the header
            refuse_keys(path, reader.columns, waiting)
        yield replace(reader.collect(waiting, line), groups=tuple(reader.groups))
        line += len(waiting)


def refuse_keys(path: Path, columns: Columns, rows: Sequence[Sequence[str]]) -> None:
    """Refuse a first column that names persons without being called so."""
    first = [row[columns.items[0]] for row in rows if len(row) > columns.items[0]] if columns.items else []
    if len(first) >= LIKELY_KEYS and len(set(first)) == len(first):
        told = "no value comes twice; if it names the persons, call the column person"
        raise BadTableError([f"{path}, column {columns.names[0]}: {told}"])


def _long_rows(path: Path, group: str | None, weight: str | None) -> Iterator[tuple[str, str, str, str, str, int]]:
    header = read_header(path)
    lower = [name.lower() for name in header]
    places = [lower.index(name) for name in (PERSON, ITEM, RESPONSE)]
    for name in (group, weight):
        if name and name not in header:
            raise BadTableError([f"{path}, column {name!r}: there is none; the columns are {', '.join(header)}"])
    extra = [header.index(name) if name else None for name in (group, weight)]
    width = 1 + max([*places, *(place for place in extra if place is not None)])
    lines = open_rows(path)
    next(lines)
    for line, row in enumerate(lines, start=2):
        if len(row) < width:
            raise BadTableError([f"{path}, line {line}: {len(row)} cells, expected {width} or more"])
        a, b, c = (row[place] for place in places)
        g, w = ("" if place is None else row[place] for place in extra)
        yield a, b, c, g, w, line


def read_long(
    rows: Iterator[tuple[str, str, str, str, str, int]], source: str, *, grouped: bool = False, weighted: bool = False
) -> RawResponses:
    """Collect long rows: person, item, response, group, weight, line.

    Raises
    ------
    BadTableError
        With everything that is wrong.
    """
    cells, persons, items, groups = Cells(), dict[str, int](), dict[str, int](), dict[str, int]()
    triples: dict[tuple[int, int], int] = {}
    own: dict[int, tuple[str, str]] = {}
    complaints: list[str] = []
    for person, item, response, group, weight, line in rows:
        p, i = persons.setdefault(person, len(persons)), items.setdefault(item, len(items))
        value = cells[response]
        if value < MISSING:
            complaints.append(f"{source}, column response, line {line} (item {item}): {explain_value(response)}")
        elif (p, i) in triples:
            complaints.append(f"{source}, line {line}: person {person} answered item {item} already; keep one answer")
        elif value >= 0:
            triples[p, i] = value
        if own.setdefault(p, (group, weight)) != (group, weight):
            complaints.append(f"{source}, line {line}: person {person} has another group or weight than before")
    if complaints:
        raise BadTableError(complaints)
    if not persons:
        raise BadTableError([f"{source}: there are no rows below the header"])
    check_names(tuple(items), len(items))
    pairs = np.array(sorted(triples), dtype=np.int64).reshape(-1, 2)
    try:
        weights = np.array([float(own[p][1]) for p in range(len(persons))]) if weighted else None
    except ValueError as error:
        raise BadTableError([f"{source}: a weight is not a number ({error})"]) from error
    codes = [groups.setdefault(own[p][0], len(groups)) for p in range(len(persons))] if grouped else None
    return RawResponses(
        items=tuple(items),
        starts=np.searchsorted(pairs[:, 0], np.arange(len(persons) + 1)).astype(np.int64),
        item=pairs[:, 1].astype(np.int32),
        value=np.array([triples[p, i] for p, i in pairs.tolist()], dtype=np.int16),
        persons=tuple(persons),
        group=None if codes is None else np.array(codes, dtype=np.int16),
        groups=tuple(groups),
        weight=weights,
    )
