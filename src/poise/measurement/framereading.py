"""Responses from Parquet and Arrow files and from data frames that speak Arrow, such as those of pandas and polars."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from poise.measurement.coding import RawResponses, check_persons, explain_value, number_groups, raw_from_array
from poise.measurement.reading import ITEM, MISSING, PERSON, RESPONSE, WORD, Cells, Columns, is_long, read_long
from poise.measurement.tables import BadTableError

NEED_ARROW = "reading Parquet and Arrow needs pyarrow; install it with: pip install 'poise[tables]', or save as CSV"


def read_arrow(
    path: Path, *, group: str | None = None, weight: str | None = None, without: Sequence[str] = ()
) -> RawResponses:
    """Read a Parquet or Arrow file, wide or long.

    Raises
    ------
    BadTableError
        With everything that is wrong: file, column, row, value and what to do.
    """
    try:
        import pyarrow as pa  # noqa: PLC0415  an extra: the base install reads CSV
        from pyarrow import feather, parquet  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise BadTableError([f"{path}: {NEED_ARROW}"]) from error
    try:
        frame = parquet.read_table(path) if path.suffix.lower() == ".parquet" else feather.read_table(path)
    except (OSError, pa.ArrowException) as error:
        raise BadTableError([f"{path}: cannot be read ({error}); check the file, or save it as CSV"]) from error
    return read_frame(frame, str(path), group=group, weight=weight, without=without)


def read_frame(
    frame: object,
    source: str = "responses",
    *,
    group: str | None = None,
    weight: str | None = None,
    without: Sequence[str] = (),
) -> RawResponses:
    """Read a data frame, wide or long, that has the Arrow interface for streams (``__arrow_c_stream__``).

    Raises
    ------
    BadTableError
        With everything that is wrong: column, row, value and what to do.
    """
    try:
        import pyarrow as pa  # noqa: PLC0415  an extra
    except ModuleNotFoundError as error:
        raise BadTableError([f"{source}: {NEED_ARROW}"]) from error
    table = pa.table(frame)
    header = [str(name) for name in table.column_names]
    if is_long(header):
        rows = _long_rows(table, header, group, weight)
        return read_long(rows, source, grouped=group is not None, weighted=weight is not None)
    columns = Columns.of(header, group, weight, without)
    matrix, names, notes = _read_items(table, columns, source)
    persons = [str(n + 1) for n in range(table.num_rows)]
    if columns.person is None:
        notes.append("there is no column person: the rows are numbered from 1")
    else:
        persons = [str(name) for name in table.column(columns.person).to_pylist()]
    own_groups = None if columns.group is None else table.column(columns.group).to_pylist()
    if own_groups is not None and None in own_groups:
        row = own_groups.index(None) + 1
        raise BadTableError([f"{source}, column {group}, row {row}: the person has no group; give everybody one"])
    codes, groups = number_groups(own_groups)
    raw = raw_from_array(
        matrix,
        names,
        persons=check_persons(persons),
        weight=None if columns.weight is None else table.column(columns.weight).to_pylist(),
    )
    return RawResponses(
        items=raw.items,
        starts=raw.starts,
        item=raw.item,
        value=raw.value,
        persons=raw.persons,
        group=codes,
        groups=groups,
        weight=raw.weight,
        notes=tuple(notes),
    )


def _read_items(table: Any, columns: Columns, source: str) -> tuple[Any, list[str], list[str]]:  # noqa: ANN401  pyarrow
    """Return the items as an array with NaN where nothing was given, their names, and notes."""
    kept, names, notes, complaints = [], [], [], []
    cells = Cells()
    for place, name in zip(columns.items, columns.names, strict=True):
        told = table.column(place).to_pylist()
        meanings = [MISSING if cell is None else cells[str(cell)] for cell in told]
        wrong = [row for row, meaning in enumerate(meanings) if meaning < MISSING]
        if wrong and all(meaning in {WORD, MISSING} for meaning in meanings):
            notes.append(f"column {name} holds words, not numbers: left out; if it names groups, say --group {name}")
            continue
        complaints += [f"{source}, column {name}, row {row + 1}: {explain_value(str(told[row]))}" for row in wrong]
        kept.append(np.where(np.array(meanings) < 0, np.nan, np.array(meanings, dtype=np.float64)))
        names.append(name)
    if complaints:
        raise BadTableError(complaints)
    if not kept:
        raise BadTableError([f"{source}: there is no column with answers"])
    return np.column_stack(kept), names, notes


def _long_rows(
    table: Any,  # noqa: ANN401  pyarrow
    header: list[str],
    group: str | None,
    weight: str | None,
) -> Iterator[tuple[str, str, str, str, str, int]]:
    lower = [name.lower() for name in header]
    places = [lower.index(name) for name in (PERSON, ITEM, RESPONSE)]
    for name in (group, weight):
        if name and name not in header:
            raise BadTableError([f"column {name!r}: there is none; the columns are {', '.join(header)}"])
    own = [table.column(place).to_pylist() for place in places]
    extra = [
        table.column(header.index(name)).to_pylist() if name else [""] * table.num_rows for name in (group, weight)
    ]
    for row, (person, item, response, g, w) in enumerate(zip(*own, *extra, strict=True), start=1):
        yield str(person), str(item), "" if response is None else str(response), str(g), str(w), row
