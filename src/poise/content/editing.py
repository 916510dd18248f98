"""Editing a library piece by piece: a piece as YAML text and back, and a library in which one piece is another."""

import hashlib
import json
import math
import re
from collections.abc import Iterator, Mapping
from io import StringIO
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent, DocumentStartEvent
from ruamel.yaml.scalarstring import FoldedScalarString, LiteralScalarString

from poise.content.library import LISTS, SINGLES, Library
from poise.content.piece import Piece
from poise.content.source import Complaint, LibraryError, Source, parse_source

LONGEST_PIECE = 150_000
DEEPEST = 20
WIDTH = 78
SHORT_LIST = 70
LONGEST_OF_MANY = 32
FEWEST_FOLDED = 80
MOST_COMPLAINTS = 40
FOLLOWS_FROM_AMOUNT = ("value", "cost", "standing")
_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffd-\uffff]")
_WORD = r"[^\s\x00-\x1f\x7f-\xa0\u2000-\u200f\u2028-\u202f\ufeff]+"
_PLAIN_LINE = re.compile(f"{_WORD}( {_WORD})*")
_ODD = (ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError, RecursionError)
"""What reading may raise, besides its own errors, on text that nobody would write for an honest purpose."""


def model_of(section: str) -> type[Piece]:
    """Return what a piece of this section is; raises KeyError for a section that is not known."""
    return LISTS[section] if section in LISTS else SINGLES[section]


def keys_of(library: Library, section: str) -> tuple[str, ...]:
    """Return the keys of a section in their order; a section of one piece has its own name as its only key."""
    return tuple(piece.key for piece in getattr(library, section)) if section in LISTS else (section,)


def piece_of(library: Library, section: str, key: str) -> Piece | None:
    """Return the piece with this key, if there is one."""
    if section in SINGLES:
        single: Piece = getattr(library, section)
        return single if key == section else None
    return next((piece for piece in getattr(library, section) if piece.key == key), None)


def mark_of(piece: Piece | None) -> str:
    """Return a short mark of what a piece holds, by which a change in between is noticed; empty for none."""
    return hashlib.sha256(_as_json(piece).encode()).hexdigest()[:20] if piece is not None else ""


def put_piece(library: Library, section: str, piece: Piece, instead_of: str = "") -> Library:
    """Return the library with this piece in the place of another one, or after all others of its section."""
    if section in SINGLES:
        return _replace(library, **{section: piece})
    pieces: tuple[Piece, ...] = getattr(library, section)
    if not any(getattr(one, "key", "") == instead_of for one in pieces):
        return _replace(library, **{section: (*pieces, piece)})
    changed = tuple(piece if getattr(one, "key", "") == instead_of else one for one in pieces)
    return _replace(library, **{section: changed})


def drop_piece(library: Library, section: str, key: str) -> Library:
    """Return the library without the piece of this key."""
    return _replace(library, **{section: tuple(one for one in getattr(library, section) if one.key != key)})


def rename(library: Library, key: str, version: str, comparable_with: tuple[str, ...] = ()) -> Library:
    """Return the library under another key and version, with the versions whose scores compare with its own."""
    return _replace(library, key=key, version=version, comparable_with=comparable_with)


def strings_in(data: Any) -> Iterator[str]:  # noqa: ANN401  JSON holds anything
    """Walk over all words in plain data."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, Mapping):
        for key, value in data.items():
            yield from strings_in(key)
            yield from strings_in(value)
    elif isinstance(data, list | tuple):
        for value in data:
            yield from strings_in(value)


def write_piece(piece: Piece) -> str:
    """Write a piece as YAML that a person can read and change; :func:`read_piece` reads the same piece back."""
    yaml = YAML(typ="rt")
    yaml.width = WIDTH
    yaml.indent(mapping=2, sequence=4, offset=2)
    written = StringIO()
    yaml.dump(_lay_out(piece.model_dump(mode="json")), written)
    return written.getvalue()


def read_piece(section: str, text: str) -> Piece:
    """Read a piece from YAML text that anybody may have sent.

    Raises
    ------
    LibraryError
        With everything that is wrong, each with its line.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    _refuse_at_once(section, text)
    try:
        source = parse_source(text, section)
        return _build(section, source)
    except LibraryError:
        raise
    except _ODD as error:
        raise _complain(section, 1, "this text cannot be read as YAML; write it as plain names and values") from error


def _replace(library: Library, **parts: object) -> Library:
    """Make a library anew with other parts: a copy would keep the canonical form and the hash of the old one."""
    held = {name: getattr(library, name) for name in Library.model_fields}
    return Library.model_validate({**held, **parts})


def _as_json(piece: Piece) -> str:
    return json.dumps(piece.model_dump(mode="json"), sort_keys=True, ensure_ascii=False, allow_nan=False)


def _lay_out(data: Any) -> Any:  # noqa: ANN401  as above
    """Give each part the form in which it reads best: long sentences folded, short lists on one line."""
    if isinstance(data, Mapping):
        written = {key: value for key, value in data.items() if value is not None}
        if data.get("amount") is not None:
            written = {key: value for key, value in written.items() if key not in FOLLOWS_FROM_AMOUNT}
        return CommentedMap((key, _lay_out(value)) for key, value in written.items())
    if isinstance(data, list):
        laid = CommentedSeq(_lay_out(value) for value in data)
        if _fits_few_lines(data):
            laid.fa.set_flow_style()
            laid[:] = data
        return laid
    if isinstance(data, str):
        lines = data.split("\n")
        if all(_PLAIN_LINE.fullmatch(line) for line in lines):
            if len(lines) > 1:
                return LiteralScalarString(data)
            if len(data) >= FEWEST_FOLDED:
                return FoldedScalarString(data)
    return data


def _fits_few_lines(data: list[Any]) -> bool:
    if not all(isinstance(value, str | int | float) for value in data):
        return False
    return len(str(data)) <= SHORT_LIST or all(len(str(value)) <= LONGEST_OF_MANY for value in data)


def _complain(section: str, line: int, message: str) -> LibraryError:
    return LibraryError([Complaint(section, line, message)])


def _refuse_at_once(section: str, text: str) -> None:
    """Refuse what is too long, too deep or unreadable, and what would grow when it is read; before any of it is."""
    if not text.strip():
        raise _complain(section, 1, "there is no text yet")
    if len(text) > LONGEST_PIECE:
        raise _complain(section, 1, f"has {len(text):,} characters; at most {LONGEST_PIECE:,} can be taken")
    strange = _UNREADABLE.search(text)
    if strange:
        line = text.count("\n", 0, strange.start()) + 1
        raise _complain(section, line, "a character here could not be read; delete it and type it again")
    try:
        _refuse_tricks(section, text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise _complain(section, line, f"is not valid YAML: {error.problem}") from error
    except (YAMLError, *_ODD) as error:
        if isinstance(error, LibraryError):
            raise
        raise _complain(section, 1, "this text cannot be read as YAML; write it as plain names and values") from error


def _refuse_tricks(section: str, text: str) -> None:
    depth = documents = 0
    for event in YAML(typ="safe", pure=True).parse(text):
        line = event.start_mark.line + 1
        documents += isinstance(event, DocumentStartEvent)
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        if depth > DEEPEST:
            raise _complain(section, line, f"is nested more than {DEEPEST} deep")
        if documents > 1:
            raise _complain(section, line, "holds a second document after ---; edit one piece at a time")
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
            raise _complain(section, line, "anchors (&) and aliases (*) are not taken here; write the words out")
        if getattr(event, "ctag", None) or getattr(event, "tag", None):
            raise _complain(section, line, "tags (!) are not taken here; write plain names and values")


def _build(section: str, source: Source) -> Piece:
    model = model_of(section)
    if not isinstance(source.data, Mapping):
        names = ", ".join(model.model_fields)
        raise _complain(section, 1, f"expected one piece with the fields {names}; found a {_say_kind(source.data)}")
    try:
        piece = model.model_validate(source.data)
    except ValidationError as error:
        wrong = error.errors()[:MOST_COMPLAINTS]
        found = [Complaint(section, source.line_of(one["loc"]), _say_wrong(one, model)) for one in wrong]
        raise LibraryError(found) from error
    for words in strings_in(piece.model_dump(mode="json")):
        if _UNREADABLE.search(words):
            raise _complain(section, 1, f"{words[:40]!r} holds a character that cannot be shown; delete it")
    if not all(math.isfinite(number) for number in _numbers_in(piece.model_dump())):
        raise _complain(section, 1, "a number here is not finite; write it in figures")
    return piece


def _numbers_in(data: Any) -> Iterator[float]:  # noqa: ANN401  as above
    if isinstance(data, float):
        yield data
    elif isinstance(data, Mapping):
        for value in data.values():
            yield from _numbers_in(value)
    elif isinstance(data, list | tuple):
        for value in data:
            yield from _numbers_in(value)


def _say_kind(data: object) -> str:
    return {list: "list", str: "text", int: "number", float: "number", bool: "yes or no"}.get(type(data), "value")


def _say_wrong(one: ErrorDetails, model: type[Piece]) -> str:
    where = ".".join(str(step)[:60] for step in one["loc"]) or model.__name__
    if one["type"] == "extra_forbidden":
        known = f"; the fields of this piece are {', '.join(model.model_fields)}" if len(one["loc"]) == 1 else ""
        return f"{where}: is not a known field{known}"
    if one["type"] == "missing":
        return f"{where}: is missing"
    said = one["msg"].removeprefix("Value error, ").replace("Input should be", "expected")
    return f"{where}: {said}"
