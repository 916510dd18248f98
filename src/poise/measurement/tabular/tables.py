"""Responses of many persons to many items, stored sparse: one entry for each response that was given."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from poise.measurement.models import FloatArray, IntArray

MOST_COMPLAINTS = 20
MOST_NAMED = 8
FEWEST_FOR_SD = 10
"""Persons of a group below which its standard deviation is not estimated."""


class BadTableError(ValueError):
    """A table that cannot be used; holds everything that is wrong with it, in plain words."""

    def __init__(self, complaints: Sequence[str]) -> None:
        self.complaints = tuple(complaints)
        more = len(self.complaints) - MOST_COMPLAINTS
        shown = [*self.complaints[:MOST_COMPLAINTS], *([f"and {more} more"] if more > 0 else [])]
        super().__init__("\n".join(shown))


@dataclass(frozen=True, eq=False)
class ResponseTable:
    """Responses of P persons to I items, R in all.

    Parameters
    ----------
    items : tuple of str
        Names of the I items that somebody answered, with at least two different answers.
    categories : array of int, shape (I,)
        How many categories each item has, after unused ones were merged.
    starts : array of int64, shape (P + 1,)
        The responses of person p are ``starts[p]:starts[p + 1]``; an empty range is a person who answered nothing.
    item : array of int32, shape (R,)
        Which item each response belongs to.
    category : array of int16, shape (R,)
        The chosen category, from 0.
    persons : tuple of str, optional
        Names of the P persons.
    group : array of int, shape (P,), optional
        The group of each person, as an index into `groups`.
    groups : tuple of str
        Names of the groups, the reference group first.
    weight : array, shape (P,), optional
        How many persons each person stands for.
    notes : tuple of str
        What was merged, left out or odd, in plain words with names.
    values : tuple of tuple of int
        For each item, the value in the source that each category stands for.
    lost : mapping of str to str
        Items of the source that were left out, and why.
    """

    items: tuple[str, ...]
    categories: IntArray
    starts: IntArray
    item: IntArray
    category: IntArray
    persons: tuple[str, ...] | None = None
    group: IntArray | None = None
    groups: tuple[str, ...] = ()
    weight: FloatArray | None = None
    notes: tuple[str, ...] = ()
    values: tuple[tuple[int, ...], ...] = ()
    lost: Mapping[str, str] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many persons there are, P."""
        return len(self.starts) - 1

    @property
    def answered(self) -> IntArray:
        """How many responses each person gave, shape (P,)."""
        return np.diff(self.starts)

    def rows(self, first: int, last: int) -> "ResponseTable":
        """Return the persons from `first` to before `last` as a table with the same items."""
        begin, end = self.starts[first], self.starts[last]
        return replace(
            self,
            starts=self.starts[first : last + 1] - begin,
            item=self.item[begin:end],
            category=self.category[begin:end],
            persons=self.persons and self.persons[first:last],
            group=None if self.group is None else self.group[first:last],
            weight=None if self.weight is None else self.weight[first:last],
        )

    def chunks(self, persons: int) -> Iterator["ResponseTable"]:
        """Yield tables of at most so many persons; what is counted in each adds up to the whole."""
        for first in range(0, self.size, persons):
            yield self.rows(first, min(first + persons, self.size))

    def picked(self, items: Sequence[str]) -> "ResponseTable":
        """Return the table with these items only, in this order.

        Raises
        ------
        BadTableError
            Naming every item that is not there.
        """
        place = {name: number for number, name in enumerate(self.items)}
        unknown = [name for name in items if name not in place]
        if unknown:
            raise BadTableError(
                [f"item {name!r}: {self.lost.get(name, 'is not in the responses')}" for name in unknown]
            )
        chosen = np.array([place[name] for name in items], dtype=np.int64)
        renumbered = np.full(len(self.items), -1, dtype=np.int32)
        renumbered[chosen] = np.arange(len(items), dtype=np.int32)
        item = renumbered[self.item]
        kept = item >= 0
        before = np.concatenate([[0], np.cumsum(kept)])
        return replace(
            self,
            items=tuple(items),
            categories=self.categories[chosen],
            starts=before[self.starts],
            item=item[kept],
            category=self.category[kept],
            values=tuple(self.values[i] for i in chosen) if self.values else (),
        )


def complain_of_unused(items: Sequence[str], categories: IntArray, counts: FloatArray | IntArray) -> list[str]:
    """Return a complaint for each item with a category that nobody chose: its parameters would not be told.

    Parameters
    ----------
    items : sequence of str
    categories : array of int, shape (I,)
    counts : array, shape (I, Kmax)
        How often each category was chosen.
    """
    return [
        f"item {name!r}: nobody chose category {' or '.join(map(str, unused))} of 0 to {K - 1}: code the responses "
        "again, which merges what nobody chose (code_responses), or leave the item out"
        for name, K, own in zip(items, categories, counts, strict=True)
        if len(unused := np.flatnonzero(own[:K] == 0))
    ]


def refuse_small_groups(tables: Sequence[ResponseTable], least: int = FEWEST_FOR_SD) -> None:
    """Refuse groups of too few persons who answered something to tell a spread.

    Raises
    ------
    BadTableError
        Naming every such group.
    """
    groups = tables[0].groups
    counts = np.zeros(len(groups), dtype=np.int64)
    for table in tables:
        if table.group is not None:
            counts += np.bincount(table.group[table.answered > 0], minlength=len(groups))
    if small := [f"{name!r} ({count})" for name, count in zip(groups, counts, strict=True) if count < least]:
        told = f"groups {', '.join(small)}: a standard deviation of their own takes {least} persons who answered"
        raise BadTableError([f"{told}; leave these groups out, or let all groups have the same"])


def merge_unused(table: ResponseTable, keep: Collection[str] = ()) -> ResponseTable:
    """Merge each category that nobody chose with the one below, or the lowest with the one above, and note it.

    The parameters of such a category are not told by any answer, and a climb that moves them ends anywhere.

    Parameters
    ----------
    table : ResponseTable
    keep : collection of str
        Items that stay as they are, such as those whose parameters are fixed.

    Returns
    -------
    ResponseTable
        The table itself where nothing is to be merged.
    """
    stride = int(np.max(table.categories, initial=1))
    chosen = np.bincount(table.item * stride + table.category, minlength=len(table.items) * stride) > 0
    chosen = chosen.reshape(-1, stride)
    there = np.arange(stride) < np.asarray(table.categories)[:, None]
    whole = np.array([name in keep for name in table.items], dtype=bool) | (chosen.sum(axis=1) < 2)  # noqa: PLR2004
    used = np.where(whole[:, None], there, chosen)
    if np.array_equal(used, there):
        return table
    new = np.maximum(np.cumsum(used, axis=1) - 1, 0)
    values = table.values or tuple(tuple(range(K)) for K in table.categories)
    odd = np.flatnonzero(np.any(used != there, axis=1))
    unused = [", ".join(str(values[i][k]) for k in np.flatnonzero(there[i] & ~used[i])) for i in odd]
    return replace(
        table,
        categories=used.sum(axis=1),
        category=new[table.item, table.category].astype(table.category.dtype),
        values=tuple(tuple(values[i][k] for k in np.flatnonzero(used[i])) for i in range(len(values))),
        notes=(
            *table.notes,
            *(
                f"item {table.items[i]}: nobody chose {told}: merged with a category beside it"
                for i, told in zip(odd, unused, strict=True)
            ),
        ),
    )


def name_some(names: Iterable[str]) -> str:
    """List the first few names, and how many more there are."""
    all_names = list(names)
    more = len(all_names) - MOST_NAMED
    return ", ".join(all_names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
