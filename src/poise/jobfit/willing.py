"""Conditions of a job against what a person said they are willing to do; never about reasons."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from poise.content.job import Job
from poise.content.library import Library

Fit = Literal["willing", "unsure", "unwilling", "not asked"]
WORDS = ("no", "rather not", "if needed", "yes", "gladly")
NOTICEABLE = 2


@dataclass(frozen=True)
class ConditionView:
    """One condition: how much of it the job has, and what the person said to it."""

    key: str
    name: str
    level: int
    means: str
    figure: str
    source: str
    said: str
    fit: Fit


def view_conditions(job: Job, library: Library, willingness: Mapping[str, int] | None) -> tuple[ConditionView, ...]:
    """Hold each condition of a job against the person's own words, the heaviest first."""
    views = []
    for condition in library.conditions:
        stated = job.conditions[condition.key]
        said = willingness.get(condition.key) if willingness else None
        views.append(
            ConditionView(
                key=condition.key,
                name=condition.name,
                level=stated.level,
                means=condition.levels[stated.level],
                figure=stated.figure,
                source=stated.source,
                said="" if said is None else WORDS[said],
                fit=fit_of(stated.level, said),
            )
        )
    return tuple(sorted(views, key=lambda view: (-view.level, view.key)))


def fit_of(level: int, said: int | None) -> Fit:
    """Return how a person's willingness stands to a condition that a job has at this level."""
    if said is None:
        return "not asked"
    if level < NOTICEABLE:
        return "willing"
    short = level - said
    return "willing" if short <= 1 else "unsure" if short == NOTICEABLE else "unwilling"


def fit_of_all(views: tuple[ConditionView, ...]) -> Fit:
    """Return the fit of a whole job: as good as its hardest condition."""
    fits = {view.fit for view in views}
    order: tuple[Fit, ...] = ("unwilling", "unsure", "not asked", "willing")
    return next(fit for fit in order if fit in fits or fit == "willing")
