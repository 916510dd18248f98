"""A bank: everything that could be asked, as arrays that are laid out once."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from poise.measurement.adaptive.stacks import AnyItem, Stack, stack_items
from poise.measurement.models import FloatArray, IntArray
from poise.measurement.scoring import Posterior


@dataclass(frozen=True)
class Candidate:
    """An item that could be given next.

    Parameters
    ----------
    key : str
        What the item is called in the bank.
    item : BlockItem, GradedItem or PartialCreditItem
    seconds : float
        How long a person usually needs, above zero.
    qualities : tuple of str
        The qualities it counts for in the content balance; one that is named twice counts twice.
    enemies : tuple of str
        Keys of items that must not be given to the same person.
    kind : str
        What kind of evidence it is, for minimums by kind.
    exposure : float
        Of all people for whom the item would be chosen, the share that may get it; found by simulation, see
        `poise.measurement.adaptive.exposure`.
    pilot : bool
        Whether it is only being tried: it is given at places kept for it, and counts for nothing.

    Raises
    ------
    ValueError
        If the time is not above zero, or the exposure parameter is not within zero and one.
    """

    key: str
    item: AnyItem
    seconds: float
    qualities: tuple[str, ...]
    enemies: tuple[str, ...] = ()
    kind: str = ""
    exposure: float = 1.0
    pilot: bool = False

    def __post_init__(self) -> None:
        if not 0.0 < self.seconds < np.inf:
            raise ValueError(f"seconds of {self.key!r}: got {self.seconds}, expected a finite number above zero")
        if not 0.0 <= self.exposure <= 1.0:
            raise ValueError(f"exposure of {self.key!r}: got {self.exposure}, expected a number from zero to one")


@dataclass(frozen=True, eq=False)
class Bank:
    """Candidates in the order of their keys, and what a choice needs of them as arrays.

    Parameters
    ----------
    names : tuple of str
        The D latents that items may load on.
    candidates : tuple of Candidate
        n of them, sorted by key.
    stacks : tuple of Stack
        The same by shape.
    """

    names: tuple[str, ...]
    candidates: tuple[Candidate, ...]
    stacks: tuple[Stack, ...]

    @classmethod
    def of(cls, candidates: Sequence[Candidate], names: Sequence[str]) -> "Bank":
        """Lay out candidates, given in any order.

        Raises
        ------
        ValueError
            If a key is repeated, or an item loads on a latent that is not in `names`.
        """
        repeated = [key for key, count in Counter(c.key for c in candidates).items() if count > 1]
        if repeated:
            raise ValueError(f"candidates: got the keys {repeated} more than once, expected each key once")
        ordered = tuple(sorted(candidates, key=lambda c: c.key))
        stacks = stack_items([c.item for c in ordered], [c.key for c in ordered], names)
        return cls(tuple(names), ordered, stacks)

    def __len__(self) -> int:
        return len(self.candidates)

    @cached_property
    def place(self) -> dict[str, int]:
        """Where each key stands."""
        return {candidate.key: place for place, candidate in enumerate(self.candidates)}

    @cached_property
    def seconds(self) -> FloatArray:
        """Shape (n,)."""
        return np.array([candidate.seconds for candidate in self.candidates], dtype=np.float64)

    @cached_property
    def exposure(self) -> FloatArray:
        """Exposure parameters, shape (n,)."""
        return np.array([candidate.exposure for candidate in self.candidates], dtype=np.float64)

    @cached_property
    def pilot(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Which candidates are only being tried, shape (n,)."""
        return np.array([candidate.pilot for candidate in self.candidates], dtype=bool)

    @cached_property
    def contents(self) -> dict[tuple[str, str], int]:
        """The column of `counts` for each ("quality", name) and ("kind", name)."""
        qualities = {("quality", name) for candidate in self.candidates for name in candidate.qualities}
        kinds = {("kind", candidate.kind) for candidate in self.candidates}
        return {content: column for column, content in enumerate(sorted(qualities | kinds))}

    @cached_property
    def counts(self) -> IntArray:
        """How often each candidate counts for each of `contents`, shape (n, F); pilots count for nothing."""
        counts = np.zeros((len(self), len(self.contents)), dtype=np.int64)
        for row, candidate in zip(counts, self.candidates, strict=True):
            if not candidate.pilot:
                for name in candidate.qualities:
                    row[self.contents["quality", name]] += 1
                row[self.contents["kind", candidate.kind]] += 1
        return counts

    @cached_property
    def enemies(self) -> tuple[IntArray, ...]:
        """The places of the enemies of each candidate, whichever of the two names the other."""
        found: list[set[int]] = [set() for _ in self.candidates]
        for place, candidate in enumerate(self.candidates):
            for enemy in candidate.enemies:
                other = self.place.get(enemy, place)
                if other != place:
                    found[place].add(other)
                    found[other].add(place)
        return tuple(np.array(sorted(one), dtype=np.int64) for one in found)

    def moments(self, posterior: Posterior) -> tuple[FloatArray, FloatArray]:
        """Return mean (D,) and covariance (D, D) of the bank's latents.

        Raises
        ------
        ValueError
            If the posterior lacks one of them.
        """
        if posterior.names == self.names:
            return posterior.mean, posterior.covariance
        kept = [posterior.position(name) for name in self.names]
        return posterior.mean[kept], posterior.covariance[np.ix_(kept, kept)]

    def with_exposure(self, parameters: Mapping[str, float]) -> "Bank":
        """Return the bank with exposure parameters by key; who is not named keeps theirs.

        Raises
        ------
        ValueError
            If a key is not in the bank, or a parameter is not within zero and one.
        """
        if strange := sorted(set(parameters) - set(self.place)):
            raise ValueError(f"parameters: got {strange[:5]}, which are not in the bank of {len(self)} items")
        changed = [replace(c, exposure=float(parameters.get(c.key, c.exposure))) for c in self.candidates]
        return replace(self, candidates=tuple(changed))
