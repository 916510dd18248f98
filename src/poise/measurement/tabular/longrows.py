"""Long tables, a row a response: rows become responses sorted by person, and what is wrong is found."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from poise.measurement.models import IntArray
from poise.measurement.tabular.cells import (
    MISSING,
    NAMELESS,
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
from poise.measurement.tabular.coding import RawResponses, explain_mark, explain_value
from poise.measurement.tabular.tables import MOST_COMPLAINTS, BadTableError, name_some
from poise.measurement.tabular.widerows import MOST_KEPT, PERSON, check_columns, check_groups

ITEM, RESPONSE = "item", "response"
ROWS: Final = 32768
Rows: TypeAlias = npt.NDArray[np.void]
"""Records of person, line, item, value and, where asked for, group, weight and rater."""
FIELDS: Final = {"person": np.int64, "line": np.int64, "item": np.int32, "value": np.int16}
EXTRA: Final = {"group": np.int32, "weight": np.float64, "rater": np.int32}


def is_long(header: Sequence[str]) -> bool:
    """Say whether the columns are those of a long table."""
    return {PERSON, ITEM, RESPONSE} <= {name.lower() for name in header}


@dataclass(frozen=True)
class LongColumns:
    """The places of the columns of a long table; None where there is none, as responses in a table of readings."""

    person: int
    item: int
    response: int | None
    group: int | None
    weight: int | None
    rater: int | None
    unused: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        source: str,
        header: Sequence[str],
        group: str | None = None,
        weight: str | None = None,
        rater: str | None = None,
        others: Collection[int] | None = None,
        without: Collection[str] = (),
    ) -> "LongColumns":
        """Find the columns in a header; where there are places of `others`, these stand for the response.

        Columns that are not used are noted, except those that are to be `without`.

        Raises
        ------
        BadTableError
            If a column that was asked for is not there, or one stands there twice.
        """
        check_columns(source, header, [group, weight, rater, *without])
        lower = [name.lower() for name in header]
        needed = (PERSON, ITEM, RESPONSE) if others is None else (PERSON, ITEM)
        used = [lower.index(name) for name in needed]
        if twice := [name for name in needed if lower.count(name) > 1]:
            raise BadTableError([f"{source}: the column {name} stands there twice: keep one" for name in twice])
        extra = [header.index(name) if name else None for name in (group, weight, rater)]
        known = {*used, *extra, *(others or ())}
        unused = tuple(name for place, name in enumerate(header) if place not in known and name not in without)
        return cls(used[0], used[1], used[2] if others is None else None, extra[0], extra[1], extra[2], unused)


@dataclass
class LongRows:
    """Collects rows of a long table as records and finds what is wrong with each.

    Parameters
    ----------
    source : Source
    columns : LongColumns
    persons : Numbers or Hashes
        The former keeps the names of persons in the order in which they come, the latter keeps none.
    marked : collection of str
        Items that are statements; their values are one more than the rank or mark that stands there.
    only : collection of str, optional
        Items that are wanted; responses to others are passed over, whatever they are.
    """

    source: Source
    columns: LongColumns
    persons: Numbers | Hashes
    marked: Collection[str] = ()
    only: Collection[str] | None = None
    items: Numbers = field(default_factory=Numbers)
    groups: Numbers = field(default_factory=Numbers)
    raters: Numbers = field(default_factory=Numbers)
    cells: Cells = field(default_factory=Cells)
    marks: Marks = field(default_factory=Marks)
    weights: Weights = field(default_factory=Weights)
    complaints: list[str] = field(default_factory=list)

    @property
    def kind(self) -> npt.DTypeLike:
        """The type of a record."""
        extra = {name: kind for name, kind in EXTRA.items() if getattr(self.columns, name) is not None}
        return np.dtype(list((FIELDS | extra).items()))

    def collect(self, batch: Batch) -> Rows:
        """Turn rows into records.

        Raises
        ------
        BadTableError
            As soon as there are very many complaints.
        """
        own = self.columns
        self.complaints.extend(batch.complaints)
        rows = np.empty(len(batch.numbers), dtype=self.kind)
        rows["line"] = batch.numbers
        rows["person"] = batch.look_up(own.person, self.persons, np.int64)
        rows["item"] = batch.look_up(own.item, self.items, np.int32)
        rows["value"] = 0 if own.response is None else self._read_values(batch, own.response, rows["item"])
        for name, place in (("group", own.group), ("rater", own.rater)):
            if place is not None:
                rows[name] = batch.look_up(place, getattr(self, name + "s"), np.int32)
        check_groups(self.source.name, self.groups)
        if own.weight is not None:
            rows["weight"] = read_weights(
                batch, own.weight, self.weights, lambda row, told: self._complain(batch, row, "weight", told)
            )
        for name in ("person", "item", *(["group"] if own.group is not None else [])):
            self._complain_of_nameless(batch, name, rows[name])
        if len(self.complaints) >= MOST_KEPT:
            raise BadTableError(self.complaints)
        return rows

    def _complain(self, batch: Batch, row: int, column: str, told: str) -> None:
        self.complaints.append(f"{self.source.name}, column {column}, {self.source.unit} {batch.numbers[row]}{told}")

    def _complain_of_nameless(self, batch: Batch, column: str, codes: IntArray) -> None:
        for row in np.flatnonzero(codes == NAMELESS).tolist():
            self._complain(batch, row, column, ": is empty; fill it in, or leave the row out")

    def _read_values(self, batch: Batch, place: int, items: IntArray) -> IntArray:
        values = batch.look_up(place, self.cells, np.int16)
        marked = np.isin(items, [self.items.places[name] for name in self.marked if name in self.items.places])
        if marked.any():
            values[marked] = batch.look_up(place, self.marks, np.int16)[marked]
        if self.only is not None:
            strange = [i for i, name in enumerate(self.items.names) if name not in self.only]
            values[np.isin(items, strange)] = MISSING
        wrong = np.flatnonzero(values < MISSING)
        if wrong.size:
            names, texts = batch.texts(self.columns.item), batch.texts(place)
            for row in wrong.tolist():
                told = (explain_mark if marked[row] else explain_value)(texts[row])
                self._complain(batch, row, RESPONSE, f" (item {names[row]}): {told}")
        return values

    @property
    def notes(self) -> tuple[str, ...]:
        """What is worth knowing of the columns."""
        unused = self.columns.unused
        return (f"columns that are not used: {name_some(unused)}",) if unused else ()

    def settle(self, rows: Rows, names: tuple[str, ...] | None) -> RawResponses:
        """Return the responses of all persons who have a record, by person and item.

        A person whose responses are all empty has none. Raters stand in `RawResponses.rater`.

        Raises
        ------
        BadTableError
            If a response is there twice, or a person's group or weight is not always the same.
        """
        _, first, owner = np.unique(rows["person"], return_index=True, return_inverse=True)
        complaints = list(self._complain_of_changes(rows, first[owner]))
        given = np.flatnonzero(rows["value"] >= 0)
        number = max(1, len(self.items.names))
        order = given[np.argsort(owner[given] * number + rows["item"][given], kind="stable")]
        if "rater" in (rows.dtype.names or ()):
            order = given[np.lexsort((rows["rater"][given], rows["item"][given], owner[given]))]
        complaints += self._complain_of_repeated(rows[order], owner[order])
        if complaints:
            raise BadTableError(complaints)
        return RawResponses(
            items=tuple(self.items.names),
            starts=np.searchsorted(owner[order], np.arange(len(first) + 1)).astype(np.int64),
            item=rows["item"][order],
            value=rows["value"][order],
            persons=names,
            group=self._of_persons(rows, first, "group"),
            groups=tuple(self.groups.names),
            weight=self._of_persons(rows, first, "weight"),
            notes=self.notes,
            rater=rows["rater"][order] if "rater" in (rows.dtype.names or ()) else None,
            raters=tuple(self.raters.names),
            line=rows["line"][order],
        )

    @staticmethod
    def _of_persons(rows: Rows, first: IntArray, name: str) -> npt.NDArray[Any] | None:
        if name not in (rows.dtype.names or ()):
            return None
        return rows[name][first].astype(np.int16 if name == "group" else np.float64)

    def _complain_of_changes(self, rows: Rows, first: IntArray) -> Iterator[str]:
        """Tell rows whose group or weight is another than in the person's first row."""
        for name in ("group", "weight"):
            if name not in (rows.dtype.names or ()):
                continue
            changed = np.flatnonzero(rows[name] != rows[name][first])[:MOST_COMPLAINTS]
            told = self._find(rows["line"][changed])
            for row in changed.tolist():
                line, earlier = int(rows["line"][row]), int(rows["line"][first[row]])
                yield (
                    f"{self.source.name}, {self.source.unit} {line}: person {told[line][0]} has another {name} than in"
                    f" {self.source.unit} {earlier}; a person has one"
                )

    def _complain_of_repeated(self, rows: Rows, owner: IntArray) -> Iterator[str]:
        """Tell responses to an item (by a rater) that the same person gave before; rows are sorted."""
        same = (owner[1:] == owner[:-1]) & (rows["item"][1:] == rows["item"][:-1])
        if "rater" in (rows.dtype.names or ()):
            same &= rows["rater"][1:] == rows["rater"][:-1]
        again = np.flatnonzero(same) + 1
        told = self._find(rows["line"][again[:MOST_COMPLAINTS]])
        for row in again[:MOST_COMPLAINTS].tolist():
            line, earlier = int(rows["line"][row]), int(rows["line"][row - 1])
            person, item = told[line]
            yield (
                f"{self.source.name}, {self.source.unit} {line}: person {person} answered item {item} already in"
                f" {self.source.unit} {earlier}; keep one answer"
            )
        if len(again) > MOST_COMPLAINTS:
            yield f"{self.source.name}: {len(again) - MOST_COMPLAINTS} more responses stand there twice"

    def _find(self, lines: npt.NDArray[Any]) -> dict[int, list[str]]:
        if not lines.size:
            return {}
        return find_cells(self.source, lines.tolist(), [self.columns.person, self.columns.item], ROWS)


def read_long(
    source: Source, columns: LongColumns, marked: Collection[str] = (), only: Collection[str] | None = None
) -> RawResponses:
    """Read a long source whole; see `LongRows` for `marked` and `only`.

    Raises
    ------
    BadTableError
        With everything that is wrong.
    """
    persons = Numbers()
    reader = LongRows(source, columns, persons, marked, only)
    parts = [reader.collect(batch) for batch in source.batches(ROWS)]
    check_rows(reader, sum(len(part) for part in parts))
    return reader.settle(np.concatenate(parts), tuple(persons.names))


def check_rows(reader: LongRows, number: int) -> None:
    """Raise what was wrong with single rows, or that there is none."""
    if reader.complaints:
        raise BadTableError(reader.complaints)
    if not number:
        raise BadTableError([f"{reader.source.name}: there are no rows below the header"])
