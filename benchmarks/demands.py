"""Prints how demanding the demands are: the share of made-up applicants who reach a number, and who meet a job's.

Applicants are drawn from what the authors believe of people. `python benchmarks/demands.py [LIBRARY]`; the tables are
what authors of demands had at hand (docs/decisions/0045), and what their demands then came to.
"""

import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from poise.content.check import load_library
from poise.content.job import Job
from poise.content.library import STARTER, Library
from poise.content.quality import QUALITIES
from poise.jobfit.demand import moments_of_ten
from poise.sitting.evidence import prior_of

FloatArray = NDArray[np.float64]
PEOPLE, SEED = 4000, 1
NUMBERS = (3, 4, 5, 5.5, 6, 6.5, 7, 7.5, 8)


def draw_expected(library: Library) -> dict[str, FloatArray]:
    """Return, by quality, in how many of ten moments of the reference set each applicant does well."""
    prior = prior_of(library)
    own = [prior.names.index(quality) for quality in QUALITIES]
    rng = np.random.default_rng(SEED)
    people = rng.multivariate_normal(prior.mean[own], prior.covariance[np.ix_(own, own)], PEOPLE)
    return {quality: moments_of_ten(library, quality, people[:, place]) for place, quality in enumerate(QUALITIES)}


def share_who_meet(job: Job, expected: dict[str, FloatArray]) -> tuple[float, float, float]:
    """Return the share who meet the balance of a job, all its must-haves, and both; by the mean of the passes."""
    surplus = {quality: expected[quality] - np.mean(demand.passes) for quality, demand in job.demands.items()}
    balance = sum(job.demands[quality].weight * one for quality, one in surplus.items()) >= 0
    musts = np.all([one >= 0 for quality, one in surplus.items() if job.demands[quality].must_have], axis=0)
    return float(np.mean(balance)), float(np.mean(musts)), float(np.mean(balance & musts))


def main() -> None:
    """Print both tables."""
    library = load_library(Path(sys.argv[1]) if len(sys.argv) > 1 else STARTER)
    expected = draw_expected(library)
    print("| quality | " + " | ".join(f"{number:g}" for number in NUMBERS) + " | middle person |")
    print("|---" + "|--:" * (len(NUMBERS) + 1) + "|")
    for quality in QUALITIES:
        shares = " | ".join(f"{np.mean(expected[quality] >= number):.0%}" for number in NUMBERS)
        print(f"| {quality} | {shares} | {np.median(expected[quality]):.1f} |")
    print("\n| job | balance | must-haves | both |\n|---|--:|--:|--:|")
    for job in library.jobs:
        print(f"| {job.key} | " + " | ".join(f"{share:.0%}" for share in share_who_meet(job, expected)) + " |")


if __name__ == "__main__":
    main()
