"""Ratings by people: which moments there are, in which order, as tables; and what is wrong with a table."""

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sitting.walked import CASE, walk

from poise.content.library import Library
from poise.sitting.events import TextErased
from poise.sitting.journal import MemoryJournal
from poise.sitting.ratings import (
    COLUMNS,
    MomentRating,
    Rateable,
    RatingsError,
    has_words,
    list_rateable,
    read_csv,
    shuffle_sittings,
    write_csv,
    write_facets,
)
from poise.sitting.state import State, fold

AT = "2026-11-22T09:00:00+00:00"
Moments = dict[tuple[str, str], Rateable]


@pytest.fixture(scope="module")
def journal(library: Library) -> MemoryJournal:
    journal = MemoryJournal()
    journal.open("one", walk(library))
    return journal


@pytest.fixture(scope="module")
def state(journal: MemoryJournal) -> State:
    return fold(journal.read("one"))


@pytest.fixture(scope="module")
def moments(state: State, library: Library) -> Moments:
    return {(one.case.key, one.moment.key): one for one in list_rateable("one", state, library)}


def is_time(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def read(text: str, moments: Moments) -> tuple[MomentRating, ...]:
    known = {place: (one.moment.quality, one.reply) for place, one in moments.items()}
    return read_csv(text, lambda key: known if key == "one" else f"there is no sitting {key!r}", is_time)


def test_every_moment_of_a_finished_sitting_can_be_rated(state: State, library: Library, moments: Moments) -> None:
    assert {one.case.key for one in moments.values()} == set(state.conversations)
    assert any(one.reply == 0 for one in moments.values()), "the whole conversation too"
    assert list_rateable("one", replace(state, finished_at=""), library) == ()


def test_erased_words_cannot_be_rated(state: State, journal: MemoryJournal) -> None:
    texts = journal.texts("one")
    assert has_words(state, CASE, texts)
    gone = state.conversations[CASE].replies[2].text
    assert not has_words(fold([TextErased(at=AT)], state), CASE, {})
    assert not has_words(state, CASE, {key: words for key, words in texts.items() if key != gone})


@given(st.sets(st.text("abcdef0123456789", min_size=4, max_size=8), min_size=1, max_size=20), st.integers(0, 10**6))
def test_sittings_come_in_an_order_that_is_the_raters_own(keys: set[str], seed: int) -> None:
    order = shuffle_sittings(keys, seed, "ann", 1)
    assert sorted(order) == sorted(keys)
    assert order == shuffle_sittings(sorted(keys, reverse=True), seed, "ann", 1)


def test_raters_rounds_and_seeds_have_other_orders() -> None:
    keys = [str(number) for number in range(20)]
    orders = [
        shuffle_sittings(keys, seed, rater, number)
        for seed, rater, number in ((1, "ann", 1), (1, "ben", 1), (1, "ann", 2), (2, "ann", 1))
    ]
    assert len(set(orders)) == 4


@given(st.data())
def test_what_is_written_is_read_again(moments: Moments, data: st.DataObject) -> None:
    given_to = data.draw(st.lists(st.sampled_from(sorted(moments)), unique=True))
    levels = st.none() | st.integers(0, 4)
    ratings = [moments[place].rated(rater, 1, data.draw(levels), AT) for place in given_to for rater in ("ann", "b.2")]
    text = write_csv(ratings)
    assert text.splitlines()[0] == "rater,sitting,scenario,moment,quality,reply,round,rating,at"
    assert set(read(text, moments)) == set(ratings)
    spreadsheet = "\ufeff" + text.replace("\n", "\r\n")
    assert set(read(spreadsheet, moments)) == set(ratings)


def test_columns_may_come_in_another_order_and_with_others(moments: Moments) -> None:
    [place, *_] = sorted(moments)
    rating = moments[place].rated("ann", 1, 3, AT)
    names = [*reversed(COLUMNS), "remark"]
    cells = [str(getattr(rating, name, "good")) for name in names]
    assert read(f"{','.join(names)}\n\n{','.join(cells)}\n", moments) == (rating,)


def test_everything_that_is_wrong_is_named_with_its_line(moments: Moments) -> None:
    [place, other, *_] = sorted(moments)
    good = moments[place].rated("ann", 1, 3, AT)
    rows = write_csv([good]).splitlines()
    [_, row] = rows
    wrong = [
        row.replace("ann,", "Ann Okafor,"),
        row.replace(",3,", ",7,"),
        row.replace(",3,", ",,"),
        row.replace(AT, "yesterday"),
        row.replace(f",{good.moment},", ",no_such,"),
        row.replace(",one,", ",two,"),
        row.replace(f",{good.quality},", ",charm,"),
        row.replace(f",{good.reply},1,", ",99,0,"),
        row + ",more",
        row,
    ]
    with pytest.raises(RatingsError) as caught:
        read("\n".join([*rows, *wrong]), moments)
    told = str(caught.value).splitlines()
    expected = [
        "line 3: rater is 'Ann Okafor', expected 1 to 40 small letters",
        "line 4: rating is '7', expected 0 to 4 or no opportunity",
        "line 5: rating is ''",
        "line 6: at is 'yesterday'",
        f"line 7: 'late_lamp/no_such' is no moment of this sitting; it has moments of late_lamp: {other[1]}",
        "line 8: there is no sitting 'two'",
        f"line 9: quality is 'charm', but this moment is about {good.quality}",
        "line 10: round is '0', expected 1 to 9",
        f"line 10: reply is '99', but this moment comes with reply {good.reply}",
        "line 11: has 10 cells, expected 9",
        "line 12: this rater rated this moment in this round already, in line 2",
    ]
    assert len(told) == len(expected)
    for line, start in zip(told, expected, strict=True):
        assert line.startswith(start.partition(" it has")[0])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "the column rater is missing"),
        ("rater,rater,sitting\n", "the column rater stands there twice"),
        ("rater;sitting;scenario;moment;quality;reply;round;rating;at\n", "semicolons"),
        ('rater,"sitting\n', "is not CSV"),
        (",".join(COLUMNS) + "\nann\x00,one\n", "line 2"),
    ],
)
def test_what_is_no_table_of_ratings_is_refused(text: str, told: str, moments: Moments) -> None:
    with pytest.raises(RatingsError, match=told):
        read(text, moments)


def test_a_thousand_faults_are_not_a_thousand_lines(moments: Moments) -> None:
    text = ",".join(COLUMNS) + "\n" + "x\n" * 1000
    with pytest.raises(RatingsError, match="and 950 more"):
        read(text, moments)


def test_facets_hold_first_rounds_with_an_opportunity(moments: Moments) -> None:
    [place, *_] = sorted(moments)
    one = moments[place]
    ratings = [one.rated("ben", 1, 2, AT), one.rated("ann", 1, 3, AT), one.rated("ann", 2, 4, AT)]
    ratings.append(one.rated("cleo", 1, None, AT))
    assert write_facets(ratings, lambda rated: rated.moment).splitlines() == [
        "person,item,response,rater",
        f"one,{place[1]},3,ann",
        f"one,{place[1]},2,ben",
    ]
