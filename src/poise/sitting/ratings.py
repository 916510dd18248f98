"""What people gave for the moments of finished sittings: which moments there are, in which order, and as a table."""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from io import StringIO

import numpy as np

from poise.content.library import Library
from poise.content.rubric import LEVELS, Moment
from poise.content.scenario import Scenario
from poise.roleplay.conversation import moments_met
from poise.sitting.queueing import case_for
from poise.sitting.state import State

NO_OPPORTUNITY = "no opportunity"
SAYS_NO_OPPORTUNITY = frozenset({NO_OPPORTUNITY, "none", "n"})
RATER = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
RATER_RULE = "1 to 40 small letters, digits, dots, hyphens and underscores, beginning with a letter or a digit"
MOST_ROUNDS = 9
MOST_COMPLAINTS = 50


class RatingsError(ValueError):
    """Ratings that cannot be taken; the message has a line for each thing that is wrong."""

    def __init__(self, complaints: Sequence[str]) -> None:
        more = len(complaints) - MOST_COMPLAINTS
        shown = [*complaints[:MOST_COMPLAINTS], *([f"and {more} more"] if more > 0 else [])]
        super().__init__("\n".join(shown))


@dataclass(frozen=True)
class MomentRating:
    """What one person gave for one moment: a level, or None where they saw no opportunity.

    `rater` is a key. `round` counts how often the same person has rated the same moments; rounds are kept apart.
    """

    rater: str
    sitting: str
    scenario: str
    moment: str
    quality: str
    reply: int
    round: int
    rating: int | None
    at: str

    @property
    def place(self) -> tuple[str, str, str]:
        """Which moment of which sitting."""
        return self.sitting, self.scenario, self.moment

    @property
    def key(self) -> tuple[str, str, str, str, int]:
        """What there is only one rating of."""
        return (*self.place, self.rater, self.round)


COLUMNS = tuple(field.name for field in fields(MomentRating))


@dataclass(frozen=True)
class Rateable:
    """A moment that a person can rate: whose case, what is looked at, and after which reply (0: after all)."""

    sitting: str
    case: Scenario
    moment: Moment
    reply: int

    @property
    def place(self) -> tuple[str, str, str]:
        """Which moment of which sitting."""
        return self.sitting, self.case.key, self.moment.key

    def rated(self, rater: str, number: int, rating: int | None, at: str) -> MomentRating:
        """Return what a person gave for it."""
        return MomentRating(rater, *self.place, self.moment.quality, self.reply, number, rating, at)


Known = Mapping[tuple[str, str], tuple[str, int]]
"""For each case and moment of a sitting the quality that it is about, and the reply that it comes with."""


def list_rateable(sitting: str, state: State, library: Library) -> tuple[Rateable, ...]:
    """Return the moments that came up in a finished sitting, conversation by conversation; none of an unfinished one.

    How they were read is not among what is returned, so that it cannot be shown.
    """
    if not state.finished_at:
        return ()
    return tuple(
        Rateable(sitting, case, moment, reply)
        for key, conversation in sorted(state.conversations.items(), key=lambda one: one[1].opened.at)
        for case in (case_for(state, library, key),)
        for moment, reply in moments_met(case, len(conversation.replies), over=conversation.ended is not None)
    )


def has_words(state: State, case: str, texts: Mapping[str, str]) -> bool:
    """Say whether all replies of a conversation can still be read."""
    return all(reply.text in texts for reply in state.conversations[case].replies)


def shuffle_sittings(keys: Iterable[str], seed: int, rater: str, number: int) -> tuple[str, ...]:
    """Put sittings in an order that is this rater's own in this round; the same seed gives the same order."""
    ordered = sorted(keys)
    rng = np.random.default_rng([seed, number, *rater.encode()])
    return tuple(ordered[place] for place in rng.permutation(len(ordered)))


def write_csv(ratings: Iterable[MomentRating]) -> str:
    """Return ratings as CSV with a header."""
    rows = (
        [NO_OPPORTUNITY if name == "rating" and one.rating is None else getattr(one, name) for name in COLUMNS]
        for one in sorted(ratings, key=lambda one: (one.rater, one.round, one.place))
    )
    return _write([COLUMNS, *rows])


def write_facets(ratings: Iterable[MomentRating], item_of: Callable[[MomentRating], str]) -> str:
    """Return first-round ratings as a long table of persons, items, responses and raters, for `poise calibrate`.

    A person is a sitting. Where a rater saw no opportunity there is no row; a second round is not a second rater, so it
    stays out.
    """
    rows = [
        (one.sitting, item_of(one), one.rating, one.rater)
        for one in sorted(ratings, key=lambda one: (one.place, one.rater))
        if one.rating is not None and one.round == 1
    ]
    return _write([("person", "item", "response", "rater"), *rows])


def _write(rows: Iterable[Sequence[object]]) -> str:
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def read_csv(
    text: str,
    moments_of: Callable[[str], Known | str],
    is_time: Callable[[str], bool],
) -> tuple[MomentRating, ...]:
    """Read ratings from CSV, all of them or none.

    Parameters
    ----------
    text : str
    moments_of : callable
        From a sitting's key to its moments: for case and moment the quality and the reply. Or in words why it has none.
    is_time : callable
        Whether a text is a time with its offset from UTC.

    Raises
    ------
    RatingsError
        Everything that is wrong, each with its line.
    """
    rows = csv.reader(StringIO(text.removeprefix("\ufeff")), strict=True)
    try:
        header = [name.strip().lower() for name in next(rows, [])]
        lines = [(rows.line_num, row) for row in rows if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise RatingsError([f"line {rows.line_num}: is not CSV ({error}); write it with commas and quotes"]) from error
    _check_header(header)
    reading = _Reading(moments_of, is_time)
    found = tuple(reading.read(line, header, row) for line, row in lines)
    if reading.complaints:
        raise RatingsError(reading.complaints)
    return tuple(one for one in found if one is not None)


def _check_header(header: Sequence[str]) -> None:
    complaints = [f"line 1: the column {name} is missing" for name in COLUMNS if name not in header]
    complaints += [f"line 1: the column {name} stands there twice" for name in COLUMNS if header.count(name) > 1]
    if complaints and ";" in "".join(header):
        complaints.append("line 1: it has semicolons; separate the columns with commas")
    if complaints:
        raise RatingsError([*complaints, f"expected {','.join(COLUMNS)}"])


class _Reading:
    """Reads rows and remembers everything that is wrong with them."""

    def __init__(self, moments_of: Callable[[str], Known | str], is_time: Callable[[str], bool]) -> None:
        self.moments_of, self.is_time = moments_of, is_time
        self.complaints: list[str] = []
        self.lines: dict[tuple[str, str, str, str, int], int] = {}

    def read(self, line: int, header: Sequence[str], row: Sequence[str]) -> MomentRating | None:
        """Return a row as a rating, or None where something is wrong with it."""
        if len(row) != len(header):
            self.complaints.append(f"line {line}: has {len(row)} cells, expected {len(header)} as in the header")
            return None
        cells = {name: cell.strip() for name, cell in zip(header, row, strict=True)}
        wrong = [*self._judge_plain(cells), *self._judge_moment(cells)]
        if wrong:
            self.complaints += [f"line {line}: {one}" for one in wrong]
            return None
        said = cells["rating"].casefold()
        rating = MomentRating(
            **{name: cells[name] for name in ("rater", "sitting", "scenario", "moment", "quality", "at")},
            reply=int(cells["reply"]),
            round=int(cells["round"]),
            rating=None if said in SAYS_NO_OPPORTUNITY else int(said),
        )
        first = self.lines.setdefault(rating.key, line)
        if first != line:
            self.complaints.append(f"line {line}: this rater rated this moment in this round already, in line {first}")
            return None
        return rating

    def _judge_plain(self, cells: Mapping[str, str]) -> Iterator[str]:
        if not RATER.fullmatch(cells["rater"]):
            yield f"rater is {cells['rater'][:60]!r}, expected {RATER_RULE}"
        if not _is_number(cells["round"], 1, MOST_ROUNDS):
            yield f"round is {cells['round'][:60]!r}, expected 1 to {MOST_ROUNDS}"
        said = cells["rating"].casefold()
        if said not in SAYS_NO_OPPORTUNITY and not _is_number(said, 0, LEVELS - 1):
            yield (
                f"rating is {cells['rating'][:60]!r}, expected 0 to {LEVELS - 1} or {NO_OPPORTUNITY};"
                " take the row out where nothing was rated"
            )
        if not self.is_time(cells["at"]):
            yield f"at is {cells['at'][:60]!r}, expected a time such as 2026-11-22T09:30:00+00:00"

    def _judge_moment(self, cells: Mapping[str, str]) -> Iterator[str]:
        moments = self.moments_of(cells["sitting"])
        if isinstance(moments, str):
            yield moments
            return
        found = moments.get((cells["scenario"], cells["moment"]))
        if found is None:
            named = f"{cells['scenario'][:60]}/{cells['moment'][:60]}"
            cases = sorted({case for case, _ in moments})
            same = sorted(moment for case, moment in moments if case == cells["scenario"])
            known = f"moments of {cells['scenario']}: {', '.join(same)}" if same else f"cases: {', '.join(cases)}"
            yield f"{named!r} is no moment of this sitting; it has {known}"
            return
        quality, reply = found
        if cells["quality"] != quality:
            yield f"quality is {cells['quality'][:60]!r}, but this moment is about {quality}"
        if cells["reply"] != str(reply):
            yield f"reply is {cells['reply'][:60]!r}, but this moment comes with reply {reply}"


def _is_number(text: str, least: int, most: int) -> bool:
    return len(text) == 1 and text in "0123456789" and least <= int(text) <= most
