"""A library: everything that is asked, as one immutable value with a version and a hash."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import ValidationError

from poise.content.blueprint import Blueprint
from poise.content.claims import Claim, Consent
from poise.content.interview import InterviewQuestion
from poise.content.job import ConditionAsked, Job
from poise.content.knowledge import KnowledgeForm
from poise.content.manner import Appraisal, Voice
from poise.content.piece import LATER, Key, Piece, Text
from poise.content.quality import Beliefs, Quality
from poise.content.questionnaire import Questionnaire
from poise.content.scenario import Scenario
from poise.content.situation import Situation
from poise.content.source import Complaint, LibraryError, Source, read_source
from poise.content.statement import AttentionCheck, Block, Statement

P = TypeVar("P", bound=Piece)
STARTER = Path(__file__).parent / "starter"


class Reference(Piece):
    """The published set of moments and reactions on which demands are expected scores."""

    moments: tuple[Text, ...]
    reactions: tuple[Text, ...]


class Library(Piece):
    """Everything that a sitting may ask and a report may say."""

    key: Key
    version: Text
    title: Text
    language: Text
    provisional: bool
    comparable_with: tuple[Text, ...] = ()
    qualities: tuple[Quality, ...]
    beliefs: Beliefs
    conditions: tuple[ConditionAsked, ...]
    statements: tuple[Statement, ...]
    blocks: tuple[Block, ...]
    situations: tuple[Situation, ...]
    scenarios: tuple[Scenario, ...]
    jobs: tuple[Job, ...]
    blueprints: tuple[Blueprint, ...]
    claims: tuple[Claim, ...]
    consent: Consent
    appraisal: Appraisal
    voice: Voice
    reference: Reference
    attention: Annotated[tuple[AttentionCheck, ...], LATER] = ()
    knowledge: Annotated[tuple[KnowledgeForm, ...], LATER] = ()
    interview: Annotated[tuple[InterviewQuestion, ...], LATER] = ()
    analysis: Annotated[tuple[Questionnaire, ...], LATER] = ()

    @cached_property
    def canonical(self) -> str:
        """The library as JSON with sorted keys and no spaces: what is stored, and what is hashed."""
        return json.dumps(self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the canonical JSON, in hexadecimal."""
        return hashlib.sha256(self.canonical.encode()).hexdigest()

    @cached_property
    def _index(self) -> dict[str, dict[str, Piece]]:
        return {section: {piece.key: piece for piece in getattr(self, section)} for section in LISTS}

    def find(self, kind: type[P], key: str) -> P:
        """Return the piece of this kind with this key; raises KeyError naming both and what there is."""
        pieces = self._index[SECTION_OF[kind]]
        if key not in pieces:
            raise KeyError(
                f"no {kind.__name__.lower()} {key!r} in library {self.version}; there are: {', '.join(pieces)}"
            )
        piece = pieces[key]
        if not isinstance(piece, kind):
            raise TypeError(f"{key!r} is a {type(piece).__name__}, expected a {kind.__name__}")
        return piece


LISTS: dict[str, type[Piece]] = {
    "qualities": Quality,
    "conditions": ConditionAsked,
    "statements": Statement,
    "blocks": Block,
    "situations": Situation,
    "scenarios": Scenario,
    "jobs": Job,
    "blueprints": Blueprint,
    "claims": Claim,
    "attention": AttentionCheck,
    "knowledge": KnowledgeForm,
    "interview": InterviewQuestion,
    "analysis": Questionnaire,
}
SINGLES: dict[str, type[Piece]] = {
    "beliefs": Beliefs,
    "consent": Consent,
    "appraisal": Appraisal,
    "voice": Voice,
    "reference": Reference,
}
SECTION_OF: dict[type[Piece], str] = {model: section for section, model in LISTS.items()}
HEADER = "library"


class LoadedLibrary(Piece):
    """A library with the place of each of its pieces, for complaints that name file and line."""

    library: Library
    places: dict[str, tuple[str, int]]

    def place(self, section: str, key: str = "", within: str = "") -> tuple[str, int]:
        """Return file and line of a piece, or of its section; `within` leads to a part of it, as `probes/opening`."""
        steps = within.split("/") if within else []
        for number in range(len(steps), -1, -1):
            found = self.places.get("/".join(step for step in (section, key, *steps[:number]) if step))
            if found:
                return found
        return self.places.get(section) or (HEADER + ".yaml", 1)


def parse_library(canonical: str) -> Library:
    """Read a library back from its canonical JSON, as it is stored once published."""
    return Library.model_validate_json(canonical)


def read_library(directory: Path = STARTER) -> LoadedLibrary:
    """Read all files of a directory into their models; formats are checked, references are not yet."""
    if not directory.is_dir():
        raise LibraryError(
            [Complaint(str(directory), 1, "is not a directory; name the folder that holds library.yaml")]
        )
    reading = _Reading()
    for path in sorted(directory.rglob("*.yaml")) + sorted(directory.rglob("*.yml")):
        try:
            reading.take(read_source(path, directory))
        except LibraryError as error:
            reading.complaints.extend(error.complaints)
    return reading.finish()


class _Reading:
    """What has been read so far of a directory, and everything wrong with it."""

    def __init__(self) -> None:
        self.complaints: list[Complaint] = []
        self.places: dict[str, tuple[str, int]] = {}
        self.parts: dict[str, Any] = {section: [] for section in LISTS}

    def take(self, source: Source) -> None:
        section = source.file.split("/")[0].removesuffix(".yaml").removesuffix(".yml")
        if section == HEADER:
            self._take_header(source)
        elif section in SINGLES:
            piece = self._build(SINGLES[section], source, source.data, ())
            if piece is not None:
                self.parts[section] = piece
                self.places[section] = (source.file, 1)
                self._mark_parts(section, source, (), source.data)
        elif section in LISTS:
            self._take_list(section, source)
        else:
            known = ", ".join([HEADER, *LISTS, *SINGLES])
            self.complaints.append(Complaint(source.file, 1, f"belongs to no known section; expected one of {known}"))

    def _take_header(self, source: Source) -> None:
        if not isinstance(source.data, Mapping):
            self.complaints.append(Complaint(source.file, 1, "expected key, version, title, language, provisional"))
            return
        clash = sorted(set(source.data) & (set(LISTS) | set(SINGLES)))
        if clash:
            self.complaints.append(
                Complaint(source.file, source.line_of(clash[:1]), f"{clash[0]} has a file of its own")
            )
        self.parts.update({key: value for key, value in source.data.items() if key not in clash})
        self.places[HEADER] = (source.file, 1)

    def _take_list(self, section: str, source: Source) -> None:
        entries = list(_entries(source))
        if not entries:
            self.complaints.append(Complaint(source.file, 1, f"expected one of, or a list of, {section}"))
        for path, data in entries:
            piece = self._build(LISTS[section], source, data, path)
            if piece is None:
                continue
            place = f"{section}/{getattr(piece, 'key', '')}"
            if place in self.places:
                first = "{}:{}".format(*self.places[place])
                self.complaints.append(Complaint(source.file, source.line_of(path), f"{place} is already at {first}"))
                continue
            self.parts[section].append(piece)
            self.places[place] = (source.file, source.line_of(path))
            self._mark_parts(place, source, path, data)

    def _mark_parts(self, place: str, source: Source, path: tuple[str | int, ...], data: Any) -> None:  # noqa: ANN401
        """Keep the places of a piece's fields and of all its parts that have a key."""
        for name, value in data.items():
            self.places.setdefault(f"{place}/{name}", (source.file, source.line_of((*path, name))))
            for inner in value if isinstance(value, Mapping) else ():
                self.places.setdefault(f"{place}/{name}/{inner}", (source.file, source.line_of((*path, name, inner))))
            for number, part in enumerate(value if isinstance(value, list) else ()):
                if isinstance(part, Mapping) and "key" in part:
                    inner = f"{place}/{name}/{part['key']}"
                    self.places.setdefault(inner, (source.file, source.line_of((*path, name, number))))
                    self._mark_parts(inner, source, (*path, name, number), part)

    def _build(self, model: type[P], source: Source, data: Any, path: tuple[int, ...]) -> P | None:  # noqa: ANN401
        try:
            return model.model_validate(data)
        except ValidationError as error:
            for wrong in error.errors():
                loc = (*path, *wrong["loc"])
                where = ".".join(str(step) for step in wrong["loc"]) or model.__name__
                message = wrong["msg"].removeprefix("Value error, ")
                self.complaints.append(Complaint(source.file, source.line_of(loc), f"{where}: {message}"))
            return None

    def finish(self) -> LoadedLibrary:
        missing = [section for section in SINGLES if section not in self.parts]
        for section in [HEADER] * (HEADER not in self.places) + missing:
            named = any(complaint.file.startswith(section) for complaint in self.complaints)
            if not named:
                self.complaints.append(Complaint(f"{section}.yaml", 1, "is missing"))
        if self.complaints:
            raise LibraryError(self.complaints)
        try:
            library = Library.model_validate(self.parts)
        except ValidationError as error:
            wrong = [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()]
            raise LibraryError([Complaint(f"{HEADER}.yaml", 1, message) for message in wrong]) from error
        return LoadedLibrary(library=library, places=self.places)


def _entries(source: Source) -> Iterator[tuple[tuple[int, ...], Any]]:
    if isinstance(source.data, list):
        yield from (((number,), entry) for number, entry in enumerate(source.data))
    elif isinstance(source.data, Mapping):
        yield (), source.data
