"""Reads transcripts one line at a time; every fault is named with its line and what to do."""

import json
from collections.abc import Iterator
from typing import BinaryIO

from pydantic import ValidationError

from poise.content.source import Complaint
from poise.roleplay.transcripts.transcript import Transcript

LONGEST_LINE = 1_000_000
MOST_TURNS = 400
_CHUNK = 65_536
_ADVICE = {
    "missing": "is missing; add it",
    "string_type": "must be text in quotation marks",
    "tuple_type": "must be a list",
    "model_type": "must be an object in braces",
    "model_attributes_type": "must be an object in braces",
    "too_short": "must not be empty",
    "string_too_short": "must not be empty",
}


def read_transcripts(stream: BinaryIO, file: str) -> Iterator[Transcript | Complaint]:
    """Yield each conversation of a file of JSON lines, or what is wrong with its line; nothing is kept."""
    seen = 0
    for number, line in enumerate(_cut_lines(stream), start=1):
        if line is None:
            seen += 1
            yield Complaint(
                file, number, f"is longer than {LONGEST_LINE:,} bytes; one line is one conversation, cut it up"
            )
            continue
        if not line.strip():
            continue
        seen += 1
        found = read_transcript(line.removeprefix(b"\xef\xbb\xbf"))
        if isinstance(found, Transcript):
            yield found
        else:
            yield from (Complaint(file, number, message) for message in found)
    if not seen:
        yield Complaint(file, 1, "is empty; expected one conversation a line, as JSON")


def read_transcript(line: bytes) -> Transcript | list[str]:
    """Read one line; returns the conversation, or everything that is wrong with it in words."""
    try:
        told = json.loads(line.decode("utf-8"), parse_constant=_refuse)
    except UnicodeDecodeError:
        return ["is not text in UTF-8; save the file as UTF-8"]
    except RecursionError:
        return ["is nested too deeply to be a conversation"]
    except ValueError as error:
        return [f"is not JSON ({str(error).split(':')[0]}); expected one conversation a line, as JSON"]
    try:
        json.dumps(told, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        return ["holds half of a character (a lone surrogate such as \\ud800); write the text anew in UTF-8"]
    return _understand(told)


def _understand(told: object) -> Transcript | list[str]:
    if not isinstance(told, dict):
        return ['is not an object; expected {"id": …, "turns": […]}']
    turns = told.get("turns")
    if isinstance(turns, list) and len(turns) > MOST_TURNS:
        return [f"turns: has {len(turns)} turns; at most {MOST_TURNS} are read, cut the conversation up"]
    try:
        return Transcript.model_validate(told)
    except ValidationError as error:
        return [_in_words(one["loc"], one["type"], one["msg"]) for one in error.errors()]


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no number in JSON")


def _in_words(loc: tuple[int | str, ...], kind: str, message: str) -> str:
    """Say where in the line something is wrong; turns count from 1, as in the output."""
    steps = [str(step + 1) if isinstance(step, int) else step for step in loc]
    where = " ".join(steps).replace("turns ", "turn ")
    if kind == "literal_error" and steps[-1:] == ["who"]:
        return f'{where}: the speaker must be "customer" or "rep"; rename the others, or leave their turns out'
    told = _ADVICE.get(kind, message.removeprefix("Value error, "))
    return f"{where}: {told}" if where else told


def _cut_lines(stream: BinaryIO) -> Iterator[bytes | None]:
    """Yield each line, or None for one that is too long; never holds more than the longest line allowed."""
    while line := stream.readline(LONGEST_LINE + 1):
        if len(line) > LONGEST_LINE and not line.endswith(b"\n"):
            while (rest := stream.readline(_CHUNK)) and not rest.endswith(b"\n"):
                pass
            yield None
        else:
            yield line
