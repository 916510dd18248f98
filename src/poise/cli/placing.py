"""Where the people stand whose answers are set beside curves: their answers to items, and their posterior."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from poise.cli.scoresheet import place_groups
from poise.cli.scoring import match_items
from poise.measurement.joint.jointdata import JointTable
from poise.measurement.joint.jointlaying import match_joint
from poise.measurement.models import FloatArray
from poise.measurement.parameters.items import KnownParameters
from poise.measurement.tabular.coding import dichotomise
from poise.measurement.tabular.gathering import read_observations
from poise.measurement.tabular.reading import read_responses
from poise.measurement.tabular.tables import ResponseTable

FEW_ITEMS = 2
"""A dimension with fewer items is left to the joint engine."""


@dataclass(frozen=True, eq=False)
class People:
    """Persons with their answers to items and their posterior means and standard deviations, shape (P, D) both."""

    table: ResponseTable
    means: FloatArray
    sds: FloatArray


def place_people(told: dict[str, Any], path: Path, group: str | None, rater: str | None = None) -> People:
    """Read answers and score the people who gave them.

    Parameters
    ----------
    told : dict
        The content of parameters.json.
    path : Path
        The answers.
    group, rater : str, optional
        Columns.

    Raises
    ------
    BadTableError
        Naming what is wrong with the answers.
    """
    known = KnownParameters.from_dict(told)
    at_least = None if told.get("dichotomise") is None else int(told["dichotomise"])
    loads = Counter(name for item in known.items for name, _ in item.loadings)
    if known.is_joint or rater or min(loads[name] for name in known.dimensions) < FEW_ITEMS:
        return _place_jointly(known, path, group, rater, at_least)
    raw = read_responses(path, group=group)
    table = place_groups(match_items(raw if at_least is None else dichotomise(raw, at_least), known), known)
    if len(known.dimensions) == 1:
        from poise.measurement.scores.gridscoring import score_table  # noqa: PLC0415  compiled code only where it is needed

        scores = score_table(table, known)
        return People(table, scores.mean[:, None], scores.sd[:, None])
    from poise.measurement.scores.manyscoring import recall_parameters, score_many  # noqa: PLC0415

    many = score_many(table, recall_parameters(known))
    return People(table, many.mean, many.sd)


def _place_jointly(
    known: KnownParameters, path: Path, group: str | None, rater: str | None, at_least: int | None
) -> People:
    from poise.measurement.scores.jointscoring import score_joint  # noqa: PLC0415  compiled code only where it is needed

    marked = {one.key for block in known.blocks for one in block.statements}
    gathered = read_observations(path, group=group, rater=rater, marked=marked)
    whole = match_joint(gathered if at_least is None else gathered.dichotomised(at_least), known)
    scores = score_joint(whole, known)
    return People(pick_answers(whole, known), scores.mean, scores.sd)


def pick_answers(whole: JointTable, known: KnownParameters) -> ResponseTable:
    """Return the plain answers to items; what was rated by somebody or read from a text is no answer."""
    plain = (whole.answer >= 0) & (whole.item < len(known.items))
    if whole.rater is not None:
        plain &= whole.rater < 0
    before = np.concatenate([[0], np.cumsum(plain)])
    return ResponseTable(
        items=tuple(item.key for item in known.items),
        categories=np.array([len(item.intercepts) + 1 for item in known.items], dtype=np.int64),
        starts=before[whole.starts].astype(np.int64),
        item=whole.item[plain].astype(np.int32),
        category=whole.answer[plain].astype(np.int16),
        persons=whole.persons,
    )
