"""What responses are worth: items, calibration, scores of many persons and of one, and what to ask next.

What is needed for one person is imported at once. All else, of which much is compiled, is imported when it is first
asked for, so that nobody who only answers ever waits for it.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Final

from poise.measurement.bank import Bank, Candidate
from poise.measurement.expected import expected_share
from poise.measurement.models import BlockItem, FloatArray, GradedItem, PartialCreditItem, Statement
from poise.measurement.needs import Need, Precision, Verdict, Verdicts
from poise.measurement.responses import Graded, Ranked, Reading, Response
from poise.measurement.scoring import Posterior, Prior, score
from poise.measurement.selection import Rules, choose, choose_from, expected_gain, information, rank_items
from poise.measurement.simulation import answer_block, answer_graded, draw_person
from poise.measurement.stopping import StopRule, find_reason_to_stop

if TYPE_CHECKING:
    from poise.measurement.adaptive import AdaptiveTests, draw_people, simulate_tests
    from poise.measurement.anchoring import Anchors
    from poise.measurement.calibratedbank import bank_of, prior_of
    from poise.measurement.calibratedblocks import CalibratedBlock, CalibratedRater, CalibratedStatement
    from poise.measurement.calibration import Settings, calibrate
    from poise.measurement.coding import Codebook, RawResponses, code_responses, dichotomise, from_array, raw_from_array
    from poise.measurement.curvedata import (
        block_information,
        item_chances,
        item_information,
        place_thresholds,
        sum_information,
        trace_blocks,
        trace_information,
        trace_items,
        trace_scores,
    )
    from poise.measurement.drift import DriftReport, ItemDrift, find_drift
    from poise.measurement.epem import ManyCalibration, Options, calibrate_many
    from poise.measurement.exposure import ExposureControl, control_exposure
    from poise.measurement.framereading import read_frame
    from poise.measurement.gathering import Gathered, read_observations
    from poise.measurement.gridem import CoarseGridError
    from poise.measurement.gridjudge import GridFit, calibrate_on_grid
    from poise.measurement.gridscoring import Scores, draw_from_grid, find_quantiles, score_table
    from poise.measurement.instrument import Instrument, read_instrument
    from poise.measurement.itemmap import ItemMap, MappedBlock
    from poise.measurement.items import CalibratedItem, Calibration, KnownParameters, Model
    from poise.measurement.joining import join_tables
    from poise.measurement.jointdata import (
        JointBlock,
        JointItem,
        JointStatement,
        JointTable,
        code_most_least,
        code_order,
    )
    from poise.measurement.jointem import calibrate_joint
    from poise.measurement.jointlaying import lay_joint, match_joint
    from poise.measurement.jointscoring import score_joint
    from poise.measurement.jointstep import JointOptions
    from poise.measurement.likelihoodscoring import score_by_weighted_likelihood
    from poise.measurement.linkfit import Criterion
    from poise.measurement.linking import Link, Scale, apply_link, link_calibrations
    from poise.measurement.manyparameters import ManyParameters
    from poise.measurement.manyscoring import ManyScores, draw_plausible_values, recall_parameters, score_many
    from poise.measurement.manysimulation import draw_answers, draw_latents, draw_parameters, simulate_table, table_of
    from poise.measurement.mapscoring import score_by_mode
    from poise.measurement.observedfit import assess_observed
    from poise.measurement.observedscoring import Observed, find_modes, find_weighted
    from poise.measurement.observedtables import observe_table
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
    from poise.measurement.personfit import PersonFit, assess_fit
    from poise.measurement.population import Population
    from poise.measurement.priors import Priors
    from poise.measurement.reading import read_responses
    from poise.measurement.scoringforms import PointScores
    from poise.measurement.simulees import Missing, Simulated, simulate_responses
    from poise.measurement.spooling import SpooledTables, spool_responses
    from poise.measurement.styles import Style
    from poise.measurement.tables import BadTableError, ResponseTable

LATER: Final = {
    "adaptive": ("AdaptiveTests", "draw_people", "simulate_tests"),
    "anchoring": ("Anchors",),
    "calibratedbank": ("bank_of", "prior_of"),
    "calibratedblocks": ("CalibratedBlock", "CalibratedRater", "CalibratedStatement"),
    "calibration": ("Settings", "calibrate"),
    "coding": ("Codebook", "RawResponses", "code_responses", "dichotomise", "from_array", "raw_from_array"),
    "curvedata": (
        "block_information",
        "item_chances",
        "item_information",
        "place_thresholds",
        "sum_information",
        "trace_blocks",
        "trace_information",
        "trace_items",
        "trace_scores",
    ),
    "drift": ("DriftReport", "ItemDrift", "find_drift"),
    "epem": ("ManyCalibration", "Options", "calibrate_many"),
    "exposure": ("ExposureControl", "control_exposure"),
    "framereading": ("read_frame",),
    "gathering": ("Gathered", "read_observations"),
    "gridem": ("CoarseGridError",),
    "gridjudge": ("GridFit", "calibrate_on_grid"),
    "gridscoring": ("Scores", "draw_from_grid", "find_quantiles", "score_table"),
    "instrument": ("Instrument", "read_instrument"),
    "itemmap": ("ItemMap", "MappedBlock"),
    "items": ("CalibratedItem", "Calibration", "KnownParameters", "Model"),
    "joining": ("join_tables",),
    "jointdata": ("JointBlock", "JointItem", "JointStatement", "JointTable", "code_most_least", "code_order"),
    "jointem": ("calibrate_joint",),
    "jointlaying": ("lay_joint", "match_joint"),
    "jointscoring": ("score_joint",),
    "jointstep": ("JointOptions",),
    "likelihoodscoring": ("score_by_weighted_likelihood",),
    "linkfit": ("Criterion",),
    "linking": ("Link", "Scale", "apply_link", "link_calibrations"),
    "manyparameters": ("ManyParameters",),
    "manyscoring": ("ManyScores", "draw_plausible_values", "recall_parameters", "score_many"),
    "manysimulation": ("draw_answers", "draw_latents", "draw_parameters", "simulate_table", "table_of"),
    "mapscoring": ("score_by_mode",),
    "observedfit": ("assess_observed",),
    "observedscoring": ("Observed", "find_modes", "find_weighted"),
    "observedtables": ("observe_table",),
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
    "personfit": ("PersonFit", "assess_fit"),
    "population": ("Population",),
    "priors": ("Priors",),
    "reading": ("read_responses",),
    "scoringforms": ("PointScores",),
    "simulees": ("Missing", "Simulated", "simulate_responses"),
    "spooling": ("SpooledTables", "spool_responses"),
    "styles": ("Style",),
    "tables": ("BadTableError", "ResponseTable"),
}
"""Names that are imported when they are asked for, by module."""

__all__ = [
    "AdaptiveTests",
    "Anchors",
    "BadTableError",
    "Bank",
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
    "Criterion",
    "DriftReport",
    "ExposureControl",
    "FloatArray",
    "Gathered",
    "Graded",
    "GradedItem",
    "GradedScale",
    "GridFit",
    "Instrument",
    "ItemDrift",
    "ItemMap",
    "JointBlock",
    "JointItem",
    "JointOptions",
    "JointStatement",
    "JointTable",
    "KnownParameters",
    "Link",
    "ManyCalibration",
    "ManyParameters",
    "ManyScores",
    "MappedBlock",
    "Missing",
    "Model",
    "Need",
    "Observable",
    "Observed",
    "Options",
    "PartialCreditItem",
    "PartialCreditScale",
    "PersonFit",
    "PointScores",
    "Population",
    "Posterior",
    "Precision",
    "Prior",
    "Priors",
    "Ranked",
    "RatedScale",
    "RawResponses",
    "ReadScale",
    "Reading",
    "Response",
    "ResponseTable",
    "Rules",
    "Scale",
    "Scores",
    "Settings",
    "Simulated",
    "SpooledTables",
    "Statement",
    "StopRule",
    "Style",
    "Verdict",
    "Verdicts",
    "answer_block",
    "answer_graded",
    "apply_link",
    "assess_fit",
    "assess_observed",
    "bank_of",
    "block_information",
    "calibrate",
    "calibrate_joint",
    "calibrate_many",
    "calibrate_on_grid",
    "choose",
    "choose_from",
    "code_most_least",
    "code_order",
    "code_responses",
    "control_exposure",
    "dichotomise",
    "draw_answers",
    "draw_from_grid",
    "draw_latents",
    "draw_parameters",
    "draw_people",
    "draw_person",
    "draw_plausible_values",
    "expected_gain",
    "expected_share",
    "find_drift",
    "find_modes",
    "find_quantiles",
    "find_reason_to_stop",
    "find_weighted",
    "from_array",
    "information",
    "item_chances",
    "item_information",
    "join_tables",
    "lay_joint",
    "link_calibrations",
    "list_answers",
    "match_joint",
    "mix_gradient",
    "mix_log",
    "observe",
    "observe_table",
    "place_thresholds",
    "prior_of",
    "rank_items",
    "raw_from_array",
    "read_frame",
    "read_instrument",
    "read_observations",
    "read_responses",
    "recall_parameters",
    "score",
    "score_by_mode",
    "score_by_weighted_likelihood",
    "score_joint",
    "score_many",
    "score_table",
    "simulate_responses",
    "simulate_table",
    "simulate_tests",
    "spool_responses",
    "sum_information",
    "table_of",
    "trace_blocks",
    "trace_information",
    "trace_items",
    "trace_scores",
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
