"""What the texts in the cells of a table mean; each text is looked at once, however often it stands there."""

from collections.abc import Callable, Iterator, Sequence
from hashlib import blake2b
from math import isfinite, nan
from typing import Any, Final, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from poise.measurement.models import LARGEST_BLOCK, FloatArray, IntArray
from poise.measurement.tabular.coding import LARGEST_CATEGORY

NOT_GIVEN: Final = frozenset({"", "NA", "NaN", "nan", "null"})
MISSING: Final = -1
WRONG: Final = -2
WORD: Final = -3
NAMELESS: Final = -1
LEAST: Final = frozenset({"-1", "-1.0"})
MOST_REMEMBERED: Final = 100_000
"""A column of comments would else fill the memory with texts that never come again."""
HASH_BYTES: Final = 8
MOST_HASHES: Final = 250_000
"""Names whose numbers are remembered; they take about 40 MB."""

Value = TypeVar("Value", int, float)


class Cells(dict[str, int]):
    """The category that each text means, or MISSING, WRONG (a number that is no category) or WORD."""

    def __missing__(self, text: str) -> int:
        if len(self) >= MOST_REMEMBERED:
            self.clear()
        self[text] = meaning = read_category(text.strip())
        return meaning


def read_category(text: str) -> int:
    """Return the category that a text means, or MISSING, WRONG or WORD."""
    if text in NOT_GIVEN:
        return MISSING
    if "_" in text:  # Python reads 1_0 as ten; nobody else does
        return WORD
    try:
        number = float(text)
    except ValueError:
        return WORD
    return int(number) if 0 <= number <= LARGEST_CATEGORY and number == int(number) else WRONG


class Marks(dict[str, int]):
    """One more than the rank or mark of a statement that each text means, or MISSING, WRONG or WORD.

    Ranks are 1 to LARGEST_BLOCK, marks 1, 0 and -1.
    """

    def __missing__(self, text: str) -> int:
        if len(self) >= MOST_REMEMBERED:
            self.clear()
        self[text] = meaning = read_mark(text.strip())
        return meaning


def read_mark(text: str) -> int:
    """Return one more than the rank or mark that a text means, or MISSING, WRONG or WORD."""
    if text in LEAST:
        return 0
    meaning = read_category(text)
    return meaning if meaning < 0 else meaning + 1 if meaning <= LARGEST_BLOCK else WRONG


class Weights(dict[str, float]):
    """The number of zero or more that each text means, or nan."""

    def __missing__(self, text: str) -> float:
        if len(self) >= MOST_REMEMBERED:
            self.clear()
        try:
            number = float(text)
        except ValueError:
            number = nan
        self[text] = number = number if isfinite(number) and number >= 0.0 else nan
        return number


class Numbers(dict[str, int]):
    """Names numbered in the order in which they come; the empty one is NAMELESS."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []
        self.places: dict[str, int] = {}

    def __missing__(self, text: str) -> int:
        name = text.strip()
        if not name:
            return NAMELESS
        if name not in self.places:
            self.places[name] = len(self.names)
            self.names.append(name)
        self[text] = self.places[name]
        return self[text]


class Hashes(dict[str, int]):
    """A number of eight bytes for each name, so that names need not be kept; the empty one is NAMELESS.

    Two of ten million names share a number with a chance of one in 400,000.
    """

    def __missing__(self, text: str) -> int:
        if len(self) >= MOST_HASHES:
            self.clear()
        name = text.strip()
        digest = blake2b(name.encode(errors="surrogateescape"), digest_size=HASH_BYTES).digest()
        self[text] = number = int.from_bytes(digest, "little") >> 1 if name else NAMELESS
        return number


class Batch(Protocol):
    """Some rows of a source."""

    @property
    def numbers(self) -> IntArray:
        """The number of each row in its source: lines of a text, else rows from 1; shape (n,)."""

    @property
    def complaints(self) -> tuple[str, ...]:
        """What was wrong with rows that are left out of the batch."""

    def look_up(self, place: int, meaning: dict[str, Value], dtype: npt.DTypeLike) -> npt.NDArray[Any]:
        """Return what each cell of a column means, shape (n,)."""

    def texts(self, place: int) -> Sequence[str]:
        """Return the cells of a column as texts, empty where there is nothing."""


class Source(Protocol):
    """A table, whatever it is stored in, that can be read more than once."""

    @property
    def name(self) -> str:
        """What to call it when something is wrong with it."""

    @property
    def header(self) -> list[str]:
        """Names of the columns."""

    @property
    def unit(self) -> str:
        """What its rows are counted in: line, or row."""

    @property
    def cells(self) -> int:
        """About how many cells it has below the header."""

    def batches(self, rows: int) -> Iterator[Batch]:
        """Yield all rows, so many at a time."""


def find_cells(source: Source, numbers: Sequence[int], places: Sequence[int], rows: int) -> dict[int, list[str]]:
    """Return the texts in some columns of the rows with these numbers, by reading the source again."""
    wanted = np.asarray(sorted(numbers), dtype=np.int64)
    found: dict[int, list[str]] = {}
    for batch in source.batches(rows):
        here = np.flatnonzero(np.isin(batch.numbers, wanted))
        if here.size:
            columns = [batch.texts(place) for place in places]
            for row in here.tolist():
                found[int(batch.numbers[row])] = [column[row].strip() for column in columns]
        if len(found) == len(wanted):
            break
    return found


def read_weights(batch: Batch, place: int, weights: Weights, complain: Callable[[int, str], None]) -> FloatArray:
    """Return the weights in a column; tell each row that has none, with what stands there."""
    found: FloatArray = batch.look_up(place, weights, np.float64)
    for row in np.flatnonzero(np.isnan(found)).tolist():
        complain(row, f"the weight is {batch.texts(place)[row]!r}, expected a number of zero or more")
    return found
