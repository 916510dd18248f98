"""What `bench.py` compares: which engine works on which case, told what."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from cases import CASES, Case, Drawn, correlate, draw, draw_bank, draw_eight
from evaluate_time import pick_replies

from poise.measurement.people.manysimulation import draw_latents, draw_parameters
from poise.measurement.tabular.tables import ResponseTable
from poise.roleplay.training.corpus import load_corpus


@dataclass(frozen=True)
class Plan:
    """One engine on one case.

    Parameters
    ----------
    case, engine : str
    settings : dict
        What the engine is told beside the data.
    remark : str
        What the reader is told about that.
    """

    case: str
    engine: str
    settings: dict[str, int] = field(default_factory=dict)
    remark: str = ""


def plan_nodes(case: str, engine: str, nodes: int, more: str = "") -> Plan:
    """Plan an engine that is told how many nodes to use."""
    return Plan(case, engine, {"nodes": nodes}, f"{nodes} nodes{more}")


PLANS = (
    Plan("a", "poise"),
    plan_nodes("a", "theta", 61),
    plan_nodes("a", "mirt", 61),
    plan_nodes("a", "girth", 61),
    Plan("b", "poise"),
    plan_nodes("b", "mirt", 61),
    plan_nodes("b", "girth", 61),
    Plan("c", "poise"),
    plan_nodes("c", "mirt", 121),
    plan_nodes("c", "mirt", 21, ", its default"),
    plan_nodes("c", "girth", 61),
    Plan("d", "poise"),
    plan_nodes("d", "mirt", 61),
    plan_nodes("d", "girth", 61),
    Plan("e", "poise"),
    plan_nodes("e", "mirt", 5, " a dimension, the fewest it takes"),
    Plan("t", "poise"),
    plan_nodes("t", "mirt", 61),
    Plan("t", "catsim", remark="maximum likelihood"),
    Plan("t", "catpie", remark="33 nodes"),
    Plan("u", "poise"),
    plan_nodes("u", "mirt", 61),
    Plan("v", "poise"),
    plan_nodes("v", "mirt", 5, " a dimension, the fewest it takes"),
    *(Plan(case, "poise", remark="one step is one reply") for case in "wxy"),
)
TESTS = {"t": (300, 2), "u": (300, 5)}
"""Adaptive tests in one dimension: items in the bank, and their categories."""
REPLIES = {"w": 1, "x": 3, "y": 5}
"""Sentences in the replies that a simulated customer answers."""
CORPUS = Path(__file__).parents[1] / "corpus"
MANY = 500
"""Items in the bank of twelve dimensions."""


@dataclass(frozen=True)
class Prepared:
    """A case as it is handed to the engines, and as the judge knows it.

    Parameters
    ----------
    told : str
    data : dict of arrays
        What an engine is given.
    true : dict of arrays
        What it should find.
    drawn : Drawn, optional
        For the log-likelihood, where there is one dimension.
    """

    told: str
    data: dict[str, Any]
    true: dict[str, Any]
    drawn: Drawn | None = None


def prepare_calibration(case: Case) -> Prepared:
    """Prepare one of the cases a to d."""
    drawn = draw(case)
    data = {"kind": "calibration", **table_data(drawn.table)}
    return Prepared(case.told, data, {"slopes": drawn.slopes, "thresholds": drawn.thresholds}, drawn)


def table_data(table: ResponseTable) -> dict[str, Any]:
    """Return the arrays of a table."""
    return {name: getattr(table, name) for name in ("categories", "starts", "item", "category")}


def prepare_eight(persons: int) -> Prepared:
    """Prepare case e."""
    parameters, table = draw_eight(persons)
    slopes = parameters.slopes[parameters.pattern]
    true = {
        "slopes": slopes,
        "thresholds": -parameters.intercepts / slopes[:, None],
        "correlations": parameters.correlations,
    }
    data = {"kind": "many", "pattern": parameters.pattern, **table_data(table)}
    return Prepared(f"8 correlated dimensions x 8 graded items, {persons:,} persons", data, true)


def prepare_tests(name: str, simulees: int) -> Prepared:
    """Prepare adaptive tests in one dimension."""
    items, categories = TESTS[name]
    data = {"kind": "tests", "length": 30, **draw_bank(items, categories, simulees)}
    what = "2PL" if categories == 2 else f"graded, {categories} categories"  # noqa: PLR2004  yes and no
    return Prepared(f"adaptive, {what}, 30 of {items} items, {simulees:,} tests", data, {"theta": data["theta"]})


def prepare_many_tests(simulees: int) -> Prepared:
    """Prepare adaptive tests in twelve dimensions."""
    rng = np.random.default_rng(12)
    bank = correlate(draw_parameters(12, 42, 5, rng), np.linspace(0.45, 0.85, 12))
    theta = draw_latents(bank, simulees, rng)
    slopes = bank.slopes[:MANY]
    data = {
        "kind": "many_tests",
        "length": 48,
        "slopes": slopes,
        "thresholds": -bank.intercepts[:MANY] / slopes.sum(axis=1, keepdims=True),
        "correlations": bank.correlations,
        "theta": theta,
    }
    return Prepared(f"adaptive, 12 dimensions, 48 of {MANY} items, {simulees:,} tests", data, {"theta": theta})


def prepare_customer(sentences: int, replies: int) -> Prepared:
    """Prepare replies for simulated customers."""
    texts = pick_replies(load_corpus(CORPUS), sentences, replies)
    what = f"a simulated customer answers {replies} replies of {sentences} sentence" + "s" * (sentences > 1)
    return Prepared(what, {"kind": "customer", "texts": np.array(texts)}, {})


def prepare_case(name: str, *, tiny: bool) -> Prepared:
    """Prepare a case by its letter; a tiny one shows that everything runs, and nothing else."""
    if name == "e":
        return prepare_eight(1500 if tiny else 3000)
    if name in REPLIES:
        return prepare_customer(REPLIES[name], 5 if tiny else 100)
    if name == "v":
        return prepare_many_tests(5 if tiny else 100)
    if name in TESTS:
        return prepare_tests(name, 20 if tiny else 1000)
    case = next(case for case in CASES if case.name == name)
    return prepare_calibration(replace(case, persons=1500) if tiny else case)
