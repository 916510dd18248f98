"""Prints how far the two passes of desirability agree: the table in docs/authoring.md."""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from poise.content.check import load_library
from poise.content.library import Library
from poise.measurement.people.agreement import intraclass_correlations

FloatArray = NDArray[np.float64]
DRAWS = 2000
TWO = 2
TEN = 10


def drawn(value: Callable[[FloatArray], float], passes: FloatArray) -> str:
    """Return a figure with its 95 % interval, statements drawn again."""
    rng = np.random.default_rng(1)
    number = len(passes)
    again = [value(passes[rng.integers(0, number, number)]) for _ in range(DRAWS)]
    low, high = np.percentile(again, [2.5, 97.5])
    return f"{value(passes):.2f} ({low:.2f} to {high:.2f})"


def tell(library: Library) -> Iterator[str]:
    """Tell the rows of the table, the poles apart, and the ten largest disagreements."""
    own = [one for one in library.statements if len(one.desirability_passes) == TWO]
    passes = np.array([one.desirability_passes for one in own])
    first, second = passes.T
    apart = np.round(np.abs(second - first), 1)
    near, far, farthest = (apart <= 0.5).mean(), (apart <= 1.0).mean(), int((apart >= TWO).sum())  # noqa: PLR2004  points
    yield f"| statements | {len(own)} |"
    yield f"| correlation (Pearson) | {drawn(lambda x: float(np.corrcoef(x.T)[0, 1]), passes)} |"
    yield f"| ICC(2,1): one pass, order and level | {drawn(lambda x: intraclass_correlations(x)[0], passes)} |"
    yield f"| ICC(2,2): the mean of both | {drawn(lambda x: intraclass_correlations(x)[1], passes)} |"
    yield f"| mean, first and second pass | {first.mean():.2f}, {second.mean():.2f} |"
    yield f"| standard deviation, first and second pass | {first.std(ddof=1):.2f}, {second.std(ddof=1):.2f} |"
    yield f"| mean difference, second less first | {drawn(lambda x: float((x[:, 1] - x[:, 0]).mean()), passes)} |"
    yield f"| mean absolute difference | {apart.mean():.2f} |"
    yield f"| at most 0.5 apart, at most 1.0 apart | {near:.0%}, {far:.0%} |"
    yield f"| 2.0 or more apart | {farthest} |"
    for pole in ("high", "low"):
        some = passes[[one.pole == pole for one in own]]
        one, other = some.mean(axis=0)
        within = intraclass_correlations(some)[0]
        yield f"{pole}: {len(some)} statements, means {one:.1f} and {other:.1f}, ICC(2,1) {within:.2f}"
    for place in np.argsort(-apart, kind="stable")[:TEN]:
        yield f"| `{own[place].key}` | {own[place].pole} | {first[place]} | {second[place]} |"


def main() -> None:
    """Print all rows."""
    for line in tell(load_library()):
        print(line)


if __name__ == "__main__":
    main()
