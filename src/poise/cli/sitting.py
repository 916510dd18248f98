"""`poise sit`: the same sitting as on the pages, in a terminal."""

import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass

import django
import typer
from rich.console import Console

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "poise.settings")
django.setup()

from django.utils import timezone  # noqa: E402  the settings come first

from poise.cli.terminal import STOP, StoppedError, ask, choose, heading, read_number, say  # noqa: E402
from poise.content.job import Job  # noqa: E402
from poise.content.knowledge import KnowledgeForm, KnowledgeQuestion  # noqa: E402
from poise.content.library import Library  # noqa: E402
from poise.content.scenario import Scenario  # noqa: E402
from poise.content.situation import Situation  # noqa: E402
from poise.content.statement import Block, Statement  # noqa: E402
from poise.integrations.endpoint import SettingsError  # noqa: E402
from poise.jobfit.attending import say_attention  # noqa: E402
from poise.jobfit.report import report  # noqa: E402
from poise.jobfit.tracing import AGREEMENT, GOODNESS  # noqa: E402
from poise.jobfit.transcript import desk_label, says_before  # noqa: E402
from poise.jobfit.willing import WORDS  # noqa: E402
from poise.roleplay.customer import second_message  # noqa: E402
from poise.roleplay.understanding import Reader  # noqa: E402
from poise.sitting import decisions as d  # noqa: E402
from poise.sitting.journal import (  # noqa: E402
    Change,
    Decide,
    JournalUnavailableError,
    UnknownSittingError,
    perform,
)
from poise.sitting.queueing import case_for, queue_of  # noqa: E402
from poise.sitting.state import State, fold  # noqa: E402
from poise.sitting.steps import Step, blueprint_of, line_text, next_step, progress, question_pages, rated_pages  # noqa: E402
from poise.storage.doors import find_sitting_by_resume, start_open_sitting  # noqa: E402
from poise.storage.journal import DjangoJournal  # noqa: E402
from poise.storage.records import library as published  # noqa: E402
from poise.web.publishing import library_in_use, voice  # noqa: E402
from poise.web.serving import prepare  # noqa: E402

RANKED = 3


@dataclass(frozen=True)
class Table:
    """Where a person sits: the screen, the library, the journal, and their sitting."""

    out: Console
    library: Library
    journal: DjangoJournal
    sitting: str
    reader: Reader

    @property
    def state(self) -> State:
        """How the sitting stands, from what is stored."""
        return fold(self.journal.read(self.sitting))


def sit_down(out: Console, *, resume: str, blueprint: str) -> None:
    """Begin a sitting or go on with one, until it is finished or the person stops."""
    try:
        voice()
    except SettingsError as error:
        raise typer.BadParameter(str(error)) from error
    prepare()
    code = resume.rstrip("/").rpartition("/")[2]
    if not code:
        code = start_open_sitting(library_in_use(), blueprint, timezone.now(), "terminal").resume_token
    found = find_sitting_by_resume(code)
    if found is None:
        raise typer.BadParameter(f"there is no sitting with the code {resume!r}")
    journal = DjangoJournal(found.organisation)
    table = Table(out, published(found.library), journal, found.key, Reader.load())
    say(out, f"Your personal code: {code}", f"Type {STOP} at any time. Then go on with: poise sit --resume {code}")
    try:
        while (step := next_step(table.state, table.library)).kind != "finished":
            _take(table, step)
    except StoppedError:
        say(out, "", f"Everything you answered is kept. Go on with: poise sit --resume {code}")
        return
    except UnknownSittingError:
        say(out, "", "This sitting was deleted a moment ago. Nothing of it is stored any more.")
        return
    _tell_report(table)


def _take(table: Table, step: Step) -> None:
    """Put one step before the person until it is answered in a way that can be kept."""
    left = progress(table.state, table.library).minutes_left
    heading(table.out, f"[about {left} minutes left]")
    while True:
        try:
            _keep(table, STEPS[step.kind](table, step))
        except d.InvalidAnswerError as error:
            say(table.out, str(error))
        except d.StaleStepError as error:  # it goes on elsewhere too, perhaps in a browser
            say(table.out, str(error))
            return
        else:
            return


def _keep(table: Table, decide: Decide) -> None:
    """Keep an answer, as often as it is tried until the store can be used."""
    while True:
        try:
            perform(table.journal, table.sitting, decide)
        except JournalUnavailableError:
            say(table.out, "We cannot save just now. Your answer is not saved yet, and it is not lost.")
            ask(table.out, "Wait a few seconds, then press Enter to try again.")
        else:
            return


def _now() -> str:
    return timezone.now().isoformat()


def _preview(table: Table, _step: Step) -> Decide:
    for key in blueprint_of(table.state, table.library).jobs:
        job = table.library.find(Job, key)
        say(table.out, f"{job.name.upper()}. {job.summary}", job.preview.opening, *job.preview.days)
        say(table.out, f"The best of it: {job.preview.best}", f"The worst of it: {job.preview.worst}")
    say(table.out, "What is looked at:", *(f"{one.name}: {one.means}" for one in table.library.qualities))
    say(table.out, *(claim.text for claim in table.library.claims))
    ask(table.out, "Press Enter to go on.")
    return d.see_preview(table.library, _now())


def _consent(table: Table, _step: Step) -> Decide:
    say(table.out, *table.library.consent.sentences)
    while ask(table.out, "Type yes if you agree:").casefold() not in {"y", "yes"}:
        say(table.out, f"Without your yes nothing goes on. Type {STOP} to leave.")
    return d.give_consent(table.library, table.library.consent.version, _now())


def _accommodations(table: Table, _step: Step) -> Decide:
    say(table.out, "There is no time limit. Do you want to be reminded of breaks?")
    breaks = choose(table.out, "Your choice:", ("No", "Yes")) == 1
    return d.choose_accommodations(table.library, {"breaks": breaks}, _now())


def _practice(table: Table, _step: Step) -> Decide:
    say(table.out, "To try it out; this answer is not kept.")
    _rank(table, blueprint_of(table.state, table.library).practice.statements)
    return d.finish_practice(table.library, _now())


def _rank(table: Table, sentences: tuple[str, ...]) -> tuple[int, ...]:
    most = choose(table.out, "Most like you:", sentences)
    least = choose(table.out, "Least like you:", sentences)
    between = [number for number in range(RANKED) if number not in {most, least}]
    return (most, between[0], least) if len(between) == 1 else (most, most, least)


def _block(table: Table, step: Step) -> Decide:
    keys = table.library.find(Block, step.what).statements
    sentences = tuple(table.library.find(Statement, key).text for key in keys)
    return d.rank_block(table.library, step.what, _rank(table, sentences), _now())


def _rated(table: Table, step: Step) -> Decide:
    blueprint = blueprint_of(table.state, table.library)
    categories = {}
    for key in rated_pages(blueprint)[step.number - 1]:
        say(table.out, line_text(blueprint, table.library, key))
        categories[key] = choose(table.out, "How far is this like you?", AGREEMENT)
    return d.rate_statements(table.library, step.number, categories, _now())


def _situation(table: Table, step: Step) -> Decide:
    situation = table.library.find(Situation, step.what)
    say(table.out, situation.text)
    categories = {}
    for reaction in situation.reactions:
        say(table.out, f"“{reaction.text}”")
        categories[reaction.key] = choose(table.out, "How good is this?", GOODNESS)
    return d.rate_situation(table.library, step.what, categories, _now())


def _knowledge(table: Table, step: Step) -> Decide:
    form = table.library.find(KnowledgeForm, step.what)
    if step.number == 1:
        invented = ["The business and its rules are invented."] if form.fictional else []
        say(table.out, form.title.upper(), form.about, *invented, "You can look the answers up in the text.")
    page = question_pages(form)[step.number - 1]
    answers = {question.key: _look_up(table, form, question) for question in page}
    return d.answer_questions(table.library, form.key, step.number, answers, _now())


def _look_up(table: Table, form: KnowledgeForm, question: KnowledgeQuestion) -> int:
    """Ask one question, with the text at hand, until one of its answers is chosen."""
    say(table.out, question.asks)
    for number, answer in enumerate(question.answers, start=1):
        table.out.print(f"  {number}. {answer}", markup=False)
    for number, section in enumerate(form.sections, start=1):
        table.out.print(f"  /{number} Read: {section.title}", markup=False)
    while True:
        typed = ask(table.out, "Your answer, or /number to read a part of the text:")
        number = read_number(typed.removeprefix("/"))
        if typed.startswith("/") and 1 <= number <= len(form.sections):
            section = form.sections[number - 1]
            say(table.out, section.title.upper(), section.text)
        elif not typed.startswith("/") and 1 <= number <= len(question.answers):
            return number - 1
        else:
            say(table.out, f"Please type a number from 1 to {len(question.answers)}, or {STOP} to go on later.")


def _pause(table: Table, step: Step) -> Decide:
    say(table.out, "A short pause, as you asked for breaks. How long it is counts for nothing.", *_queue(table, step))
    ask(table.out, "Press Enter when you are ready for the next customer.")
    return d.take_pause(table.library, step.what, _now())


def _queue(table: Table, step: Step) -> tuple[str, ...]:
    """Tell, in a shift, who still waits; nothing for a customer who comes alone."""
    blueprint = blueprint_of(table.state, table.library)
    queue = queue_of(blueprint, step.what)
    if queue is None or blueprint.shift is None:
        return ()
    place = f"{blueprint.shift.title}: customer {queue.number} of {queue.of}. {queue.words}."
    return (place, blueprint.shift.about) if queue.number == 1 else (place,)


def _meet(table: Table, step: Step) -> Decide:
    case = case_for(table.state, table.library, step.what)
    say(
        table.out,
        *_queue(table, step),
        case.scene,
        "The customer is simulated. What is looked at in what you do and write:",
    )
    say(table.out, *dict.fromkeys(f"- {moment.asks}" for moment in case.moments))
    ask(table.out, "Press Enter when you are ready.")
    return d.meet_customer(table.library, step.what, table.reader, _now(), voice())


def _reply(table: Table, step: Step) -> Decide:
    case = table.library.find(Scenario, step.what)
    conversation = table.state.conversations[step.what]
    say(table.out, f"{case.customer.name}:", *says_before(conversation, step.number).splitlines())
    desk = _desk(case, step.number)
    for number, (do, what, label) in enumerate(desk, start=1):
        done = any((one.do, one.what.partition(":")[0]) == (do, what) for one in conversation.desk if do != "wait")
        table.out.print(f"  /{number} {label}{' (done)' if done else ''}", markup=False)
    answer = ask(table.out, "Your reply, or /number to use the desk:")
    number = read_number(answer[1:]) if answer.startswith("/") else 0
    if 1 <= number <= len(desk):
        return _use(table, case, step, number - 1)
    written = d.Written(answer, secrets.token_urlsafe(16), lambda: table.journal.texts(table.sitting))
    return d.send_reply(table.library, step.what, step.number, written, table.reader, _now(), voice())


def _desk(case: Scenario, reply: int) -> list[tuple[d.Do, str, str]]:
    unfinished = bool(case.probes[reply - 1].then)
    desk: list[tuple[d.Do, str, str]] = [("wait", "", "The customer is still writing: let them finish")] * unfinished
    desk += [("look_up", one.key, f"Look up: {one.label}") for one in case.records]
    desk += [("read_policy", one.key, f"Read the policy: {one.title}") for one in case.policy]
    authority = {"allowed": "you may", "needs_approval": "needs approval", "forbidden": "policy forbids it"}
    standings = {one.key: "it depends on how much" if one.amount else authority[one.standing] for one in case.remedies}
    desk += [("offer", one.key, f"Offer: {one.label} ({one.price}; {standings[one.key]})") for one in case.remedies]
    desk += [("promise", one.key, f"Promise: {one.label}") for one in case.pledges]
    desk += [("transfer", "", case.transfer), ("note", "", "Leave a note for colleagues")]
    return desk + ([("end", "", "End the conversation for abuse")] if case.may_end_for_abuse else [])


def _choose_amount(table: Table, case: Scenario, key: str) -> str:
    """Ask how much of a remedy is offered, where that can be chosen; returns what the desk takes."""
    options = {one.what: one for remedy in case.remedies if remedy.key == key for one in remedy.options}
    if key in options:
        return key
    words = [one.label for one in options.values()]
    prompt = f"How much? Type a number. The least is “{words[0]}”, the most “{words[-1]}”:"
    while (what := f"{key}:{ask(table.out, prompt)}") not in options:
        say(table.out, "That cannot be offered.")
    return what


def _use(table: Table, case: Scenario, step: Step, number: int) -> Decide:
    do, what, _ = _desk(case, step.number)[number]
    what = _choose_amount(table, case, what) if do == "offer" else what
    texts = {one.key: one.text for one in case.records} if do == "look_up" else {}
    texts |= {one.key: one.text for one in case.policy} if do == "read_policy" else {}
    if do in {"offer", "promise", "transfer", "end"}:
        say(table.out, f"{desk_label(case, do, what)}. It goes with your next reply. Is that what you want?")
        if choose(table.out, "Your choice:", ("Yes", "No")) == 1:
            return lambda _state: Change()
    seconds = [second_message(case, step.number, table.state.begun.seed)] if do == "wait" else []
    say(table.out, *seconds or [texts.get(what, "Done.")])
    return d.use_desk(table.library, case.key, step.number, do, what, _now())


def _willingness(table: Table, _step: Step) -> Decide:
    levels = {}
    for condition in table.library.conditions:
        say(table.out, condition.asks)
        levels[condition.key] = choose(table.out, "Your answer:", tuple(word.capitalize() for word in WORDS))
    return d.state_willingness(table.library, levels, _now())


def _tell_report(table: Table) -> None:
    made = report(table.state, table.library, table.journal.texts(table.sitting))
    heading(table.out, "WHAT WAS SEEN")
    for quality in made.qualities:
        say(
            table.out,
            f"{quality.name}: {quality.words if quality.enough else f'not enough evidence. {quality.why_not}'}",
        )
        for trace in quality.traces:
            if trace.kind == "knowledge":
                table.out.print(f"  - {trace.where}: {trace.asks} {trace.done} Why: {trace.reads}", markup=False)
            if trace.level is not None:
                quotes = " ".join(f"“{quote.words}”" for quote in trace.quotes)
                table.out.print(f"  - {trace.where}: {trace.reads} {quotes}", markup=False)
    say(table.out, *(say_attention(made.attention, "self") if made.attention else ()))
    say(table.out, *(talk.about_voices for talk in made.conversations if talk.voices))
    heading(table.out, "THE SIX JOBS" if len(made.jobs) > 1 else "THE JOB")
    for job in made.jobs:
        say(table.out, f"{job.name}: {job.verdict}. {job.headline}.")
    if made.none_of_these:
        say(table.out, "None of these, as far as was seen today.")
    say(table.out, *(claim.text for claim in made.claims))


STEPS: dict[str, Callable[[Table, Step], Decide]] = {
    "preview": _preview,
    "consent": _consent,
    "accommodations": _accommodations,
    "practice": _practice,
    "block": _block,
    "rated": _rated,
    "situation": _situation,
    "knowledge": _knowledge,
    "pause": _pause,
    "meet": _meet,
    "reply": _reply,
    "willingness": _willingness,
}
