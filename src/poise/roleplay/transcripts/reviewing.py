"""One finished conversation reviewed: read, weighed and rated, with everything the ratings rest on."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import ValidationError

from poise.content.review import ReviewRubric
from poise.content.source import Complaint, LibraryError, read_source
from poise.roleplay.transcripts.evidence import Evidence, find_evidence
from poise.roleplay.transcripts.leaning import Leanings, blend, measure
from poise.roleplay.transcripts.listening import Listener
from poise.roleplay.transcripts.transcript import Transcript
from poise.roleplay.transcripts.turns import Conversation, ReadReply, read_conversation
from poise.roleplay.transcripts.weighing import QualityRating, ReviewWeights, overall, rate_qualities, would_return

HERE = Path(__file__).parent
RUBRIC, WEIGHTS, LEANINGS = "review.yaml", "weights.yaml", "leanings.yaml"


@dataclass(frozen=True)
class Review:
    """What is told of one conversation; `overall` and `would_return` are None where no reply could be read."""

    conversation: Conversation
    evidence: Evidence
    ratings: tuple[QualityRating, ...]
    overall: float | None
    would_return: float | None


@dataclass(frozen=True)
class Reviewer:
    """Everything a review needs: kinds, weights, who reads either side, and leanings (without them: kinds alone)."""

    rubric: ReviewRubric
    weights: ReviewWeights
    read: ReadReply
    listener: Listener
    leanings: Leanings | None = None

    def review(self, transcript: Transcript) -> Review:
        """Review one conversation."""
        conversation = read_conversation(transcript, self.read, self.listener)
        evidence = find_evidence(conversation, self.rubric)
        ratings = rate_qualities(evidence.moments, self.weights)
        if self.leanings is not None:
            measures, kept = measure(conversation, evidence.justice), self.leanings.qualities
            ratings = tuple(blend(one, measures, kept[one.quality], conversation) for one in ratings)
        known = bool(evidence.moments)
        return Review(
            conversation=conversation,
            evidence=evidence,
            ratings=ratings,
            overall=overall(ratings) if ratings else None,
            would_return=would_return(evidence.justice, self.weights.would_return) if known else None,
        )

    def gather(self, transcripts: Iterable[Transcript]) -> list[Evidence]:
        """Return the evidence of many conversations, for fitting weights."""
        return [find_evidence(read_conversation(one, self.read, self.listener), self.rubric) for one in transcripts]


@cache
def load_rubric(folder: Path = HERE) -> ReviewRubric:
    """Read the kinds of moments; raises :class:`LibraryError` naming file and line."""
    source = read_source(folder / RUBRIC, folder)
    try:
        return ReviewRubric.model_validate(source.data)
    except ValidationError as error:
        raise LibraryError(
            [Complaint(RUBRIC, source.line_of(one["loc"]), one["msg"]) for one in error.errors()]
        ) from error


@cache
def load_leanings(folder: Path = HERE) -> Leanings:
    """Read the stored leanings; raises :class:`LibraryError` naming file and line."""
    source = read_source(folder / LEANINGS, folder)
    try:
        return Leanings.model_validate(source.data)
    except ValidationError as error:
        raise LibraryError(
            [Complaint(LEANINGS, source.line_of(one["loc"]), one["msg"]) for one in error.errors()]
        ) from error


@cache
def load_weights(folder: Path = HERE) -> ReviewWeights:
    """Read the stored weights; raises :class:`LibraryError` naming file and line, also where a kind has none."""
    source = read_source(folder / WEIGHTS, folder)
    try:
        weights = ReviewWeights.model_validate(source.data)
    except ValidationError as error:
        raise LibraryError(
            [Complaint(WEIGHTS, source.line_of(one["loc"]), one["msg"]) for one in error.errors()]
        ) from error
    wanted, known = {kind.key for kind in load_rubric(folder).kinds}, set(weights.kinds)
    if wanted != known:
        told = f"kinds: expected weights for exactly the kinds of {RUBRIC}; lacking {sorted(wanted - known)}, "
        raise LibraryError([Complaint(WEIGHTS, source.line_of(["kinds"]), f"{told}unknown {sorted(known - wanted)}")])
    return weights
