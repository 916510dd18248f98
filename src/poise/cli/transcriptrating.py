"""`poise rate FILE.jsonl`: people rate finished conversations blind on the twelve qualities, into a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path

from rich.console import Console

from poise.cli.asking import ask_level, check_rater, is_time, read_table, tell_agreement_of
from poise.cli.terminal import STOP, StoppedError, heading, say
from poise.content.check import load_library
from poise.content.quality import Quality
from poise.roleplay.transcripts.loading import read_transcripts
from poise.roleplay.transcripts.transcript import DeskAct, Transcript
from poise.sitting.concordance import Place
from poise.sitting.ratings import (
    Known,
    MomentRating,
    RatingsError,
    read_csv,
    shuffle_sittings,
    write_csv,
)

CASE = "transcript"
"""What stands in the column `scenario`: the moments of a transcript are the qualities, over the whole conversation."""
STANDINGS = {"allowed": "may be given", "needs_approval": "needs a yes from above", "forbidden": "may not be given"}
DEEDS = {
    "look_up": "looked up",
    "read_policy": "read the policy",
    "offer": "offered",
    "promise": "promised",
    "transfer": "passed on",
    "note": "left a note",
    "end": "ended the conversation",
}


@dataclass(frozen=True)
class Pile:
    """Finished conversations, and the table in which ratings of them lie."""

    transcripts: Mapping[str, Transcript]
    qualities: tuple[Quality, ...]
    table: Path

    @classmethod
    def read(cls, file: Path, table: Path | None) -> "Pile":
        """Read all conversations; raises ValueError with a line for each thing that is wrong."""
        if table is None:
            raise ValueError("Name the table in which the ratings of these conversations lie with --table FILE.csv")
        found: dict[str, Transcript] = {}
        complaints = []
        try:
            with file.open("rb") as stream:
                for one in read_transcripts(stream, str(file)):
                    if not isinstance(one, Transcript):
                        complaints.append(str(one))
                    elif one.id in found:
                        complaints.append(f"{file}: the id {one.id!r} stands there twice; give each its own")
                    else:
                        found[one.id] = one
        except OSError as error:
            raise ValueError(f"{file}: cannot be read ({error.strerror}); check name and rights") from error
        if complaints:
            raise ValueError("\n".join(complaints))
        return cls(found, _list_qualities(), table)

    def ratings(self) -> tuple[MomentRating, ...]:
        """Return what the table holds; raises ValueError where that is not ratings of these conversations."""
        if not self.table.exists():
            return ()
        known: Known = {(CASE, quality.key): (quality.key, 0) for quality in self.qualities}

        def moments_of(key: str) -> Known | str:
            return known if key in self.transcripts else f"there is no conversation {key[:60]!r} in this file"

        try:
            return read_csv(read_table(self.table), moments_of, is_time)
        except RatingsError as error:
            raise ValueError(f"{self.table}: cannot be used.\n{error}") from error

    def add(self, rating: MomentRating) -> bool:
        """Add a rating to the table, and say whether it is the first of its moment; another window may be faster."""
        there = self.ratings()
        if any(one.key == rating.key for one in there):
            return False
        header, row = write_csv([rating]).splitlines(keepends=True)
        held = read_table(self.table) if self.table.exists() else ""
        if held and held.splitlines()[0] != header.rstrip():
            raise ValueError(f"{self.table}: has other columns, so no row can be added; expected {header.rstrip()}")
        before = "" if held.endswith("\n") else "\n" if held else header
        try:
            with self.table.open("a", encoding="utf-8") as table:
                table.write(before + row)
        except OSError as error:
            raise ValueError(f"{self.table}: cannot be written ({error.strerror}); nothing of this was kept") from error
        return True


@cache
def _list_qualities() -> tuple[Quality, ...]:
    return load_library().qualities


def rate_transcripts(out: Console, pile: Pile, rater: str, seed: int, *, again: bool) -> None:
    """Put conversations before a rater, each whole and then quality by quality; each rating is kept at once."""
    check_rater(rater)
    number = 2 if again else 1
    mine = [one for one in pile.ratings() if one.rater == rater]
    done = {(one.sitting, one.moment) for one in mine if one.round == number}
    first = {(one.sitting, one.moment) for one in mine if one.round == 1}
    if again and not first:
        raise ValueError(f"{rater} has rated nothing yet; begin without --again")
    kept = 0
    say(out, f"Each rating is kept at once in {pile.table}. Type {STOP} at any time, and go on with the same command.")
    shuffled = shuffle_sittings(pile.transcripts, seed, rater, number)
    try:
        for place, key in enumerate(shuffled, start=1):
            left = [one for one in pile.qualities if (key, one.key) not in done]
            left = [one for one in left if not again or (key, one.key) in first]
            if not left:
                continue
            heading(out, f"CONVERSATION {place} OF {len(shuffled)}")
            transcript = pile.transcripts[key]
            show(out, transcript)
            on_request = {"w": partial(show, out, transcript), "c": partial(tell_case, out, transcript)}
            for quality in left:
                asks = f"{quality.name}. {quality.means}"
                for level in ask_level(out, asks, quality.levels, on_request):
                    at = datetime.now(UTC).isoformat(timespec="seconds")
                    new = pile.add(MomentRating(rater, key, CASE, quality.key, quality.key, 0, number, level, at))
                    kept += new
                    if not new:
                        say(out, "You rated this in another window already; that rating stays.")
    except StoppedError:
        say(out, "", f"{kept} ratings are kept. Go on with the same command at any time.")
        return
    say(out, f"Nothing is left to rate. {kept} ratings were kept just now.")


def show(out: Console, transcript: Transcript) -> None:
    """Show a whole conversation, what was done at the desk before the words that followed."""
    if transcript.case.title:
        say(out, transcript.case.title)
    for number, turn in enumerate(transcript.turns, start=1):
        for deed in turn.desk or ():
            out.print(f"  [desk] {_say_deed(deed, transcript)}", markup=False)
        who = "CUSTOMER" if turn.who == "customer" else "REPRESENTATIVE"
        out.print(f"{who} (turn {number}): {turn.text}\n", markup=False)


def _say_deed(deed: DeskAct, transcript: Transcript) -> str:
    named = {remedy.key: remedy.text for remedy in transcript.case.remedies}
    return f"{DEEDS[deed.do]} {named.get(deed.what, deed.what)}".strip()


def tell_case(out: Console, transcript: Transcript) -> None:
    """Show what is known of the case."""
    case = transcript.case
    lines = [*(f"True is: {one}" for one in case.facts), *(f"Policy: {one}" for one in case.policy)]
    lines += [f"The customer tells only when asked: {one}" for one in case.hidden]
    lines += [f"Remedy: {one.text}: {STANDINGS[one.allowed]}" for one in case.remedies]
    say(out, *(lines or ["Nothing is known of the case."]))


def tell_transcript_agreement(out: Console, pile: Pile, *, as_json: bool) -> None:
    """Print how far the raters of conversations agree with each other, with themselves and with `poise review`."""
    ratings = pile.ratings()
    if not ratings:
        raise ValueError(f"{pile.table}: holds no ratings yet; see poise rate FILE.jsonl --rater KEY --table FILE.csv")
    read = _review(pile, sorted({one.sitting for one in ratings}))
    tell_agreement_of(out, ratings, read, as_json=as_json)


def _review(pile: Pile, keys: Sequence[str]) -> dict[Place, tuple[float, ...]]:
    from poise.roleplay.transcripts.reviewing import Reviewer, load_leanings, load_rubric, load_weights  # noqa: PLC0415
    from poise.roleplay.transcripts.turns import reading_with  # noqa: PLC0415
    from poise.roleplay.understanding import Reader  # noqa: PLC0415

    reader = Reader.load()
    reviewer = Reviewer(load_rubric(), load_weights(), reading_with(reader), reader, load_leanings())
    return {
        (key, CASE, rating.quality): rating.probabilities
        for key in keys
        for rating in reviewer.review(pile.transcripts[key]).ratings
    }
