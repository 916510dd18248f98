"""What speaks of what: items by dimension, statements by block, and effects of a method or a conversation."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any, Final

from poise.measurement.models import LARGEST_BLOCK, SMALLEST_BLOCK
from poise.measurement.observing import TASKS, Task
from poise.measurement.tabular.tables import BadTableError, name_some

RESERVED: Final = ("blocks", "effects")
MOST_LIKELY: Final = 0.6
"""How alike a name must be to one that is there to be offered instead."""


@dataclass(frozen=True)
class MappedBlock:
    """The statements of a block and what is done with them."""

    statements: tuple[str, ...]
    task: Task = "rank"


@dataclass(frozen=True)
class ItemMap:
    """Which items, blocks and statements speak of which dimensions.

    Parameters
    ----------
    dimensions : mapping of str to tuple of str
        The keys of the items and statements of each dimension.
    blocks : mapping of str to MappedBlock
    effects : mapping of str to tuple of str
        Dimensions that correlate with none, such as a method or a conversation, with the keys of their items.
    notes : tuple of str
        What was left out.
    """

    dimensions: Mapping[str, tuple[str, ...]]
    blocks: Mapping[str, MappedBlock] = field(default_factory=dict)
    effects: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """All items and statements, each once, in the order in which they come."""
        return tuple(dict.fromkeys(key for keys in self.dimensions.values() for key in keys))

    @property
    def statements(self) -> frozenset[str]:
        """All statements of all blocks."""
        return frozenset(key for block in self.blocks.values() for key in block.statements)

    @property
    def items(self) -> tuple[str, ...]:
        """All items that are no statements."""
        statements = self.statements
        return tuple(key for key in self.keys if key not in statements)

    @property
    def pattern(self) -> dict[str, list[str]]:
        """Dimensions and effects with their items."""
        return {name: list(keys) for name, keys in (*self.dimensions.items(), *self.effects.items())}

    def loads_on(self, key: str) -> tuple[str, ...]:
        """Return the dimensions and effects of an item or statement."""
        return tuple(name for name, keys in self.pattern.items() if key in keys)

    @classmethod
    def from_dict(cls, told: object, source: str) -> "ItemMap":
        """Read the content of MAP.yaml.

        Parameters
        ----------
        told : mapping
            Dimension to item keys; `blocks`, each with `statements` and `task`; `effects`, each with item keys.
        source : str
            What to call it when something is wrong with it.

        Raises
        ------
        BadTableError
            With everything that is wrong: dimension, block or effect, key, and what to do.
        """
        if not isinstance(told, Mapping) or not set(told) - set(RESERVED):
            raise BadTableError([f"{source}: expected dimensions, each with a list of item keys"])
        complaints: list[str] = []
        own = {str(name): keys for name, keys in told.items() if name not in RESERVED}
        dimensions = _read_lists(own, f"{source}, dimension", complaints)
        effects = _read_lists(_read_mapping(told, "effects", source, complaints), f"{source}, effect", complaints)
        blocks = _read_blocks(_read_mapping(told, "blocks", source, complaints), source, complaints)
        made = cls(dimensions, blocks, effects)
        if complaints := complaints or [f"{source}, {one}" for one in made._wrong()]:
            raise BadTableError(complaints)
        return made

    def _wrong(self) -> Iterator[str]:
        for name in self.effects.keys() & self.dimensions.keys():
            yield f"effect {name}: a dimension has this name too; give it another"
        known = set(self.keys)
        for name, keys in self.effects.items():
            if strange := [key for key in keys if key not in known]:
                yield f"effect {name}: {name_some(strange)} is on no dimension; add it to one"
        owner: dict[str, str] = {}
        for name, block in self.blocks.items():
            if strange := [key for key in block.statements if key not in known]:
                yield f"block {name}: {name_some(strange)} is on no dimension; add it to one"
            for key in block.statements:
                if owner.setdefault(key, name) != name:
                    yield f"block {name}: statement {key} is in block {owner[key]} already; give it a key of its own"
            if name in known:
                yield f"block {name}: an item has this key too; give the block another"

    def fitted(self, present: Sequence[str], lost: Mapping[str, str], source: str) -> "ItemMap":
        """Return the map without items that cannot be used.

        Parameters
        ----------
        present : sequence of str
            Items that can be used.
        lost : mapping of str to str
            Items that are in the responses but cannot be used, and why. They are left out and noted.
        source : str
            What the responses are called.

        Raises
        ------
        BadTableError
            If an item is not in the responses at all, or a dimension loses all its items.
        """
        here = set(present)
        complaints = [
            f"dimension {name}: item {key!r} is not among the items of {source}{suggest(key, [*present, *lost])}"
            for name, keys in self.dimensions.items()
            for key in keys
            if key not in here and key not in lost
        ]
        if complaints:
            raise BadTableError(complaints)
        gone = set(lost) - here
        blocks = {
            name: block for name, block in self.blocks.items() if name not in lost and not gone & set(block.statements)
        }
        gone |= self.statements - {key for block in blocks.values() for key in block.statements}
        dimensions = {name: tuple(key for key in keys if key not in gone) for name, keys in self.dimensions.items()}
        effects = {name: tuple(key for key in keys if key not in gone) for name, keys in self.effects.items()}
        empty = [name for name, keys in (dimensions | effects).items() if not keys]
        if empty:
            raise BadTableError(
                [f"{name}: none of its items can be used ({name_some(self._tell_lost(name, lost))})" for name in empty]
            )
        return replace(self, dimensions=dimensions, blocks=blocks, effects=effects)

    def _tell_lost(self, name: str, lost: Mapping[str, str]) -> list[str]:
        """Say why the items of a dimension or effect, and the blocks of its statements, cannot be used."""
        keys = set(self.pattern[name])
        blocks = {key for key, block in self.blocks.items() if keys & set(block.statements)}
        return [f"{key}: {why}" for key, why in lost.items() if key in keys | blocks]


def suggest(key: str, names: Sequence[str]) -> str:
    """Offer a name that is there and looks like the one that is not."""
    close = get_close_matches(key, names, n=1, cutoff=MOST_LIKELY)
    return f"; did you mean {close[0]!r}?" if close else ""


def _read_mapping(told: Mapping[Any, Any], name: str, source: str, complaints: list[str]) -> dict[str, Any]:
    given = told.get(name)
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        complaints.append(f"{source}, {name}: got {given!r}, expected names, each with what belongs to it")
        return {}
    return {str(key): one for key, one in given.items()}


def _read_lists(told: Mapping[str, Any], what: str, complaints: list[str]) -> dict[str, tuple[str, ...]]:
    found = {}
    for name, keys in told.items():
        if not isinstance(keys, list) or not keys:
            complaints.append(f"{what} {name}: expected a list of item keys, at least one")
        elif strange := [key for key in keys if not isinstance(key, str | int) or key == ""]:
            complaints.append(f"{what} {name}: {strange[0]!r} is no item key; expected names of columns")
        elif repeated := sorted({str(key) for key in keys if keys.count(key) > 1}):
            complaints.append(f"{what} {name}: {name_some(repeated)} stands there twice; keep one")
        else:
            found[name] = tuple(str(key) for key in keys)
    return found


def _read_blocks(told: Mapping[str, Any], source: str, complaints: list[str]) -> dict[str, MappedBlock]:
    found = {}
    for name, one in told.items():
        what = f"{source}, block {name}"
        names = one.get("statements") if isinstance(one, Mapping) else None
        task = one.get("task", TASKS[0]) if isinstance(one, Mapping) else None
        if not isinstance(names, list) or not SMALLEST_BLOCK <= len(names) <= LARGEST_BLOCK:
            complaints.append(f"{what}: expected statements, a list of {SMALLEST_BLOCK} to {LARGEST_BLOCK} keys")
        elif len(set(map(str, names))) < len(names):
            complaints.append(f"{what}: a statement stands there twice; keep one")
        elif task not in TASKS:
            complaints.append(f"{what}: the task is {task!r}, expected one of {', '.join(TASKS)}")
        else:
            found[name] = MappedBlock(tuple(map(str, names)), TASKS[TASKS.index(task)])
    return found
