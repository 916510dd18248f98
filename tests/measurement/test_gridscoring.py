from dataclasses import replace

import numpy as np
import pytest
from measurement.many_simulees import table_of
from scipy.integrate import quad
from scipy.stats import kstest

from poise.measurement.parameters.items import CalibratedItem, KnownParameters
from poise.measurement.scores.gridscoring import draw_from_grid, find_quantiles, score_table
from poise.measurement.tabular.tables import ResponseTable

ITEMS = (
    CalibratedItem("curse", "2pl", (("anger", 2.2),), (1.5,)),
    CalibratedItem("scold", "graded", (("anger", 1.4),), (1.0, -0.8)),
    CalibratedItem("shout", "gpcm", (("anger", 0.9),), (0.2, -1.0)),
)
KNOWN = KnownParameters(
    ITEMS, ("anger",), np.eye(1), ("women", "men"), np.array([[0.0], [0.6]]), np.array([[1.0], [1.5]])
)


def make_table(*answers: tuple[int, int, int], group: int = 0) -> ResponseTable:
    table = table_of(np.array(answers, dtype=np.int16), np.array([2, 3, 3]))
    return replace(
        table, items=("curse", "scold", "shout"), group=np.full(len(answers), group), groups=("women", "men")
    )


def density(theta: float, answers: tuple[int, int, int], group: int) -> float:
    """The posterior written out: prior times the chance of each answer, not normalised."""
    first = 1.0 / (1.0 + np.exp(-(2.2 * theta + 1.5)))
    above = 1.0 / (1.0 + np.exp(-(1.4 * theta + np.array([1.0, -0.8]))))
    credit = np.exp([0.0, 0.9 * theta + 0.2, 1.8 * theta - 1.0])
    chances = (np.array([1.0 - first, first]), -np.diff([1.0, *above, 0.0]), credit / credit.sum())
    prior = np.exp(-0.5 * ((theta - KNOWN.means[group, 0]) / KNOWN.sds[group, 0]) ** 2)
    return float(prior * np.prod([own[k] for own, k in zip(chances, answers, strict=True)]))


@pytest.mark.parametrize("group", [0, 1])
@pytest.mark.parametrize("answers", [(0, 0, 0), (1, 2, 2), (0, 2, 1)])
def test_quantiles_are_those_of_the_posterior_written_out(answers: tuple[int, int, int], group: int) -> None:
    whole = quad(density, -12.0, 12.0, args=(answers, group), epsabs=1e-12)[0]
    found = find_quantiles(make_table(answers, group=group), KNOWN, (0.05, 0.5, 0.95))[0]
    for chance, place in zip((0.05, 0.5, 0.95), found, strict=True):
        assert quad(density, -12.0, place, args=(answers, group), epsabs=1e-12)[0] / whole == pytest.approx(
            chance, abs=5e-4
        )


def test_plausible_values_follow_the_posterior_itself() -> None:
    answers = (1, 2, 2)
    drawn = draw_from_grid(make_table(answers), KNOWN, 4000, seed=3)[:, 0]
    whole = quad(density, -12.0, 12.0, args=(answers, 0))[0]
    nodes = np.linspace(-6.0, 6.0, 2001)
    heights = np.array([density(node, answers, 0) for node in nodes]) / whole
    below = np.cumsum(heights) * (nodes[1] - nodes[0])
    assert kstest(drawn, lambda x: np.interp(x, nodes, below)).pvalue > 0.001
    scores = score_table(make_table(answers), KNOWN)
    skewed = np.mean((drawn - drawn.mean()) ** 3) / drawn.std() ** 3
    assert drawn.mean() == pytest.approx(scores.mean[0], abs=0.05)
    assert drawn.std() == pytest.approx(scores.sd[0], rel=0.05)
    assert skewed > 0.1


def test_plausible_values_are_the_same_for_a_seed_however_persons_come() -> None:
    table = make_table((0, 0, 0), (1, 1, 1), (1, 2, 2), (0, 1, 2))
    drawn = draw_from_grid(table, KNOWN, 5, seed=4)
    assert drawn.shape == (5, 4)
    assert np.array_equal(drawn, draw_from_grid(table, KNOWN, 5, seed=4))
    assert not np.array_equal(drawn, draw_from_grid(table, KNOWN, 5, seed=5))
    rng = np.random.default_rng(4)
    parts = [draw_from_grid(part, KNOWN, 5, rng) for part in table.chunks(3)]
    assert np.concatenate(parts, axis=1) == pytest.approx(drawn, abs=1e-3)


def test_moments_do_not_depend_on_the_order_of_persons_and_items() -> None:
    table = make_table((0, 0, 0), (1, 1, 1), (1, 2, 2))
    scores = score_table(table, KNOWN)
    turned = replace(
        table, item=np.tile([2, 0, 1], 3), category=table.category.reshape(3, 3)[::-1][:, [2, 0, 1]].ravel()
    )
    again = score_table(turned, KNOWN)
    assert again.mean == pytest.approx(scores.mean[::-1], abs=1e-12)
    assert again.sd == pytest.approx(scores.sd[::-1], abs=1e-12)


def test_who_answered_nothing_has_the_quantiles_of_the_group() -> None:
    empty = replace(
        make_table((0, 0, 0), group=1), starts=np.array([0, 0]), item=np.array([], int), category=np.array([], int)
    )
    found = find_quantiles(empty, KNOWN, (0.1, 0.9))[0]
    assert found == pytest.approx(0.6 + 1.5 * np.array([-1.28155, 1.28155]), abs=0.002)
    with pytest.raises(ValueError, match="between zero and one"):
        find_quantiles(empty, KNOWN, (0.0, 0.5))
