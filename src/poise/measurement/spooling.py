"""More responses than memory holds: read once, kept coded on disk, and loaded a chunk at a time."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, overload

import numpy as np

from poise.measurement.coding import LARGEST_CATEGORY, Codebook, RawResponses, dichotomise, observe_values
from poise.measurement.reading import Columns, WideRows, read_header, read_wide_chunks
from poise.measurement.tables import BadTableError, ResponseTable

ROWS: Final = 16384


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
    """

    def __init__(self, folder: Path, number: int, pattern: ResponseTable) -> None:
        self.folder, self.number, self.pattern = folder, number, pattern

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
        return ResponseTable(
            items=self.pattern.items,
            categories=self.pattern.categories,
            starts=own["starts"],
            item=own["item"],
            category=own["category"],
            group=own["group"],
            groups=self.pattern.groups,
            weight=own["weight"],
            notes=self.pattern.notes,
            values=self.pattern.values,
        )


def _load(stem: Path, key: str) -> np.ndarray | None:
    path = stem.with_name(f"{stem.name}.{key}.npy")
    return np.load(path) if path.exists() else None


def _save(stem: Path, key: str, array: np.ndarray | None) -> None:
    if array is not None:
        np.save(stem.with_name(f"{stem.name}.{key}.npy"), array)


def spool_wide(
    path: Path,
    folder: Path,
    *,
    group: str | None = None,
    weight: str | None = None,
    without: Sequence[str] = (),
    at_least: int | None = None,
    rows: int = ROWS,
) -> SpooledTables:
    """Read a wide CSV file of any length into chunks on disk.

    Parameters
    ----------
    path : Path
    folder : Path
        An empty folder with room for six bytes a response.
    group, weight, without
        As in `read_responses`.
    at_least : int, optional
        Count answers from here on as 1, others as 0.
    rows : int
        Persons in a chunk.

    Raises
    ------
    BadTableError
        As `read_responses` does.
    """
    reader = WideRows(str(path), Columns.of(read_header(path), group, weight, without), remember=False)
    counts = np.zeros((len(reader.columns.names), LARGEST_CATEGORY + 1), dtype=np.int64)
    number = 0
    for raw in read_wide_chunks(path, reader, rows):
        own = raw if at_least is None else dichotomise(raw, at_least)
        counts += observe_values(own)
        stem = folder / f"{number:06}"
        for key in ("starts", "item", "value", "group", "weight"):
            _save(stem, key, getattr(own, key))
        number += 1
    if not number:
        raise BadTableError([f"{path}: there are no rows below the header"])
    notes = reader.finish()
    places = reader.item_places
    book = Codebook.observed([reader.columns.names[place] for place in places], counts[places])
    pattern = None
    for stem in _stems(folder, number):
        table = book.encode(_reload(stem, reader, notes).keeping(places))
        pattern = pattern or table.rows(0, 0)
        for key in ("starts", "item", "category"):
            _save(stem, key, getattr(table, key))
        stem.with_name(f"{stem.name}.value.npy").unlink()
    if pattern is None:
        raise BadTableError([f"{path}: there are no rows below the header"])
    return SpooledTables(folder, number, pattern)


def _stems(folder: Path, number: int) -> Iterator[Path]:
    return (folder / f"{place:06}" for place in range(number))


def _reload(stem: Path, reader: WideRows, notes: tuple[str, ...]) -> RawResponses:
    starts, item, value = (_load(stem, key) for key in ("starts", "item", "value"))
    if starts is None or item is None or value is None:
        raise BadTableError([f"{stem}: a chunk of the responses is missing; read them again"])
    return RawResponses(
        items=reader.columns.names,
        starts=starts,
        item=item,
        value=value,
        group=_load(stem, "group"),
        groups=tuple(reader.groups),
        weight=_load(stem, "weight"),
        notes=notes,
    )
