"""A calibration as a bank for adaptive tests, and as what is known of people before they answer."""

import numpy as np

from poise.measurement.adaptive.bank import Bank, Candidate
from poise.measurement.models import BlockItem, GradedItem, PartialCreditItem, Statement
from poise.measurement.parameters.calibratedblocks import CalibratedBlock
from poise.measurement.parameters.items import CalibratedItem, KnownParameters
from poise.measurement.scoring import Prior
from poise.measurement.tabular.tables import BadTableError

ITEMS, BLOCKS = "items", "blocks"
"""The kinds of a calibration's candidates."""
LARGEST_WHOLE = 3
"""Most and least tell the whole order of at most so many statements."""


def bank_of(known: KnownParameters, seconds: float = 1.0, seconds_of_block: float = 1.0) -> Bank:
    """Return the calibrated items and blocks as a bank; each counts for the dimensions it loads on.

    Parameters
    ----------
    known : KnownParameters
    seconds, seconds_of_block : float
        How long an item and a block take. Only their ratio changes a choice.

    Raises
    ------
    BadTableError
        Naming every item and block that adaptive tests cannot give.
    """
    complaints = [
        f"block {block.key!r}: most and least of {len(block.statements)} statements leave part of the order open; "
        f"adaptive tests take whole orders, or most and least of up to {LARGEST_WHOLE} statements"
        for block in known.blocks
        if block.task != "rank" and len(block.statements) > LARGEST_WHOLE
    ]
    candidates = []
    for item in known.items:
        try:
            candidates.append(Candidate(item.key, _item_of(item), seconds, tuple(dict(item.loadings)), kind=ITEMS))
        except ValueError as error:
            complaints.append(f"item {item.key!r}: {error}")
    if complaints:
        raise BadTableError(complaints)
    for block in known.blocks:
        made = _block_of(block)
        candidates.append(Candidate(block.key, made, seconds_of_block, made.latents, kind=BLOCKS))
    return Bank.of(candidates, known.dimensions)


def prior_of(known: KnownParameters) -> Prior:
    """Return the first group of a calibration as what is known of a person before the test."""
    sds = known.sds[0]
    return Prior(known.dimensions, known.means[0], np.outer(sds, sds) * known.correlations)


def _item_of(item: CalibratedItem) -> GradedItem | PartialCreditItem:
    kind = PartialCreditItem if item.model == "gpcm" else GradedItem
    return kind(item.loadings, item.intercepts)


def _block_of(block: CalibratedBlock) -> BlockItem:
    return BlockItem(tuple(Statement(one.loadings, one.intercept) for one in block.statements))
