"""Hard and unkind wording is found, and ordinary wording is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poise.content.wording import (
    IDIOMS,
    PLAINER,
    find_forbidden_wording,
    find_hard_wording,
    measure_readability,
    questions_in,
    split_at_stops,
)

PLAIN = "You look at the order. The van was late. You tell her so, and you offer a new day. "
OFFICIAL = (
    "Notwithstanding previously communicated arrangements, representatives responsible for extraordinary compensation"
    " determinations shall subsequently substantiate applicable circumstances through comprehensive documentation. "
)


def test_the_index_is_the_published_formula() -> None:
    # 10 words, 37 letters, 2 sentences: 4.71 * 3.7 + 0.5 * 5 - 21.43
    measured = measure_readability(["The cat sat on the mat.", "Yesterday everybody listened attentively"])
    letters = len("Thecatsatonthemat") + len("Yesterdayeverybodylistenedattentively")
    assert measured.words == 10
    assert measured.grade == pytest.approx(4.71 * letters / 10 + 0.5 * 10 / 2 - 21.43)


def test_official_language_reads_harder_than_plain() -> None:
    assert measure_readability([PLAIN * 6]).grade < 4
    assert measure_readability([OFFICIAL * 6]).grade > 15
    assert measure_readability([]) == (0, 0.0)


@given(st.permutations([PLAIN, OFFICIAL, "Why?", "One more", "Two, three."]))
def test_the_order_of_texts_makes_no_difference(texts: list[str]) -> None:
    sorted_first = measure_readability(sorted(texts))
    assert measure_readability(texts).grade == pytest.approx(sorted_first.grade)
    assert measure_readability(texts * 2).grade == pytest.approx(sorted_first.grade)


def test_sentences_end_at_stops_and_not_within_numbers() -> None:
    assert split_at_stops("It costs £4.50. Is that much? He asks: “Why?”") == [
        "It costs £4.50",
        "Is that much",
        "He asks",
        "“Why",
    ]
    assert questions_in("I am here. Are you well? Go on.").strip() == "Are you well?"


@pytest.mark.parametrize(
    ("text", "plainer"),
    [
        ("We utilise the form.", "use"),
        ("Utilising it is easy.", "use"),
        ("He verified the number.", "check"),
        ("I am proactive at work.", "say what is done"),
    ],
)
def test_a_hard_word_is_named_with_a_plainer_one(text: str, plainer: str) -> None:
    [found] = find_hard_wording(text)
    assert plainer in found


def test_an_idiom_is_named_and_plain_words_are_not() -> None:
    assert "idiom" in next(find_hard_wording("Replacing the cable is a piece of cake."))
    assert not list(find_hard_wording(PLAIN))
    assert len(PLAINER) > 100
    assert len(set(IDIOMS)) == len(IDIOMS) > 80


@pytest.mark.parametrize(
    "text",
    [
        "You are unfit for service.",
        "This shows a personality disorder.",
        "A weak candidate would argue here.",
        "You have failed.",
        "People like this are not cut out for this job.",
    ],
)
def test_judging_a_person_is_found(text: str) -> None:
    assert list(find_forbidden_wording(text))


@pytest.mark.parametrize(
    "text",
    [
        "The food was unfit for sale.",
        "I enjoy the moment when a difficult person goes away satisfied.",
        "When I am the wrong person to ask, I take people to the right one.",
        "The card payment failed.",
    ],
)
def test_ordinary_wording_is_not_taken_for_a_judgement(text: str) -> None:
    assert not list(find_forbidden_wording(text))
