"""Sittings that differ only in one conversation, typed by hand: somebody who stays level, and somebody who does not."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from poise.content.knowledge import KnowledgeForm
from poise.content.library import Library
from poise.content.situation import Situation
from poise.sitting import decisions as d
from poise.sitting.journal import Decide, Journal, perform
from poise.sitting.state import State, fold
from poise.sitting.steps import Step, blueprint_of, next_step, question_pages, rated_pages

AT = "2026-03-04T10:00:00+00:00"
SCENARIO = "late_lamp"
SEED = 7
MIDDLE = 2


@dataclass(frozen=True)
class Turn:
    """What somebody did at the desk before a reply, and the reply."""

    desk: tuple[tuple[d.Do, str], ...]
    words: str


SAINT = (
    Turn(
        (("look_up", "order"), ("look_up", "notes")),
        "Good morning, Ms Lindqvist. A cracked shade on the first day, and then a promise that nobody kept: I can see "
        "why you are angry, and I am sorry. I have your order and our notes open in front of me. "
        "When do you need the lamp to work again?",
    ),
    Turn(
        (("note", ""),),
        "You are right, and our note is wrong. No shade was ordered and nobody rang you. That was our mistake. "
        "I have just written the correct facts below the old note.",
    ),
    Turn(
        (("look_up", "product"),),
        "Your neighbour is right, there are two sizes. A lamp with an A under the base takes the 40 mm ring, and a "
        "lamp with a B takes the 42 mm ring. Could you look which letter stands on the sticker?",
    ),
    Turn(
        (("look_up", "stock"), ("read_policy", "times"), ("promise", "shade_friday")),
        "I cannot write that, because it is not true: nothing has left the workshop yet, and there is no delivery in "
        "the evening. What is true is that the shade in your size is here. "
        "It will be with you tomorrow, Friday, by midday.",
    ),
    Turn(
        (("read_policy", "refunds"), ("read_policy", "broken_promise"), ("offer", "shade_and_delivery")),
        "After two weeks like these I understand why you ask for that. I am not able to pay back the whole price "
        "while the lamp stays with you. What I can do is send the shade by courier today and pay you back the "
        "£8 for the delivery.",
    ),
    Turn(
        (("promise", "ring_friday"),),
        "You have now told this to four of us, and fine words are no longer worth much to you. I understand that. "
        "You want the £129 and the lamp, and I cannot give you both. "
        "What I can do is order the shade now and ring you myself tomorrow to hear that it fits.",
    ),
    Turn(
        (),
        "Thank you for telling me the whole of it. The shade leaves today and is with you tomorrow by midday. "
        "I will ring you between two and three. We would be glad to see you again in one of our shops. "
        "Is there anything else that I can do for you?",
    ),
)
HOTHEAD = (
    Turn((), "I was not even here that day. Get to the point, please, there are other people waiting in this chat."),
    Turn(
        (),
        "I did not write that. Daniel wrote it, and he never does his work properly. "
        "You should have called us sooner if it was so urgent for you.",
    ),
    Turn(
        (),
        "They all fit, I guarantee you that. I have sold lamps for fifteen years and I know better than your friends.",
    ),
    Turn((), "Do you want me to lie to you now? That is ridiculous. It will come at some point, we will see."),
    Turn(
        (("look_up", "order"), ("offer", "claim_again")),
        "No. That is simply wrong, nobody owes you that. You have not even read the terms. "
        "Fill in the damage form like everybody else.",
    ),
    Turn(
        (),
        "How dare you call me a machine. Are you stupid, or can you not read? I do not have to take this from you.",
    ),
    Turn((), "Calm down, it is only a lamp. Nobody forces you to buy here. Make it quick next time."),
)


def merge(words: tuple[Turn, ...], desk: tuple[Turn, ...]) -> tuple[Turn, ...]:
    """Return the words of one person over the desk of another."""
    return tuple(Turn(done.desk, said.words) for said, done in zip(words, desk, strict=True))


def sit_by_hand(
    journal: Journal,
    sitting: str,
    library: Library,
    reader: d.ReadsText,
    turns: tuple[Turn, ...] = SAINT,
    *,
    willing: Mapping[str, int] | None = None,
    until: str = "finished",
) -> State:
    """Walk an opened sitting: the middle answer everywhere, and the typed turns to the customer.

    `until` names the kind of step before which the person stops.
    """
    while (step := next_step(fold(journal.read(sitting)), library)).kind not in {"finished", until}:
        for decide in _answer(journal, sitting, step, library, reader, turns, willing or {}):
            perform(journal, sitting, decide)
    return fold(journal.read(sitting))


def _answer(
    journal: Journal,
    sitting: str,
    step: Step,
    library: Library,
    reader: d.ReadsText,
    turns: tuple[Turn, ...],
    willing: Mapping[str, int],
) -> Iterator[Decide]:
    if step.kind == "reply":
        turn = turns[step.number - 1]
        for do, what in turn.desk if step.what == SCENARIO else ():
            yield d.use_desk(library, step.what, step.number, do, what, AT)
        written = d.Written(turn.words, f"{sitting}-{step.what}-{step.number}", lambda: journal.texts(sitting))
        yield d.send_reply(library, step.what, step.number, written, reader, AT)
        return
    state = fold(journal.read(sitting))
    yield answer_plainly(state, step, library, reader, willing)


def answer_plainly(  # noqa: PLR0911  one return for each kind of step
    state: State, step: Step, library: Library, reader: d.ReadsText, willing: Mapping[str, int]
) -> Decide:
    match step.kind:
        case "preview":
            return d.see_preview(library, AT)
        case "consent":
            return d.give_consent(library, library.consent.version, AT)
        case "accommodations":
            return d.choose_accommodations(library, {}, AT)
        case "practice":
            return d.finish_practice(library, AT)
        case "block":
            return d.rank_block(library, step.what, (0, 1, 2), AT)
        case "rated":
            keys = rated_pages(blueprint_of(state, library))[step.number - 1]
            return d.rate_statements(library, step.number, dict.fromkeys(keys, MIDDLE), AT)
        case "situation":
            reactions = library.find(Situation, step.what).reactions
            return d.rate_situation(library, step.what, {one.key: MIDDLE for one in reactions}, AT)
        case "knowledge":
            page = question_pages(library.find(KnowledgeForm, step.what))[step.number - 1]
            return d.answer_questions(library, step.what, step.number, {one.key: one.right for one in page}, AT)
        case "meet":
            return d.meet_customer(library, step.what, reader, AT)
        case _:
            levels = {one.key: willing.get(one.key, 4) for one in library.conditions}
            return d.state_willingness(library, levels, AT)
