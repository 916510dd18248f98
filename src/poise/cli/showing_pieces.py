"""A library laid out for reading: each piece with what belongs to it, and every figure as it is printed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from poise.content.blueprint import Blueprint
from poise.content.interview import InterviewQuestion
from poise.content.job import ConditionAsked, Demand, Job
from poise.content.knowledge import KnowledgeForm
from poise.content.lasting import questions_asked, seconds_in_all
from poise.content.library import Library
from poise.content.manner import BANDS, Cells, Weight
from poise.content.quality import Quality
from poise.content.situation import Situation
from poise.content.statement import Block, Statement

Row = tuple[str, ...]
KINDS = ("statements", "of them rated", "in blocks", "reactions", "questions on a text", "moments", "interview")
"""What a library can hold on a quality; moments are those of customers for assessment."""
ASKED = ("in blocks", "rated", "reactions", "questions on a text", "moments")
"""From what a sitting learns of a quality."""


@dataclass(frozen=True)
class StatementLaid:
    """A statement with its figures as they are printed, and the texts that it must not stand beside."""

    statement: Statement
    ease: str
    desirability: str
    passes: str
    enemies: tuple[str, ...]


@dataclass(frozen=True)
class QualityLaid:
    """A quality with everything that is keyed to it."""

    quality: Quality
    balance: str
    statements: tuple[StatementLaid, ...]
    blocks: tuple[str, ...]
    interview: tuple[InterviewQuestion, ...]
    reference: tuple[str, ...]


@dataclass(frozen=True)
class BlockLaid:
    """A block: its statements, how far apart they are in desirability, and whether it holds both poles."""

    block: Block
    statements: tuple[tuple[Statement, str], ...]
    spread: str
    mixed: bool


@dataclass(frozen=True)
class DemandLaid:
    """A demand as its passes gave it."""

    name: str
    passes: str
    mean: str
    spread: str
    demand: Demand


@dataclass(frozen=True)
class JobLaid:
    """A job with its demands, the weightiest first, and its conditions in the words of the library."""

    job: Job
    demands: tuple[DemandLaid, ...]
    conditions: tuple[Row, ...]


@dataclass(frozen=True)
class BlueprintLaid:
    """A blueprint: how long each part takes, and what it learns of each quality from each kind."""

    blueprint: Blueprint
    jobs: str
    minutes: int
    parts: tuple[Row, ...]
    matrix: tuple[Row, ...]
    customers: tuple[str, ...]


@dataclass(frozen=True)
class LibraryLaid:
    """Everything of a library but its customers."""

    library: Library
    counts: tuple[tuple[str, int], ...]
    matrix: tuple[Row, ...]
    qualities: tuple[QualityLaid, ...]
    blocks: tuple[BlockLaid, ...]
    block_balance: str
    situations: tuple[tuple[Situation, str], ...]
    jobs: tuple[JobLaid, ...]
    conditions: tuple[ConditionAsked, ...]
    blueprints: tuple[BlueprintLaid, ...]
    forms: tuple[tuple[KnowledgeForm, str], ...]
    acts: tuple[Row, ...]
    facts: tuple[Row, ...]
    voices: tuple[tuple[str, tuple[tuple[str, tuple[tuple[str, tuple[str, ...]], ...]], ...]], ...]
    correlations: tuple[Row, ...]


def lay_library(library: Library) -> LibraryLaid:
    """Lay out a library; what it names and does not hold is shown by its key."""
    blocks = tuple(_lay_block(block, library) for block in library.blocks)
    mixed = sum(block.mixed for block in blocks)
    return LibraryLaid(
        library=library,
        counts=_count(library),
        matrix=tuple(_library_matrix(library)),
        qualities=tuple(_lay_quality(quality, library) for quality in library.qualities),
        blocks=blocks,
        block_balance=f"{mixed} of {len(blocks)} blocks hold both poles." if blocks else "There are no blocks.",
        situations=tuple((one, _list(one.tension)) for one in library.situations),
        jobs=tuple(_lay_job(job, library) for job in library.jobs),
        conditions=library.conditions,
        blueprints=tuple(_lay_blueprint(one, library) for one in library.blueprints),
        forms=tuple((form, _list(form.jobs)) for form in library.knowledge),
        acts=tuple(_lay_weights(library.appraisal.acts)),
        facts=tuple(_lay_weights(library.appraisal.facts)),
        voices=tuple(_lay_voices(library)),
        correlations=tuple((" and ".join(one.between), f"{one.value:.2f}") for one in library.beliefs.correlations),
    )


def say_minutes(seconds: float) -> str:
    """Say a time in minutes, with a half where it is short."""
    return f"{seconds / 60:.1f}"


def _count(library: Library) -> tuple[tuple[str, int], ...]:
    return (
        ("statements", len(library.statements)),
        ("blocks", len(library.blocks)),
        ("attention checks", len(library.attention)),
        ("situations", len(library.situations)),
        ("reactions", sum(len(one.reactions) for one in library.situations)),
        ("customers for assessment", sum(one.purpose == "assessment" for one in library.scenarios)),
        ("customers for practice", sum(one.purpose == "practice" for one in library.scenarios)),
        ("moments", sum(len(one.moments) for one in library.scenarios)),
        ("jobs", len(library.jobs)),
        ("blueprints", len(library.blueprints)),
        ("questions on texts", sum(len(one.questions) for one in library.knowledge)),
        ("interview questions", len(library.interview)),
    )


def _library_matrix(library: Library) -> Iterator[Row]:
    """Count what the library holds on each quality, kind by kind; low poles in brackets."""
    in_blocks = {key for block in library.blocks for key in block.statements}
    for quality in library.qualities:
        own = [one for one in library.statements if one.quality == quality.key]
        reactions = [r for one in library.situations for r in one.reactions if r.quality == quality.key]
        counts = (
            _with_low(len(own), sum(one.pole == "low" for one in own)),
            str(sum(one.rated for one in own)),
            str(sum(one.key in in_blocks for one in own)),
            _with_low(len(reactions), sum(one.pole == "low" for one in reactions)),
            str(sum(q.quality == quality.key for form in library.knowledge for q in form.questions)),
            str(
                sum(
                    moment.quality == quality.key
                    for case in library.scenarios
                    if case.purpose == "assessment"
                    for moment in case.moments
                )
            ),
            str(sum(one.quality == quality.key for one in library.interview)),
        )
        yield quality.name, *counts


def _with_low(number: int, low: int) -> str:
    return f"{number} ({low} low)" if number else "0"


def _lay_quality(quality: Quality, library: Library) -> QualityLaid:
    own = [one for one in library.statements if one.quality == quality.key]
    texts = {one.key: one.text for one in library.statements}
    low = sum(one.pole == "low" for one in own)
    keys = {one.key for one in own}
    return QualityLaid(
        quality=quality,
        balance=f"{len(own)} statements: {len(own) - low} of the high pole, {low} of the low pole; "
        f"{sum(one.rated for one in own)} may be rated singly.",
        statements=tuple(_lay_statement(one, texts) for one in sorted(own, key=lambda one: (one.pole, -one.ease))),
        blocks=tuple(block.key for block in library.blocks if keys & set(block.statements)),
        interview=tuple(one for one in library.interview if one.quality == quality.key),
        reference=tuple(_reference(quality.key, library)),
    )


def _lay_statement(statement: Statement, texts: Mapping[str, str]) -> StatementLaid:
    return StatementLaid(
        statement=statement,
        ease=f"{statement.ease:+.1f}",
        desirability=f"{statement.desirability:.1f}",
        passes=_list(f"{one:g}" for one in statement.desirability_passes),
        enemies=tuple(texts.get(key, key) for key in statement.enemies),
    )


def _reference(quality: str, library: Library) -> Iterator[str]:
    """Say which moments and reactions of the reference set stand for a quality."""
    moments = {f"{case.key}/{one.key}": (case.title, one) for case in library.scenarios for one in case.moments}
    reactions = {f"{case.key}/{one.key}": (case.title, one) for case in library.situations for one in case.reactions}
    for key in library.reference.moments:
        if key in moments and moments[key][1].quality == quality:
            yield f"{moments[key][0]}: {moments[key][1].asks}"
    for key in library.reference.reactions:
        if key in reactions and reactions[key][1].quality == quality:
            yield f"{reactions[key][0]}: “{reactions[key][1].text}”"


def _lay_block(block: Block, library: Library) -> BlockLaid:
    known = {one.key: one for one in library.statements}
    own = [known[key] for key in block.statements if key in known]
    names = {one.key: one.name for one in library.qualities}
    liked = [one.desirability for one in own]
    return BlockLaid(
        block=block,
        statements=tuple((one, names.get(one.quality, one.quality)) for one in own),
        spread=f"{max(liked) - min(liked):.1f}" if liked else "",
        mixed=len({one.pole for one in own}) > 1,
    )


def _lay_job(job: Job, library: Library) -> JobLaid:
    names = {one.key: one.name for one in library.qualities}
    asked = {one.key: one for one in library.conditions}

    def condition(key: str) -> Row:
        stated = job.conditions[key]
        words = asked[key].levels[stated.level] if key in asked else ""
        return asked[key].name if key in asked else key, f"{stated.level}", words, stated.figure, stated.source

    demands = sorted(job.demands.items(), key=lambda one: (not one[1].must_have, -one[1].weight))
    return JobLaid(
        job=job,
        demands=tuple(
            DemandLaid(
                name=names.get(key, key),
                passes=_list(f"{one:g}" for one in demand.passes),
                mean=f"{fmean(demand.passes):.1f}",
                spread=f"{max(demand.passes) - min(demand.passes):.1f}",
                demand=demand,
            )
            for key, demand in demands
        ),
        conditions=tuple(condition(key) for key in job.conditions),
    )


def _lay_blueprint(blueprint: Blueprint, library: Library) -> BlueprintLaid:
    forms = {form.key for form in library.knowledge}
    known = blueprint.model_copy(update={"knowledge": tuple(key for key in blueprint.knowledge if key in forms)})
    jobs = {one.key: one.name for one in library.jobs}
    cases = {one.key: f"{one.customer.name}: {one.title}" for one in library.scenarios}
    return BlueprintLaid(
        blueprint=blueprint,
        jobs=_list(jobs.get(key, key) for key in blueprint.jobs),
        minutes=round(seconds_in_all(known, library) / 60),
        parts=tuple(_parts(known, library)),
        matrix=tuple(_sitting_matrix(blueprint, library)),
        customers=tuple(cases.get(key, key) for key in blueprint.everyone),
    )


def _parts(blueprint: Blueprint, library: Library) -> Iterator[Row]:
    each = blueprint.seconds
    parts = [
        ("preview of the job", 1, each.preview),
        ("consent", 1, each.consent),
        ("practice block", 1, each.practice),
        ("blocks of three statements", blueprint.blocks, each.block),
        ("statements rated singly", blueprint.rated_number, each.rated),
        ("attention checks", len(blueprint.attention), each.rated),
        ("situations", len(blueprint.situations), each.situation),
        ("questions on a text", questions_asked(blueprint, library), each.knowledge),
        ("customers alone", len(blueprint.customers), each.customer),
    ]
    if blueprint.shift:
        parts.append(("customers of the shift", len(blueprint.shift.customers), blueprint.shift.seconds))
    parts.append(("conditions of work", len(library.conditions), each.condition))
    for name, number, seconds in parts:
        if number:
            yield name, str(number), str(seconds), say_minutes(number * seconds)


def _sitting_matrix(blueprint: Blueprint, library: Library) -> Iterator[Row]:
    """Count what a sitting can learn of each quality, kind by kind."""
    by_key = {one.key: one for one in library.statements}
    in_blocks = [by_key[key].quality for block in library.blocks for key in block.statements if key in by_key]
    rated = [by_key[key].quality for key in blueprint.rated if key in by_key]
    rated += blueprint.anchors * list(blueprint.anchored)
    reactions = [r.quality for one in library.situations if one.key in blueprint.situations for r in one.reactions]
    asked = [q.quality for one in library.knowledge if one.key in blueprint.knowledge for q in one.questions]
    moments = [m.quality for one in library.scenarios if one.key in blueprint.everyone for m in one.moments]
    for quality in library.qualities:
        least = blueprint.minimum_per_quality if blueprint.blocks and quality.key in in_blocks else 0
        blocks = f"{least} or more" if least else "chosen" if blueprint.blocks and quality.key in in_blocks else "0"
        counts = [str(kind.count(quality.key)) for kind in (rated, reactions, asked, moments)]
        yield quality.name, blocks, *counts


def _lay_weights(weights: Mapping[str, Weight]) -> Iterator[Row]:
    """Say what each act or fact moves, leaving out what it does not move."""
    for key, weight in weights.items():
        moved = {name: value for name, value in weight.model_dump().items() if isinstance(value, int) and value}
        yield key, _list(f"{name} {value:+d}" for name, value in moved.items()) or "nothing", weight.source


def _lay_voices(
    library: Library,
) -> Iterator[tuple[str, tuple[tuple[str, tuple[tuple[str, tuple[str, ...]], ...]], ...]]]:
    voices: list[tuple[str, Cells]] = [("shared by all", library.voice.cells)]
    voices += [(f"{manner} customers", cells) for manner, cells in library.voice.manners.items()]
    for name, cells in voices:
        yield name, tuple((kind, tuple((band, cell[band]) for band in BANDS)) for kind, cell in cells.items())


def _list(words: Sequence[str] | Iterator[str]) -> str:
    return ", ".join(words)
