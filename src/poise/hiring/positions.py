"""A position: which job it is and which sitting its people go through, and what marks that somebody changed it."""

from collections.abc import Collection
from dataclasses import dataclass
from hashlib import sha256

from poise.content.blueprint import Blueprint
from poise.content.job import Job
from poise.content.lasting import seconds_in_all
from poise.content.library import Library
from poise.content.scenario import Scenario
from poise.hiring.refusal import RefusedError, check_line

LONGEST_NAME = 200
LONGEST_KEY = 60
MINUTE = 60


@dataclass(frozen=True)
class SittingOffered:
    """A blueprint that people of a job may go through: what it is called, and for how many minutes at most."""

    key: str
    title: str
    minutes: int
    customers: int
    is_for_this_job: bool


@dataclass(frozen=True)
class JobOffered:
    """A job that a position may be for, with the sittings that fit; those made for it come first."""

    job: Job
    sittings: tuple[SittingOffered, ...]


def offer_jobs(library: Library) -> tuple[JobOffered, ...]:
    """Return the jobs of a library for which it has a sitting; practice is offered to nobody who hires."""
    offered = tuple(JobOffered(job, _sittings_for(library, job.key)) for job in library.jobs)
    return tuple(one for one in offered if one.sittings)


def find_job(library: Library, key: str) -> JobOffered | None:
    """Return one of the jobs that a library offers, if it does."""
    return next((one for one in offer_jobs(library) if one.job.key == key), None)


def check_position(library: Library, name: str, job: str, blueprint: str) -> str:
    """Return the name of a position without spaces around it.

    Raises
    ------
    RefusedError
        With all that is wrong: the name, the job, or a sitting that does not fit the job.
    """
    name = " ".join(name.split())
    problems = check_line(name, "name", "what the position is called, as your people call it", LONGEST_NAME)
    offered = find_job(library, job)
    if offered is None:
        problems["job"] = f"There is no job {job!r} here to choose. Choose one of those that are shown."
    elif blueprint not in {one.key for one in offered.sittings}:
        problems["blueprint"] = "Choose one of the sittings that are shown."
    if problems:
        raise RefusedError(problems)
    return name


def draw_up_key(slug: str, taken: Collection[str]) -> str:
    """Return a key for addresses that no other position of the organisation has: ``spring-desk``, ``spring-desk-2``."""
    slug = slug or "position"
    number, key = 1, slug[:LONGEST_KEY]
    while key in taken:
        number += 1
        end = f"-{number}"
        key = f"{slug[: LONGEST_KEY - len(end)]}{end}"
    return key


def mark_position(*fields: object) -> str:
    """Return a mark that differs when one of these fields of a position differs."""
    return sha256(repr(fields).encode()).hexdigest()[:16]


def _sittings_for(library: Library, job: str) -> tuple[SittingOffered, ...]:
    fitting = [one for one in library.blueprints if job in one.jobs and not _is_practice(one, library)]
    fitting.sort(key=lambda one: one.job != job)
    return tuple(
        SittingOffered(
            key=one.key,
            title=one.title,
            minutes=-(-seconds_in_all(one, library) // MINUTE),
            customers=len(one.everyone),
            is_for_this_job=one.job == job,
        )
        for one in fitting
    )


def _is_practice(blueprint: Blueprint, library: Library) -> bool:
    cases = [library.find(Scenario, key) for key in blueprint.everyone]
    return any(case.purpose == "practice" for case in cases)
