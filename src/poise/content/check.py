"""What must agree across the files of a library: references, coverage, balance, reachable rubrics."""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from poise.content.analysis import check_questionnaires
from poise.content.check_cases import check_case
from poise.content.check_wording import check_wording
from poise.content.following import check_customers_of
from poise.content.lasting import check_asked
from poise.content.library import STARTER, Library, LoadedLibrary, read_library
from poise.content.quality import QUALITIES, Beliefs
from poise.content.source import Complaint, LibraryError

MOST_DESIRABILITY_SPREAD = 1.0
LEAST_STATEMENTS = 6
LEAST_RATED = 2
LEAST_REFERENCE = 3
Wrong = tuple[str, str, str] | tuple[str, str, str, str]  # section, key, message, and where within the piece


def load_library(directory: Path = STARTER) -> Library:
    """Read a directory whole; raises :class:`LibraryError` with all that is wrong, each with file and line."""
    loaded = read_library(directory)
    complaints = cross_check(loaded)
    if complaints:
        raise LibraryError(complaints)
    return loaded.library


def cross_check(loaded: LoadedLibrary) -> list[Complaint]:
    """Return all that is wrong between the pieces of a library, each with file and line."""
    found: list[Complaint] = []
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


def _unknown(section: str, key: str, named: Iterable[str], known: Iterable[str], what: str) -> Iterator[Wrong]:
    known = set(known)
    for name in sorted(set(named) - known):
        yield section, key, f"{what} {name!r} is not known; there are: {', '.join(sorted(known)) or 'none'}"


def _check_qualities(loaded: LoadedLibrary) -> Iterator[Wrong]:
    library = loaded.library
    keys = tuple(quality.key for quality in library.qualities)
    if keys != QUALITIES:
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
    keys = {statement.key for statement in statements}
    for statement in statements:
        yield from _unknown("statements", statement.key, [statement.quality], QUALITIES, "quality")
        yield from _unknown("statements", statement.key, statement.enemies, keys, "enemy")
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
    for text, number in Counter(statement.text.casefold() for statement in statements).items():
        if number > 1:
            yield "statements", "", f"the same sentence stands {number} times: {text!r}"


def _check_blocks(loaded: LoadedLibrary) -> Iterator[Wrong]:
    statements = {statement.key: statement for statement in loaded.library.statements}
    used = Counter(key for block in loaded.library.blocks for key in block.statements)
    for block in loaded.library.blocks:
        yield from _unknown("blocks", block.key, block.statements, statements, "statement")
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
    jobs = [job.key for job in loaded.library.jobs]
    for situation in loaded.library.situations:
        yield from _unknown("situations", situation.key, situation.jobs, jobs, "job")
        named = [*situation.tension, *(reaction.quality for reaction in situation.reactions)]
        yield from _unknown("situations", situation.key, named, QUALITIES, "quality")
        if len({reaction.key for reaction in situation.reactions}) < len(situation.reactions):
            yield "situations", situation.key, "two reactions have the same key"
        if {reaction.pole for reaction in situation.reactions} != {"high", "low"}:
            yield "situations", situation.key, "needs good and poor reactions"


def _check_scenarios(loaded: LoadedLibrary) -> Iterator[Wrong]:
    jobs = [job.key for job in loaded.library.jobs]
    for scenario in loaded.library.scenarios:
        yield from _unknown("scenarios", scenario.key, [scenario.job], jobs, "job")
        for within, message in check_case(scenario):
            yield "scenarios", scenario.key, message, within


def _check_jobs(loaded: LoadedLibrary) -> Iterator[Wrong]:
    conditions = {condition.key for condition in loaded.library.conditions}
    for job in loaded.library.jobs:
        yield from _unknown("jobs", job.key, job.conditions, conditions, "condition")
        yield from _unknown("jobs", job.key, job.demands, QUALITIES, "quality")
        for missing in sorted(conditions - set(job.conditions)):
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
    jobs = {job.key for job in library.jobs}
    rated = {statement.key for statement in library.statements if statement.rated}
    for blueprint in library.blueprints:
        named = [*blueprint.jobs, *([blueprint.job] if blueprint.job else [])]
        yield from _unknown("blueprints", blueprint.key, named, jobs, "job")
        yield from _unknown("blueprints", blueprint.key, blueprint.rated, rated, "rated statement")
        for quality in blueprint.anchored:
            own = sum(statement.quality == quality for statement in library.statements if statement.rated)
            if own < blueprint.anchors:
                yield "blueprints", blueprint.key, f"draws {blueprint.anchors} rated statements on {quality}; has {own}"
        situations = {situation.key for situation in library.situations}
        yield from _unknown("blueprints", blueprint.key, blueprint.situations, situations, "situation")
        scenarios = {scenario.key for scenario in library.scenarios}
        yield from _unknown("blueprints", blueprint.key, blueprint.everyone, scenarios, "customer")
        for message in (*check_customers_of(blueprint, library.scenarios), *check_asked(blueprint, library)):
            yield "blueprints", blueprint.key, message
        if blueprint.blocks > len(library.blocks):
            yield (
                "blueprints",
                blueprint.key,
                f"asks {blueprint.blocks} blocks; the library has {len(library.blocks)}",
            )


def _check_reference(loaded: LoadedLibrary) -> Iterator[Wrong]:
    library = loaded.library
    moments = {f"{s.key}/{m.key}": m.quality for s in library.scenarios for m in s.moments}
    reactions = {f"{s.key}/{r.key}": r.quality for s in library.situations for r in s.reactions}
    yield from _unknown("reference", "", library.reference.moments, moments, "moment")
    yield from _unknown("reference", "", library.reference.reactions, reactions, "reaction")
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
    jobs = [job.key for job in loaded.library.jobs]
    for asked in loaded.library.interview:
        yield from _unknown("interview", asked.key, [asked.quality], QUALITIES, "quality")
    for form in loaded.library.knowledge:
        yield from _unknown("knowledge", form.key, form.jobs, jobs, "job")
        sections = [section.key for section in form.sections]
        for question in form.questions:
            yield from _unknown("knowledge", form.key, [question.quality], QUALITIES, "quality")
            yield from _unknown("knowledge", form.key, [question.section], sections, "section")
