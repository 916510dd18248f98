"""Lays out the written examples with their vectors, for explanations by the nearest one."""

from collections.abc import Sequence

import numpy as np

from poise.roleplay.training.exemplars import Exemplar
from poise.roleplay.understanding.encoder import Encoder
from poise.roleplay.understanding.heads import ACTS
from poise.roleplay.understanding.nearest import Examples
from poise.roleplay.understanding.spelling import spell_plainly


def lay_out_examples(exemplars: Sequence[Exemplar], encoder: Encoder) -> Examples:
    """Return the exemplars that hold an act, with their vectors."""
    own = [one for one in exemplars if one.acts]
    return Examples(
        encoder=encoder.digest,
        texts=tuple(one.say for one in own),
        vectors=np.array([encoder.encode(spell_plainly(one.say)).vector for one in own]),
        holds=np.array([[act in one.acts for act in ACTS] for one in own]),
    )
