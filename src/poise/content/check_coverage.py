"""Whether a library asks enough of everything, and evenly: advice to its authors, none of which keeps it from use."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

import numpy as np

from poise.content.blueprint import Blueprint
from poise.content.check_cases import cells_of, moments_of
from poise.content.knowledge import KnowledgeForm
from poise.content.lasting import check_asked, seconds_in_all
from poise.content.library import Library, LoadedLibrary
from poise.content.quality import QUALITIES
from poise.content.scenario import Scenario
from poise.content.situation import Situation
from poise.content.source import Complaint
from poise.content.statement import Statement
from poise.content.wording import count_words

ENOUGH_STATEMENTS = 25
ENOUGH_REACTIONS = 4
ENOUGH_MOMENTS = 3
ENOUGH_QUESTIONS = 6
ENOUGH_CHECKS = 12
ENOUGH_TENSIONS = 3
ENOUGH_VARIANTS = 4
LONG_CASE, SHORT_CASE_QUALITIES = 6, 8
"""From so many probes a customer rates all twelve qualities; a shorter one rates at least so many."""
POLES = (0.2, 0.5)
"""The share of a quality's statements that are of the low pole."""
MIXED = 0.3
"""The share of blocks with both poles, from which blocks say how high and not only who is higher."""
PASSES_APART = 1.5
AGREEING = 0.7
"""The correlation of two passes over desirability from which their mean is worth matching on."""
SCREEN_MINUTES, HEAVY = 20, 4
"""A sitting below so many minutes is a screen: asked for only what its job weighs so heavily."""
KINDS_OF_EVIDENCE = 2
WORDS_A_MINUTE = 238
"""Silent reading of English by adults, mean of 190 studies: Brysbaert, Journal of Memory and Language 109 (2019)."""
TENSIONS = (("policy", "flexibility"), ("goodwill", "judgement"), ("humility", "honesty"))
Remark = tuple[str, str, str, str]  # section, key, where within the piece, message


def remark_on_coverage(loaded: LoadedLibrary) -> list[Complaint]:
    """Return what a library has too little of, or too much of one sort."""
    found = []
    for remark in (
        _on_statements,
        _on_blocks,
        _on_desirability,
        _on_situations,
        _on_customers,
        _on_jobs,
        _on_interviews,
        _on_attention,
        _on_forms,
        _on_blueprints,
    ):
        for section, key, within, message in remark(loaded.library):
            file, line = loaded.place(section, key, within)
            found.append(Complaint(file, line, f"{key}: {message}" if key else message))
    return found


def _on_statements(library: Library) -> Iterator[Remark]:
    for quality in QUALITIES:
        own = [one for one in library.statements if one.quality == quality]
        if not own:
            continue  # an error says so
        place = ("statements", own[0].key, "")
        if len(own) < ENOUGH_STATEMENTS:
            yield *place, f"{quality} has {len(own)} statements; {ENOUGH_STATEMENTS} give a choice"
        low = sum(one.pole == "low" for one in own) / len(own)
        if not POLES[0] <= low <= POLES[1]:
            yield *place, f"{quality}: {low:.0%} of the statements are low in pole; {POLES[0]:.0%} to {POLES[1]:.0%}"
        poles = {one.pole for one in own if one.rated}
        for missing in sorted({"high", "low"} - poles):
            yield *place, f"{quality}: no singly rated statement of the {missing} pole"


def _on_blocks(library: Library) -> Iterator[Remark]:
    poles = {one.key: one.pole for one in library.statements}
    mixed = [len({poles.get(key) for key in block.statements}) > 1 for block in library.blocks]
    if mixed and np.mean(mixed) < MIXED:
        yield "blocks", "", "", f"{np.mean(mixed):.0%} of the blocks are mixed in pole; {MIXED:.0%} or more"


def _on_desirability(library: Library) -> Iterator[Remark]:
    passed: list[Statement] = [one for one in library.statements if one.desirability_passes]
    bare = Counter(one.quality for one in library.statements if not one.desirability_passes)
    for quality, number in sorted(bare.items()) if passed else ():
        first = next(one.key for one in library.statements if one.quality == quality and not one.desirability_passes)
        yield "statements", first, "", f"{quality}: {number} statements have no passes of desirability, as others have"
    if library.statements and not passed:
        yield "statements", "", "", "no statement has passes of desirability: how far two raters agree is not known"
    for one in passed:
        apart = max(one.desirability_passes) - min(one.desirability_passes)
        if apart > PASSES_APART:
            yield (
                "statements",
                one.key,
                "",
                f"passes of desirability lie {apart:.1f} apart {one.desirability_passes}; at most {PASSES_APART}",
            )
    yield from _on_agreement(passed)


def _on_agreement(passed: list[Statement]) -> Iterator[Remark]:
    """Compare the passes with each other, over all statements that have as many as most."""
    if len(passed) < ENOUGH_STATEMENTS:
        return
    usual = Counter(len(one.desirability_passes) for one in passed).most_common(1)[0][0]
    passes = np.array([one.desirability_passes for one in passed if len(one.desirability_passes) == usual])
    for first in range(usual):
        for second in range(first + 1, usual):
            one, other = passes[:, first], passes[:, second]
            agreement = np.corrcoef(one, other)[0, 1] if one.std() > 0 and other.std() > 0 else 0.0
            named = f"passes {first + 1} and {second + 1} of desirability"
            if np.array_equal(one, other):
                yield "statements", "", "", f"{named} are the same everywhere: that is one pass, written twice"
            elif agreement < AGREEING:
                yield "statements", "", "", f"{named} correlate {agreement:.2f}; {AGREEING} or more"


def _on_situations(library: Library) -> Iterator[Remark]:
    if not library.situations:
        return
    reactions = [(situation, one) for situation in library.situations for one in situation.reactions]
    for quality in QUALITIES:
        poles = Counter(one.pole for _, one in reactions if one.quality == quality)
        if poles.total() < ENOUGH_REACTIONS:
            message = f"{poles.total()} reactions are keyed to {quality}; {ENOUGH_REACTIONS} or more"
            yield "situations", "", "", message
        for missing in sorted({"high", "low"} - set(poles)) if poles else ():
            yield "situations", "", "", f"no reaction shows the {missing} pole of {quality}"
    for pair in TENSIONS:
        number = sum(set(situation.tension) == set(pair) for situation in library.situations)
        if number < ENOUGH_TENSIONS:
            yield (
                "situations",
                "",
                "",
                f"{number} situations hold the tension of {' and '.join(pair)}; {ENOUGH_TENSIONS} or more",
            )
    for situation in library.situations:
        tension = set(situation.tension)
        if tension and not tension <= {one.quality for one in situation.reactions}:
            yield "situations", situation.key, "tension", "no reaction is keyed to one side of its tension"


def _on_customers(library: Library) -> Iterator[Remark]:
    for case in library.scenarios:
        rated = {moment.quality for moment in case.moments}
        missing = [quality for quality in QUALITIES if quality not in rated]
        if missing and len(case.probes) >= LONG_CASE:
            yield "scenarios", case.key, "", f"{len(case.probes)} probes and no moment of {', '.join(missing)}"
        if len(case.probes) < LONG_CASE and len(rated) < SHORT_CASE_QUALITIES:
            yield "scenarios", case.key, "", f"rates {len(rated)} qualities; {SHORT_CASE_QUALITIES} in a short case"
        for probe in case.probes:
            if not probe.moments:
                yield "scenarios", case.key, f"probes/{probe.key}", f"no moment rates the reply to probe {probe.key}"
        for within, what, lines in cells_of(case):
            fewest = ENOUGH_VARIANTS if within.startswith("probes/") else 0
            if len({line.casefold() for line in lines}) < fewest:
                yield "scenarios", case.key, within, f"{what} has {len(lines)} wordings; {fewest} or more"
            for line, times in Counter(line.casefold() for line in lines).items():
                if times > 1:
                    yield "scenarios", case.key, within, f"{what} says {line!r} {times} times"
        yield from _on_moments(case)


def _on_moments(case: Scenario) -> Iterator[Remark]:
    for within, _, moment in moments_of(case):
        if len({line.reads.casefold() for line in moment.rubric}) < len(moment.rubric):
            yield "scenarios", case.key, within, f"moment {moment.key}: two levels read the same"


def _on_jobs(library: Library) -> Iterator[Remark]:
    for job in library.jobs:
        served = [case for case in library.scenarios if case.job == job.key and case.purpose == "assessment"]
        if not served:
            continue
        rated = Counter(moment.quality for case in served for moment in case.moments)
        seldom = [f"{quality} {rated[quality]}" for quality in job.demands if rated[quality] < ENOUGH_MOMENTS]
        if seldom:
            message = (
                f"its assessment customers rate less than {ENOUGH_MOMENTS} times what it demands: {', '.join(seldom)}"
            )
            yield "jobs", job.key, "demands", message


def _on_interviews(library: Library) -> Iterator[Remark]:
    if not library.interview:
        yield "library", "", "", "there are no interview questions"
        return
    asked = Counter(one.quality for one in library.interview)
    for quality in QUALITIES:
        if asked[quality] < ENOUGH_QUESTIONS:
            yield "interview", "", "", f"{quality} has {asked[quality]} interview questions; {ENOUGH_QUESTIONS} or more"


def _on_attention(library: Library) -> Iterator[Remark]:
    if not library.attention:
        yield "library", "", "", "there are no attention checks"
        return
    if len(library.attention) < ENOUGH_CHECKS:
        yield "attention", "", "", f"there are {len(library.attention)} attention checks; {ENOUGH_CHECKS} or more"
    missing = sorted(set(range(5)) - {check.answer for check in library.attention})
    if missing:
        yield "attention", "", "", f"no attention check asks for step {_listed(missing)} of the five (0 to 4)"


def _on_forms(library: Library) -> Iterator[Remark]:
    for form in library.knowledge:
        yield from (("knowledge", form.key, "questions", message) for message in _on_form(form))


def _on_form(form: KnowledgeForm) -> Iterator[str]:
    places = Counter(question.right for question in form.questions)
    place, times = places.most_common(1)[0]
    if times > len(form.questions) / 2:
        yield f"the right answer stands at place {place} in {times} of {len(form.questions)} questions; vary it"
    longest = sum(
        len(question.answers[question.right]) == max(map(len, question.answers)) for question in form.questions
    )
    if longest > len(form.questions) / 2:
        yield f"the right answer is the longest in {longest} of {len(form.questions)} questions: it can be guessed"
    twice = [text for text, number in Counter(one.asks.casefold() for one in form.questions).items() if number > 1]
    if twice:
        yield f"a question stands twice: {twice[0]!r}"


def _on_blueprints(library: Library) -> Iterator[Remark]:
    for blueprint in library.blueprints:
        for within, message in _on_blueprint(library, blueprint):
            yield "blueprints", blueprint.key, within, message


def _on_blueprint(library: Library, blueprint: Blueprint) -> Iterator[tuple[str, str]]:
    kinds = _kinds_of_evidence(library, blueprint)
    thin = [quality for quality in _wanted(library, blueprint) if len(kinds[quality]) < KINDS_OF_EVIDENCE]
    if thin:
        yield "", f"fewer than {KINDS_OF_EVIDENCE} kinds of evidence on {', '.join(thin)}"
    seconds = seconds_in_all(blueprint, library) if not list(check_asked(blueprint, library)) else 0
    told = re.search(r"(\d+)[ -]minutes?", blueprint.title)
    if told and seconds > int(told.group(1)) * 60:
        yield "title", f"the title says {told.group()}; its parts add up to {seconds / 60:.0f}, conditions included"
    known = {one.key: one for one in library.situations}
    words = [_words_of(known[key]) for key in blueprint.situations if key in known]
    needed = float(np.mean(words)) / WORDS_A_MINUTE * 60 if words else 0.0
    if needed > blueprint.seconds.situation:
        yield "seconds", f"{blueprint.seconds.situation} seconds for a situation; reading alone takes {needed:.0f}"


def _wanted(library: Library, blueprint: Blueprint) -> tuple[str, ...]:
    """Return the qualities that a blueprint must see in two ways.

    For a screen those that it is about, or that weigh most in its job; where all is practice, none.
    """
    customers = {one.key: one for one in library.scenarios}
    served = [customers[key].purpose for key in blueprint.everyone if key in customers]
    if served and all(purpose == "practice" for purpose in served):
        return ()
    if blueprint.focus:
        return blueprint.focus
    job = next((one for one in library.jobs if one.key == blueprint.job), None)
    if job is None or blueprint.total_seconds > SCREEN_MINUTES * 60:
        return QUALITIES
    return tuple(key for key, demand in job.demands.items() if demand.weight >= HEAVY or demand.must_have)


def _kinds_of_evidence(library: Library, blueprint: Blueprint) -> dict[str, set[str]]:
    """Return, for each quality, from which kinds of evidence a sitting learns of it."""
    kinds: dict[str, set[str]] = defaultdict(set)
    asked = {one.key: one.quality for one in library.statements}
    situations = {one.key: one for one in library.situations}
    customers = {one.key: one for one in library.scenarios}

    def learn(kind: str, qualities: Iterable[str]) -> None:
        for quality in qualities:
            kinds[quality].add(kind)

    if blueprint.blocks and blueprint.minimum_per_quality:
        learn("statements", {asked[key] for block in library.blocks for key in block.statements if key in asked})
    learn("statements", (asked[key] for key in blueprint.rated if key in asked))
    learn("statements", blueprint.anchored)
    for key in blueprint.situations:
        learn("situations", (one.quality for one in situations[key].reactions) if key in situations else ())
    for key in blueprint.everyone:
        learn("customers", (one.quality for one in customers[key].moments) if key in customers else ())
    for form in library.knowledge:
        learn("knowledge", (one.quality for one in form.questions) if form.key in blueprint.knowledge else ())
    return kinds


def _words_of(situation: Situation) -> int:
    return sum(map(count_words, (situation.title, situation.text, *(one.text for one in situation.reactions))))


def _listed(numbers: Iterable[int]) -> str:
    return ", ".join(map(str, numbers))
