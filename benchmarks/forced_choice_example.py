"""Writes the simulated forced-choice example: `python benchmarks/forced_choice_example.py`.

600 made-up persons rank 20 triplets of statements on five qualities; six triplets hold a statement of the low pole. It
writes the answers, the map, and the parameters that the answers were drawn from.
"""

import json
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from poise.cli.responding import tell_wide
from poise.measurement.parameters.instrument import read_instrument
from poise.measurement.people.simulees import simulate_responses

EXAMPLES = Path(__file__).parents[1] / "examples"
QUALITIES = ("patience", "warmth", "order", "drive", "openness")
PERSONS, SEED, BLOCKS, MIXED = 600, 7, 20, 6
CORRELATION = 0.3


def draw_parameters(rng: np.random.Generator) -> dict[str, Any]:
    """Draw the test: every three qualities meet twice, loadings are lognormal, intercepts of a block sum to zero."""
    triples = [*combinations(QUALITIES, 3)] * (BLOCKS // 10)
    number = dict.fromkeys(QUALITIES, 0)
    items: dict[str, Any] = {}
    blocks: dict[str, Any] = {}
    for b, triple in enumerate(triples):
        key, names = f"t{b + 1:02}", []
        intercepts = rng.normal(0.0, 0.7, 3)
        turned = b % 3 if b % 10 < MIXED * 10 // BLOCKS else None
        for place, quality in enumerate(triple):
            number[quality] += 1
            names.append(f"{quality}_{number[quality]}")
            slope = float(np.clip(rng.lognormal(0.2, 0.3), 0.5, 2.5)) * (-1.0 if place == turned else 1.0)
            items[names[-1]] = {
                "model": "blocks",
                "loadings": {quality: round(slope, 3)},
                "intercepts": [round(float(intercepts[place] - intercepts.mean()), 3)],
                "block": key,
            }
        blocks[key] = {"statements": names, "task": "rank"}
    correlations = np.full((len(QUALITIES), len(QUALITIES)), CORRELATION) + (1.0 - CORRELATION) * np.eye(len(QUALITIES))
    return {"items": items, "dimensions": list(QUALITIES), "correlations": correlations.tolist(), "blocks": blocks}


def main() -> None:
    """Write the three files."""
    told = draw_parameters(np.random.default_rng(SEED))
    (EXAMPLES / "forced_choice_truth.json").write_text(json.dumps(told, indent=1) + "\n")
    lines = [
        f"{q}: [{', '.join(key for key, one in told['items'].items() if q in one['loadings'])}]" for q in QUALITIES
    ]
    lines.append("blocks:")
    lines += [f"  {key}: {{statements: [{', '.join(one['statements'])}]}}" for key, one in told["blocks"].items()]
    (EXAMPLES / "forced_choice_map.yaml").write_text("\n".join(lines) + "\n")
    instrument = read_instrument(told)
    rows = tell_wide(instrument, simulate_responses(instrument, PERSONS, SEED))
    (EXAMPLES / "forced_choice.csv").write_text("\n".join(",".join(map(str, row)) for row in rows) + "\n")


if __name__ == "__main__":
    main()
