"""What a response is worth: items, responses, one posterior, and what to ask next."""

from poise.measurement.expected import expected_share
from poise.measurement.models import BlockItem, FloatArray, GradedItem, Statement
from poise.measurement.responses import Graded, Ranked, Reading, Response
from poise.measurement.scoring import Posterior, Prior, score
from poise.measurement.selection import Candidate, choose, expected_gain, information
from poise.measurement.simulation import answer_block, answer_graded, draw_person

__all__ = [
    "BlockItem",
    "Candidate",
    "FloatArray",
    "Graded",
    "GradedItem",
    "Posterior",
    "Prior",
    "Ranked",
    "Reading",
    "Response",
    "Statement",
    "answer_block",
    "answer_graded",
    "choose",
    "draw_person",
    "expected_gain",
    "expected_share",
    "information",
    "score",
]
