"""A second opinion on a whole conversation: how often and how clearly each act stood, added up for each quality.

The kinds of `review.yaml` judge moments by lines that people wrote. A person who has read a whole conversation also
goes by how much of everything there was. So for each quality a short list of weights (`leanings.yaml`) is added up over
the mean and the clearest reading of acts and signs, and over the measures of felt justice. The rating's centre is the
middle between this and what the kinds say, stretched to the raters' spread; its width is how far such centres lay from
raters in conversations of writers that the weights had not seen.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from pydantic import Field, model_validator
from scipy.special import ndtr

from poise.content.piece import Key, Piece, Text
from poise.content.quality import QUALITIES
from poise.content.review import LEVELS
from poise.roleplay.transcripts.turns import Conversation
from poise.roleplay.transcripts.weighing import RATINGS, QualityRating

HIGHEST = float(LEVELS - 1)
NARROWER = 0.8
"""Ends of the scale pull the mean of the chances inwards; a slightly narrower normal gives it back."""
NO_DESK, NO_CASE = 0.4, 0.2
"""How much wider a rating is where the desk, or the case, is not told."""


class Leaning(Piece):
    """The weights of one quality, and how its opinion is brought to the raters' scale."""

    start: float
    weights: dict[Text, float]
    centre: float
    level: float
    stretch: float = Field(gt=0)
    sd: float = Field(gt=0)


class Leanings(Piece):
    """What shipped weights rest on, and one leaning a quality."""

    version: Text
    source: Text
    qualities: dict[Key, Leaning]

    @model_validator(mode="after")
    def _complete(self) -> "Leanings":
        if tuple(self.qualities) != QUALITIES:
            raise ValueError(f"qualities: expected the twelve in this order: {', '.join(QUALITIES)}")
        return self


def measure(conversation: Conversation, justice: Mapping[str, float]) -> dict[str, float]:
    """Return the mean and the clearest reading of each act over the replies that could be read, and felt justice."""
    replies = [reply.acts for reply in conversation.replies if reply.legible]
    measures = {f"fair.{name}": value for name, value in justice.items()}
    for act in replies[0] if replies else ():
        read = [acts[act] for acts in replies]
        measures[f"mean.{act}"] = float(np.mean(read))
        measures[f"most.{act}"] = max(read)
    return measures


def lean(measures: Mapping[str, float], leaning: Leaning) -> float:
    """Return the opinion from 0 to 4 that the weights add up to; what was not measured counts as absent."""
    total = leaning.start + sum(weight * measures.get(name, 0.0) for name, weight in leaning.weights.items())
    return min(HIGHEST, max(0.0, total))


def find_centre(expected: float, opinion: float, leaning: Leaning) -> float:
    """Return the middle between what the kinds and the leaning say, on the raters' scale."""
    return leaning.level + leaning.stretch * ((expected + opinion) / 2 - leaning.centre)


def spread(centre: float, sd: float) -> tuple[float, ...]:
    """Return the chances of 0 to 4 for a normal with this centre and standard deviation."""
    below = np.append(ndtr((RATINGS[:-1] + 0.5 - centre) / (NARROWER * sd)), 1.0)
    return tuple(float(chance) for chance in np.diff(below, prepend=0.0))


def blend(
    rating: QualityRating, measures: Mapping[str, float], leaning: Leaning, conversation: Conversation
) -> QualityRating:
    """Return a rating by kinds with the leaning taken in; its moments and turns stay."""
    transcript = conversation.transcript
    wider = 1.0 + NO_DESK * (not transcript.desk_known) + NO_CASE * (not transcript.case.remedies)
    centre = find_centre(rating.expected, lean(measures, leaning), leaning)
    return replace(rating, probabilities=spread(centre, wider * leaning.sd))
