"""One exchange with a customer as events: what was read in a reply, how it was taken, and perhaps the end."""

from collections.abc import Mapping
from dataclasses import replace

from poise.content.library import Library
from poise.content.scenario import Scenario
from poise.roleplay.claims import find_claims
from poise.roleplay.customer import Answer, answer, hear
from poise.roleplay.rating import Said
from poise.roleplay.state import CustomerState, first_state
from poise.roleplay.understanding import TextReading
from poise.sitting import events as e
from poise.sitting.evidence import desk_of, said_in
from poise.sitting.state import Conversation
from poise.sitting.wording import lines_of

LATER_FEELINGS = ("face", "patience", "outcome", "procedure", "treatment", "open_needs")
"""What answers did not hold at first: where it is missing, it is as it was when the customer came in."""


def exchange(
    conversation: Conversation,
    case: Scenario,
    library: Library,
    words: str,
    reading: TextReading,
    texts: Mapping[str, str],
    sent: e.ReplySent,
    seed: int,
) -> tuple[e.AnyEvent, ...]:
    """Let the customer hear a reply and answer it.

    `texts` are the earlier replies by their keys; `sent` is the reply as it was read, and how it stands in the case is
    added to it.
    """
    before, desk = said_in(conversation), desk_of(conversation)
    earlier = [texts[reply.text] for reply in conversation.replies if reply.text in texts]
    claims = find_claims(case, words, lines_of(conversation))
    said = hear(case, words, reading, before, earlier, stock=library.appraisal.stock, desk=desk, claims=claims)
    mood = mood_of(conversation, case)
    answered = answer(case, library.appraisal, library.voice, mood, (*before, said), desk, seed, lines_of(conversation))
    set_in_case = {
        "on_topic": said.on_topic,
        "copied": said.copied,
        "touched": said.touched,
        "stock": said.stock,
        "claims": said.claims,
    }
    return (sent.model_copy(update=set_in_case), *_answered(answered, sent, said))


def last_words(conversation: Conversation) -> str:
    """Return the customer's last line by the grammar, with the second message where they were let finish.

    A reply is read beside the grammar's line, so that it is read alike whichever words a voice found for it.
    """
    says = lines_of(conversation)[-1]
    waited = [step.says for step in conversation.desk if step.reply == conversation.next_reply and step.says]
    return "\n".join([says, *waited])


def has_waited(conversation: Conversation) -> bool:
    """Say whether the customer was let finish before the reply that is due."""
    return any(step.do == "wait" and step.reply == conversation.next_reply for step in conversation.desk)


def mood_of(conversation: Conversation, case: Scenario) -> CustomerState:
    """Return the customer's state as it was stored last."""
    opened, first = conversation.opened, first_state(case)
    if not conversation.answers:
        return replace(first, anger=opened.anger, trust=opened.trust)
    last = conversation.answers[-1]
    later = {name: getattr(last, name) for name in LATER_FEELINGS if getattr(last, name) is not None}
    tempers = tuple(one.temper for one in conversation.answers)
    return replace(first, anger=last.anger, trust=last.trust, heard=last.heard, tempers=tempers, **later)


def _answered(answered: Answer, sent: e.ReplySent, said: Said) -> tuple[e.AnyEvent, ...]:
    state = answered.state
    taken = e.CustomerAnswered(
        at=sent.at,
        scenario=sent.scenario,
        reply=sent.reply,
        reaction=answered.reaction,
        says=answered.says,
        anger=state.anger,
        trust=state.trust,
        heard=state.heard,
        would_return=answered.would_return,
        told=said.told,
        answered=said.answered,
        face=state.face,
        patience=state.patience,
        outcome=state.outcome,
        procedure=state.procedure,
        treatment=state.treatment,
        open_needs=state.open_needs,
        temper=answered.temper,
    )
    if answered.outcome is None:
        return (taken,)
    ended = e.ConversationEnded(
        at=sent.at, scenario=sent.scenario, outcome=answered.outcome, would_return=answered.would_return
    )
    return (taken, ended)
