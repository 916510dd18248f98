"""What must agree across the files of a library: references, coverage, balance, reachable rubrics."""

from collections import Counter
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple

import numpy as np

from poise.content.analysis import check_questionnaires
from poise.content.blueprint import Blueprint
from poise.content.check_cases import check_case
from poise.content.check_wording import check_wording
from poise.content.following import check_customers_of
from poise.content.lasting import check_asked
from poise.content.library import STARTER, Library, LoadedLibrary, read_in_part
from poise.content.quality import QUALITIES, Beliefs
from poise.content.source import Complaint, LibraryError
from poise.content.statement import Statement

MOST_DESIRABILITY_SPREAD = 1.0
LEAST_STATEMENTS = 6
LEAST_RATED = 2
LEAST_REFERENCE = 3
MOST_LISTED = 15
Wrong = tuple[str, str, str] | tuple[str, str, str, str]  # section, key, message, and where within the piece


def load_library(directory: Path = STARTER) -> Library:
    """Read a directory whole; raises :class:`LibraryError` with all that is wrong, each with file and line."""
    loaded = read_in_part(directory)
    complaints = cross_check(loaded)
    if complaints:
        raise LibraryError(complaints)
    return loaded.library


def cross_check(loaded: LoadedLibrary) -> list[Complaint]:
    """Return what could not be read, and all that is wrong with the other pieces, each with file and line.

    What only follows from a piece that could not be read is left out: names that it may hold, and counts of its kind.
    """
    found = list(loaded.unread.complaints)
    for check in (
        _check_qualities,
        _check_statements,
        _check_blocks,
        _check_situations,
        _check_scenarios,
        _check_jobs,
        _check_blueprints,
        _check_reference,
        _check_questions,
        check_questionnaires,
    ):
        for section, key, message, *within in check(loaded):
            file, line = loaded.place(section, key, *within)
            found.append(Complaint(file, line, f"{key}: {message}" if key else message))
    return sorted([*found, *check_wording(loaded)])


def correlation_matrix(beliefs: Beliefs) -> np.ndarray:
    """Return the believed correlations of the twelve qualities, shape (12, 12), in their fixed order."""
    matrix = np.full((len(QUALITIES), len(QUALITIES)), beliefs.common_correlation)
    np.fill_diagonal(matrix, 1.0)
    for one in beliefs.correlations:
        i, j = (QUALITIES.index(key) for key in one.between)
        matrix[i, j] = matrix[j, i] = one.value
    return matrix


class _Names(NamedTuple):
    """What the pieces of a sort are called, and what those may be called that could not be read."""

    what: str
    known: frozenset[str]
    unread: frozenset[str] = frozenset()


_QUALITY = _Names("quality", frozenset(QUALITIES))


def _names(loaded: LoadedLibrary, section: str, what: str) -> _Names:
    known = frozenset(piece.key for piece in getattr(loaded.library, section))
    return _Names(what, known, loaded.unread.names.get(section, frozenset()))


def _unknown(place: str, named: Iterable[str], names: _Names) -> Iterator[Wrong]:
    """Say which names are not known; `place` is section and key of the piece that names them, and the field."""
    section, key, field = place.split("/", 2)
    for name in sorted(set(named) - names.known - names.unread):
        message = f"{names.what} {name!r} is not known; {_tell_known(name, names.known)}"
        yield section, key, message, f"{field}/{name}"


def _tell_known(name: str, known: frozenset[str]) -> str:
    """List what there is, and where that is much only what looks like the name."""
    if len(known) <= MOST_LISTED:
        return f"there are: {', '.join(sorted(known)) or 'none'}"
    alike = get_close_matches(name, sorted(known), n=3)
    return f"there are {len(known)}" + (f", the nearest: {', '.join(alike)}" if alike else ", none of them alike")


def _check_qualities(loaded: LoadedLibrary) -> Iterator[Wrong]:
    library = loaded.library
    keys = tuple(quality.key for quality in library.qualities)
    if keys != QUALITIES and not loaded.unread.lacks("qualities"):
        yield (
            "qualities",
            "",
            f"expected the twelve qualities in this order: {', '.join(QUALITIES)}; found {', '.join(keys)}",
        )
    strange = {key for one in library.beliefs.correlations for key in one.between} - set(QUALITIES)
    if strange:
        yield "beliefs", "", f"correlations name unknown qualities: {', '.join(sorted(strange))}"
    elif np.linalg.eigvalsh(correlation_matrix(library.beliefs)).min() <= 1e-6:  # noqa: PLR2004
        yield "beliefs", "", "the correlations contradict each other: the matrix is not positive definite"


def _check_statements(loaded: LoadedLibrary) -> Iterator[Wrong]:
    statements = loaded.library.statements
    enemies = _names(loaded, "statements", "enemy")
    for statement in statements:
        yield from _unknown(f"statements/{statement.key}/quality", [statement.quality], _QUALITY)
        yield from _unknown(f"statements/{statement.key}/enemies", statement.enemies, enemies)
    for text, number in Counter(statement.text.casefold() for statement in statements).items():
        if number > 1:
            yield "statements", "", f"the same sentence stands {number} times: {text!r}"
    if not loaded.unread.lacks("statements"):
        yield from _count_statements(statements)


def _count_statements(statements: Iterable[Statement]) -> Iterator[Wrong]:
    for quality in QUALITIES:
        own = [statement for statement in statements if statement.quality == quality]
        poles = {statement.pole for statement in own}
        if len(own) < LEAST_STATEMENTS or poles != {"high", "low"}:
            yield (
                "statements",
                "",
                f"{quality} needs {LEAST_STATEMENTS} statements with both poles; has {len(own)}, {poles}",
            )
        if sum(statement.rated for statement in own) < LEAST_RATED:
            yield "statements", "", f"{quality} needs {LEAST_RATED} singly rated statements"


def _check_blocks(loaded: LoadedLibrary) -> Iterator[Wrong]:
    statements = {statement.key: statement for statement in loaded.library.statements}
    names = _names(loaded, "statements", "statement")
    used = Counter(key for block in loaded.library.blocks for key in block.statements)
    for block in loaded.library.blocks:
        yield from _unknown(f"blocks/{block.key}/statements", block.statements, names)
        own = [statements[key] for key in block.statements if key in statements]
        if len({statement.quality for statement in own}) < len(own):
            yield "blocks", block.key, "two statements measure the same quality"
        if any(statement.rated for statement in own):
            yield "blocks", block.key, "holds a statement that is rated singly"
        spread = max(s.desirability for s in own) - min(s.desirability for s in own) if own else 0.0
        if spread > MOST_DESIRABILITY_SPREAD:
            yield (
                "blocks",
                block.key,
                f"desirability spreads over {spread:.1f}; at most {MOST_DESIRABILITY_SPREAD}",
            )
        for key in block.statements:
            if used[key] > 1:
                yield "blocks", block.key, f"{key!r} stands in {used[key]} places of the blocks"


def _check_situations(loaded: LoadedLibrary) -> Iterator[Wrong]:
    jobs = _names(loaded, "jobs", "job")
    for situation in loaded.library.situations:
        yield from _unknown(f"situations/{situation.key}/jobs", situation.jobs, jobs)
        named = [*situation.tension, *(reaction.quality for reaction in situation.reactions)]
        yield from _unknown(f"situations/{situation.key}/tension", named, _QUALITY)
        if len({reaction.key for reaction in situation.reactions}) < len(situation.reactions):
            yield "situations", situation.key, "two reactions have the same key"
        if {reaction.pole for reaction in situation.reactions} != {"high", "low"}:
            yield "situations", situation.key, "needs good and poor reactions"


def _check_scenarios(loaded: LoadedLibrary) -> Iterator[Wrong]:
    jobs = _names(loaded, "jobs", "job")
    for scenario in loaded.library.scenarios:
        yield from _unknown(f"scenarios/{scenario.key}/job", [scenario.job], jobs)
        for within, message in check_case(scenario):
            yield "scenarios", scenario.key, message, within


def _check_jobs(loaded: LoadedLibrary) -> Iterator[Wrong]:
    conditions = _names(loaded, "conditions", "condition")
    for job in loaded.library.jobs:
        yield from _unknown(f"jobs/{job.key}/conditions", job.conditions, conditions)
        yield from _unknown(f"jobs/{job.key}/demands", job.demands, _QUALITY)
        for missing in sorted(conditions.known - set(job.conditions)):
            yield "jobs", job.key, f"says nothing of the condition {missing!r}"
        for quality, demand in job.demands.items():
            if not all(0 <= one <= 10 for one in demand.passes):  # noqa: PLR2004  moments of ten
                yield (
                    "jobs",
                    job.key,
                    f"{quality}: passes are moments of ten, from 0 to 10; found {demand.passes}",
                )


def _check_blueprints(loaded: LoadedLibrary) -> Iterator[Wrong]:
    library = loaded.library
    jobs = _names(loaded, "jobs", "job")
    statements = _names(loaded, "statements", "rated statement")
    rated = statements._replace(known=frozenset(one.key for one in library.statements if one.rated))
    situations = _names(loaded, "situations", "situation")
    customers = _names(loaded, "scenarios", "customer")
    for blueprint in library.blueprints:
        named = [*blueprint.jobs, *([blueprint.job] if blueprint.job else [])]
        yield from _unknown(f"blueprints/{blueprint.key}/jobs", named, jobs)
        yield from _unknown(f"blueprints/{blueprint.key}/rated", blueprint.rated, rated)
        yield from _unknown(f"blueprints/{blueprint.key}/situations", blueprint.situations, situations)
        yield from _unknown(f"blueprints/{blueprint.key}/customers", blueprint.everyone, customers)
        for message in (
            *check_customers_of(blueprint, library.scenarios),
            *check_asked(blueprint, library, loaded.unread),
            *_count_drawn(blueprint, loaded),
        ):
            yield "blueprints", blueprint.key, message


def _count_drawn(blueprint: Blueprint, loaded: LoadedLibrary) -> Iterator[str]:
    library = loaded.library
    rated = Counter(statement.quality for statement in library.statements if statement.rated)
    for quality in () if loaded.unread.lacks("statements") else blueprint.anchored:
        if rated[quality] < blueprint.anchors:
            yield f"draws {blueprint.anchors} rated statements on {quality}; has {rated[quality]}"
    if blueprint.blocks > len(library.blocks) and not loaded.unread.lacks("blocks"):
        yield f"asks {blueprint.blocks} blocks; the library has {len(library.blocks)}"


def _check_reference(loaded: LoadedLibrary) -> Iterator[Wrong]:
    library = loaded.library
    moments = {f"{s.key}/{m.key}": m.quality for s in library.scenarios for m in s.moments}
    reactions = {f"{s.key}/{r.key}": r.quality for s in library.situations for r in s.reactions}
    for section, field, named, known in (
        ("scenarios", "moments", library.reference.moments, moments),
        ("situations", "reactions", library.reference.reactions, reactions),
    ):
        readable = [name for name in named if not loaded.unread.may_hold(section, name)]
        yield from _unknown(f"reference//{field}", readable, _Names(field.removesuffix("s"), frozenset(known)))
    if loaded.unread.lacks("reference", "scenarios", "situations"):
        return
    known = moments | reactions
    counts = Counter(known.get(key, "") for key in (*library.reference.moments, *library.reference.reactions))
    for quality in QUALITIES:
        if counts[quality] < LEAST_REFERENCE:
            yield (
                "reference",
                "",
                f"{quality} needs {LEAST_REFERENCE} moments or reactions; has {counts[quality]}",
            )


def _check_questions(loaded: LoadedLibrary) -> Iterator[Wrong]:
    jobs = _names(loaded, "jobs", "job")
    for asked in loaded.library.interview:
        yield from _unknown(f"interview/{asked.key}/quality", [asked.quality], _QUALITY)
    for form in loaded.library.knowledge:
        yield from _unknown(f"knowledge/{form.key}/jobs", form.jobs, jobs)
        sections = _Names("section", frozenset(section.key for section in form.sections))
        for question in form.questions:
            yield from _unknown(f"knowledge/{form.key}/questions/{question.key}/quality", [question.quality], _QUALITY)
            yield from _unknown(f"knowledge/{form.key}/questions/{question.key}/section", [question.section], sections)
