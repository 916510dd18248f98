"""Reads the turns of a conversation: the representative's acts, the customer's acts, and what stood before what."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from poise.content.act import HEARD
from poise.content.review import SIGNS
from poise.roleplay.transcripts.listening import Listener
from poise.roleplay.transcripts.signs import find_signs
from poise.roleplay.transcripts.transcript import DeskAct, Transcript
from poise.roleplay.understanding.slots import stems

MOST_TOPICS = 400


class TextRead(Protocol):
    """What a review needs of the reading of a reply."""

    @property
    def acts(self) -> tuple[tuple[str, float], ...]:
        """The chance of each act."""

    @property
    def legible(self) -> bool:
        """Whether the reply could be read at all."""

    @property
    def sentences(self) -> tuple[tuple[int, int], ...]:
        """Where each sentence stands."""

    @property
    def telling(self) -> tuple[tuple[str, int], ...]:
        """For each act that is at least likely, the sentence that carried it."""


ReadReply = Callable[[str, Sequence[str], str], TextRead]


@dataclass(frozen=True)
class Reply:
    """One turn of the representative: its number over all turns (from 1), what it does, and what it answers."""

    number: int
    text: str
    acts: Mapping[str, float]
    legible: bool
    sentences: tuple[tuple[int, int], ...]
    telling: Mapping[str, int]
    desk: tuple[DeskAct, ...]
    answers: str
    heard: Mapping[str, float]

    def quote(self, act: str) -> str:
        """Return the sentence that tells the act, or the beginning of the reply."""
        place = self.telling.get(act)
        start, end = self.sentences[place] if place is not None and place < len(self.sentences) else (0, len(self.text))
        return " ".join(self.text[start:end].split())


@dataclass(frozen=True)
class CustomerTurn:
    """One turn of the customer and the chance of each of nine acts in it."""

    number: int
    text: str
    heard: Mapping[str, float]


@dataclass(frozen=True)
class Conversation:
    """A transcript with every turn read."""

    transcript: Transcript
    replies: tuple[Reply, ...]
    customer: tuple[CustomerTurn, ...]

    def said_before(self, number: int) -> str:
        """Return all that the customer said before this turn."""
        return "\n".join(turn.text for turn in self.customer if turn.number < number)


def reading_with(reader: Any) -> ReadReply:  # noqa: ANN401  readers with and without the customer's line
    """Return a way to read a reply; the customer's line is handed on where the reader takes it."""
    takes_customer = "customer" in inspect.signature(reader.read).parameters

    def read(text: str, topics: Sequence[str], customer: str) -> TextRead:
        found: TextRead = reader.read(text, topics, customer=customer) if takes_customer else reader.read(text, topics)
        return found

    return read


def read_conversation(transcript: Transcript, read: ReadReply, listener: Listener) -> Conversation:
    """Read every turn; replies that cannot be read stay in their place and are no evidence."""
    topics = _topics(transcript)
    customer: list[CustomerTurn] = []
    replies: list[Reply] = []
    waiting: list[CustomerTurn] = []
    for number, turn in enumerate(transcript.turns, start=1):
        if turn.who == "customer":
            waiting.append(CustomerTurn(number, turn.text, dict(listener.listen(turn.text))))
            customer.append(waiting[-1])
            continue
        answered = " ".join(one.text for one in waiting)
        found = read(turn.text, topics, answered)
        signs = find_signs([turn.text[start:end] for start, end in found.sentences]) if found.legible else {}
        replies.append(
            Reply(
                number=number,
                text=turn.text,
                acts=dict(found.acts) | {sign: float(sign in signs) for sign in SIGNS},
                legible=found.legible,
                sentences=found.sentences,
                telling=dict(found.telling) | signs,
                desk=turn.desk or (),
                answers=answered,
                heard=_together(waiting),
            )
        )
        waiting = []
    return Conversation(transcript, tuple(replies), tuple(customer))


def _together(turns: Sequence[CustomerTurn]) -> dict[str, float]:
    """Return the chance that each act stands in at least one of the turns."""
    absent = dict.fromkeys(HEARD, 1.0)
    for turn in turns:
        absent = {act: chance * (1.0 - turn.heard.get(act, 0.0)) for act, chance in absent.items()}
    return {act: 1.0 - chance for act, chance in absent.items()}


def _topics(transcript: Transcript) -> tuple[str, ...]:
    """Return the words of the case and of the customer, which count as known when a reply is read."""
    case = transcript.case
    texts = [case.title, case.customer, *case.facts, *case.policy, *(remedy.text for remedy in case.remedies)]
    texts += [turn.text for turn in transcript.turns if turn.who == "customer"]
    words = {word for text in texts for word in text.split() if stems(word)}
    return tuple(sorted(words)[:MOST_TOPICS])
