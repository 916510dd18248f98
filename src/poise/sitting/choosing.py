"""Which block a person gets next, and whether one is needed: by the engine of `poise.measurement` and nothing else."""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from poise.content.blueprint import Blueprint
from poise.content.job import Job
from poise.content.library import Library
from poise.content.statement import Block, Statement
from poise.measurement.adaptive.bank import Bank, Candidate
from poise.measurement.adaptive.needs import Precision
from poise.measurement.adaptive.selection import Rules, choose_from
from poise.measurement.adaptive.stopping import StopRule, find_reason_to_stop
from poise.sitting.evidence import block_item, posterior_of, prior_of
from poise.sitting.state import State
from poise.sitting.steps import blueprint_of

STATEMENTS = "statements"


@dataclass(frozen=True)
class _Published:
    """A library that is told from others by its hash alone."""

    hash: str
    library: Library = field(compare=False)


def choose_block(state: State, library: Library) -> str:
    """Choose the next block: what it is expected to tell of the demanded qualities, per second, within the rules."""
    blueprint = blueprint_of(state, library)
    return choose_from(
        lay_bank(library, blueprint),
        posterior_of(state, library),
        state.given,
        need=need_of(library, blueprint),
        # No length is told: blocks may end early, so content comes first and is not put off to the end.
        rules=Rules(dict.fromkeys((quality.key for quality in library.qualities), blueprint.minimum_per_quality)),
        seed=state.begun.seed,
        number=len(state.given),
    ).key


def find_reason_to_end(state: State, library: Library) -> Literal["precision"] | None:
    """Return why no more blocks are needed, or None; while the library is provisional nobody is stopped early."""
    blueprint = blueprint_of(state, library)
    enough = blueprint.enough
    if enough is None or library.provisional:
        return None
    answered = len(state.rankings)
    rule = StopRule(
        longest=blueprint.blocks, shortest=min(enough.blocks, blueprint.blocks), sd=enough.sd, share=enough.share
    )
    demanded = demanded_of(library, blueprint)
    found = find_reason_to_stop(rule, posterior_of(state, library), demanded=demanded, answered=answered)
    return "precision" if found == "precision" else None


def need_of(library: Library, blueprint: Blueprint) -> Precision:
    """Return how much each quality matters to the report.

    Each is shown for itself and counts once; what the blueprint's jobs demand of it counts as much again on average.
    """
    jobs = [library.find(Job, key) for key in blueprint.jobs]
    demanded = {
        quality.key: sum(job.demands[quality.key].weight for job in jobs if quality.key in job.demands)
        for quality in library.qualities
    }
    mean = sum(demanded.values()) / len(demanded)
    return Precision(tuple((quality, 1.0 + weight / max(mean, 1e-9)) for quality, weight in demanded.items()))


def demanded_of(library: Library, blueprint: Blueprint) -> list[str]:
    """Return the qualities that at least one of the blueprint's jobs demands."""
    demanded = {quality for key in blueprint.jobs for quality in library.find(Job, key).demands}
    return [quality.key for quality in library.qualities if quality.key in demanded]


def lay_bank(library: Library, blueprint: Blueprint) -> Bank:
    """Return the blocks of a library as a bank, laid out once."""
    return _lay_bank(_Published(library.hash, library), blueprint.seconds.block)


@lru_cache(maxsize=16)
def _lay_bank(published: _Published, seconds: int) -> Bank:
    library = published.library
    candidates = [_candidate(block, library, seconds) for block in library.blocks]
    return Bank.of(candidates, prior_of(library).names)


def _candidate(block: Block, library: Library, seconds: int) -> Candidate:
    statements = [library.find(Statement, key) for key in block.statements]
    hostile = {enemy for statement in statements for enemy in statement.enemies}
    enemies = tuple(
        other.key for other in library.blocks if other.key != block.key and hostile.intersection(other.statements)
    )
    qualities = tuple(statement.quality for statement in statements)
    item = block_item(block, library)
    return Candidate(block.key, item, float(seconds), qualities, enemies, kind=STATEMENTS, exposure=block.exposure)
