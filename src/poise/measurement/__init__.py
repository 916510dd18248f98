"""What responses are worth: items, calibration, scores of many persons and of one, and what to ask next.

What is needed for one person is imported at once. All else, of which much is compiled, is imported when it is first
asked for, so that nobody who only answers ever waits for it.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Final

from poise.measurement.expected import expected_share
from poise.measurement.models import BlockItem, FloatArray, GradedItem, Statement
from poise.measurement.responses import Graded, Ranked, Reading, Response
from poise.measurement.scoring import Posterior, Prior, score
from poise.measurement.selection import Candidate, choose, expected_gain, information
from poise.measurement.simulation import answer_block, answer_graded, draw_person

if TYPE_CHECKING:
    from poise.measurement.anchoring import Anchors
    from poise.measurement.calibratedblocks import CalibratedBlock, CalibratedRater, CalibratedStatement
    from poise.measurement.calibration import Settings, calibrate
    from poise.measurement.coding import Codebook, RawResponses, code_responses, dichotomise, from_array, raw_from_array
    from poise.measurement.epem import ManyCalibration, Options, calibrate_many
    from poise.measurement.framereading import read_frame
    from poise.measurement.gridem import CoarseGridError
    from poise.measurement.gridjudge import GridFit, calibrate_on_grid
    from poise.measurement.gridscoring import Scores, score_table
    from poise.measurement.instrument import AskedBlock, Instrument, Rater, read_instrument
    from poise.measurement.items import CalibratedItem, Calibration, KnownParameters, Model
    from poise.measurement.jointdata import (
        JointBlock,
        JointItem,
        JointStatement,
        JointTable,
        code_most_least,
        code_order,
    )
    from poise.measurement.manyparameters import ManyParameters
    from poise.measurement.manyscoring import ManyScores, draw_plausible_values, recall_parameters, score_many
    from poise.measurement.manysimulation import draw_answers, draw_latents, draw_parameters, simulate_table, table_of
    from poise.measurement.observing import (
        ChoiceBlock,
        GradedScale,
        Observable,
        PartialCreditScale,
        RatedScale,
        ReadScale,
        list_answers,
        mix_gradient,
        mix_log,
        observe,
    )
    from poise.measurement.population import Population
    from poise.measurement.priors import Priors
    from poise.measurement.reading import read_responses
    from poise.measurement.simulees import Missing, Simulated, simulate_responses
    from poise.measurement.spooling import SpooledTables, spool_responses
    from poise.measurement.styles import Style
    from poise.measurement.tables import BadTableError, ResponseTable

LATER: Final = {
    "anchoring": ("Anchors",),
    "calibratedblocks": ("CalibratedBlock", "CalibratedRater", "CalibratedStatement"),
    "calibration": ("Settings", "calibrate"),
    "coding": ("Codebook", "RawResponses", "code_responses", "dichotomise", "from_array", "raw_from_array"),
    "epem": ("ManyCalibration", "Options", "calibrate_many"),
    "framereading": ("read_frame",),
    "gridem": ("CoarseGridError",),
    "gridjudge": ("GridFit", "calibrate_on_grid"),
    "gridscoring": ("Scores", "score_table"),
    "instrument": ("AskedBlock", "Instrument", "Rater", "read_instrument"),
    "items": ("CalibratedItem", "Calibration", "KnownParameters", "Model"),
    "jointdata": ("JointBlock", "JointItem", "JointStatement", "JointTable", "code_most_least", "code_order"),
    "manyparameters": ("ManyParameters",),
    "manyscoring": ("ManyScores", "draw_plausible_values", "recall_parameters", "score_many"),
    "manysimulation": ("draw_answers", "draw_latents", "draw_parameters", "simulate_table", "table_of"),
    "observing": (
        "ChoiceBlock",
        "GradedScale",
        "Observable",
        "PartialCreditScale",
        "RatedScale",
        "ReadScale",
        "list_answers",
        "mix_gradient",
        "mix_log",
        "observe",
    ),
    "population": ("Population",),
    "priors": ("Priors",),
    "reading": ("read_responses",),
    "simulees": ("Missing", "Simulated", "simulate_responses"),
    "spooling": ("SpooledTables", "spool_responses"),
    "styles": ("Style",),
    "tables": ("BadTableError", "ResponseTable"),
}
"""Names that are imported when they are asked for, by module."""

__all__ = [
    "Anchors",
    "AskedBlock",
    "BadTableError",
    "BlockItem",
    "CalibratedBlock",
    "CalibratedItem",
    "CalibratedRater",
    "CalibratedStatement",
    "Calibration",
    "Candidate",
    "ChoiceBlock",
    "CoarseGridError",
    "Codebook",
    "FloatArray",
    "Graded",
    "GradedItem",
    "GradedScale",
    "GridFit",
    "Instrument",
    "JointBlock",
    "JointItem",
    "JointStatement",
    "JointTable",
    "KnownParameters",
    "ManyCalibration",
    "ManyParameters",
    "ManyScores",
    "Missing",
    "Model",
    "Observable",
    "Options",
    "PartialCreditScale",
    "Population",
    "Posterior",
    "Prior",
    "Priors",
    "Ranked",
    "RatedScale",
    "Rater",
    "RawResponses",
    "ReadScale",
    "Reading",
    "Response",
    "ResponseTable",
    "Scores",
    "Settings",
    "Simulated",
    "SpooledTables",
    "Statement",
    "Style",
    "answer_block",
    "answer_graded",
    "calibrate",
    "calibrate_many",
    "calibrate_on_grid",
    "choose",
    "code_most_least",
    "code_order",
    "code_responses",
    "dichotomise",
    "draw_answers",
    "draw_latents",
    "draw_parameters",
    "draw_person",
    "draw_plausible_values",
    "expected_gain",
    "expected_share",
    "from_array",
    "information",
    "list_answers",
    "mix_gradient",
    "mix_log",
    "observe",
    "raw_from_array",
    "read_frame",
    "read_instrument",
    "read_responses",
    "recall_parameters",
    "score",
    "score_many",
    "score_table",
    "simulate_responses",
    "simulate_table",
    "spool_responses",
    "table_of",
]


def __getattr__(name: str) -> object:
    for module, names in LATER.items():
        if name in names:
            found = getattr(import_module(f"poise.measurement.{module}"), name)
            globals()[name] = found
            return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
