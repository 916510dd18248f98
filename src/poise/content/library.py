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
from poise.content.source import LARGEST_FILE, Complaint, LibraryError, Source, read_source
from poise.content.statement import AttentionCheck, Block, Statement
from poise.content.unread import Unread, names_in

P = TypeVar("P", bound=Piece)
STARTER = Path(__file__).parent / "starter"


class Reference(Piece):
    """The published set of moments and reactions on which demands are expected scores."""

    moments: tuple[Text, ...]
    reactions: tuple[Text, ...]


class Heading(Piece):
    """What `library.yaml` says of the whole."""

    key: Key
    version: Text
    title: Text
    language: Text
    provisional: bool
    comparable_with: tuple[Text, ...] = ()


class Library(Heading):
    """Everything that a sitting may ask and a report may say."""

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


def _hollow(model: type[Piece], **told: Any) -> Piece:  # noqa: ANN401  any field of any model
    return model.model_construct(**told)


_STAND_INS: dict[str, Piece] = {
    HEADER: Heading(key="unread", version="unread", title="unread", language="unread", provisional=True),
    "beliefs": _hollow(Beliefs, common_correlation=0.0, correlations=(), reading_confusion=(), knowledge=None),
    "consent": Consent(version="unread", sentences=()),
    "appraisal": _hollow(Appraisal),
    "voice": _hollow(Voice, cells={}, manners={}),
    "reference": Reference(moments=(), reactions=()),
}
"""What stands for a piece that could not be read while the others are checked; nobody ever sits with it."""


class LoadedLibrary(Piece):
    """A library with the place of each of its pieces, for complaints that name file and line.

    Where some pieces could not be read (`unread`), it holds the others, and is fit for being checked only.
    """

    library: Library
    places: dict[str, tuple[str, int]]
    unread: Unread = Unread()

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
    """Read all files of a directory into their models; formats are checked, references are not yet.

    Raises
    ------
    LibraryError
        With everything that could not be read.
    """
    loaded = read_in_part(directory)
    if loaded.unread.complaints:
        raise LibraryError(loaded.unread.complaints)
    return loaded


def read_in_part(directory: Path = STARTER) -> LoadedLibrary:
    """Read what can be read of a directory, so that it can be checked; `unread` says what is wrong with the rest."""
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
            reading.miss(_section_of(path.relative_to(directory).as_posix()), f"{path.stem} {_words_of(path)}")
    return reading.finish()


class _Reading:
    """What has been read so far of a directory, and everything wrong with it."""

    def __init__(self) -> None:
        self.complaints: list[Complaint] = []
        self.places: dict[str, tuple[str, int]] = {}
        self.parts: dict[str, Any] = {section: [] for section in LISTS}
        self.unread: dict[str, frozenset[str]] = {}

    def take(self, source: Source) -> None:
        section = _section_of(source.file)
        if section == HEADER or section in SINGLES:
            self._take_single(section, source)
        elif section in LISTS:
            self._take_list(section, source)
        else:
            known = ", ".join([HEADER, *LISTS, *SINGLES])
            self._complain(source, (), f"belongs to no known section; expected one of {known}")
            self.miss(section, source.data)

    def miss(self, section: str, data: Any) -> None:  # noqa: ANN401  YAML holds anything
        """Keep what a piece that could not be read may be called; of no known section, it may belong to any."""
        for one in (section,) if section in {HEADER, *LISTS, *SINGLES} else LISTS:
            self.unread[one] = self.unread.get(one, frozenset()) | names_in(data)

    def _complain(self, source: Source, path: tuple[str | int, ...], message: str) -> None:
        self.complaints.append(Complaint(source.file, source.line_of(path), message))

    def _take_single(self, section: str, source: Source) -> None:
        if section in self.places:
            self._complain(source, (), f"{section} is already at {self.places[section][0]}")
            return
        data = self._without_sections(source) if section == HEADER else source.data
        piece = self._build(Heading if section == HEADER else SINGLES[section], source, data, ())
        if piece is None:
            self.miss(section, "")
            return
        self.parts |= dict(piece) if section == HEADER else {section: piece}
        self.places[section] = (source.file, 1)
        if section != HEADER:
            self._mark_parts(section, source, (), source.data)

    def _without_sections(self, source: Source) -> Any:  # noqa: ANN401  as above
        """Return the header without what belongs into files of its own."""
        if not isinstance(source.data, Mapping):
            return source.data
        for section in sorted(set(source.data) & {*LISTS, *SINGLES}):
            self._complain(source, (section,), f"{section} has a file of its own")
            self.miss(section, source.data[section])
        return {key: value for key, value in source.data.items() if key not in {*LISTS, *SINGLES}}

    def _take_list(self, section: str, source: Source) -> None:
        entries = list(_entries(source))
        if not entries:
            self._complain(source, (), f"expected one of, or a list of, {section}")
            self.miss(section, source.data)
        for path, data in entries:
            piece = self._build(LISTS[section], source, data, path)
            place = f"{section}/{getattr(piece, 'key', '')}"
            if piece is not None and place not in self.places:
                self.parts[section].append(piece)
                self.places[place] = (source.file, source.line_of(path))
                self._mark_parts(place, source, path, data)
                continue
            if piece is not None:
                self._complain(source, path, "{} is already at {}:{}".format(place, *self.places[place]))
            self.miss(section, data)

    def _mark_parts(self, place: str, source: Source, path: tuple[str | int, ...], data: Any) -> None:  # noqa: ANN401
        """Keep the places of a piece's fields, of the names in them and of all its parts that have a key."""
        for name, value in data.items():
            self.places.setdefault(f"{place}/{name}", (source.file, source.line_of((*path, name))))
            for inner in value if isinstance(value, Mapping) else ():
                self.places.setdefault(f"{place}/{name}/{inner}", (source.file, source.line_of((*path, name, inner))))
            for number, part in enumerate(value if isinstance(value, list) else ()):
                if isinstance(part, str) and " " not in part:
                    self.places.setdefault(
                        f"{place}/{name}/{part}", (source.file, source.line_of((*path, name, number)))
                    )
                if isinstance(part, Mapping) and "key" in part:
                    inner = f"{place}/{name}/{part['key']}"
                    self.places.setdefault(inner, (source.file, source.line_of((*path, name, number))))
                    self._mark_parts(inner, source, (*path, name, number), part)

    def _build(self, model: type[P], source: Source, data: Any, path: tuple[int, ...]) -> P | None:  # noqa: ANN401
        if not isinstance(data, Mapping):
            self._complain(source, path, f"expected the fields {', '.join(model.model_fields)}")
            return None
        try:
            return model.model_validate(data)
        except ValidationError as error:
            for wrong in error.errors():
                where = ".".join(str(step) for step in wrong["loc"]) or model.__name__
                message = wrong["msg"].removeprefix("Value error, ")
                self._complain(source, (*path, *wrong["loc"]), f"{where}: {message}")
            return None

    def finish(self) -> LoadedLibrary:
        for section in (HEADER, *SINGLES):
            if section in self.places:
                continue
            if section not in self.unread:
                self.complaints.append(Complaint(f"{section}.yaml", 1, "is missing"))
                self.miss(section, "")
            stand_in = _STAND_INS[section]
            self.parts |= dict(stand_in) if section == HEADER else {section: stand_in}
        unread = Unread(complaints=tuple(sorted(self.complaints)), names=self.unread)
        return LoadedLibrary(library=Library.model_validate(self.parts), places=self.places, unread=unread)


def _section_of(file: str) -> str:
    return file.partition("/")[0].removesuffix(".yaml").removesuffix(".yml")


def _words_of(path: Path) -> str:
    """Return what can be made out in a file that makes no sense as a whole."""
    try:
        with path.open("rb") as opened:
            return opened.read(LARGEST_FILE).decode(errors="ignore")
    except OSError:
        return ""


def _entries(source: Source) -> Iterator[tuple[tuple[int, ...], Any]]:
    if isinstance(source.data, list):
        yield from (((number,), entry) for number, entry in enumerate(source.data))
    elif isinstance(source.data, Mapping):
        yield (), source.data
