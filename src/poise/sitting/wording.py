"""The customer's words as they are stored: the grammar's, or a voice's with the grammar's line beside them.

Only what is said changes here. State, outcome and what came out stand in the same events and are not touched, and the
next line is drawn against the grammar's lines, so a sitting goes the same way with a voice and without.
"""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from poise.content.library import Library
from poise.content.scenario import Scenario
from poise.roleplay.voicing import AskedOnce, Rewords, word
from poise.sitting import events as e
from poise.sitting.state import Conversation

Spoken = TypeVar("Spoken", e.ConversationOpened, e.CustomerAnswered)


def ask_once(voice: Rewords | None) -> Rewords | None:
    """Return a voice for one decision, which may be made several times and must not ask each time."""
    return None if voice is None else AskedOnce(voice)


def lines_of(conversation: Conversation) -> list[str]:
    """Return the grammar's lines of a conversation so far, whoever worded them."""
    return [conversation.opened.chosen, *(one.chosen for one in conversation.answers)]


def word_opening(opened: e.ConversationOpened, library: Library, voice: Rewords | None) -> e.ConversationOpened:
    """Let a voice word the customer's first words."""
    needs = tuple(need.key for need in library.find(Scenario, opened.scenario).needs)
    return _word(opened, library, (), needs, voice)


def word_answer(
    new: Sequence[e.AnyEvent], conversation: Conversation, library: Library, voice: Rewords | None
) -> tuple[e.AnyEvent, ...]:
    """Let a voice word the customer's answer among these new events."""
    spoken = (conversation.opened.says, *(one.says for one in conversation.answers))
    return tuple(
        _word(event, library, spoken, event.open_needs or (), voice) if isinstance(event, e.CustomerAnswered) else event
        for event in new
    )


def voices_in(conversation: Conversation) -> tuple[str, ...]:
    """Return the models that worded lines of a conversation, each once."""
    voices = (conversation.opened.voice, *(one.voice for one in conversation.answers))
    return tuple(dict.fromkeys(voice for voice in voices if voice))


def _word(
    event: Spoken, library: Library, spoken: Sequence[str], needs: Sequence[str], voice: Rewords | None
) -> Spoken:
    case = library.find(Scenario, event.scenario)
    worded = word(case, library.voice, event.says, spoken, event.anger, needs, voice)
    if not worded.voice:
        return event
    changed: Mapping[str, str] = {"says": worded.says, "line": worded.line, "voice": worded.voice}
    return event.model_copy(update=changed)
