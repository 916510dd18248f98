"""What responses are worth: items, calibration, scores of many persons and of one, and what to ask next.

What is needed for one person is imported at once. All else, of which much is compiled, is imported when it is first
asked for, so that nobody who only answers ever waits for it.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Final

from poise.measurement.adaptive.bank import Bank, Candidate
from poise.measurement.adaptive.needs import Need, Precision, Verdict, Verdicts
from poise.measurement.adaptive.selection import Rules, choose, choose_from, expected_gain, information, rank_items
from poise.measurement.adaptive.stopping import StopRule, find_reason_to_stop
from poise.measurement.expected import expected_share
from poise.measurement.models import BlockItem, FloatArray, GradedItem, PartialCreditItem, Statement
from poise.measurement.responses import Graded, Ranked, Reading, Response, right_or_wrong
from poise.measurement.scoring import Posterior, Prior, score
from poise.measurement.simulation import answer_block, answer_graded, draw_person

if TYPE_CHECKING:
    from poise.measurement.adaptive.adaptive import AdaptiveTests, draw_people, simulate_tests
    from poise.measurement.adaptive.calibratedbank import bank_of, prior_of
    from poise.measurement.adaptive.exposure import ExposureControl, control_exposure
    from poise.measurement.grid.calibration import Settings, calibrate
    from poise.measurement.grid.gridem import CoarseGridError
    from poise.measurement.grid.priors import Priors
    from poise.measurement.joint.jointdata import (
        JointBlock,
        JointItem,
        JointStatement,
        JointTable,
        code_most_least,
        code_order,
    )
    from poise.measurement.joint.jointem import calibrate_joint
    from poise.measurement.joint.jointlaying import lay_joint, match_joint
    from poise.measurement.joint.jointstep import JointOptions
    from poise.measurement.linking.drift import DriftReport, ItemDrift, find_drift
    from poise.measurement.linking.linkfit import Criterion
    from poise.measurement.linking.linking import Link, Scale, apply_link, link_calibrations
    from poise.measurement.many.anchoring import Anchors
    from poise.measurement.many.epem import ManyCalibration, Options, calibrate_many
    from poise.measurement.many.gridjudge import GridFit, calibrate_on_grid
    from poise.measurement.many.manyparameters import ManyParameters
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
    from poise.measurement.parameters.calibratedblocks import CalibratedBlock, CalibratedRater, CalibratedStatement
    from poise.measurement.parameters.instrument import Instrument, read_instrument
    from poise.measurement.parameters.itemmap import ItemMap, MappedBlock
    from poise.measurement.parameters.items import CalibratedItem, Calibration, KnownParameters, Model
    from poise.measurement.parameters.population import Population
    from poise.measurement.people.agreement import (
        Agreement,
        Resampling,
        agree_by_icc,
        agree_by_kappa,
        cross_tabulate,
        intraclass_correlations,
        weighted_kappa,
    )
    from poise.measurement.people.manysimulation import (
        draw_answers,
        draw_latents,
        draw_parameters,
        simulate_table,
        table_of,
    )
    from poise.measurement.people.simulees import Missing, Simulated, simulate_responses
    from poise.measurement.people.styles import Style
    from poise.measurement.scores.curvedata import (
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
    from poise.measurement.scores.gridscoring import Scores, draw_from_grid, find_quantiles, score_table
    from poise.measurement.scores.jointscoring import score_joint
    from poise.measurement.scores.likelihoodscoring import score_by_weighted_likelihood
    from poise.measurement.scores.manyscoring import ManyScores, draw_plausible_values, recall_parameters, score_many
    from poise.measurement.scores.mapscoring import score_by_mode
    from poise.measurement.scores.observedfit import assess_observed
    from poise.measurement.scores.observedscoring import Observed, find_modes, find_weighted
    from poise.measurement.scores.observedtables import observe_table
    from poise.measurement.scores.personfit import PersonFit, assess_fit
    from poise.measurement.scores.scoringforms import PointScores
    from poise.measurement.tabular.coding import (
        Codebook,
        RawResponses,
        code_responses,
        dichotomise,
        from_array,
        raw_from_array,
    )
    from poise.measurement.tabular.framereading import read_frame
    from poise.measurement.tabular.gathering import Gathered, read_observations
    from poise.measurement.tabular.joining import join_tables
    from poise.measurement.tabular.reading import read_responses
    from poise.measurement.tabular.spooling import SpooledTables, spool_responses
    from poise.measurement.tabular.tables import BadTableError, ResponseTable

LATER: Final = {
    "adaptive.adaptive": ("AdaptiveTests", "draw_people", "simulate_tests"),
    "many.anchoring": ("Anchors",),
    "adaptive.calibratedbank": ("bank_of", "prior_of"),
    "parameters.calibratedblocks": ("CalibratedBlock", "CalibratedRater", "CalibratedStatement"),
    "grid.calibration": ("Settings", "calibrate"),
    "tabular.coding": ("Codebook", "RawResponses", "code_responses", "dichotomise", "from_array", "raw_from_array"),
    "scores.curvedata": (
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
    "linking.drift": ("DriftReport", "ItemDrift", "find_drift"),
    "many.epem": ("ManyCalibration", "Options", "calibrate_many"),
    "adaptive.exposure": ("ExposureControl", "control_exposure"),
    "tabular.framereading": ("read_frame",),
    "tabular.gathering": ("Gathered", "read_observations"),
    "grid.gridem": ("CoarseGridError",),
    "many.gridjudge": ("GridFit", "calibrate_on_grid"),
    "scores.gridscoring": ("Scores", "draw_from_grid", "find_quantiles", "score_table"),
    "parameters.instrument": ("Instrument", "read_instrument"),
    "parameters.itemmap": ("ItemMap", "MappedBlock"),
    "parameters.items": ("CalibratedItem", "Calibration", "KnownParameters", "Model"),
    "tabular.joining": ("join_tables",),
    "joint.jointdata": ("JointBlock", "JointItem", "JointStatement", "JointTable", "code_most_least", "code_order"),
    "joint.jointem": ("calibrate_joint",),
    "joint.jointlaying": ("lay_joint", "match_joint"),
    "scores.jointscoring": ("score_joint",),
    "joint.jointstep": ("JointOptions",),
    "scores.likelihoodscoring": ("score_by_weighted_likelihood",),
    "linking.linkfit": ("Criterion",),
    "linking.linking": ("Link", "Scale", "apply_link", "link_calibrations"),
    "many.manyparameters": ("ManyParameters",),
    "scores.manyscoring": ("ManyScores", "draw_plausible_values", "recall_parameters", "score_many"),
    "people.agreement": (
        "Agreement",
        "Resampling",
        "agree_by_icc",
        "agree_by_kappa",
        "cross_tabulate",
        "intraclass_correlations",
        "weighted_kappa",
    ),
    "people.manysimulation": ("draw_answers", "draw_latents", "draw_parameters", "simulate_table", "table_of"),
    "scores.mapscoring": ("score_by_mode",),
    "scores.observedfit": ("assess_observed",),
    "scores.observedscoring": ("Observed", "find_modes", "find_weighted"),
    "scores.observedtables": ("observe_table",),
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
    "scores.personfit": ("PersonFit", "assess_fit"),
    "parameters.population": ("Population",),
    "grid.priors": ("Priors",),
    "tabular.reading": ("read_responses",),
    "scores.scoringforms": ("PointScores",),
    "people.simulees": ("Missing", "Simulated", "simulate_responses"),
    "tabular.spooling": ("SpooledTables", "spool_responses"),
    "people.styles": ("Style",),
    "tabular.tables": ("BadTableError", "ResponseTable"),
}
"""Names that are imported when they are asked for, by module."""

__all__ = [
    "AdaptiveTests",
    "Agreement",
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
    "Resampling",
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
    "agree_by_icc",
    "agree_by_kappa",
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
    "cross_tabulate",
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
    "intraclass_correlations",
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
    "right_or_wrong",
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
    "weighted_kappa",
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
