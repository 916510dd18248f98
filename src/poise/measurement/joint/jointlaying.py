"""From gathered observations to the table that the joint engine takes: for calibration by a map, for scores by key."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from poise.measurement.joint.jointdata import (
    JointBlock,
    JointItem,
    JointStatement,
    JointTable,
    ScaleModel,
    code_most_least,
    code_order,
)
from poise.measurement.models import FloatArray, IntArray
from poise.measurement.parameters.itemmap import ItemMap
from poise.measurement.parameters.items import KnownParameters
from poise.measurement.tabular.coding import LARGEST_CATEGORY, Codebook
from poise.measurement.tabular.gathering import Gathered
from poise.measurement.tabular.tables import MOST_COMPLAINTS, BadTableError, name_some

WIDTH = LARGEST_CATEGORY + 1
NONE = -9
"""Stands for the mark of a statement that was not given."""


def lay_joint(gathered: Gathered, mapping: ItemMap, model: ScaleModel, source: str) -> JointTable:
    """Lay out observations for calibration.

    Items that nobody answered or everybody answered alike, and blocks likewise, are left out and noted.

    Parameters
    ----------
    gathered : Gathered
    mapping : ItemMap
    model : {"graded", "gpcm"}
        Of the items that are in no block.
    source : str
        What the observations are called.

    Raises
    ------
    BadTableError
        With everything that is wrong: person, item or block, value and what to do.
    """
    book, lost = _make_codebook(gathered, mapping)
    seen = [name for i, name in enumerate(gathered.items) if name in gathered.marked and np.any(gathered.item == i)]
    lost |= {name: "nobody ranked it" for name in gathered.items if name in gathered.marked and name not in seen}
    unused = [name for name in gathered.items if name not in mapping.keys]
    lost |= dict.fromkeys(unused, "it is on no dimension")
    present = [*book.values, *seen]
    first = mapping.fitted(present, {name: why for name, why in lost.items() if name not in present}, source)
    answers = {key: _code_block(gathered, key, block.statements, block.task) for key, block in first.blocks.items()}
    _raise_complaints(answers)
    silent = {key: "nobody answered it" for key, one in answers.items() if not one.person.size}
    silent |= {
        key: "everybody gave the same answer, which tells nothing about anybody"
        for key, one in answers.items()
        if one.person.size and len(np.unique(one.answer)) == 1
    }
    own = first.fitted(present, silent, source)
    asked: list[JointItem | JointBlock] = [
        JointItem(key, own.loads_on(key), len(book.values[key]), model, book.values[key]) for key in own.items
    ]
    asked += [
        JointBlock(key, tuple(JointStatement(one, own.loads_on(one)) for one in block.statements), block.task)
        for key, block in own.blocks.items()
    ]
    notes = [*gathered.notes, *book.notes, *(f"block {key}: {why}: left out" for key, why in silent.items())]
    broken = [key for key in mapping.blocks if key not in first.blocks]
    notes += [f"block {key}: nobody ranked one of its statements: left out" for key in broken]
    if unused:
        notes.append(f"items on no dimension are left out: {name_some(unused)}")
    frame = _Frame(tuple(asked), tuple(own.pattern), tuple(own.effects), gathered.raters, tuple(notes))
    return _drop_silent_raters(_encode(gathered, frame, answers))


def _drop_silent_raters(table: JointTable) -> JointTable:
    """Leave out raters of whose ratings none is left, and note it."""
    if table.rater is None:
        return table
    heard = np.bincount(table.rater[table.rater >= 0], minlength=len(table.raters)) > 0
    if heard.all():
        return table
    silent = [name for name, one in zip(table.raters, heard, strict=True) if not one]
    number = np.append(np.cumsum(heard) - 1, -1).astype(np.int32)
    return replace(
        table,
        rater=number[table.rater],
        raters=tuple(name for name, one in zip(table.raters, heard, strict=True) if one),
        notes=(*table.notes, f"raters {name_some(silent)} rated nothing that is calibrated: left out"),
    )


def match_joint(gathered: Gathered, known: KnownParameters) -> JointTable:
    """Lay out observations for scores on known parameters, in their order.

    Items that were not calibrated are left out and noted.

    Raises
    ------
    BadTableError
        If nothing was calibrated, or a value, rater or group was not seen in calibration.
    """
    statements = {one.key for block in known.blocks for one in block.statements}
    keys = {item.key for item in known.items} | statements
    strange = [name for name in gathered.items if name not in keys]
    if len(strange) == len(gathered.items):
        raise BadTableError(
            [f"none of the items was calibrated: {name_some(strange)}; are these the right parameters?"]
        )
    _refuse_unknown("rater", gathered.raters, [rater.key for rater in known.raters])
    _refuse_unknown("group", gathered.groups, known.groups)
    asked: list[JointItem | JointBlock] = [
        JointItem(
            item.key,
            tuple(name for name, _ in item.loadings),
            len(item.intercepts) + 1,
            "gpcm" if item.model == "gpcm" else "graded",
            item.values,
        )
        for item in known.items
    ]
    asked += [
        JointBlock(
            block.key,
            tuple(JointStatement(one.key, tuple(name for name, _ in one.loadings)) for one in block.statements),
            block.task,
        )
        for block in known.blocks
    ]
    answers = {
        block.key: _code_block(gathered, block.key, [one.key for one in block.statements], block.task)
        for block in known.blocks
    }
    _raise_complaints(answers)
    notes = list(gathered.notes)
    if strange:
        notes.append(f"items that were not calibrated are left out: {name_some(strange)}")
    raters = tuple(rater.key for rater in known.raters)
    frame = _Frame(tuple(asked), known.dimensions, (), raters, tuple(notes), known.groups)
    rates = {item.key: np.array(item.base_rates) for item in known.items if item.base_rates}
    return _encode(gathered, frame, answers, rates)


def _refuse_unknown(what: str, names: Sequence[str], known: Sequence[str]) -> None:
    if unknown := [name for name in names if name not in known]:
        raise BadTableError([f"{what} {name!r} was not calibrated (known: {name_some(known)})" for name in unknown])


def _make_codebook(gathered: Gathered, mapping: ItemMap) -> tuple[Codebook, dict[str, str]]:
    """Return the categories of the items on the map that are in no block, and why others cannot be used."""
    own = set(mapping.items)
    names = [name for name in gathered.items if name in own and name not in gathered.marked]
    counts = np.zeros((len(gathered.items), WIDTH), dtype=np.int64)
    given = gathered.value >= 0
    np.add.at(counts, (gathered.item[given], gathered.value[given].astype(np.int64)), 1)
    read = gathered.read_categories
    places = [gathered.items.index(name) for name in names if name not in read]
    book = Codebook.observed([gathered.items[place] for place in places], counts[places])
    complaints = [
        f"item {name}: somebody answered {largest}, but readings know the categories 0 to {read[name] - 1} only"
        for name in names
        if name in read
        and (largest := int(np.max(np.flatnonzero(counts[gathered.items.index(name)]), initial=0))) >= read[name]
    ]
    if complaints:
        raise BadTableError(complaints)
    values = {**book.values, **{name: tuple(range(read[name])) for name in names if name in read}}
    return replace(book, values={name: values[name] for name in names if name in values}), dict(book.lost)


@dataclass(frozen=True, eq=False)
class _Answers:
    """Answers to one block: who gave which; and what is wrong with others."""

    person: IntArray
    answer: IntArray
    complaints: tuple[str, ...] = ()


def _raise_complaints(answers: Mapping[str, _Answers]) -> None:
    if complaints := [told for one in answers.values() for told in one.complaints]:
        raise BadTableError(complaints)


def _code_block(gathered: Gathered, key: str, statements: Sequence[str], task: str) -> _Answers:
    """Find the answers of all persons to one block."""
    marks = np.full((len(gathered.persons), len(statements)), NONE, dtype=np.int64)
    complaints: list[str] = []
    for column, name in enumerate(statements):
        if name in gathered.items:
            own = gathered.item == gathered.items.index(name)
            marks[gathered.person[own], column] = gathered.value[own].astype(np.int64) - 1
            if np.any(gathered.reading[own] >= 0) or (gathered.rater is not None and np.any(gathered.rater[own] >= 0)):
                complaints.append(f"block {key}: statement {name} is rated or read; only items can be")
    person = np.flatnonzero((marks != NONE).any(axis=1))
    marks = marks[person]
    if task == "rank":
        answer, expected = code_order(marks), f"the ranks 1 to {len(statements)}, each once, or none at all"
    else:
        answer = code_most_least(np.where(marks == NONE, 0, marks))
        expected = "1 for one statement (most), -1 for another (least), else 0 or nothing"
    for row in np.flatnonzero(answer < 0)[:MOST_COMPLAINTS].tolist():
        told = ", ".join("nothing" if mark == NONE else str(mark) for mark in marks[row].tolist())
        who = gathered.persons[person[row]]
        complaints.append(f"person {who}, block {key} ({', '.join(statements)}): got {told}; expected {expected}")
    return _Answers(person, answer, tuple(complaints))


@dataclass(frozen=True, eq=False)
class _Frame:
    """What a table is about, apart from the observations."""

    asked: tuple[JointItem | JointBlock, ...]
    dimensions: tuple[str, ...]
    independent: tuple[str, ...]
    raters: tuple[str, ...]
    notes: tuple[str, ...]
    groups: tuple[str, ...] | None = None


def _encode(
    gathered: Gathered, frame: _Frame, answers: Mapping[str, _Answers], rates: Mapping[str, FloatArray] | None = None
) -> JointTable:
    """Bring items, blocks and readings together, sorted by person."""
    place = {one.key: i for i, one in enumerate(frame.asked)}
    items = {one.key: one for one in frame.asked if isinstance(one, JointItem)}
    lookup = np.full((len(gathered.items), WIDTH), -1, dtype=np.int16)
    for i, name in enumerate(gathered.items):
        if name in items:
            lookup[i, list(items[name].values)] = np.arange(items[name].categories, dtype=np.int16)
    of_item = np.array([place[name] if name in items else -1 for name in gathered.items], dtype=np.int64)
    kept = np.flatnonzero(of_item[gathered.item] >= 0)
    read = gathered.reading[kept] >= 0
    category = np.where(read, -1, lookup[gathered.item[kept], gathered.value[kept]])
    if strange := list(_complain_of_values(gathered, kept[~read & (category < 0)], items)):
        raise BadTableError(strange)
    blocks = [(place[key], one) for key, one in answers.items() if key in place]
    person = np.concatenate([gathered.person[kept], *(one.person for _, one in blocks)])
    item = np.concatenate([of_item[gathered.item[kept]], *(np.full(len(one.person), i) for i, one in blocks)])
    answer = np.concatenate([category, *(one.answer for _, one in blocks)])
    order = np.lexsort((item, person))
    fill = np.full(len(person) - len(kept), -1, dtype=np.int32)
    rater = _number_raters(gathered, frame.raters)
    return JointTable(
        asked=frame.asked,
        dimensions=frame.dimensions,
        starts=np.searchsorted(person[order], np.arange(len(gathered.persons) + 1)).astype(np.int64),
        item=item[order].astype(np.int32),
        answer=answer[order].astype(np.int16),
        independent=frame.independent,
        rater=None if rater is None else np.concatenate([rater[kept], fill])[order],
        raters=frame.raters,
        reading=np.concatenate([gathered.reading[kept].astype(np.int32), fill])[order] if read.any() else None,
        weights=weigh_readings(gathered, rates) if read.any() else np.zeros((0, 2)),
        persons=gathered.persons,
        group=_number_groups(gathered, frame.groups),
        groups=gathered.groups if frame.groups is None or gathered.group is None else frame.groups,
        weight=gathered.weight,
        notes=frame.notes,
    )


def _number_raters(gathered: Gathered, raters: Sequence[str]) -> IntArray | None:
    """Return who rated each observation, as a place among these raters; -1 where nobody did."""
    if gathered.rater is None:
        return None
    return np.array([*map(raters.index, gathered.raters), -1], dtype=np.int32)[gathered.rater]


def _number_groups(gathered: Gathered, groups: tuple[str, ...] | None) -> IntArray | None:
    """Return the group of each person, as a place among these groups."""
    if gathered.group is None or groups is None:
        return gathered.group
    return np.array([groups.index(name) for name in gathered.groups])[gathered.group]


def _complain_of_values(
    gathered: Gathered, strange: npt.NDArray[np.int64], items: Mapping[str, JointItem]
) -> Iterator[str]:
    for row in strange[:MOST_COMPLAINTS].tolist():
        name, value = gathered.items[gathered.item[row]], gathered.value[row]
        seen = ", ".join(map(str, items[name].values))
        yield (
            f"person {gathered.persons[gathered.person[row]]}, item {name}: the value {value} was not seen when the"
            f" item was calibrated (seen: {seen}); correct it, or calibrate again with it"
        )


def weigh_readings(gathered: Gathered, rates: Mapping[str, FloatArray] | None = None) -> FloatArray:
    """Return ``p_k / pi_k`` of each reading, padded with zeros, shape (N, K).

    Parameters
    ----------
    gathered : Gathered
    rates : mapping of str to array, optional
        Base rates of items whose readings come without; else the mean reading of each item stands for them.

    Raises
    ------
    BadTableError
        If `rates` are given but lack an item.
    """
    base = gathered.base_rates
    if base is None:
        own = gathered.find_base_rates()
        if rates is not None and (missing := sorted(set(own) - set(rates))):
            raise BadTableError(
                [f"item {name}: has no base rates; give the columns b0, b1 and so on" for name in missing]
            )
        base = np.full(gathered.chances.shape, np.nan)
        read = np.flatnonzero(gathered.reading >= 0)
        for name, mean in (own if rates is None else {name: rates[name] for name in own}).items():
            rows = gathered.reading[read[gathered.item[read] == gathered.items.index(name)]]
            base[rows, : len(mean)] = mean
    weights: FloatArray = np.nan_to_num(gathered.chances / base)
    return weights
