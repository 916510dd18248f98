"""On which page of the reference each public name of `poise.measurement` stands, in the order in which it is read."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Topic:
    """One page of the reference.

    Parameters
    ----------
    page, title, introduction : str
    names : tuple of str
    """

    page: str
    title: str
    introduction: str
    names: tuple[str, ...]


TOPICS: Final = (
    Topic(
        "responses.md",
        "Responses of many persons",
        "Responses are read with the values that their source has (`RawResponses`), then coded as categories from 0"
        " (`ResponseTable`), sparse: one entry for each response that was given.",
        (
            "read_responses",
            "read_frame",
            "from_array",
            "raw_from_array",
            "code_responses",
            "dichotomise",
            "Codebook",
            "RawResponses",
            "ResponseTable",
            "SpooledTables",
            "spool_responses",
            "read_observations",
            "Gathered",
            "ItemMap",
            "MappedBlock",
            "lay_joint",
            "match_joint",
            "JointTable",
            "JointItem",
            "JointBlock",
            "JointStatement",
            "code_order",
            "code_most_least",
            "BadTableError",
        ),
    ),
    Topic(
        "calibration.md",
        "Calibration",
        "In one dimension by EM on a grid, exact to the digits that it shows; in many by expectation propagation, an"
        " approximation that [many-dimensions.md](../many-dimensions.md) holds against the exact.",
        (
            "calibrate",
            "Settings",
            "Priors",
            "calibrate_many",
            "Options",
            "calibrate_joint",
            "JointOptions",
            "Calibration",
            "ManyCalibration",
            "CalibratedItem",
            "CalibratedBlock",
            "CalibratedStatement",
            "CalibratedRater",
            "KnownParameters",
            "Anchors",
            "Model",
            "CoarseGridError",
            "calibrate_on_grid",
            "GridFit",
        ),
    ),
    Topic(
        "scoring.md",
        "Scores of many persons",
        "Where people stand on items that were calibrated.",
        (
            "score_table",
            "Scores",
            "find_quantiles",
            "draw_from_grid",
            "score_many",
            "ManyScores",
            "recall_parameters",
            "ManyParameters",
            "score_joint",
            "draw_plausible_values",
            "score_by_mode",
            "score_by_weighted_likelihood",
            "PointScores",
            "observe_table",
            "Observed",
            "find_modes",
            "find_weighted",
        ),
    ),
    Topic(
        "linking.md",
        "Linking and drift",
        "Two calibrations with common items on one scale, and the items that changed between them.",
        (
            "link_calibrations",
            "Criterion",
            "Link",
            "Scale",
            "apply_link",
            "find_drift",
            "DriftReport",
            "ItemDrift",
            "join_tables",
        ),
    ),
    Topic(
        "person-fit.md",
        "Person fit",
        "Whether a person's answers fit the model: a question to ask, never a verdict.",
        ("assess_fit", "PersonFit", "assess_observed"),
    ),
    Topic(
        "curves.md",
        "Curves",
        "What `poise plot` draws, as rows of figures.",
        (
            "trace_items",
            "trace_blocks",
            "trace_information",
            "sum_information",
            "place_thresholds",
            "trace_scores",
            "item_chances",
            "item_information",
            "block_information",
        ),
    ),
    Topic(
        "observations.md",
        "Kinds of observations",
        "One small interface over every kind of answer: log-likelihood, gradient, information, and all answers that"
        " are possible.",
        (
            "Observable",
            "GradedScale",
            "PartialCreditScale",
            "ChoiceBlock",
            "RatedScale",
            "ReadScale",
            "list_answers",
            "mix_log",
            "mix_gradient",
            "observe",
        ),
    ),
    Topic(
        "one-person.md",
        "One person",
        "What the sitting uses: items and responses of one person, and one posterior of all that is latent. It needs"
        " numpy and scipy and compiles nothing.",
        (
            "GradedItem",
            "PartialCreditItem",
            "BlockItem",
            "Statement",
            "Graded",
            "Ranked",
            "Reading",
            "right_or_wrong",
            "Response",
            "Prior",
            "Posterior",
            "score",
            "expected_share",
            "FloatArray",
        ),
    ),
    Topic(
        "adaptive.md",
        "Adaptive tests",
        "What to ask next.",
        (
            "Bank",
            "Candidate",
            "Rules",
            "choose_from",
            "rank_items",
            "Need",
            "Precision",
            "Verdict",
            "Verdicts",
            "StopRule",
            "find_reason_to_stop",
            "bank_of",
            "prior_of",
            "simulate_tests",
            "AdaptiveTests",
            "draw_people",
            "control_exposure",
            "ExposureControl",
            "choose",
            "expected_gain",
            "information",
        ),
    ),
    Topic(
        "simulation.md",
        "Simulation",
        "Made-up people and their answers. All chance comes from the generator or the seed that is passed in.",
        (
            "simulate_responses",
            "Simulated",
            "Style",
            "Missing",
            "Instrument",
            "read_instrument",
            "Population",
            "draw_person",
            "answer_graded",
            "answer_block",
            "draw_parameters",
            "draw_latents",
            "draw_answers",
            "table_of",
            "simulate_table",
        ),
    ),
    Topic(
        "agreement.md",
        "Agreement of raters",
        "How far people who rated the same things agree, with each other, with themselves, and with a reader that gives"
        " probabilities; [rating.md](../rating.md) tells what it is for.",
        (
            "agree_by_kappa",
            "agree_by_icc",
            "Agreement",
            "Resampling",
            "cross_tabulate",
            "weighted_kappa",
            "intraclass_correlations",
        ),
    ),
)
