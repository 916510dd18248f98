import numpy as np
import pytest

from poise.measurement import BlockItem, Graded, GradedItem, Ranked, Reading, Response, Statement
from poise.measurement.models import PartialCreditItem
from poise.measurement.sites import lattice, stack_sites

NAMES = ("a", "b", "c")
POINT = np.array([0.7, -0.4, 1.1])
PI = (0.2, 0.3, 0.5)


def statement(name: str, slope: float, intercept: float = 0.0) -> Statement:
    return Statement(((name, slope),), intercept)


def test_every_group_gives_the_likelihood_of_its_responses_up_to_a_constant() -> None:
    graded = GradedItem((("a", 1.5), ("b", -1.0)), (1.0, -0.5))
    partial = PartialCreditItem((("b", 0.8), ("c", 0.5)), (0.6, 0.9, -0.4))
    block = BlockItem((statement("a", 1.5, 0.2), statement("b", -2.0), statement("c", 1.0), statement("a", -1.0)))
    order = (2, 0, 3, 1)
    responses: list[Response] = [
        *(Graded(f"g{k}", graded, k) for k in range(3)),
        *(Graded(f"p{k}", partial, k) for k in range(4)),
        Reading("r", graded, (0.7, 0.2, 0.1), PI),
        Ranked("b", block, order),
    ]

    def exact(z: np.ndarray) -> list[float]:
        point = dict(zip(NAMES, z, strict=True))
        chances = graded.probabilities(np.array(graded.predictor(point)))
        mixed = float(np.array([0.7, 0.2, 0.1]) / np.array(PI) @ chances)
        ranked = block.probabilities(block.utilities(point))[block.orders.index(order)]
        credit = partial.probabilities(np.array(partial.predictor(point)))
        return [*np.log(chances), *np.log(credit), float(np.log(mixed)), float(np.log(ranked))]

    def stacked(z: np.ndarray) -> list[float]:
        groups = stack_sites(NAMES, responses)
        return [float(x) for g in groups for x in g.log_likelihood((g.directions @ z)[..., None])[:, 0]]

    moved = np.array([stacked(POINT)]) - np.array([stacked(np.zeros(3))])
    assert moved[0] == pytest.approx(np.array(exact(POINT)) - np.array(exact(np.zeros(3))))


@pytest.mark.parametrize(
    ("statements", "rank"),
    [
        ((statement("a", 1.0), statement("b", 1.0), statement("c", 1.0)), 2),
        ((statement("a", 1.0), statement("a", 2.0), statement("a", -1.0)), 1),
        ((statement("a", 1.0), statement("b", 1.0), statement("c", 1.0), statement("a", -1.0)), 3),
    ],
)
def test_a_block_needs_as_many_projections_as_its_differences_have(
    statements: tuple[Statement, ...], rank: int
) -> None:
    block = BlockItem(statements)
    (group,) = stack_sites(NAMES, [Ranked("b", block, block.orders[0])])
    assert group.rank == rank


def test_responses_that_cannot_say_anything_are_left_out() -> None:
    same = BlockItem((statement("a", 1.0), statement("a", 1.0, 2.0)))
    flat = GradedItem((("a", 0.0),), (1.0, -1.0))
    silent = Reading("r", GradedItem((("a", 1.0),), (1.0, -1.0)), PI, PI)
    assert stack_sites(NAMES, [Ranked("b", same, (0, 1)), Graded("g", flat, 0), silent]) == []


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_a_lattice_integrates_a_gaussian(rank: int) -> None:
    nodes = lattice(rank, 0.9, 6.0)
    weight = np.exp(-0.5 * np.sum(nodes**2, axis=0))
    weight /= weight.sum()
    assert nodes @ weight == pytest.approx(np.zeros(rank), abs=1e-12)
    assert (nodes * weight) @ nodes.T == pytest.approx(np.eye(rank), abs=1e-5)
