"""Every text of a library that people read: where it stands, what kind it is, and who says it."""

from collections.abc import Iterator
from typing import Literal, NamedTuple

from poise.content.library import Library
from poise.content.questionnaire import Asked, AskedOfWeek, Questionnaire
from poise.content.scenario import Scenario

Voice = Literal["asked", "told", "spoken", "kept"]
"""Who says it, to whom. `asked`: the product or an interviewer asks people about themselves or their work. `told`: the
product, an employer or a report speaks to people. `spoken`: somebody made up speaks in a story. `kept`: authors,
interviewers and raters alone read it."""


class Passage(NamedTuple):
    """One text, and where it stands: `within` is the path to the part of its piece, as in `probes/once_more`."""

    section: str
    key: str
    within: str
    kind: str
    voice: Voice
    text: str


def passages_of(library: Library) -> Iterator[Passage]:
    """Give every text of a library, in the order of its sections."""
    yield Passage("library", "", "", "titles", "told", library.title)
    yield from _of_qualities(library)
    yield from _of_statements(library)
    yield from _of_situations(library)
    for scenario in library.scenarios:
        yield from _of_customer(scenario)
    yield from _of_jobs(library)
    yield from _of_blueprints(library)
    yield from _of_forms(library)
    for form in library.analysis:
        yield from _of_analysis(form)
    for claim in library.claims:
        yield Passage("claims", claim.key, "", "claims", "told", claim.text)
        yield Passage("claims", claim.key, "rests_on", "grounds of claims", "kept", claim.rests_on)
    for sentence in library.consent.sentences:
        yield Passage("consent", "", "", "consent", "told", sentence)
    for cells in (library.voice.cells, *library.voice.manners.values()):
        for reaction, cell in cells.items():
            lines = (line for lines in cell.values() for line in lines)
            yield from (Passage("voice", "", f"cells/{reaction}", "shared lines", "spoken", line) for line in lines)


def _of_qualities(library: Library) -> Iterator[Passage]:
    for one in library.qualities:
        texts = (one.name, one.means, one.high, one.low, *one.levels, one.strong, one.middling, one.weak, one.practise)
        yield from (Passage("qualities", one.key, "", "qualities", "told", text) for text in texts)


def _of_statements(library: Library) -> Iterator[Passage]:
    for statement in library.statements:
        yield Passage("statements", statement.key, "", "statements", "asked", statement.text)
    for check in library.attention:
        yield Passage("attention", check.key, "", "attention checks", "asked", check.text)


def _of_situations(library: Library) -> Iterator[Passage]:
    for situation in library.situations:
        place = ("situations", situation.key)
        yield Passage(*place, "title", "situations", "told", situation.title)
        yield Passage(*place, "text", "situations", "told", situation.text)
        for reaction in situation.reactions:
            within = f"reactions/{reaction.key}"
            yield Passage(*place, within, "reactions", "spoken", reaction.text)
            yield Passage(*place, within, "reasons of reactions", "told", reaction.why)


def _of_customer(case: Scenario) -> Iterator[Passage]:
    place = ("scenarios", case.key)
    for within, text in (("title", case.title), ("scene", case.scene), ("losing_costs", case.losing_costs)):
        yield Passage(*place, within, "scenes", "told", text)
    yield Passage(*place, "customer", "scenes", "told", case.customer.name)
    yield from (Passage(*place, "truth", "notes on the case", "kept", text) for text in case.truth)
    yield Passage(*place, "customer", "notes on the case", "kept", case.customer.about)
    for record in case.records:
        yield from (
            Passage(*place, f"records/{record.key}", "records", "told", text) for text in (record.label, record.text)
        )
    for section in case.policy:
        yield from (
            Passage(*place, f"policy/{section.key}", "policies", "told", text) for text in (section.title, section.text)
        )
    for remedy in case.remedies:
        within = f"remedies/{remedy.key}"
        yield from (Passage(*place, within, "the desk", "told", text) for text in (remedy.label, remedy.price))
        yield Passage(*place, within, "notes on the case", "kept", remedy.why)
    for pledge in case.pledges:
        within = f"pledges/{pledge.key}"
        when = [pledge.when] if pledge.when else []
        yield from (Passage(*place, within, "the desk", "told", text) for text in (pledge.label, *when))
        yield Passage(*place, within, "notes on the case", "kept", pledge.why)
    yield Passage(*place, "transfer", "the desk", "told", case.transfer)
    yield from (Passage(*place, f"needs/{need.key}", "rubrics", "told", need.reads) for need in case.needs)
    for part, entries in (("hidden", case.hidden), ("answers", case.answers)):
        for entry in entries:
            yield Passage(*place, f"{part}/{entry.key}", "notes on the case", "kept", entry.about)
    yield from _of_lines(case)
    yield from _of_rubrics(case)


def _of_lines(case: Scenario) -> Iterator[Passage]:
    """Give what the customer says."""
    spoken = [(f"probes/{probe.key}", line) for probe in case.probes for line in (*probe.says, *probe.then)]
    spoken += [(f"hidden/{fact.key}", line) for fact in case.hidden for line in fact.says]
    spoken += [(f"answers/{answer.key}", line) for answer in case.answers for line in answer.says]
    ends = case.endings
    spoken += [("endings", line) for line in (*ends.pleased, *ends.settled, *ends.unhappy, *ends.lost)]
    yield from (Passage("scenarios", case.key, within, "customers' lines", "spoken", line) for within, line in spoken)


def _of_rubrics(case: Scenario) -> Iterator[Passage]:
    rated = [(f"probes/{probe.key}/moments/{moment.key}", moment) for probe in case.probes for moment in probe.moments]
    rated += [(f"whole/{moment.key}", moment) for moment in case.whole]
    rated += [("carried", moment) for carried in case.carried for moment in carried.moments]
    for within, moment in rated:
        yield Passage("scenarios", case.key, within, "rubrics", "asked", moment.asks)
        for line in moment.rubric:
            yield Passage("scenarios", case.key, within, "rubrics", "told", line.reads)


def _of_jobs(library: Library) -> Iterator[Passage]:
    for condition in library.conditions:
        place = ("conditions", condition.key, "", "conditions")
        yield Passage(*place, "told", condition.name)
        yield Passage(*place, "asked", condition.asks)
        yield from (Passage(*place, "told", level) for level in condition.levels)
    for job in library.jobs:
        told = job.preview
        for text in (job.name, job.summary, told.opening, *told.days, told.best, told.worst):
            yield Passage("jobs", job.key, "preview", "jobs", "told", text)
        told_of = [(f"conditions/{key}", one.figure) for key, one in job.conditions.items()]
        told_of += [(f"demands/{key}", one.because) for key, one in job.demands.items()]
        yield from (Passage("jobs", job.key, within, "jobs", "told", text) for within, text in told_of)
        grounds = [("sources", source) for source in job.sources]
        grounds += [(f"conditions/{key}", one.source) for key, one in job.conditions.items()]
        yield from (Passage("jobs", job.key, within, "grounds of jobs", "kept", text) for within, text in grounds)


def _of_blueprints(library: Library) -> Iterator[Passage]:
    for blueprint in library.blueprints:
        place = ("blueprints", blueprint.key)
        shift = (blueprint.shift.title, blueprint.shift.about) if blueprint.shift else ()
        yield from (Passage(*place, "", "blueprints", "told", text) for text in (blueprint.title, *shift))
        yield from (Passage(*place, "practice", "blueprints", "asked", text) for text in blueprint.practice.statements)


def _of_forms(library: Library) -> Iterator[Passage]:
    for asked in library.interview:
        place = ("interview", asked.key, "")
        yield from (Passage(*place, "interview questions", "asked", text) for text in (asked.asks, *asked.follow_ups))
        yield from (Passage(*place, "anchors of interviews", "kept", text) for text in asked.anchors)
    for form in library.knowledge:
        for within, text in (("title", form.title), ("about", form.about)):
            yield Passage("knowledge", form.key, within, "knowledge", "told", text)
        for section in form.sections:
            within = f"sections/{section.key}"
            yield Passage("knowledge", form.key, within, "texts to look up", "told", f"{section.title}. {section.text}")
        for question in form.questions:
            within = f"questions/{question.key}"
            yield from (
                Passage("knowledge", form.key, within, "knowledge", "told", text)
                for text in (question.asks, *question.answers, question.why)
            )


def _of_analysis(form: Questionnaire) -> Iterator[Passage]:
    """Give what people who do a job, or lead those who do it, are told and asked."""
    place, kind = ("analysis", form.key), "job analysis"
    yield from (Passage(*place, "opening", kind, "told", text) for text in (form.title, *form.opening))
    asked: list[tuple[str, Asked | AskedOfWeek]] = list(form.once.items())
    asked += [(f"week/{one.key}", one) for one in form.week]
    for within, one in asked:
        yield from (Passage(*place, within, kind, "asked", text) for text in (one.asks, one.answer))
    for quality in form.qualities:
        for moment in quality.moments:
            yield from (Passage(*place, "qualities", kind, "told", text) for text in (moment.text, moment.well))
