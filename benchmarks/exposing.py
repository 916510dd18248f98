"""Finds the exposure parameters of the starter's blocks by simulation, and writes them into its blocks.yaml.

One set serves every blueprint: it is found for the need of all six jobs, at the longest number of blocks, and then told
for each blueprint. Run it when statements, blocks, beliefs or blueprints changed; the result is content.
"""

import argparse
import re

import numpy as np

from poise.content.check import load_library
from poise.content.library import STARTER
from poise.measurement.adaptive.adaptive import draw_people, simulate_tests
from poise.measurement.adaptive.exposure import control_exposure
from poise.measurement.adaptive.selection import Rules
from poise.measurement.adaptive.stopping import StopRule
from poise.sitting.choosing import lay_bank, need_of
from poise.sitting.evidence import prior_of

TARGET = 0.22
TOLERANCE = 0.02


def main() -> None:
    """Find the parameters, write them, and print what they do."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1500)
    asked = parser.parse_args()
    library = load_library()
    plans = [one for one in library.blueprints if one.blocks]
    longest = max(plans, key=lambda one: (len(one.jobs), one.blocks))
    stop = StopRule(longest=max(one.blocks for one in plans), shortest=longest.blocks)
    rules = Rules(dict.fromkeys((one.key for one in library.qualities), longest.minimum_per_quality))
    bank, prior = lay_bank(library, longest), prior_of(library)
    found = control_exposure(
        bank,
        prior,
        TARGET,
        stop=stop,
        need=need_of(library, longest),
        rules=rules,
        tolerance=TOLERANCE,
        people=asked.people,
    )
    file = STARTER / "blocks.yaml"
    text = re.sub(r"\n  exposure: .*", "", file.read_text(encoding="utf-8"))
    for key, value in found.parameters.items():
        if value < 1.0:
            text = re.sub(rf"(- key: {key}\n  statements: .*)", rf"\1\n  exposure: {value:.4f}", text)
    file.write_text(text, encoding="utf-8")
    print(f"all jobs, {stop.longest} blocks: largest rate {max(found.before.values()):.2f} without,", end=" ")
    print(f"{max(found.after.values()):.2f} with; {found.rounds} rounds")
    controlled = bank.with_exposure(dict(found.parameters))
    for plan in plans:
        truth = draw_people(prior, asked.people, np.random.default_rng(77))
        own = Rules(dict.fromkeys((one.key for one in library.qualities), plan.minimum_per_quality))
        tests = simulate_tests(
            controlled,
            prior,
            truth,
            stop=StopRule(longest=plan.blocks, shortest=plan.blocks),
            need=need_of(library, plan),
            rules=own,
            seed=9,
            scored=False,
        )
        print(f"{plan.key}: largest rate {tests.exposure_rates.max():.2f}")


if __name__ == "__main__":
    main()
