"""How the author's desk names the parts of a library, finds pieces by words and qualities, and shows each in short."""

from collections.abc import Iterator
from dataclasses import dataclass

from poise.content.editing import keys_of, piece_of, strings_in
from poise.content.interview import InterviewQuestion
from poise.content.job import ConditionAsked, Job
from poise.content.knowledge import KnowledgeForm
from poise.content.library import LISTS, SINGLES, Library
from poise.content.piece import Piece
from poise.content.quality import Quality
from poise.content.scenario import Scenario
from poise.content.situation import Situation
from poise.content.statement import AttentionCheck, Block, Statement
from poise.web.author_access import Edition

PREVIEWED = ("statements", "blocks", "situations", "scenarios", "knowledge", "attention", "jobs", "conditions")
LONGEST_EXCERPT = 220
STATES = {"added": "new in this draft", "changed": "changed in this draft"}
NAMES = {
    "statements": "Statements",
    "blocks": "Blocks of statements",
    "situations": "Situations",
    "scenarios": "Customers",
    "jobs": "Jobs",
    "blueprints": "Blueprints",
    "interview": "Interview questions",
    "knowledge": "Knowledge questions",
    "attention": "Attention checks",
    "analysis": "Job analysis",
    "qualities": "Qualities",
    "conditions": "Conditions of work",
    "claims": "Claims",
    "reference": "Reference set",
    "beliefs": "Beliefs",
    "consent": "Consent",
    "voice": "Customers’ voice",
    "appraisal": "How customers are moved",
}
ONE = {
    "statements": "statement",
    "blocks": "block",
    "situations": "situation",
    "scenarios": "customer",
    "jobs": "job",
    "blueprints": "blueprint",
    "interview": "interview question",
    "knowledge": "form of knowledge questions",
    "attention": "attention check",
    "analysis": "job analysis",
    "qualities": "quality",
    "conditions": "condition",
    "claims": "claim",
}


@dataclass(frozen=True)
class Row:
    """A piece in a list: its name, a few of its words, its qualities, and whether a draft changed it."""

    section: str
    key: str
    title: str
    words: str
    tags: tuple[str, ...]
    address: str
    state: str = ""


@dataclass(frozen=True)
class Part:
    """A section of a library, and how many pieces it has."""

    section: str
    name: str
    number: int
    changed: int
    address: str


def name_of(section: str) -> str:
    """Return the name of a section, as a heading."""
    return NAMES.get(section, section.replace("_", " ").capitalize())


def one_of(section: str) -> str:
    """Return what a single piece of a section is called in a sentence."""
    return ONE.get(section, name_of(section).lower())


def list_parts(edition: Edition) -> tuple[list[Part], list[Part]]:
    """Return the sections of lists, and those of one piece."""
    ordered = [*NAMES, *(section for section in (*LISTS, *SINGLES) if section not in NAMES)]
    parts = [
        Part(
            section,
            name_of(section),
            len(keys_of(edition.library, section)),
            sum(change.section == section for change in edition.changes),
            edition.address("author_section", section)
            if section in LISTS
            else edition.address("author_piece", section, section),
        )
        for section in ordered
    ]
    return [part for part in parts if part.section in LISTS], [part for part in parts if part.section in SINGLES]


def find_rows(edition: Edition, sections: tuple[str, ...], words: str, quality: str) -> list[Row]:
    """Return the pieces that hold every one of these words, and speak of this quality where one is named."""
    wanted = words.casefold().split()
    found = []
    for section in sections:
        for key in keys_of(edition.library, section):
            piece = piece_of(edition.library, section, key)
            if piece is None or (quality and quality not in qualities_of(piece, edition.library)):
                continue
            if wanted and not _holds(piece, wanted):
                continue
            found.append(lay_row(edition, section, key, piece))
    return found


def lay_row(edition: Edition, section: str, key: str, piece: Piece) -> Row:
    """Show a piece in short."""
    title, words = _in_short(piece, edition.library)
    names = {quality.key: quality.name for quality in edition.library.qualities}
    tags = [names.get(one, one) for one in qualities_of(piece, edition.library)] if section != "qualities" else []
    state = STATES.get(edition.how.get((section, key), ""), "") if edition.draft else ""
    return Row(
        section,
        key,
        title or name_of(section),
        words if len(words) <= LONGEST_EXCERPT else words[:LONGEST_EXCERPT].rsplit(" ", 1)[0] + " …",
        (*tags, *_marks(piece)),
        edition.address("author_piece", section, key),
        state,
    )


def qualities_of(piece: Piece, library: Library) -> tuple[str, ...]:
    """Return the qualities that a piece speaks of, in their fixed order where they are known."""
    found = set(_qualities(piece, library))
    order = [quality.key for quality in library.qualities]
    return tuple(sorted(found, key=lambda key: (order.index(key) if key in order else len(order), key)))


def find_uses(edition: Edition, section: str, key: str) -> list[Row]:
    """Return the pieces of other sections that name this one."""
    if section not in LISTS or section in ("claims", "qualities"):
        return []
    inside = f"{key}/"
    return [
        lay_row(edition, other, one, piece)
        for other in (*LISTS, *SINGLES)
        if other != section
        for one in keys_of(edition.library, other)
        if (piece := piece_of(edition.library, other, one)) is not None
        and any(words == key or words.startswith(inside) for words in strings_in(piece.model_dump(exclude={"key"})))
    ]


def _holds(piece: Piece, wanted: list[str]) -> bool:
    said = " ".join(strings_in(piece.model_dump(mode="json"))).casefold()
    return all(word in said for word in wanted)


def _qualities(piece: Piece, library: Library) -> Iterator[str]:
    match piece:
        case Statement() | InterviewQuestion():
            yield piece.quality
        case Block():
            yield from (one.quality for one in library.statements if one.key in piece.statements)
        case Situation():
            yield from (reaction.quality for reaction in piece.reactions)
        case Scenario():
            yield from (moment.quality for moment in piece.moments)
            yield from (moment.quality for carried in piece.carried for moment in carried.moments)
        case Job():
            yield from piece.demands
        case KnowledgeForm():
            yield from (question.quality for question in piece.questions)
        case Quality():
            yield piece.key
        case _:
            return


def _marks(piece: Piece) -> tuple[str, ...]:
    match piece:
        case Statement():
            return (f"{piece.pole} pole", *(["rated singly"] if piece.rated else []))
        case Scenario():
            return (piece.purpose,)
        case _:
            return ()


def _in_short(piece: Piece, library: Library) -> tuple[str, str]:  # noqa: PLR0911  a line a kind
    match piece:
        case Statement() | AttentionCheck():
            return piece.text, ""
        case Block():
            texts = {one.key: one.text for one in library.statements}
            return piece.key, " / ".join(texts.get(key, f"{key} (not here)") for key in piece.statements)
        case Situation():
            return piece.title, piece.text
        case Scenario():
            return piece.title, f"{piece.customer.name}. {piece.scene}"
        case Job():
            return piece.name, piece.summary
        case InterviewQuestion():
            return piece.asks, ""
        case KnowledgeForm():
            return piece.title, f"{len(piece.questions)} questions. {piece.about}"
        case Quality():
            return piece.name, piece.means
        case ConditionAsked():
            return piece.name, piece.asks
        case _:
            return str(getattr(piece, "title", "") or getattr(piece, "key", "")), str(getattr(piece, "text", ""))
