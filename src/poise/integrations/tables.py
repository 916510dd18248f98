"""Tables as files that other programs read: CSV for spreadsheets, Parquet for analysis."""

import csv
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from io import BytesIO, StringIO
from types import MappingProxyType
from typing import Literal

import pyarrow as pa
import pyarrow.parquet as pq

from poise.hiring.exporting import Cell, Row, defuse

Format = Literal["csv", "parquet"]
KINDS: Mapping[Format, str] = MappingProxyType(
    {"csv": "text/csv; charset=utf-8", "parquet": "application/vnd.apache.parquet"}
)


def write_csv(columns: Sequence[str], rows: Sequence[Row]) -> bytes:
    """Return a CSV in UTF-8 with a mark by which spreadsheets know it; no cell can be taken for a formula."""
    out = StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([_say(defuse(row[name])) for name in columns] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def write_parquet(columns: Sequence[str], rows: Sequence[Row]) -> bytes:
    """Return the same as Parquet, with types: true and false, numbers, and times in UTC."""
    arrays = {name: _array(name, [row[name] for row in rows]) for name in columns}
    out = BytesIO()
    pq.write_table(pa.table(arrays), out)
    return out.getvalue()


WRITERS: Mapping[Format, Callable[[Sequence[str], Sequence[Row]], bytes]] = MappingProxyType(
    {"csv": write_csv, "parquet": write_parquet}
)
NUMBERS = {"mean", "low_end", "high_end", "asked", "asked_low", "asked_high", "seen", "seen_low", "seen_high"}
COUNTS, YES_OR_NO = {"observations", "weight", "report"}, {"enough", "kinds_disagree", "must_have", "provisional"}


def _array(name: str, cells: list[Cell]) -> pa.Array:
    kind = (
        pa.float64()
        if name in NUMBERS
        else pa.int64()
        if name in COUNTS
        else pa.bool_()
        if name in YES_OR_NO
        else pa.timestamp("us", "UTC")
        if name.endswith("_at")
        else pa.string()
    )
    return pa.array(cells, kind)


def _say(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return cell.isoformat() if isinstance(cell, datetime) else str(cell)
