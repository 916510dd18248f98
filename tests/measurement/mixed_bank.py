"""A made-up bank with every kind of item, on one latent or on several."""

import numpy as np

from poise.measurement import BlockItem, Candidate, GradedItem, Prior, Statement
from poise.measurement.adaptive.bank import Bank
from poise.measurement.adaptive.stacks import AnyItem
from poise.measurement.models import Loadings, PartialCreditItem

NAMES = ("patience", "courtesy", "honesty")


def draw_item(names: tuple[str, ...], place: int, rng: np.random.Generator) -> AnyItem:
    """Draw an item; kinds and sizes go round with the place."""
    slopes = rng.uniform(0.5, 2.5, 4) * rng.choice([1.0, 1.0, -1.0], 4)
    kind = place % 6
    if kind < 3:
        size = kind + 2
        order = [names[int(d)] for d in rng.integers(len(names), size=size)]
        drawn = zip(order, slopes[:size], rng.normal(size=size), strict=True)
        return BlockItem(tuple(Statement(((name, float(a)),), float(c)) for name, a, c in drawn))
    name, other = (names[(place + k) % len(names)] for k in range(2))
    loadings: Loadings = ((name, float(slopes[0])),)
    if kind == 3 and len(names) > 1:
        loadings = (*loadings, (other, 0.6))
    steps = np.sort(rng.normal(0.0, 1.2, 1 + place % 4)) + 0.2 * np.arange(1 + place % 4)
    if kind == 5:
        return PartialCreditItem(loadings, tuple(rng.normal(0.0, 1.0, 1 + place % 4).tolist()))
    return GradedItem(loadings, tuple(steps[::-1].tolist()))


def draw_bank(names: tuple[str, ...], number: int, seed: int = 1, exposure: float = 1.0) -> Bank:
    """Draw a bank; items take different times, and every ninth is an enemy of the one before."""
    rng = np.random.default_rng(seed)
    candidates = []
    for place in range(number):
        item = draw_item(names, place, rng)
        qualities = tuple(dict.fromkeys(item.latents))
        kind = "blocks" if isinstance(item, BlockItem) else "items"
        enemies = (f"i{place - 1:03d}",) if place % 9 == 8 else ()
        seconds = float(rng.uniform(5.0, 20.0))
        candidates.append(Candidate(f"i{place:03d}", item, seconds, qualities, enemies, kind, exposure))
    return Bank.of(candidates, names)


def draw_prior(names: tuple[str, ...], correlation: float = 0.5) -> Prior:
    """Return latents that all correlate alike."""
    size = len(names)
    return Prior(names, np.zeros(size), np.full((size, size), correlation) + (1.0 - correlation) * np.eye(size))
