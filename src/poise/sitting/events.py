"""What happens in a sitting, as facts that are never changed: the only thing that is stored of it."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SerializerFunctionWrapHandler, TypeAdapter, model_serializer

from poise.content.piece import LATER, leave_out_defaults


class Event(BaseModel):
    """Something that happened, and when (ISO 8601, UTC, given by the door)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    at: str

    @model_serializer(mode="wrap")
    def _leave_out_what_is_not_said(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Write an event as it was written before its kind got further fields, where it needs none of them."""
        return leave_out_defaults(self, write(self))


class SittingOpened(Event):
    """A person came in, by the open door or by an invitation; the library and the chance are fixed from here on."""

    kind: Literal["sitting_opened"] = "sitting_opened"
    library: str
    blueprint: str
    seed: int
    door: Literal["open", "invitation", "terminal", "simulation"]


class PreviewSeen(Event):
    """The person read the preview of the work and went on."""

    kind: Literal["preview_seen"] = "preview_seen"


class ConsentGiven(Event):
    """The person agreed to this version of the terms."""

    kind: Literal["consent_given"] = "consent_given"
    version: str


class AccommodationsChosen(Event):
    """What the person needs in order to show what they can do; never a reason."""

    kind: Literal["accommodations_chosen"] = "accommodations_chosen"
    large_text: bool = False
    plain_background: bool = False
    breaks: bool = False
    human_alternative: bool = False


class PracticeDone(Event):
    """The practice block was tried; its answer is not kept."""

    kind: Literal["practice_done"] = "practice_done"


class BlockGiven(Event):
    """A block was chosen to be answered next."""

    kind: Literal["block_given"] = "block_given"
    block: str


class BlocksEnded(Event):
    """No more blocks are needed; only in a library that is no longer provisional."""

    kind: Literal["blocks_ended"] = "blocks_ended"
    reason: Literal["precision"]


class BlockRanked(Event):
    """Statements of the block, from most to least like me, as their numbers in it."""

    kind: Literal["block_ranked"] = "block_ranked"
    block: str
    order: tuple[int, int, int]


class StatementRated(Event):
    """How far a statement is like me, from 0 to 4."""

    kind: Literal["statement_rated"] = "statement_rated"
    statement: str
    category: int = Field(ge=0, le=4)


class AttentionAnswered(Event):
    """Which step was chosen on a line that asks for one by name, from 0 to 4; it enters no score."""

    kind: Literal["attention_answered"] = "attention_answered"
    check: str
    step: int = Field(ge=0, le=4)


class KnowledgeAnswered(Event):
    """Which answer was chosen to a question of a form, as its place among the answers, from 0."""

    kind: Literal["knowledge_answered"] = "knowledge_answered"
    form: str
    question: str
    answer: int = Field(ge=0, le=4)


class SituationRated(Event):
    """How good each reaction is, from 0 (very poor) to 4 (very good), by the reaction's key."""

    kind: Literal["situation_rated"] = "situation_rated"
    situation: str
    categories: dict[str, int]


class PauseTaken(Event):
    """The person paused before this customer of a shift and is ready to go on; how long it was enters no score."""

    kind: Literal["pause_taken"] = "pause_taken"
    scenario: str


class ConversationOpened(Event):
    """The customer comes in; which reader will read the replies, and its base rates, are fixed from here on.

    `after` names the customer who was served directly before in the same shift. `voice` names the
    model that put the grammar's `line` into other words; both are empty where the grammar's own words were said.
    """

    kind: Literal["conversation_opened"] = "conversation_opened"
    scenario: str
    reader: str
    base_rates: dict[str, float]
    says: str
    anger: int
    trust: int
    after: Annotated[str, LATER] = ""
    line: Annotated[str, LATER] = ""
    voice: Annotated[str, LATER] = ""

    @property
    def chosen(self) -> str:
        """The grammar's line: `line` where a voice put it into other words, else what was said."""
        return self.line or self.says


class CustomerLeftToPerson(Event):
    """The person asked for a talk with a person in place of this simulated customer; nothing of it is scored."""

    kind: Literal["customer_left_to_person"] = "customer_left_to_person"
    scenario: str


class DeskUsed(Event):
    """Something was done at the desk before the reply with this number (from 1).

    Where the customer was let finish (`wait`), `says` is their second message.
    """

    kind: Literal["desk_used"] = "desk_used"
    scenario: str
    reply: int
    do: Literal["look_up", "read_policy", "offer", "promise", "transfer", "note", "end", "wait"]
    what: str = ""
    says: Annotated[str, LATER] = ""


class ReplySent(Event):
    """A reply as it was read: its words lie under `text` in the erasable table."""

    kind: Literal["reply_sent"] = "reply_sent"
    scenario: str
    reply: int
    text: str
    acts: dict[str, float]
    telling: dict[str, int]
    sentences: tuple[tuple[int, int], ...]
    words: int
    legible: bool
    on_topic: bool
    copied: bool
    touched: Annotated[int | None, LATER] = None
    stock: Annotated[bool, LATER] = False
    claims: Annotated[tuple[str, ...], LATER] = ()


class CustomerAnswered(Event):
    """How the reply was taken: the customer's state in thousandths, and what they said."""

    kind: Literal["customer_answered"] = "customer_answered"
    scenario: str
    reply: int
    reaction: str
    says: str
    anger: int
    trust: int
    heard: int
    would_return: int
    told: tuple[str, ...] = ()
    answered: Annotated[tuple[str, ...], LATER] = ()
    face: Annotated[int | None, LATER] = None
    patience: Annotated[int | None, LATER] = None
    outcome: Annotated[int | None, LATER] = None
    procedure: Annotated[int | None, LATER] = None
    treatment: Annotated[int | None, LATER] = None
    open_needs: Annotated[tuple[str, ...] | None, LATER] = None
    temper: Annotated[str, LATER] = ""
    line: Annotated[str, LATER] = ""
    voice: Annotated[str, LATER] = ""

    @property
    def chosen(self) -> str:
        """The grammar's line: `line` where a voice put it into other words, else what was said."""
        return self.line or self.says


class ConversationEnded(Event):
    """The customer has gone, and how."""

    kind: Literal["conversation_ended"] = "conversation_ended"
    scenario: str
    outcome: Literal["pleased", "settled", "unhappy", "lost", "ended"]
    would_return: int


class WillingnessStated(Event):
    """How willing the person is to work under each condition, from 0 (no) to 4 (gladly)."""

    kind: Literal["willingness_stated"] = "willingness_stated"
    levels: dict[str, int]


class SittingFinished(Event):
    """All parts are done; the report stands."""

    kind: Literal["sitting_finished"] = "sitting_finished"


class TextErased(Event):
    """The person's words were erased; what was read in them stays as numbers."""

    kind: Literal["text_erased"] = "text_erased"


class ReadingContested(Event):
    """The person does not agree with how a moment was read; their words lie under `text` in the erasable table."""

    kind: Literal["reading_contested"] = "reading_contested"
    scenario: str
    moment: str
    text: str


class ReadingCorrected(Event):
    """Somebody looked at a moment and put a level of their own in the place of the reading, or took it out.

    `level` is None for a moment that is not to be scored; `reason` is the key of their words in the erasable table.
    `slip` is how often a person's level is taken to be a slip, spread over all five levels.
    """

    kind: Literal["reading_corrected"] = "reading_corrected"
    scenario: str
    moment: str
    level: int | None = Field(ge=0, le=4)
    by: str
    reason: str
    slip: float = Field(default=0.05, ge=0, lt=1)


class InterviewRated(Event):
    """Somebody rated the answer to a question of an interview, after the sitting; of one rater's the last one stands.

    `rater` is a key. `notes` is the key of their words in the erasable table; empty where there are none.
    """

    kind: Literal["interview_rated"] = "interview_rated"
    quality: str
    question: str
    level: int = Field(ge=0, le=4)
    rater: str
    notes: Annotated[str, LATER] = ""


class HelpAsked(Event):
    """The person asks the people who invited them for something; their words lie under `text` in the erasable table."""

    kind: Literal["help_asked"] = "help_asked"
    text: str


AnyEvent = Annotated[
    SittingOpened
    | PreviewSeen
    | ConsentGiven
    | AccommodationsChosen
    | PracticeDone
    | BlockGiven
    | BlocksEnded
    | BlockRanked
    | StatementRated
    | AttentionAnswered
    | KnowledgeAnswered
    | SituationRated
    | PauseTaken
    | ConversationOpened
    | CustomerLeftToPerson
    | DeskUsed
    | ReplySent
    | CustomerAnswered
    | ConversationEnded
    | WillingnessStated
    | SittingFinished
    | TextErased
    | ReadingContested
    | ReadingCorrected
    | InterviewRated
    | HelpAsked,
    Field(discriminator="kind"),
]

_ADAPTER: TypeAdapter[AnyEvent] = TypeAdapter(AnyEvent)


def write_event(event: AnyEvent) -> str:
    """Write an event as the JSON of one stored row."""
    return event.model_dump_json()


def read_event(row: str) -> AnyEvent:
    """Read a stored row back; raises pydantic's ValidationError where it is not an event."""
    return _ADAPTER.validate_json(row)
