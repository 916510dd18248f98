"""A scripted representative serves a customer: what is seen decides what is done and said, and nothing else."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from poise.content.manner import Appraisal, Voice
from poise.content.scenario import Option, Scenario
from poise.roleplay.conversation import Conversation, ReadsInContext, ReadsText, begin, reply
from poise.roleplay.generation import draw_line
from poise.roleplay.rating import DeskStep
from poise.roleplay.representatives.policy import LAST, OTHERWISE, Plan, Representative, slots_of
from poise.roleplay.representatives.view import View, fill_slots, named, nearest, see
from poise.roleplay.understanding import MAX_CHARACTERS

Script = tuple["Act", ...]


@dataclass(frozen=True)
class Act:
    """One turn of a representative: what is done at the desk, as pairs (do, what), and what is written after it."""

    desk: tuple[tuple[str, str], ...]
    words: str


def play(
    representative: Representative,
    scenario: Scenario,
    reader: ReadsText | ReadsInContext,
    appraisal: Appraisal,
    voice: Voice,
    *,
    wording: int = 0,
    seed: int = 0,
) -> Conversation:
    """Let a representative serve a customer to the end; `wording` is their seed and `seed` the customer's."""
    conversation = begin(scenario, seed)
    while conversation.outcome is None:
        act = decide(representative, see(conversation), wording)
        conversation = reply(conversation, act.words, act.desk, reader, appraisal, voice)
    return conversation


def replay(
    script: Sequence[Act],
    scenario: Scenario,
    reader: ReadsText | ReadsInContext,
    appraisal: Appraisal,
    voice: Voice,
    seed: int = 0,
) -> Conversation:
    """Say and do again what was written down, whatever the customer says to it."""
    conversation = begin(scenario, seed)
    for act in script:
        conversation = reply(conversation, act.words, act.desk, reader, appraisal, voice)
    return conversation


def script_of(conversation: Conversation) -> Script:
    """Return what was done and written in a conversation."""
    return tuple(Act(tuple((step.do, step.what) for step in turn.desk), turn.words) for turn in conversation.turns)


def decide(representative: Representative, view: View, wording: int = 0) -> Act:
    """Return what this representative does and writes, from what can be seen and the seed of their wording."""
    plan = _plan(representative, view)
    done = list(view.done)
    desk: list[tuple[str, str]] = []
    for deed in plan.do:
        for step in _carry_out(deed, view, done):
            if step not in named(done):
                desk.append(step)
                done.append(DeskStep(view.number, *step))
    slots = fill_slots(view, done, wording)
    words = list(_word(representative, plan, view, slots, wording))
    while len(words) > 1 and len(" ".join(words)) > MAX_CHARACTERS:
        words.pop(-2)
    return Act(tuple(desk), " ".join(words)[:MAX_CHARACTERS])


def _plan(representative: Representative, view: View) -> Plan:
    plan = representative.plan.get(view.kind, representative.plan[OTHERWISE])
    last = representative.plan.get(LAST)
    if not view.last or last is None or view.kind == "closing":
        return plan
    return Plan(do=plan.do + last.do, say=tuple(dict.fromkeys(plan.say + last.say)))


def _word(representative: Representative, plan: Plan, view: View, slots: dict[str, str], wording: int) -> Iterator[str]:
    """Write one sentence or more for each part; a part whose slots the case leaves empty is left out."""
    for part in plan.say:
        lines = [line.format(**slots) for line in representative.words[part] if slots_of(line) <= slots.keys()]
        if lines and representative.pastes:
            yield draw_line(lines, f"{representative.key}/{part}", wording)
        elif lines:
            place = f"{representative.key}/{view.customer}/{view.number}/{part}"
            yield _begin_large(draw_line(lines, place, wording, view.written))


def _begin_large(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _carry_out(deed: str, view: View, done: Sequence[DeskStep]) -> Iterator[tuple[str, str]]:
    """Return what a deed of the plan is at this desk: nothing where the desk has no such thing."""
    do, _, which = deed.partition(" ")
    if do in {"look", "read"}:
        name = {"look": "look_up", "read": "read_policy"}[do]
        texts = (
            {one.key: f"{one.label} {one.text}" for one in view.records}
            if do == "look"
            else {one.key: f"{one.title} {one.text}" for one in view.policy}
        )
        keys = [list(texts)[place] for place in nearest(list(texts.values()), view.says)]
        fresh = [key for key in keys if (name, key) not in named(done)]
        yield from ((name, key) for key in fresh[: None if which == "all" else int(which)])
    elif do == "offer":
        option = choose_option(view.options, which)
        if option is not None:
            yield "offer", option.what
    elif do == "promise":
        wanted = [pledge.key for pledge in view.pledges if pledge.keepable == (which == "keepable")]
        unpromised = [("promise", pledge) for pledge in wanted if ("promise", pledge) not in named(done)]
        yield from unpromised[:1]
    elif do != "wait" or view.unfinished:
        yield do, ""


def choose_option(options: Sequence[Option], which: str) -> Option | None:
    """Return what somebody of this kind offers, from what the desk shows of each remedy; None where there is none."""
    by_standing = {
        standing: sorted((one for one in options if one.standing == standing), key=lambda one: -one.value)
        for standing in ("allowed", "needs_approval", "forbidden")
    }
    allowed, asking, forbidden = by_standing.values()
    gains = sorted(allowed, key=lambda one: one.cost - one.value)
    choices: dict[str, Sequence[Option]] = {
        "best": gains,
        "second": _second(gains) or gains,
        "poor": allowed[::-1],
        "dear": sorted(allowed, key=lambda one: -one.cost),
        "unapproved": asking or sorted(allowed, key=lambda one: -one.cost),
        "forbidden": forbidden or asking,
    }
    return next(iter(choices[which]), None)


def _second(gains: Sequence[Option]) -> Sequence[Option]:
    """Leave out the best remedy, in all its amounts."""
    return [one for one in gains if one.key != gains[0].key]
