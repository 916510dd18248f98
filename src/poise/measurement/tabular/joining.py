"""Two tables with partly the same items made one, so that one calibration finds one scale for both."""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from poise.measurement.models import FloatArray, IntArray
from poise.measurement.tabular.tables import BadTableError, ResponseTable, name_some

GROUPS: Final = ("first", "second")


def join_tables(first: ResponseTable, second: ResponseTable, groups: tuple[str, str] = GROUPS) -> ResponseTable:
    """Put the persons of a second table below those of a first; items of one table are not given in the other.

    Parameters
    ----------
    first, second : ResponseTable
        With common items whose categories stand for the same values.
    groups : tuple of two str
        Each table becomes a group; a table that has groups keeps them, with this name before theirs.

    Returns
    -------
    ResponseTable
        The first group of the first table is the reference.

    Raises
    ------
    BadTableError
        Naming common items with different categories and persons who stand in both; or if no item is common.

    Notes
    -----
    Calibrate the result with free standard deviations (`Settings.free_sds`, `Options.free_sds`), as two samples of
    persons hardly ever spread alike.
    """
    place = {name: i for i, name in enumerate(second.items)}
    complaints = list(_find_differences(first, second, place))
    if complaints:
        raise BadTableError(complaints)
    items = (*first.items, *(name for name in second.items if name not in set(first.items)))
    where = {name: i for i, name in enumerate(items)}
    renumbered = np.array([where[name] for name in second.items], dtype=np.int32)
    own = [i for name, i in place.items() if name not in set(first.items)]
    names = [_name_groups(table, name) for table, name in zip((first, second), groups, strict=True)]
    coded = bool(first.values and second.values)
    return ResponseTable(
        items=items,
        categories=np.concatenate([first.categories, second.categories[own]]),
        starts=np.concatenate([first.starts, first.starts[-1] + second.starts[1:]]),
        item=np.concatenate([first.item, renumbered[second.item]]).astype(np.int32),
        category=np.concatenate([first.category, second.category]).astype(np.int16),
        persons=(*first.persons, *second.persons) if first.persons and second.persons else None,
        group=np.concatenate([_number(first, 0), _number(second, len(names[0]))]),
        groups=(*names[0], *names[1]),
        weight=None if first.weight is None and second.weight is None else np.concatenate(
            [_weigh(first), _weigh(second)]
        ),
        notes=(*first.notes, *(note for note in second.notes if note not in first.notes)),
        values=(*first.values, *(second.values[i] for i in own)) if coded else (),
    )  # fmt: skip


def _find_differences(first: ResponseTable, second: ResponseTable, place: dict[str, int]) -> Iterator[str]:
    common = [(i, place[name]) for i, name in enumerate(first.items) if name in place]
    if not common:
        yield "tables: no item is in both: nothing ties their scales together"
    for i, j in common:
        one, other = _tell(first, i), _tell(second, j)
        if one != other:
            yield (
                f"item {first.items[i]!r}: has the categories {one} in the first table and {other} in the second: code"
                " both responses by the same values, or give the item another name in one of them"
            )
    if twice := sorted(set(first.persons or ()) & set(second.persons or ())):
        yield f"persons {name_some(twice)}: stand in both tables: give them other names, or leave them out of one"


def _tell(table: ResponseTable, i: int) -> Any:  # noqa: ANN401  values where they are known, else a number
    return table.values[i] if table.values else tuple(range(int(table.categories[i])))


def _name_groups(table: ResponseTable, name: str) -> tuple[str, ...]:
    return tuple(f"{name}: {group}" for group in table.groups) if table.groups else (name,)


def _number(table: ResponseTable, before: int) -> IntArray:
    group = np.zeros(table.size, dtype=np.int16) if table.group is None else np.asarray(table.group, dtype=np.int16)
    numbers: npt.NDArray[np.int16] = group + np.int16(before)
    return numbers


def _weigh(table: ResponseTable) -> FloatArray:
    return np.ones(table.size) if table.weight is None else table.weight
