"""Responses from files: CSV, Parquet and Arrow, wide or long.

A wide table has a row a person and a column an item; its first column is `person`. A long table has the columns
`person`, `item` and `response`. Empty means not given.
"""

import csv
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice
from operator import itemgetter
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from poise.measurement.models import IntArray
from poise.measurement.tabular.cells import Source, Value
from poise.measurement.tabular.coding import RawResponses
from poise.measurement.tabular.framereading import ARROW_ENDINGS, open_arrow, read_source
from poise.measurement.tabular.longrows import is_long
from poise.measurement.tabular.tables import BadTableError

SEPARATORS: Final = ",;\t"
MAGIC: Final = {
    b"PAR1": "is Parquet; give its name the ending .parquet",
    b"ARROW1": "is Arrow; give its name the ending .arrow",
    b"PK": "is an Excel or zip file, not CSV; save the table as CSV",
    b"\xd0\xcf\x11\xe0": "is an old Excel file, not CSV; save the table as CSV",
    b"\x1f\x8b": "is compressed; unpack it first",
    b"\xff\xfe": "is text in UTF-16, not UTF-8; save it as CSV in UTF-8",
    b"\xfe\xff": "is text in UTF-16, not UTF-8; save it as CSV in UTF-8",
}
LOOK: Final = 65536
"""So many bytes are looked at to tell what a file is."""
BLOCK: Final = 2048
"""Rows that are turned into columns at once; few enough to stay near the processor."""
CELL_BYTES: Final = {True: 6, False: 2}
"""About how many bytes a cell of a long table and of a wide one takes in CSV."""


@dataclass(frozen=True)
class CsvBatch:
    """Rows of a CSV file by column."""

    numbers: IntArray
    columns: list[tuple[str, ...]]
    complaints: tuple[str, ...]

    def look_up(self, place: int, meaning: dict[str, Value], dtype: npt.DTypeLike) -> npt.NDArray[Any]:
        """Return what each cell of a column means."""
        return np.fromiter(map(meaning.__getitem__, self.texts(place)), dtype, len(self.numbers))

    def texts(self, place: int) -> Sequence[str]:
        """Return the cells of a column."""
        return self.columns[place] if self.columns else ()


@dataclass(frozen=True)
class CsvSource:
    """A CSV file; its cells are kept apart by commas, semicolons or tabs, whichever part the header best."""

    path: Path
    unit: str = "line"

    @property
    def name(self) -> str:
        """The path as it was given."""
        return str(self.path)

    @cached_property
    def separator(self) -> str:
        """What keeps cells apart."""
        with self.path.open(newline="", encoding="utf-8-sig", errors="replace") as file:
            line = file.readline(LOOK)
        return max(SEPARATORS, key=lambda one: _count_cells(line, one))

    @cached_property
    def header(self) -> list[str]:
        """Names of the columns, without the space around them.

        Raises
        ------
        BadTableError
            If the file is not there, empty, or no CSV.
        """
        check_text(self.path)
        with _refusing(self.path), self.path.open(newline="", encoding="utf-8-sig") as file:
            header = [
                name.strip() for name in next(csv.reader(file, delimiter=self.separator, skipinitialspace=True), [])
            ]
        if not any(header):
            raise BadTableError([f"{self.path}: is empty; expected a header and rows"])
        return header

    @property
    def cells(self) -> int:
        """About how many cells there are, by the size of the file."""
        return self.path.stat().st_size // CELL_BYTES[is_long(self.header)]

    def batches(self, rows: int) -> Iterator[CsvBatch]:
        """Yield all rows, so many at a time; empty ones are passed over, ragged ones are complained of.

        Raises
        ------
        BadTableError
            If the file cannot be read, is not text in UTF-8, or not CSV.
        """
        with _refusing(self.path), self.path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.reader(file, delimiter=self.separator, skipinitialspace=True)
            next(reader, None)
            blocks = self._read_blocks(reader, min(rows, BLOCK))
            while waiting := list(islice(blocks, -(-rows // BLOCK))):
                yield join_blocks(waiting)

    def _read_blocks(self, reader: Any, rows: int) -> Iterator[CsvBatch]:  # noqa: ANN401  csv does not name its reader
        begin = reader.line_num + 1
        while waiting := list(islice(reader, rows)):
            yield self._arrange(waiting, begin, reader.line_num)
            begin = reader.line_num + 1

    def _arrange(self, rows: list[list[str]], begin: int, end: int) -> CsvBatch:
        """Turn rows, which stand in the lines from `begin` to `end`, into columns."""
        width = len(self.header)
        numbers = np.arange(begin, begin + len(rows), dtype=np.int64)
        if end >= begin + len(rows):  # cells with line ends in them
            numbers[1:] += np.cumsum([sum(cell.count("\n") for cell in row) for row in rows[:-1]], dtype=np.int64)
        if set(map(len, rows)) == {width} and all(map(itemgetter(0), rows)):
            return CsvBatch(numbers, list(zip(*rows, strict=True)), ())
        kept, complaints = [], []
        for number, row in enumerate(rows):
            if any(row) and (len(row) < width or any(row[width:])):
                complaints.append(
                    f"{self.path}, line {numbers[number]}: {len(row)} cells, expected {width} as in the header;"
                    " check separators and quotes"
                )
            elif any(row):
                kept.append(number)
        columns = list(zip(*(rows[number][:width] for number in kept), strict=True))
        return CsvBatch(numbers[kept], columns, tuple(complaints))


def join_blocks(blocks: Sequence[CsvBatch]) -> CsvBatch:
    """Put blocks of rows one after another."""
    if len(blocks) == 1:
        return blocks[0]
    columns = zip(*(block.columns for block in blocks if block.columns), strict=True)
    return CsvBatch(
        np.concatenate([block.numbers for block in blocks]),
        [tuple(chain.from_iterable(parts)) for parts in columns],
        tuple(told for block in blocks for told in block.complaints),
    )


@contextmanager
def _refusing(path: Path) -> Iterator[None]:
    """Turn what can go wrong while a CSV file is read into plain words."""
    try:
        yield
    except OSError as error:
        raise BadTableError([f"{path}: cannot be read ({error.strerror}); check name and rights"]) from error
    except UnicodeDecodeError as error:
        raise BadTableError([f"{path}, {find_undecodable(path)}; save it as CSV in UTF-8"]) from error
    except csv.Error as error:
        raise BadTableError([f"{path}: is not CSV ({error}); check quotes and line ends"]) from error


def check_text(path: Path) -> None:
    """Refuse a file that is not there, is empty, or is no text, by its first bytes.

    Raises
    ------
    BadTableError
        Saying what it is instead.
    """
    try:
        with path.open("rb") as file:
            begin = file.read(LOOK)
    except OSError as error:
        raise BadTableError([f"{path}: cannot be read ({error.strerror}); check name and rights"]) from error
    if not begin.strip():
        raise BadTableError([f"{path}: is empty; expected a header and rows"])
    for magic, told in MAGIC.items():
        if begin.startswith(magic):
            raise BadTableError([f"{path}: {told}"])
    if b"\0" in begin:
        raise BadTableError([f"{path}: is not text; save the table as CSV in UTF-8, or as Parquet with that ending"])


def find_undecodable(path: Path) -> str:
    """Name the first line that is not text in UTF-8."""
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError as error:
                return f"line {number}: the byte {line[error.start]:#04x} is not UTF-8"
    return "a line is not UTF-8"


def open_source(path: Path) -> Source:
    """Open a file of responses; nothing but its header is read yet.

    Raises
    ------
    BadTableError
        If it cannot be read.
    """
    source: Source = open_arrow(path) if path.suffix.lower() in ARROW_ENDINGS else CsvSource(path)
    if not source.header:
        raise BadTableError([f"{path}: has no columns"])
    return source


def read_responses(
    path: Path,
    *,
    group: str | None = None,
    weight: str | None = None,
    rater: str | None = None,
    without: Sequence[str] = (),
    marked: Collection[str] = (),
    only: Collection[str] | None = None,
) -> RawResponses:
    """Read a whole file.

    Parameters
    ----------
    path : Path
        CSV, or Parquet or Arrow by its ending.
    group, weight : str, optional
        Columns that hold the group and the weight of each person.
    rater : str, optional
        In a long table the column that names who rated.
    without : sequence of str
        Columns that are left out.
    marked : collection of str
        Items that are statements of blocks and hold ranks, or 1 most, -1 least, 0 neither; their values are one more.
    only : collection of str, optional
        Items that are wanted; others are named, but nothing of them is read.

    Raises
    ------
    BadTableError
        With everything that is wrong: file, column, line, value and what to do.
    """
    return read_source(
        open_source(path), group=group, weight=weight, rater=rater, without=without, marked=marked, only=only
    )


def _count_cells(line: str, separator: str) -> int:
    """Return how many cells a header has with this separator: none where its quotes do not fit to it."""
    try:
        return len(next(csv.reader([line], delimiter=separator, skipinitialspace=True, strict=True), []))
    except csv.Error:
        return 0
