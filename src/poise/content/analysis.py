"""A job analysis: from filled questionnaires to a job's demands and conditions, and how far people agreed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean, median_high, median_low
from typing import Final

import numpy as np

from poise.content.job import ConditionStated, Demand, Job
from poise.content.jobform import Filled, name_version, questionnaire_of
from poise.content.library import Library, LoadedLibrary
from poise.content.quality import QUALITIES
from poise.measurement.people.agreement import Agreement, agree_by_icc

FEWEST: Final = 3
"""A demand keeps one pass a person, and the format wants three."""
MUST_SHARE, MUST_WEIGHT = 2 / 3, 4
"""A quality is a must-have where so many say so, and where it costs so much."""
LEAST_WEIGHT: Final = 2
"""What weighs less by the median costs next to nothing, and is not demanded."""
FAR: Final = 3.0
"""An answer so many moments from all the others is named."""
FAR_THROUGHOUT: Final = 2.0
"""A person whose answers are so far from the mean of the others, on the mean, is named."""
WIDE: Final = 4.0
FAR_LEVELS: Final = 2
LOW_AGREEMENT: Final = 0.70
"""Below this, the mean of all is a poor summary: a usual bound for means of raters."""
RULE: Final = (
    "Each pass of a demand is one person, in the same order throughout. The weight is the median, and between two"
    " values the lower. What has the weight 1 is not demanded. A must-have is what two in three people call one and"
    f" what has the weight {MUST_WEIGHT} or 5."
)
COPIED: Final = "The summary, the preview of a week and most reasons for the demands were copied from {0} ({1})."
WHY: Final = "Asked of {n} people who do this job or lead it; see the sources of the demands."


@dataclass(frozen=True)
class QualityAsked:
    """What people said of one quality: moments of ten, by person and by role, weight, and who calls it a must."""

    quality: str
    name: str
    values: tuple[float, ...]
    incumbents: float | None
    supervisors: float | None
    weight: int
    musts: int
    demanded: bool
    must_have: bool

    @property
    def mean(self) -> float:
        """The mean of all people."""
        return fmean(self.values)


@dataclass(frozen=True)
class Analysis:
    """Everything that filled questionnaires say together.

    `single` and `average` are ICC(2,1) and ICC(2,k) over the twelve qualities; `roles` is ICC(2,1) between the mean of
    the incumbents and that of the supervisors, where there are both.
    """

    people: tuple[Filled, ...]
    qualities: tuple[QualityAsked, ...]
    single: Agreement
    average: Agreement
    roles: Agreement | None
    outliers: tuple[str, ...]
    remarks: tuple[str, ...]


def analyse(people: Sequence[Filled], library: Library) -> Analysis:
    """Put filled questionnaires together.

    Raises
    ------
    ValueError
        Where there are fewer than three, or where nothing would be demanded.
    """
    if len(people) < FEWEST:
        raise ValueError(
            f"a job analysis needs {FEWEST} or more filled forms, as the spread between people is kept; found"
            f" {len(people)}. Ask {FEWEST - len(people)} more: people who do the job, and somebody who leads them."
        )
    names = {quality.key: quality.name for quality in library.qualities}
    asked = tuple(_put_together(one.quality, names, people) for one in questionnaire_of(library).qualities)
    if not any(one.demanded for one in asked):
        raise ValueError("by the median, every quality weighs 1: nothing would be demanded; see how weight is asked")
    table = np.array([one.values for one in asked])
    single, average = agree_by_icc(table, np.arange(len(table)))
    roles = None
    means = [(one.incumbents, one.supervisors) for one in asked]
    if all(a is not None and b is not None for a, b in means):
        roles = agree_by_icc(np.array(means, dtype=np.float64), np.arange(len(means)))[0]
    return Analysis(
        people=tuple(people),
        qualities=asked,
        single=single,
        average=average,
        roles=roles,
        outliers=tuple(_find_outliers(people, asked)),
        remarks=tuple(_remark(people, asked, average, library)),
    )


def make_job(analysis: Analysis, library: Library, copied: Job, key: str, name: str, date: str) -> Job:
    """Return the job that an analysis describes; summary and preview are those of the job it was copied from."""
    number = len(analysis.people)
    because = WHY.format(n=number)
    demands = {
        one.quality: Demand(
            passes=one.values,
            weight=one.weight,
            must_have=one.must_have,
            because=copied.demands[one.quality].because if one.quality in copied.demands else because,
        )
        for one in sorted(analysis.qualities, key=lambda one: (-one.weight, -one.mean))
        if one.demanded
    }
    return Job(
        key=key,
        name=name,
        summary=copied.summary,
        provisional=True,
        preview=copied.preview,
        conditions={one.key: _state_condition(one.key, analysis, library) for one in library.conditions},
        demands=demands,
        sources=(_name_source(analysis, library, date), RULE, COPIED.format(copied.name, name_version(library))),
    )


def words_of_people(analysis: Analysis, library: Library) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Give each question that was answered in words, as it was asked, with the answers: not who gave them."""
    form = questionnaire_of(library)
    names = {quality.key: quality.name for quality in library.qualities}
    names |= {condition.key: condition.name for condition in library.conditions}
    asked = [(f"week.{one.key}", one.asks) for one in form.week]
    asked += [(f"{one.quality}.example", f"{names[one.quality]}: moments from the work") for one in form.qualities]
    asked += [(f"{one.key}.figure", f"{names[one.key]}: figures") for one in library.conditions]
    for key, words in asked:
        answers = tuple(one.words[key] for one in analysis.people if key in one.words)
        if answers:
            yield words, answers


def check_questionnaires(loaded: LoadedLibrary) -> Iterator[tuple[str, str, str]]:
    """Say what is wrong with the questionnaires of a library: section, key and message."""
    library = loaded.library
    moments = {f"{s.key}/{m.key}": m.quality for s in library.scenarios for m in s.moments}
    moments |= {f"{s.key}/{r.key}": r.quality for s in library.situations for r in s.reactions}
    reference = {*library.reference.moments, *library.reference.reactions}
    for form in library.analysis:
        asked = {one.quality for one in form.qualities}
        for missing in (quality for quality in QUALITIES if quality not in asked):
            yield "analysis", form.key, f"asks nothing about {missing!r}; expected all twelve qualities"
        for strange in sorted(asked - set(QUALITIES)):
            yield "analysis", form.key, f"quality {strange!r} is not known"
        for one in form.qualities:
            for moment in one.moments:
                if moment.of not in reference and not loaded.unread.lacks("reference"):
                    yield "analysis", form.key, f"{one.quality}: {moment.of!r} stands not in the reference set"
                elif moments.get(moment.of) != one.quality and not _may_be_unread(loaded, moment.of):
                    yield "analysis", form.key, f"{one.quality}: {moment.of!r} is a moment of {moments.get(moment.of)}"


def _may_be_unread(loaded: LoadedLibrary, moment: str) -> bool:
    return any(loaded.unread.may_hold(section, moment) for section in ("scenarios", "situations"))


def _put_together(quality: str, names: dict[str, str], people: Sequence[Filled]) -> QualityAsked:
    def mean_of(role: str) -> float | None:
        values = [one.how_many[quality] for one in people if one.role == role]
        return fmean(values) if values else None

    weight = median_low(one.weight[quality] for one in people)
    musts = sum(one.must_have[quality] for one in people)
    return QualityAsked(
        quality=quality,
        name=names[quality],
        values=tuple(one.how_many[quality] for one in people),
        incumbents=mean_of("incumbent"),
        supervisors=mean_of("supervisor"),
        weight=weight,
        musts=musts,
        demanded=weight >= LEAST_WEIGHT,
        must_have=musts >= MUST_SHARE * len(people) and weight >= MUST_WEIGHT,
    )


def _state_condition(key: str, analysis: Analysis, library: Library) -> ConditionStated:
    """Return the median level, between two the higher; with the figures of those who chose it, or else its words."""
    level = median_high(one.level[key] for one in analysis.people)
    figures = [one.words.get(f"{key}.figure", "") for one in analysis.people if one.level[key] == level]
    told = "; ".join(dict.fromkeys(_as_part(words) for words in figures if words))
    words = next(one.levels[level] for one in library.conditions if one.key == key)
    figure = f"{told[0].upper()}{told[1:]}." if told else words
    return ConditionStated(level=level, figure=figure, source=f"job analysis, n = {len(analysis.people)}")


def _as_part(words: str) -> str:
    return words.rstrip(".; ") or words


def _name_source(analysis: Analysis, library: Library, date: str) -> str:
    number = len(analysis.people)
    roles = [one.role for one in analysis.people]
    counted = [
        f"{roles.count(role)} {role}{'s' * (roles.count(role) != 1)}"
        for role in ("incumbent", "supervisor")
        if role in roles
    ]
    return (
        f"Job analysis, {date}, n = {number}: {' and '.join(counted)}. Each filled in the questionnaire"
        f" {questionnaire_of(library).key} of {name_version(library)} alone."
        f" ICC(2,1) {tell(analysis.single)}; ICC(2,{number}) {tell(analysis.average)}."
    )


def tell(found: Agreement) -> str:
    """Put a coefficient of agreement into words, with its 95 % interval."""
    if found.value is None:
        return f"none ({found.why_not})"
    return f"{found.value:.2f}" + (
        f" ({found.low:.2f} to {found.high:.2f})" if found.low is not None and found.high is not None else ""
    )


def _find_outliers(people: Sequence[Filled], asked: Sequence[QualityAsked]) -> Iterator[str]:
    for number, person in enumerate(people):
        others = [[value for place, value in enumerate(one.values) if place != number] for one in asked]
        own = [one.values[number] for one in asked]
        away = fmean(abs(value - fmean(rest)) for value, rest in zip(own, others, strict=True))
        if away >= FAR_THROUGHOUT:
            yield (
                f"{person.person} ({person.role}, {person.file}) is {away:.1f} moments from the mean of the others"
                " on the mean of all qualities"
            )
        for one, value, rest in zip(asked, own, others, strict=True):
            if min(abs(value - other) for other in rest) >= FAR:
                yield (
                    f"{person.person} ({person.role}, {person.file}), {one.name}: {value:g}; the others"
                    f" {_tell_range(rest)}"
                )


def _tell_range(values: Sequence[float]) -> str:
    low, high = min(values), max(values)
    return f"{low:g}" if low == high else f"{low:g} to {high:g}"


def _remark(
    people: Sequence[Filled], asked: Sequence[QualityAsked], average: Agreement, library: Library
) -> Iterator[str]:
    """Say what somebody should talk about before the job is used."""
    if average.value is None or average.value < LOW_AGREEMENT:
        yield (
            f"Agreement is low: ICC(2,{len(people)}) {tell(average)}, expected {LOW_AGREEMENT:.2f} or more. People do"
            " not mean the same job, or not the same by the moments. Talk about the widest rows, let each fill in a"
            " new form alone, and ask more people. Until then the demands say little."
        )
    wide = [one for one in asked if max(one.values) - min(one.values) >= WIDE]
    if wide:
        told = ", ".join(f"{one.name} ({_tell_range(one.values)})" for one in wide)
        yield f"Wide apart, talk about these first: {told}."
    roles = {one.role for one in people}
    if len(roles) == 1:
        missing = "a supervisor" if roles == {"incumbent"} else "an incumbent"
        yield f"Only {roles.pop()}s answered; ask {missing} too: they see other moments."
    for condition in library.conditions:
        levels = [one.level[condition.key] for one in people]
        if max(levels) - min(levels) >= FAR_LEVELS:
            told = ", ".join(map(str, levels))
            yield (
                f"Condition {condition.name}: people chose the levels {told}; {median_high(levels)} is taken, the"
                " median and between two values the higher. Find out the figure."
            )
    left = [one.name for one in asked if not one.demanded]
    if left:
        yield f"Not demanded, as the median weight is 1: {', '.join(left)}."
    versions = sorted({one.library for one in people if one.library} - {name_version(library)})
    if versions:
        yield f"Forms of another version were filled in: {', '.join(versions)}; this is {name_version(library)}."
