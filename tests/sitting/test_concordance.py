"""Who agrees with whom: each comparison sees the ratings it is about, and no others."""

from collections.abc import Sequence

import numpy as np
import pytest

from poise.measurement import Resampling, agree_by_icc, agree_by_kappa
from poise.sitting.concordance import Comparison, compare_raters
from poise.sitting.ratings import MomentRating

AT = "2026-11-22T09:00:00+00:00"
RNG = np.random.default_rng(4)
TRUE = RNG.integers(0, 5, 60)
FEW = Resampling(draws=50)


def rate(rater: str, levels: Sequence[int | None], number: int = 1) -> list[MomentRating]:
    """Sixty moments in twelve sittings; the first forty are about patience, the others about courtesy."""
    return [
        MomentRating(rater, f"s{i // 5}", "c", f"m{i}", "patience" if i < 40 else "courtesy", 1, number, level, AT)
        for i, level in enumerate(levels)
    ]


def off(by: int) -> list[int]:
    return [int(level) for level in np.clip(TRUE + RNG.integers(-by, by + 1, 60), 0, 4)]


ANN, BEN, ANN_AGAIN = off(1), off(2), off(1)
PLACES = [one.place for one in rate("ann", [0] * 60)]
READ = {place: tuple(np.full(5, 0.05) + 0.75 * np.eye(5)[level]) for place, level in zip(PLACES, TRUE, strict=True)}


def found(compared: tuple[Comparison, ...], kind: str, *between: str) -> Comparison:
    [one] = [one for one in compared if (one.kind, one.between) == (kind, between)]
    return one


def test_each_comparison_is_that_of_its_two() -> None:
    ratings = [*rate("ann", ANN), *rate("ben", BEN), *rate("ann", ANN_AGAIN, 2)]
    compared = compare_raters(ratings, READ, FEW)
    sittings = [place[0] for place in PLACES]
    pair = found(compared, "raters", "ann", "ben")
    assert pair.found["all"] == agree_by_kappa(
        [ANN[PLACES.index(place)] for place in sorted(PLACES)],
        [BEN[PLACES.index(place)] for place in sorted(PLACES)],
        [place[0] for place in sorted(PLACES)],
        5,
        FEW,
    )
    assert list(pair.found) == ["all", "patience", "courtesy"]
    assert (pair.found["patience"].pairs, pair.found["courtesy"].pairs) == (40, 20)
    assert pair.found["patience"].value == pytest.approx(agree_by_kappa(ANN[:40], BEN[:40], sittings[:40], 5).value)
    [itself] = [one for one in compared if one.kind == "rounds"]
    assert itself.found["all"].value == pytest.approx(agree_by_kappa(ANN, ANN_AGAIN, sittings, 5).value)
    table = np.array([ANN, BEN]).T
    for kind, expected in zip(("icc_single", "icc_mean"), agree_by_icc(table, sittings, FEW), strict=True):
        assert found(compared, kind, "ann", "ben").found["all"].value == pytest.approx(expected.value)


def test_the_reading_is_compared_by_its_expected_level_and_by_its_spread() -> None:
    sure = {place: tuple(np.eye(5)[level]) for place, level in zip(PLACES, ANN, strict=True)}
    compared = compare_raters(rate("ann", ANN), sure, FEW)
    assert found(compared, "reading", "ann").found["all"].value == pytest.approx(1.0)
    assert found(compared, "reading_spread", "ann").found["all"].value == pytest.approx(1.0)
    blurred = compare_raters(rate("ann", [int(level) for level in TRUE]), READ, FEW)
    nearest = found(blurred, "reading", "ann").found["all"].value
    spread = found(blurred, "reading_spread", "ann").found["all"].value
    assert nearest is not None
    assert spread is not None
    assert nearest > spread > 0.3, "a reading that doubts itself agrees less often than its best guess"


def test_no_opportunity_is_counted_and_enters_no_coefficient() -> None:
    ann: list[int | None] = [None, None, *ANN[2:]]
    ben: list[int | None] = [None, *BEN[1:]]
    compared = compare_raters([*rate("ann", ann), *rate("ben", ben)], READ, FEW)
    pair = found(compared, "raters", "ann", "ben")
    assert (pair.found["all"].pairs, pair.differ_on_opportunity) == (58, 1)
    assert found(compared, "reading", "ann").differ_on_opportunity == 2


def test_what_only_one_rated_is_in_no_pair_and_a_reading_that_is_not_there_neither() -> None:
    ratings = [*rate("ann", ANN), *rate("ben", BEN)[:12]]
    some = dict(list(READ.items())[:15])
    compared = compare_raters(ratings, some, FEW)
    assert found(compared, "raters", "ann", "ben").found["all"].pairs == 12
    assert found(compared, "reading", "ann").found["all"].pairs == 15
    assert found(compared, "icc_single", "ann", "ben").found["all"].pairs == 12


def test_somebody_who_has_only_begun_does_not_stop_the_others_from_being_compared() -> None:
    compared = compare_raters([*rate("ann", ANN), *rate("ben", BEN), *rate("cleo", ANN)[:3]], {}, FEW)
    assert found(compared, "icc_mean", "ann", "ben").found["all"].pairs == 60


def test_too_few_get_no_figure_and_nobody_gets_none_at_all() -> None:
    compared = compare_raters([*rate("ann", ANN)[:4], *rate("ben", BEN)[:4]], {}, FEW)
    for one in compared:
        assert all(agreed.value is None for agreed in one.found.values())
        assert "fewer than 10" in one.found["all"].why_not
    assert compare_raters([], READ, FEW) == ()
    assert {one.kind for one in compare_raters(rate("ann", ANN, 2), READ, FEW)} == set(), (
        "a second round without a first"
    )
