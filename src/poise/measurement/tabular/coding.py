"""From the values of a source to categories: what was observed, what is merged, what is wrong."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from poise.measurement.models import FloatArray, IntArray
from poise.measurement.tabular.tables import BadTableError, ResponseTable, name_some

LARGEST_CATEGORY = 99
"""A larger number in a table is hardly an answer; more often it is a key or an age."""


@dataclass(frozen=True, eq=False)
class RawResponses:
    """Responses with the values of their source, not yet coded as categories.

    Parameters
    ----------
    items : tuple of str
        Names of all items of the source.
    starts, item : arrays
        As in `ResponseTable`.
    value : array of int, shape (R,)
        The value of each response, zero or above.
    persons, group, groups, weight, notes
        As in `ResponseTable`.
    rater : array of int, shape (R,), optional
        Who rated each response, as an index into `raters`; -1 where nobody did.
    raters : tuple of str
    line : array of int, shape (R,), optional
        Where each response stands in its source.
    """

    items: tuple[str, ...]
    starts: IntArray
    item: IntArray
    value: IntArray
    persons: tuple[str, ...] | None = None
    group: IntArray | None = None
    groups: tuple[str, ...] = ()
    weight: FloatArray | None = None
    notes: tuple[str, ...] = ()
    rater: IntArray | None = None
    raters: tuple[str, ...] = ()
    line: IntArray | None = None

    def keeping(self, places: Sequence[int]) -> "RawResponses":
        """Return the responses to the items at these places only; no response belongs to any other."""
        renumbered = np.full(len(self.items), -1, dtype=np.int32)
        renumbered[list(places)] = np.arange(len(places), dtype=np.int32)
        return replace(self, items=tuple(self.items[place] for place in places), item=renumbered[self.item])


def observe_values(raw: RawResponses) -> npt.NDArray[np.int64]:
    """Count how often each value of each item occurs, shape (I, LARGEST_CATEGORY + 1); counts of chunks add."""
    width = LARGEST_CATEGORY + 1
    flat = np.bincount(raw.item.astype(np.int64) * width + raw.value, minlength=len(raw.items) * width)
    return flat.reshape(len(raw.items), width)


@dataclass(frozen=True)
class Codebook:
    """Which values of which items become which categories.

    Parameters
    ----------
    values : mapping of str to tuple of int
        For each item that is kept, the value that each category stands for, in rising order.
    notes : tuple of str
        What was merged or left out.
    lost : mapping of str to str
        Items that are left out, and why.
    """

    values: Mapping[str, tuple[int, ...]]
    notes: tuple[str, ...] = ()
    lost: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def observed(
        cls,
        items: Sequence[str],
        counts: npt.NDArray[np.int64],
        held: Mapping[str, tuple[int, ...]] | None = None,
    ) -> "Codebook":
        """Make the codebook of what was observed: `counts` as from `observe_values`.

        Items that are `held` keep the values of an earlier calibration, whichever of them were observed.
        """
        used = {name: tuple(int(v) for v in np.flatnonzero(row)) for name, row in zip(items, counts, strict=True)}
        notes: list[str] = []
        lost: dict[str, str] = {}
        if unanswered := [name for name, seen in used.items() if not seen]:
            notes.append(f"nobody answered {name_some(unanswered)}: left out")
            lost |= dict.fromkeys(unanswered, "nobody answered it")
        kept = {name: (held or {})[name] for name, seen in used.items() if seen and name in (held or {})}
        for name, seen in used.items():
            if name in kept:
                continue
            if len(seen) == 1:
                lost[name] = f"every answer is {seen[0]}, which tells nothing about anybody"
                notes.append(f"item {name}: {lost[name]}: left out")
            elif seen and len(seen) <= seen[-1] - seen[0]:
                between = [str(v) for v in range(seen[0], seen[-1]) if v not in seen]
                notes.append(f"item {name}: nobody chose {', '.join(between)}: merged with the category below")
        values = {name: kept.get(name, seen) for name, seen in used.items() if len(seen) > 1 or name in kept}
        return cls(values, tuple(notes), lost)

    def encode(self, raw: RawResponses, *, merge: bool = False) -> ResponseTable:
        """Turn values into categories.

        Parameters
        ----------
        raw : RawResponses
        merge : bool
            Whether a value between two known ones counts as the one below; else it is refused.

        Raises
        ------
        BadTableError
            If a value of an item is not in the codebook.
        """
        items = tuple(self.values)
        place = {name: number for number, name in enumerate(items)}
        lookup = np.full((len(raw.items), LARGEST_CATEGORY + 1), -1, dtype=np.int16)
        for number, name in enumerate(raw.items):
            known = self.values.get(name, ())
            for place_of_value, value in enumerate(known):
                until = known[place_of_value + 1] if merge and place_of_value + 1 < len(known) else value + 1
                lookup[number, value:until] = place_of_value
        renumbered = np.array([place.get(name, -1) for name in raw.items], dtype=np.int32)
        category = lookup[raw.item, raw.value]
        item = renumbered[raw.item]
        kept = item >= 0
        strange = np.flatnonzero(kept & (category < 0))
        if strange.size:
            raise BadTableError(list(self._complain(raw, strange)))
        if kept.all():
            starts = raw.starts
        else:
            starts = np.concatenate([[0], np.cumsum(kept)])[raw.starts]
            item, category = item[kept], category[kept]
        return ResponseTable(
            items=items,
            categories=np.array([len(seen) for seen in self.values.values()], dtype=np.int64),
            starts=starts,
            item=item,
            category=category,
            persons=raw.persons,
            group=raw.group,
            groups=raw.groups,
            weight=raw.weight,
            notes=(*raw.notes, *self.notes),
            values=tuple(self.values.values()),
            lost=self.lost,
        )

    def _complain(self, raw: RawResponses, strange: IntArray) -> Iterator[str]:
        owner = np.searchsorted(raw.starts, strange, side="right") - 1
        for response, person in zip(strange, owner, strict=True):
            name = raw.items[raw.item[response]]
            who = raw.persons[person] if raw.persons else str(person + 1)
            yield (
                f"person {who}, item {name}: the value {raw.value[response]} was not seen when the item was"
                f" calibrated (seen: {', '.join(map(str, self.values[name]))}); correct it, or calibrate again with it"
            )


def code_responses(raw: RawResponses, held: Mapping[str, tuple[int, ...]] | None = None) -> ResponseTable:
    """Turn raw responses into a table whose categories are the values observed in it; see `Codebook.observed`."""
    table = Codebook.observed(raw.items, observe_values(raw), held).encode(raw)
    silent = np.flatnonzero(table.answered == 0)
    if not silent.size:
        return table
    who = name_some(raw.persons[p] if raw.persons else str(p + 1) for p in silent)
    note = f"{silent.size} answered nothing that counts ({who}) and are not used in calibration"
    return replace(table, notes=(*table.notes, note))


def dichotomise(raw: RawResponses, at_least: int) -> RawResponses:
    """Replace each value by 1 where it is `at_least` or more, else by 0."""
    return replace(raw, value=(raw.value >= at_least).astype(raw.value.dtype))


def from_array(
    responses: npt.ArrayLike,
    items: Sequence[str] | None = None,
    *,
    persons: Sequence[str] | None = None,
    group: Sequence[object] | None = None,
    weight: npt.ArrayLike | None = None,
) -> ResponseTable:
    """Make a table from a persons-by-items array; NaN means not given.

    Parameters
    ----------
    responses : array, shape (P, I)
        Whole numbers, zero or above, and NaN (or a mask) where nothing was given.
    items, persons : sequence of str, optional
        Names; else ``item1`` and so on, and no names for persons.
    group : sequence, shape (P,), optional
        The group of each person; the group of the first person is the reference.
    weight : array, shape (P,), optional
        How many persons each person stands for.

    Raises
    ------
    BadTableError
        Naming item, row, value and what to do.
    """
    return code_responses(raw_from_array(responses, items, persons=persons, group=group, weight=weight))


def raw_from_array(
    responses: npt.ArrayLike,
    items: Sequence[str] | None = None,
    *,
    persons: Sequence[str] | None = None,
    group: Sequence[object] | None = None,
    weight: npt.ArrayLike | None = None,
) -> RawResponses:
    """Make raw responses from a persons-by-items array; see `from_array`."""
    matrix = np.ma.filled(np.ma.asarray(responses, dtype=np.float64), np.nan)
    if matrix.ndim != 2:  # noqa: PLR2004  persons by items
        raise BadTableError([f"responses: got {matrix.ndim} dimensions, expected two: persons by items"])
    names = tuple(items) if items is not None else tuple(f"item{i + 1}" for i in range(matrix.shape[1]))
    check_names(names, matrix.shape[1])
    given = ~np.isnan(matrix)
    wrong = given & ((matrix < 0) | (matrix > LARGEST_CATEGORY) | (matrix != np.floor(matrix)))
    if wrong.any():
        raise BadTableError(
            [f"item {names[i]}, row {p + 1}: {explain_value(matrix[p, i])}" for p, i in np.argwhere(wrong)]
        )
    person, item = np.nonzero(given)
    codes, groups = number_groups(group)
    return RawResponses(
        items=names,
        starts=np.concatenate([[0], np.cumsum(np.bincount(person, minlength=len(matrix)))]).astype(np.int64),
        item=item.astype(np.int32),
        value=matrix[given].astype(np.int16),
        persons=None if persons is None else check_persons(persons),
        group=codes,
        groups=groups,
        weight=None if weight is None else check_weights(np.asarray(weight, dtype=np.float64)),
    )


def explain_mark(value: str) -> str:
    """Say what is wrong with the rank or mark of a statement and what to do about it."""
    return (
        f"got {value}, expected the statement's rank (1 first), or 1 most, -1 least, 0 neither,"
        " or nothing where the block was not given"
    )


def explain_value(value: float | str) -> str:
    """Say what is wrong with one value and what to do about it."""
    expected = f"expected a whole number from 0 to {LARGEST_CATEGORY}, or nothing where no answer was given"
    advice = ""
    try:
        number = float(value)
    except ValueError:
        pass
    else:
        if number < 0:
            advice = "; a code for a missing answer has to be left empty"
        elif number > LARGEST_CATEGORY:
            advice = "; if the column is no item, leave it out, and if it names the persons, call it person"
    return f"got {value!s}, {expected}{advice}"


def check_names(names: Sequence[str], number: int) -> None:
    """Refuse item names that are empty, repeated or too few."""
    if len(names) != number:
        raise BadTableError([f"items: got {len(names)} names, expected {number}, one a column"])
    if repeated := sorted((name, count) for name, count in Counter(names).items() if count > 1):
        raise BadTableError([f"item {name!r} stands there {count} times: keep one" for name, count in repeated])
    if not all(names):
        raise BadTableError([f"column {names.index('') + 1} has no name: give it one"])


def check_persons(persons: Sequence[str]) -> tuple[str, ...]:
    """Refuse persons that come twice."""
    if len(set(persons)) == len(persons):
        return tuple(persons)
    first: dict[str, int] = {}
    complaints = []
    for row, name in enumerate(persons):
        if name in first:
            complaints.append(f"person {name!r} stands in row {first[name] + 1} and again in row {row + 1}: keep one")
        first.setdefault(name, row)
    raise BadTableError(complaints)


def check_weights(weight: FloatArray) -> FloatArray:
    """Refuse weights that are negative or not finite."""
    wrong = np.flatnonzero(~(np.isfinite(weight) & (weight >= 0)))
    if wrong.size:
        raise BadTableError([f"weight, row {p + 1}: got {weight[p]}, expected zero or more" for p in wrong])
    return weight


def number_groups(group: Sequence[object] | None) -> tuple[IntArray | None, tuple[str, ...]]:
    """Number the groups in the order in which they come."""
    if group is None:
        return None, ()
    places: dict[str, int] = {}
    codes = np.array([places.setdefault(str(name), len(places)) for name in group], dtype=np.int16)
    return codes, tuple(places)
