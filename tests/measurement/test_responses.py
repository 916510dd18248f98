import pytest

from poise.measurement import BlockItem, Graded, GradedItem, Ranked, Reading, Statement

ITEM = GradedItem((("patience", 1.0),), (1.0, -1.0))
BLOCK = BlockItem(tuple(Statement((("patience", 1.0),), 0.0) for _ in range(3)))


@pytest.mark.parametrize("category", [-1, 3])
def test_a_category_must_be_one_of_the_item(category: int) -> None:
    with pytest.raises(ValueError, match=f"category of 'q1': got {category}, expected 0 to 2"):
        Graded("q1", ITEM, category)


@pytest.mark.parametrize("order", [(0, 1), (0, 0, 1), (1, 2, 3), ()])
def test_an_order_names_every_statement_once(order: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"order of 'b1': got .* expected each of 0 to 2 once"):
        Ranked("b1", BLOCK, order)


@pytest.mark.parametrize(
    ("probabilities", "base_rates", "named"),
    [
        ((0.5, 0.5), (0.3, 0.3, 0.4), "probabilities"),
        ((0.5, 0.3, 0.1), (0.3, 0.3, 0.4), "probabilities"),
        ((1.5, -0.5, 0.0), (0.3, 0.3, 0.4), "probabilities"),
        ((float("nan"), 0.5, 0.5), (0.3, 0.3, 0.4), "probabilities"),
        ((0.2, 0.3, 0.5), (0.5, 0.5, 0.0), "base_rates"),
        ((0.2, 0.3, 0.5), (0.5, 0.4, 0.2), "base_rates"),
    ],
)
def test_a_reading_needs_two_distributions(
    probabilities: tuple[float, ...], base_rates: tuple[float, ...], named: str
) -> None:
    with pytest.raises(ValueError, match=rf"{named} of 'm1': got .* expected"):
        Reading("m1", ITEM, probabilities, base_rates)


def test_readings_rounded_to_four_decimals_are_accepted() -> None:
    reading = Reading("m1", ITEM, (0.3333, 0.3333, 0.3333), (0.2, 0.2, 0.6))
    assert reading.weights == pytest.approx((1.0, 1.0, 1 / 3))
