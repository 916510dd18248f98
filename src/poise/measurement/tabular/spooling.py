"""More responses than memory holds: read once, kept coded on disk, and loaded a chunk at a time.

Rows of a long table may come in any order. They are dealt out to files by a number of eight bytes made from the
person's name, so that all of a person are in one file, and each file fits into memory.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, overload

import numpy as np
import numpy.typing as npt

from poise.measurement.tabular.cells import Hashes
from poise.measurement.tabular.coding import LARGEST_CATEGORY, Codebook, RawResponses, dichotomise, observe_values
from poise.measurement.tabular.longrows import ROWS as LONG_ROWS
from poise.measurement.tabular.longrows import LongColumns, LongRows, Rows, check_rows, is_long
from poise.measurement.tabular.reading import open_source
from poise.measurement.tabular.tables import BadTableError, ResponseTable
from poise.measurement.tabular.widerows import Columns, WideRows, wide_chunks

ROWS: Final = 16384
"""Persons in a chunk of a wide table, at most."""
CELLS: Final = 1_000_000
"""Cells of a wide table that are read at once."""
FILE_ROWS: Final = 500_000
MOST_FILES: Final = 512
SPOOLED_BYTES: Final = 18
"""What a cell takes on disk, at most, while a table is read."""
WIDTH: Final = LARGEST_CATEGORY + 1
Tell = Callable[[int], None]
"""Told how many rows were read."""


class SpooledTables(Sequence[ResponseTable]):
    """Chunks of one table, each loaded from disk when it is asked for.

    Parameters
    ----------
    folder : Path
        Where the chunks lie.
    number : int
        How many there are.
    pattern : ResponseTable
        Items, categories, groups, values and notes of all chunks, without persons.
    chosen : sequence of str, optional
        The items that are wanted of each chunk; else all.
    """

    def __init__(self, folder: Path, number: int, pattern: ResponseTable, chosen: Sequence[str] | None = None) -> None:
        self.folder, self.number, self.pattern, self.chosen = folder, number, pattern, chosen

    def __len__(self) -> int:
        return self.number

    @overload
    def __getitem__(self, place: int) -> ResponseTable: ...
    @overload
    def __getitem__(self, place: slice) -> list[ResponseTable]: ...
    def __getitem__(self, place: int | slice) -> ResponseTable | list[ResponseTable]:
        if isinstance(place, slice):
            return [self[number] for number in range(*place.indices(self.number))]
        if not -self.number <= place < self.number:
            raise IndexError(place)
        stem = self.folder / f"{place % self.number:06}"
        own = {key: _load(stem, key) for key in ("starts", "item", "category", "group", "weight")}
        if own["starts"] is None or own["item"] is None or own["category"] is None:
            raise BadTableError([f"{stem}: a chunk of the responses is missing; read them again"])
        table = replace(
            self.pattern,
            starts=own["starts"],
            item=own["item"],
            category=own["category"],
            group=own["group"],
            weight=own["weight"],
        )
        return table if self.chosen is None else table.picked(self.chosen)

    def picked(self, items: Sequence[str]) -> "SpooledTables":
        """Return the same chunks with these items only, in this order.

        Raises
        ------
        BadTableError
            Naming every item that is not there.
        """
        self.pattern.picked(items)
        return SpooledTables(self.folder, self.number, self.pattern, items)

    def joined(self) -> ResponseTable:
        """Return all chunks as one table in memory, without names of persons; six bytes a response."""
        parts = list(self)
        lengths = np.concatenate([part.answered for part in parts])
        groups = [part.group for part in parts if part.group is not None]
        weights = [part.weight for part in parts if part.weight is not None]
        return replace(
            parts[0],
            starts=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
            item=np.concatenate([part.item for part in parts]),
            category=np.concatenate([part.category for part in parts]),
            group=np.concatenate(groups) if groups else None,
            weight=np.concatenate(weights) if weights else None,
        )


def _load(stem: Path, key: str) -> npt.NDArray[Any] | None:
    path = stem.with_name(f"{stem.name}.{key}.npy")
    return np.load(path) if path.exists() else None


def _save(stem: Path, key: str, array: npt.NDArray[Any] | None) -> None:
    if array is not None:
        np.save(stem.with_name(f"{stem.name}.{key}.npy"), array)


def spool_responses(
    path: Path,
    folder: Path,
    *,
    group: str | None = None,
    weight: str | None = None,
    without: Sequence[str] = (),
    at_least: int | None = None,
    rows: int = ROWS,
    tell: Tell = lambda _: None,
) -> SpooledTables:
    """Read a file of any length into chunks on disk.

    Parameters
    ----------
    path : Path
        CSV, Parquet or Arrow, wide or long.
    folder : Path
        An empty folder with room for six bytes a response, for a long table for up to forty while it is read.
    group, weight, without
        As in `read_responses`.
    at_least : int, optional
        Count answers from here on as 1, others as 0.
    rows : int
        Persons in a chunk of a wide table; rows of a long one in a file.
    tell : callable
        Told how many rows were read.

    Raises
    ------
    BadTableError
        As `read_responses` does.
    """
    source = open_source(path)
    try:
        if is_long(source.header):
            columns = LongColumns.of(source.name, source.header, group, weight, without=without)
            file_rows = FILE_ROWS if rows == ROWS else rows
            return _LongSpool(LongRows(source, columns, Hashes()), folder, at_least, file_rows).fill(tell)
        own = Columns.of(source.name, source.header, group, weight, without)
        rows = max(1, min(rows, CELLS // len(own.items)))
        return _spool_wide(WideRows(source, own, remember=False), folder, at_least, rows, tell)
    except OSError as error:
        need = max(1, source.cells * SPOOLED_BYTES // 1_000_000)
        told = f"up to {need} MB are needed; name a folder with more room in TMPDIR"
        raise BadTableError([f"{folder}: cannot be written ({error.strerror}); {told}"]) from error


def _spool_wide(reader: WideRows, folder: Path, at_least: int | None, rows: int, tell: Tell) -> SpooledTables:
    counts = np.zeros((len(reader.columns.names), WIDTH), dtype=np.int64)
    number = persons = 0
    for raw in wide_chunks(reader, rows):
        own = raw if at_least is None else dichotomise(raw, at_least)
        counts += observe_values(own)
        for key in ("starts", "item", "value", "group", "weight"):
            _save(_stem(folder, number), key, getattr(own, key))
        number += 1
        persons += len(raw.starts) - 1
        tell(persons)
    notes, places = reader.finish(), reader.item_places
    book = Codebook.observed([reader.columns.names[place] for place in places], counts[places])
    pattern = RawResponses(reader.columns.names, *_NOTHING, groups=tuple(reader.groups.names), notes=notes)
    chunks = (_reload(_stem(folder, place), pattern).keeping(places) for place in range(number))
    return _encode(folder, book, chunks)


_NOTHING: Final = (np.zeros(1, np.int64), np.zeros(0, np.int32), np.zeros(0, np.int16))


def _stem(folder: Path, number: int) -> Path:
    return folder / f"{number:06}"


def _reload(stem: Path, pattern: RawResponses) -> RawResponses:
    starts, item, value = (_load(stem, key) for key in ("starts", "item", "value"))
    if starts is None or item is None or value is None:
        raise BadTableError([f"{stem}: a chunk of the responses is missing; read them again"])
    stem.with_name(f"{stem.name}.value.npy").unlink()
    return replace(
        pattern, starts=starts, item=item, value=value, group=_load(stem, "group"), weight=_load(stem, "weight")
    )


def _encode(folder: Path, book: Codebook, chunks: Iterator[RawResponses]) -> SpooledTables:
    """Write chunks as categories; return the tables."""
    pattern, number, silent = None, 0, 0
    for raw in chunks:
        table = book.encode(raw)
        pattern = pattern or replace(table.rows(0, 0), persons=None)
        silent += int((table.answered == 0).sum())
        for key in ("starts", "item", "category", "group", "weight"):
            _save(_stem(folder, number), key, getattr(table, key))
        number += 1
    if pattern is None:
        raise BadTableError([f"{folder}: no chunk of the responses was written; read them again"])
    if silent:
        note = f"{silent} answered nothing that counts and are not used in calibration"
        pattern = replace(pattern, notes=(*pattern.notes, note))
    return SpooledTables(folder, number, pattern)


@dataclass
class _LongSpool:
    """A long table on its way to disk, dealt out to files by person."""

    reader: LongRows
    folder: Path
    at_least: int | None
    file_rows: int

    def fill(self, tell: Tell) -> SpooledTables:
        """Read the whole source; see `spool_responses`."""
        files = self._count_files()
        counts, number = np.zeros(0, dtype=np.int64), 0
        for batch in self.reader.source.batches(LONG_ROWS):
            rows = self.reader.collect(batch)
            if self.reader.complaints:  # it is only looked for more of them
                continue
            if self.at_least is not None:
                given = rows["value"] >= 0
                rows["value"][given] = rows["value"][given] >= self.at_least
            counts = self._count(counts, rows)
            self._deal(rows, files)
            number += len(rows)
            tell(number)
        check_rows(self.reader, number)
        items = self.reader.items.names
        book = Codebook.observed(items, counts.reshape(len(items), WIDTH))
        return _encode(self.folder, book, self._settle(files))

    def _count_files(self) -> int:
        source = self.reader.source
        return int(np.clip(source.cells // len(source.header) // self.file_rows + 1, 1, MOST_FILES))

    def _count(self, counts: npt.NDArray[np.int64], rows: Rows) -> npt.NDArray[np.int64]:
        given = rows[rows["value"] >= 0]
        size = len(self.reader.items.names) * WIDTH
        more = np.bincount(given["item"].astype(np.int64) * WIDTH + given["value"], minlength=size)
        more[: len(counts)] += counts
        return more

    def _deal(self, rows: Rows, files: int) -> None:
        place = rows["person"] % files
        rows, ends = rows[np.argsort(place, kind="stable")], np.cumsum(np.bincount(place, minlength=files))
        for number, part in enumerate(np.split(rows, ends[:-1])):
            if len(part):
                with (self.folder / f"{number:06}.rows").open("ab") as file:
                    part.tofile(file)

    def _settle(self, files: int) -> Iterator[RawResponses]:
        complaints: list[str] = []
        for number in range(files):
            path = self.folder / f"{number:06}.rows"
            if path.exists():
                rows = np.fromfile(path, dtype=self.reader.kind)
                path.unlink()
                try:
                    yield self.reader.settle(rows, None)
                except BadTableError as error:
                    complaints.extend(error.complaints)
        if complaints:
            raise BadTableError(complaints)
