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
    from poise.measurement.calibration import Settings, calibrate
    from poise.measurement.coding import Codebook, RawResponses, code_responses, dichotomise, from_array, raw_from_array
    from poise.measurement.epem import ManyCalibration, Options, calibrate_many
    from poise.measurement.framereading import read_frame
    from poise.measurement.gridem import CoarseGridError
    from poise.measurement.gridjudge import GridFit, calibrate_on_grid
    from poise.measurement.gridscoring import Scores, score_table
    from poise.measurement.items import CalibratedItem, Calibration, KnownParameters, Model
    from poise.measurement.manyparameters import ManyParameters
    from poise.measurement.manyscoring import ManyScores, draw_plausible_values, recall_parameters, score_many
    from poise.measurement.manysimulation import draw_answers, draw_latents, draw_parameters, simulate_table, table_of
    from poise.measurement.priors import Priors
    from poise.measurement.reading import read_responses
    from poise.measurement.spooling import SpooledTables, spool_wide
    from poise.measurement.tables import BadTableError, ResponseTable

LATER: Final = {
    "calibration": ("Settings", "calibrate"),
    "coding": ("Codebook", "RawResponses", "code_responses", "dichotomise", "from_array", "raw_from_array"),
    "epem": ("ManyCalibration", "Options", "calibrate_many"),
    "framereading": ("read_frame",),
    "gridem": ("CoarseGridError",),
    "gridjudge": ("GridFit", "calibrate_on_grid"),
    "gridscoring": ("Scores", "score_table"),
    "items": ("CalibratedItem", "Calibration", "KnownParameters", "Model"),
    "manyparameters": ("ManyParameters",),
    "manyscoring": ("ManyScores", "draw_plausible_values", "recall_parameters", "score_many"),
    "manysimulation": ("draw_answers", "draw_latents", "draw_parameters", "simulate_table", "table_of"),
    "priors": ("Priors",),
    "reading": ("read_responses",),
    "spooling": ("SpooledTables", "spool_wide"),
    "tables": ("BadTableError", "ResponseTable"),
}
"""Names that are imported when they are asked for, by module."""

__all__ = [
    "BadTableError",
    "BlockItem",
    "CalibratedItem",
    "Calibration",
    "Candidate",
    "CoarseGridError",
    "Codebook",
    "FloatArray",
    "Graded",
    "GradedItem",
    "GridFit",
    "KnownParameters",
    "ManyCalibration",
    "ManyParameters",
    "ManyScores",
    "Model",
    "Options",
    "Posterior",
    "Prior",
    "Priors",
    "Ranked",
    "RawResponses",
    "Reading",
    "Response",
    "ResponseTable",
    "Scores",
    "Settings",
    "SpooledTables",
    "Statement",
    "answer_block",
    "answer_graded",
    "calibrate",
    "calibrate_many",
    "calibrate_on_grid",
    "choose",
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
    "raw_from_array",
    "read_frame",
    "read_responses",
    "recall_parameters",
    "score",
    "score_many",
    "score_table",
    "simulate_table",
    "spool_wide",
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
