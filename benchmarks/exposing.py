"""Finds the exposure parameters of the starter's blocks by simulation, and writes them into its blocks.yaml.

One set serves every blueprint. In each round made-up people go through the blocks of each blueprint, and a block that
was chosen for more than the target share of people in any of them is held back (the filter of Sympson and Hetter 1985;
see docs/adaptive.md). Run it when statements, blocks, beliefs, jobs or blueprints changed; the result is content.
"""

import argparse
import re

import numpy as np
from numpy.typing import NDArray

from poise.content.blueprint import Blueprint
from poise.content.check import load_library
from poise.content.library import STARTER, Library
from poise.measurement.adaptive.adaptive import draw_people, simulate_tests
from poise.measurement.adaptive.selection import Rules
from poise.measurement.adaptive.stopping import StopRule
from poise.sitting.choosing import lay_bank, need_of
from poise.sitting.evidence import prior_of

FloatArray = NDArray[np.float64]
TARGET = 0.22
"""Below the .30 that no statement should pass: what is answered before the blocks is unknown here and adds some."""
ROUNDS = 14
QUICK, NEW_SHARE = 5, 0.4


def find_rates(library: Library, plan: Blueprint, parameters: FloatArray, people: int, seed: int) -> FloatArray:
    """Return the share of made-up people who get each block in a blueprint, with these exposure parameters."""
    bank, prior = lay_bank(library, plan), prior_of(library)
    controlled = bank.with_exposure(dict(zip(bank.place, parameters.tolist(), strict=True)))
    tests = simulate_tests(
        controlled,
        prior,
        draw_people(prior, people, np.random.default_rng((seed, 1))),
        stop=StopRule(longest=plan.blocks, shortest=plan.blocks),
        need=need_of(library, plan),
        rules=Rules(dict.fromkeys((one.key for one in library.qualities), plan.minimum_per_quality)),
        seed=seed,
        scored=False,
    )
    return tests.exposure_rates


def main() -> None:
    """Find the parameters, write them, and print what they do."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=2000)
    asked = parser.parse_args()
    library = load_library()
    plans = [one for one in library.blueprints if one.blocks]
    longest = max(one.blocks for one in plans)
    parameters = np.ones(len(library.blocks))
    before = {one.key: find_rates(library, one, parameters, asked.people, 1).max() for one in plans}
    chosen = np.zeros(len(parameters))
    for turn in range(ROUNDS):
        rates = np.max([find_rates(library, one, parameters, asked.people, 10 + turn) for one in plans], axis=0)
        chosen += (rates / parameters - chosen) * (1.0 if turn < QUICK else NEW_SHARE)
        parameters = TARGET / np.maximum(chosen, TARGET)
        parameters[np.argsort(-parameters, kind="stable")[:longest]] = 1.0
        parameters = np.round(parameters, 4)
    file = STARTER / "blocks.yaml"
    text = re.sub(r"\n  exposure: .*", "", file.read_text(encoding="utf-8"))
    for block, value in zip(library.blocks, parameters, strict=True):
        if value < 1.0:
            text = re.sub(rf"(- key: {block.key}\n  statements: .*)", rf"\1\n  exposure: {value:.4f}", text)
    file.write_text(text, encoding="utf-8")
    for one in plans:
        after = find_rates(library, one, parameters, 2 * asked.people, 99).max()
        print(f"{one.key}: largest rate {before[one.key]:.2f} without, {after:.2f} with")


if __name__ == "__main__":
    main()
