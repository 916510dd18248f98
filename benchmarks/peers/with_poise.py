"""Poise itself."""

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
from run import Data, Found

from poise.measurement.adaptive.adaptive import simulate_tests
from poise.measurement.adaptive.bank import Bank, Candidate
from poise.measurement.adaptive.needs import Precision
from poise.measurement.adaptive.selection import Rules, choose_from
from poise.measurement.adaptive.stopping import StopRule
from poise.measurement.grid.calibration import Settings, calibrate
from poise.measurement.many.epem import calibrate_many
from poise.measurement.models import FloatArray, GradedItem
from poise.measurement.responses import Graded
from poise.measurement.scoring import Prior, score
from poise.measurement.tabular.tables import ResponseTable

Prepared = tuple[Callable[[], Found], Callable[[int], int] | None]


def prepare_calibration(data: Data) -> Prepared:
    """Prepare a calibration in one dimension."""
    table = read_table(data)

    def run() -> Found:
        found = calibrate(table, "graded", settings=Settings(standard_errors=False))
        return {
            "slopes": np.array([item.loadings[0][1] for item in found.items]),
            "thresholds": np.array([item.thresholds for item in found.items]),
            "nodes": found.nodes,
            "converged": found.converged,
        }

    return run, None


def prepare_many(data: Data) -> Prepared:
    """Prepare a calibration in many dimensions."""
    table = read_table(data)

    def run() -> Found:
        found = calibrate_many(table, data["pattern"], "graded", errors="none")
        return {
            "slopes": np.array([item.loadings[0][1] for item in found.items]),
            "thresholds": np.array([item.thresholds for item in found.items]),
            "correlations": found.correlations,
            "nodes": found.nodes,
            "converged": found.converged,
        }

    return run, None


def read_table(data: Data) -> ResponseTable:
    """Return the responses as a table."""
    names = tuple(f"i{i + 1:03}" for i in range(len(data["categories"])))
    return ResponseTable(names, data["categories"], data["starts"], data["item"], data["category"])


def prepare_tests(data: Data) -> Prepared:
    """Prepare adaptive tests in one dimension: the largest expected gain, posterior means."""
    bank = lay_out_bank(data["slopes"][:, None], data["thresholds"], ("theta",))
    return prepare_adaptive(
        bank, Prior(bank.names, np.zeros(1), np.eye(1)), data["theta"][:, None], int(data["length"])
    )


def prepare_many_tests(data: Data) -> Prepared:
    """Prepare adaptive tests in many dimensions."""
    names = tuple(f"d{d + 1:02}" for d in range(data["slopes"].shape[1]))
    bank = lay_out_bank(data["slopes"], data["thresholds"], names)
    prior = Prior(names, np.zeros(len(names)), data["correlations"])
    return prepare_adaptive(bank, prior, data["theta"], int(data["length"]))


def prepare_customer(data: Data) -> Prepared:
    """Prepare simulated customers who answer replies, and one reply at a time."""
    sys.path.append(str(Path(__file__).parents[1]))
    from evaluate_time import Customers  # noqa: PLC0415  beside this folder, and no other case needs it

    customers, texts = Customers(), [str(text) for text in data["texts"]]

    def run() -> Found:
        for text in texts:
            customers.answer(text)
        return {}

    def step(number: int) -> int:
        customers.answer(texts[number % len(texts)])
        return 1

    return run, step


def lay_out_bank(slopes: FloatArray, thresholds: FloatArray, names: tuple[str, ...]) -> Bank:
    """Return a bank of graded items, each on one dimension."""
    candidates = []
    for i, (row, b) in enumerate(zip(slopes, thresholds, strict=True)):
        d = int(np.argmax(row))
        item = GradedItem(((names[d], float(row[d])),), tuple((-row[d] * b).tolist()))
        candidates.append(Candidate(f"i{i:03}", item, 10.0, (names[d],)))
    return Bank.of(candidates, names)


def prepare_adaptive(bank: Bank, prior: Prior, people: FloatArray, length: int) -> Prepared:
    """Prepare tests of many simulees, and of one person step by step."""
    rules, need = Rules(among=1, length=length), Precision.of(bank.names)
    answers = np.random.default_rng(5)

    def run() -> Found:
        tests = simulate_tests(bank, prior, people, stop=StopRule(longest=length), rules=rules, seed=1)
        return {"theta": tests.mean if len(bank.names) > 1 else tests.mean[:, 0]}

    def step(number: int) -> int:
        posterior, said = score(prior, []), []
        for place in range(length):
            given = [one.key for one in said]
            chosen = choose_from(bank, posterior, given, need=need, rules=rules, seed=number, number=place)
            said.append(Graded(chosen.key, chosen.item, int(answers.integers(chosen.item.categories))))
            posterior = score(prior, said)
        return length

    return run, step
