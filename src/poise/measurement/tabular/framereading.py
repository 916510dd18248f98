"""Tables in Parquet and Arrow files and in data frames that speak Arrow, such as those of pandas and polars."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from poise.measurement.models import IntArray
from poise.measurement.tabular.cells import Source, Value
from poise.measurement.tabular.coding import RawResponses
from poise.measurement.tabular.longrows import LongColumns, is_long, read_long
from poise.measurement.tabular.tables import BadTableError
from poise.measurement.tabular.widerows import Columns, read_wide

NEED_ARROW: Final = (
    "reading Parquet and Arrow needs pyarrow; install it with: pip install 'poise[tables]', or save as CSV"
)
PARQUET: Final = ".parquet"
ARROW_ENDINGS: Final = (PARQUET, ".arrow", ".feather")
INDEX: Final = "__index_level_"
"""What pandas calls the index of a frame that has no name."""
PAGE: Final = 1 << 20
"""Bytes of a column that are read from a Parquet file at once."""


def tell_cell(value: object) -> str:
    """Return a cell as a text: empty where there is nothing, whole numbers without a point."""
    if isinstance(value, str):
        return value
    if value is None or value != value:  # noqa: PLR0124  the one value that differs from itself
        return ""
    if isinstance(value, bool) or (isinstance(value, float) and value.is_integer()):
        return str(int(value))
    return str(value)


@dataclass(frozen=True)
class ArrowBatch:
    """Rows of an Arrow table; `arrow` is a pyarrow.RecordBatch, the first row of which has the number `first`."""

    arrow: Any
    first: int
    complaints: tuple[str, ...] = ()

    @property
    def numbers(self) -> IntArray:
        """Rows from 1."""
        return np.arange(self.first, self.first + self.arrow.num_rows, dtype=np.int64)

    def look_up(self, place: int, meaning: dict[str, Value], dtype: npt.DTypeLike) -> npt.NDArray[Any]:
        """Return what each cell of a column means; each value is looked at once."""
        texts, codes = self._encode(place)
        means = np.fromiter(map(meaning.__getitem__, texts), dtype, len(texts))
        return means[codes]

    def texts(self, place: int) -> list[str]:
        """Return the cells of a column as texts."""
        texts, codes = self._encode(place)
        return [texts[code] for code in codes.tolist()]

    def _encode(self, place: int) -> tuple[list[str], IntArray]:
        """Return the different texts of a column, last the empty one, and which each cell has.

        Texts are in the order in which rows first have them, so that what is numbered is numbered as in CSV. Only the
        dictionary of a column that came with one may have another order, and hold what no row has.
        """
        column = self.arrow.column(place)
        encoded = column if hasattr(column, "dictionary") else column.dictionary_encode()
        texts = [*map(tell_cell, encoded.dictionary.to_pylist()), ""]
        codes = encoded.indices.fill_null(len(texts) - 1).to_numpy(zero_copy_only=False)
        if encoded is not column:
            return texts, codes
        used, first, owner = np.unique(codes, return_index=True, return_inverse=True)
        order = np.argsort(first)
        return [texts[code] for code in used[order].tolist()], np.argsort(order)[owner]


@dataclass(frozen=True)
class ArrowSource:
    """A table that Arrow can read.

    Parameters
    ----------
    name : str
    schema : pyarrow.Schema
    cells : int
    read : callable
        Yields record batches of at most so many rows.
    """

    name: str
    schema: Any
    cells: int
    read: Callable[[int], Iterator[Any]]
    unit: str = "row"

    @cached_property
    def places(self) -> list[int]:
        """Places of the columns that are no unnamed index."""
        return [place for place, name in enumerate(self.schema.names) if not str(name).startswith(INDEX)]

    @property
    def header(self) -> list[str]:
        """Names of the columns."""
        return [str(self.schema.names[place]).strip() for place in self.places]

    def batches(self, rows: int) -> Iterator[ArrowBatch]:
        """Yield all rows, so many at a time.

        Raises
        ------
        BadTableError
            If a column holds lists or records, or the file breaks off.
        """
        import pyarrow as pa  # noqa: PLC0415  an extra

        strange = [self.schema.field(place) for place in self.places if pa.types.is_nested(self.schema.types[place])]
        if strange:
            raise BadTableError(
                [f"{self.name}, column {one.name}: holds {one.type}; expected numbers or texts" for one in strange]
            )
        first = 1
        try:
            for batch in self.read(rows):
                batch.validate(full=True)  # a damaged Arrow file would else be read beyond its end
                yield ArrowBatch(batch.select(self.places), first)
                first += batch.num_rows
        except (OSError, pa.ArrowException) as error:
            raise BadTableError(
                [f"{self.name}: cannot be read ({error}); check the file, or save it as CSV"]
            ) from error


def cut(batches: Iterator[Any], rows: int) -> Iterator[Any]:
    """Cut record batches into pieces of at most so many rows."""
    for batch in batches:
        for first in range(0, batch.num_rows, rows):
            yield batch.slice(first, rows)


def open_arrow(path: Path) -> ArrowSource:
    """Open a Parquet or Arrow file; nothing but its columns is read yet.

    Raises
    ------
    BadTableError
        If it cannot be read.
    """
    try:
        import pyarrow as pa  # noqa: PLC0415  an extra: the base install reads CSV
        from pyarrow import parquet  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise BadTableError([f"{path}: {NEED_ARROW}"]) from error
    try:
        if path.suffix.lower() == PARQUET:
            with parquet.ParquetFile(path) as file:
                schema, rows = file.schema_arrow, file.metadata.num_rows
            return ArrowSource(str(path), schema, rows * len(schema.names), lambda size: _read_parquet(path, size))
        with pa.memory_map(str(path)) as mapped, pa.ipc.open_file(mapped) as reader:
            rows = sum(reader.get_batch(number).num_rows for number in range(reader.num_record_batches))
            schema = reader.schema
        return ArrowSource(str(path), schema, rows * len(schema.names), lambda size: _read_arrow(path, size))
    except (OSError, ValueError, pa.ArrowException) as error:  # a name that is not text is a ValueError
        raise BadTableError([f"{path}: cannot be read ({error}); check the file, or save it as CSV"]) from error


def _read_parquet(path: Path, rows: int) -> Iterator[Any]:
    from pyarrow import parquet  # noqa: PLC0415

    with parquet.ParquetFile(path, buffer_size=PAGE, pre_buffer=False) as file:
        yield from file.iter_batches(batch_size=rows, use_threads=False)


def _read_arrow(path: Path, rows: int) -> Iterator[Any]:
    import pyarrow as pa  # noqa: PLC0415

    with pa.memory_map(str(path)) as mapped, pa.ipc.open_file(mapped) as reader:
        yield from cut((reader.get_batch(number) for number in range(reader.num_record_batches)), rows)


def open_frame(frame: object, source: str) -> ArrowSource:
    """See a data frame as a source.

    Raises
    ------
    BadTableError
        If it has not the Arrow interface for streams.
    """
    try:
        import pyarrow as pa  # noqa: PLC0415  an extra
    except ModuleNotFoundError as error:
        raise BadTableError([f"{source}: {NEED_ARROW}"]) from error
    if not hasattr(frame, "__arrow_c_stream__"):
        lazy = "; call its collect() first" if hasattr(frame, "collect") else ""
        raise BadTableError(
            [f"{source}: got {type(frame).__name__}, expected a data frame of pandas, polars or pyarrow{lazy}"]
        )
    try:
        table = pa.table(frame)
    except (pa.ArrowException, ValueError, TypeError) as error:
        raise BadTableError([f"{source}: Arrow cannot take it over ({error}); keep numbers and texts apart"]) from error
    cells = table.num_rows * table.num_columns
    return ArrowSource(source, table.schema, cells, lambda rows: cut(iter(table.to_batches()), rows))


def read_frame(
    frame: object,
    source: str = "responses",
    *,
    group: str | None = None,
    weight: str | None = None,
    rater: str | None = None,
    without: Sequence[str] = (),
    marked: Collection[str] = (),
    only: Collection[str] | None = None,
) -> RawResponses:
    """Read a data frame, wide or long, that has the Arrow interface for streams (``__arrow_c_stream__``).

    Parameters
    ----------
    frame : object
        A frame of pandas, polars or pyarrow.
    source : str
        What to call it when something is wrong with it.
    group, weight, rater, without, marked, only
        As in `read_responses`.

    Raises
    ------
    BadTableError
        With everything that is wrong: column, row, value and what to do.
    """
    opened = open_frame(frame, source)
    return read_source(opened, group=group, weight=weight, rater=rater, without=without, marked=marked, only=only)


def read_source(
    source: Source,
    *,
    group: str | None = None,
    weight: str | None = None,
    rater: str | None = None,
    without: Sequence[str] = (),
    marked: Collection[str] = (),
    only: Collection[str] | None = None,
) -> RawResponses:
    """Read a source whole, wide or long; see `read_responses`."""
    if is_long(source.header):
        columns = LongColumns.of(source.name, source.header, group, weight, rater, without=without)
        return read_long(source, columns, marked, only)
    return read_wide(source, Columns.of(source.name, source.header, group, weight, without, rater, only), marked)
