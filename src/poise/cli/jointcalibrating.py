"""`poise calibrate` of blocks, ratings and readings."""

import time
from dataclasses import replace
from typing import Literal

import numpy as np

from poise.cli.calibrating import Order, Say, refuse_few, tell_cycles
from poise.measurement.joint.jointdata import JointItem, JointTable
from poise.measurement.joint.jointem import calibrate_joint
from poise.measurement.joint.jointlaying import lay_joint
from poise.measurement.joint.jointstep import JointOptions
from poise.measurement.parameters.itemmap import ItemMap
from poise.measurement.parameters.items import Calibration
from poise.measurement.tabular.gathering import Gathered, read_observations
from poise.measurement.tabular.tables import BadTableError, name_some


def calibrate_gathered(order: Order, mapping: ItemMap | None, say: Say) -> Calibration:
    """Read blocks, ratings, readings and items beside them, and calibrate them together."""
    if order.nodes is not None:
        raise BadTableError(["--nodes: blocks, ratings and readings are not computed on a grid; leave it out"])
    if order.free_sds:
        raise BadTableError(["--free-sds: with blocks, ratings and readings all groups share their sds; leave it out"])
    gathered = read_observations(
        order.responses,
        order.readings,
        group=order.group,
        weight=order.weight,
        rater=order.rater,
        without=order.without,
        marked=() if mapping is None else mapping.statements,
    )
    if order.dichotomise is not None:
        gathered = gathered.dichotomised(order.dichotomise)
    own = ItemMap({"theta": gathered.items}) if mapping is None else mapping
    table = lay_joint(gathered, own, "gpcm" if order.model == "gpcm" else "graded", str(order.responses))
    refuse_table(table, order)
    errors: Literal["scores", "none"] = "scores" if order.standard_errors else "none"
    options, begun = JointOptions(report=tell_cycles(say)), time.perf_counter()
    found = calibrate_joint(table, errors=errors, options=options)
    return add_base_rates(replace(found, seconds=time.perf_counter() - begun), gathered)


def refuse_table(table: JointTable, order: Order) -> None:
    """Refuse observations that cannot be calibrated as ordered."""
    refuse_few(int(np.sum(table.answered > 0)))
    many = [one.key for one in table.asked if isinstance(one, JointItem) and one.categories > 2]  # noqa: PLR2004  yes, no
    if order.model == "2pl" and many:
        raise BadTableError(
            [f"the model 2pl has two categories, but {name_some(many)} has more: dichotomise, or use graded"]
        )


def add_base_rates(found: Calibration, gathered: Gathered) -> Calibration:
    """Keep the base rates of items that were read without any, so that scores can be made with the same."""
    if gathered.base_rates is not None or not gathered.read_categories:
        return found
    rates = gathered.find_base_rates()
    items = tuple(replace(item, base_rates=tuple(rates.get(item.key, np.zeros(0)).tolist())) for item in found.items)
    note = "there are no base rates (b0, b1 ...): the mean reading of each item stands for them"
    return replace(found, items=items, notes=(*found.notes, note))
