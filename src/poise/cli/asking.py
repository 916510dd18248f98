"""What rating sittings and rating transcripts have in common at a terminal: the question, tables, and agreement."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from rich.console import Console

from poise.cli.terminal import STOP, ask, say
from poise.measurement import Agreement
from poise.sitting.concordance import ALL, Comparison, Place, compare_raters
from poise.sitting.ratings import NO_OPPORTUNITY, RATER, RATER_RULE, MomentRating

PROMPT = "Your rating: 0 to 4, n (no opportunity), s (skip), w (the whole so far), c (the case):"


def check_rater(rater: str) -> None:
    """Refuse a rater who is not named by a key."""
    if not RATER.fullmatch(rater):
        raise ValueError(f"--rater is {rater!r}, expected {RATER_RULE}")


def ask_level(
    out: Console, asks: str, levels: Sequence[str], on_request: Mapping[str, Callable[[], None]]
) -> Iterator[int | None]:
    """Ask until a level is given or skipped: yields the level, None for no opportunity, nothing where it is skipped."""
    say(out, asks)
    for number, words in enumerate(levels):
        out.print(f"  {number}  {words}", markup=False)
    while (said := ask(out, PROMPT).casefold()) != "s":
        if said in {"0", "1", "2", "3", "4", "n"}:
            yield None if said == "n" else int(said)
            return
        if said in on_request:
            on_request[said]()
        else:
            say(out, f"Type one of 0, 1, 2, 3, 4, n, s, w, c, or {STOP}.")


def is_time(text: str) -> bool:
    """Say whether a text is a time with its offset from UTC."""
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def read_table(path: Path) -> str:
    """Read the text of a table; raises ValueError naming what is wrong with the file."""
    try:
        told = path.read_bytes()
    except OSError as error:
        raise ValueError(f"{path}: cannot be read ({error.strerror}); check name and rights") from error
    try:
        return told.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = told[: error.start].count(b"\n") + 1
        raise ValueError(f"{path}: line {line}: is not UTF-8; save the table as CSV in UTF-8") from error


def tell_agreement_of(
    out: Console, ratings: Sequence[MomentRating], read: Mapping[Place, Sequence[float]], *, as_json: bool
) -> None:
    """Print how far raters agree with each other, with themselves and with the reading."""
    compared = compare_raters(ratings, read)
    raters, rated = sorted({one.rater for one in ratings}), {one.sitting for one in ratings}
    if as_json:
        told = {
            "sittings": len(rated),
            "ratings": len(ratings),
            "raters": raters,
            "comparisons": [
                {**asdict(one), "found": {name: _plain(found) for name, found in one.found.items()}} for one in compared
            ],
        }
        out.print(json.dumps(told, indent=2, ensure_ascii=False), markup=False)
        return
    say(out, f"{len(ratings)} ratings of {len(rated)} sittings by {', '.join(raters)}. Intervals hold 95 %.")
    for one in compared:
        _tell_comparison(out, one)


def _plain(found: Agreement) -> dict[str, object]:
    """Return what is known and leave out what is not."""
    rounded = {name: round(value, 4) if isinstance(value, float) else value for name, value in asdict(found).items()}
    return {name: value for name, value in rounded.items() if value not in (None, "")}


def _tell_comparison(out: Console, one: Comparison) -> None:
    names = " and ".join(one.between)
    title = {
        "raters": f"{names}: weighted kappa",
        "rounds": f"{names} and the first round: weighted kappa",
        "reading": f"{names} and the reading, its expected level rounded: weighted kappa",
        "reading_spread": f"{names} and the reading, its levels as probable as it says: expected weighted kappa",
        "icc_single": f"{names}, each by itself: ICC(2,1)",
        "icc_mean": f"{names}, their mean: ICC(2,{len(one.between)})",
    }[one.kind]
    out.print(title, markup=False)
    told = one.found if one.found[ALL].value is not None else {ALL: one.found[ALL]}
    for name, found in told.items():
        figure = found.why_not if found.value is None else f"{found.value:6.2f}{_tell_interval(found)}"
        places = "sitting" if found.clusters == 1 else "sittings"
        out.print(f"  {name:<14} {found.pairs:>5} in {found.clusters} {places}  {figure}", markup=False)
    if one.differ_on_opportunity:
        out.print(f"  {NO_OPPORTUNITY} seen by some only: {one.differ_on_opportunity}", markup=False)
    out.print("")


def _tell_interval(found: Agreement) -> str:
    if found.low is None or found.high is None:
        return "  no interval from one sitting"
    return f"  [{found.low:.2f}, {found.high:.2f}]"
