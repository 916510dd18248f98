"""`poise understand`: which acts a reply holds, and why, line by line as they come in."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO, Protocol, runtime_checkable

from poise.content.act import ACTS
from poise.roleplay.conversation import ReadsInContext, ReadsText, read_in_context
from poise.roleplay.understanding import TextReading
from poise.roleplay.understanding.explaining import explain_reading

LONGEST_LINE = 100_000
DECIDED_AT = 0.5
WORTH_TELLING = 0.2
BYTE_ORDER_MARK = "\ufeff"


@runtime_checkable
class NamesExemplars(Protocol):
    """A reader that can name the written example nearest to a sentence."""

    def nearest(self, sentence: str, act: str) -> str:
        """Return the nearest example of an act."""


@runtime_checkable
class HearsTone(Protocol):
    """A reader that can tell the tone of a text."""

    def tone(self, text: str) -> Mapping[str, float]:
        """Return the chance of each tone."""


@dataclass(frozen=True)
class Line:
    """One line of the input: a reply, and what the customer said before it where that stands there too."""

    number: int
    customer: str
    text: str


def read_lines(stream: BinaryIO) -> Iterator[Line]:
    """Read lines one at a time: a reply, or the customer's line, a tab and the reply.

    Raises
    ------
    ValueError
        With the number of a line that is not UTF-8 or is too long.
    """
    number = 0
    while raw := stream.readline(LONGEST_LINE + 1):
        number += 1
        if len(raw) > LONGEST_LINE:
            raise ValueError(f"line {number}: is longer than {LONGEST_LINE:,} bytes; expected one reply a line")
        try:
            text = raw.decode("utf-8").removesuffix("\n").removesuffix("\r")
        except UnicodeDecodeError as error:
            raise ValueError(
                f"line {number}: byte {error.start + 1} is not UTF-8 ({error.reason}); save the text as UTF-8"
            ) from error
        if number == 1:
            text = text.removeprefix(BYTE_ORDER_MARK)
        customer, tab, reply = text.partition("\t")
        yield Line(number, customer, reply) if tab else Line(number, "", text)


def run_understanding(source: BinaryIO, out: BinaryIO, reader: ReadsText | ReadsInContext, *, as_json: bool) -> None:
    """Read every line and print what it holds, each as soon as it is read."""
    for line in read_lines(source):
        reading = read_in_context(reader, line.text, (), line.customer)
        told = _as_json(line, reading) if as_json else _in_words(line, reading, reader)
        out.write(told.encode())
        out.flush()


def _as_json(line: Line, reading: TextReading) -> str:
    return json.dumps({"text": line.text, "acts": dict(reading.acts)}, ensure_ascii=False) + "\n"


def _in_words(line: Line, reading: TextReading, reader: object) -> str:
    chances = sorted(reading.acts, key=lambda act: (-act[1], act[0]))
    rows = [f"{line.number}. {line.text}"]
    if not reading.legible:
        rows.append("   There is too little English here to read; every act stands at its base rate.")
    why = _reasons(line, reading, reader)
    told = [(act, chance) for act, chance in chances if reading.legible and chance >= WORTH_TELLING]
    for act, chance in told:
        mark = "+" if chance >= DECIDED_AT else " "
        rows.append(f" {mark} {act:<15}{chance:.2f}  {ACTS[act].meaning}{why.get(act, '')}")
    rest = [f"{act} {chance:.2f}" for act, chance in chances if (act, chance) not in told]
    rows.append(f"   others: {', '.join(rest)}")
    if reading.legible and isinstance(reader, HearsTone):
        rows.append(f"   tone, which counts for nothing: {_tones(reader.tone(line.text))}")
    rows.append("")
    return "\n".join(rows) + "\n"


def _tones(chances: Mapping[str, float]) -> str:
    heard = [(tone, chance) for tone, chance in chances.items() if chance >= WORTH_TELLING]
    return ", ".join(f"{tone} {chance:.2f}" for tone, chance in sorted(heard, key=lambda one: -one[1])) or "none"


def _reasons(line: Line, reading: TextReading, reader: object) -> Mapping[str, str]:
    """Return for each act, in words, the sentence that tells it, its cue words, and an example where there is one."""
    reasons = {}
    for act, reason in explain_reading(line.text, reading).items():
        parts = [f"\n      “{reason.sentence}”"]
        parts += [f"cue words: {', '.join(reason.cues)}"] if reason.cues else ["by what the sentence is about"]
        if isinstance(reader, NamesExemplars) and (example := reader.nearest(reason.sentence, act)):
            parts.append(f"like “{example}”")
        reasons[act] = "; ".join(parts)
    return reasons
