"""A reply is heard in its case: what it touches, what it opens, what is stock, what is foreign, what is taken back."""

from dataclasses import dataclass

import pytest

from poise.content.act import ACTS
from poise.content.library import Library
from poise.content.scenario import Scenario
from poise.roleplay.hearing import hear, is_foreign, is_mostly_stock
from poise.roleplay.rating import DeskStep, Said

BLANK = dict.fromkeys(ACTS, 0.0005)


@dataclass(frozen=True)
class Heard:
    acts: tuple[tuple[str, float], ...]
    legible: bool = True


def heard(**acts: float) -> Heard:
    return Heard(tuple((BLANK | acts).items()))


@pytest.fixture(scope="module")
def lamp(library: Library) -> Scenario:
    return library.find(Scenario, "late_lamp")


@pytest.mark.parametrize(
    ("words", "touched", "specific"),
    [
        ("I am sorry about all this.", 0, False),
        ("I am sorry about the lamp.", 1, False),
        ("I am sorry about the lamp. A lamp should not do that.", 1, False),
        ("The shade of your lamp was cracked.", 3, True),
        ("I have read our note.", 1, False),
    ],
)
def test_words_of_the_case_are_counted_once_each(lamp: Scenario, words: str, touched: int, *, specific: bool) -> None:
    said = hear(lamp, words, heard(), (), ())
    assert said.touched == touched
    assert said.specific is specific
    assert said.on_topic is (touched > 0)


def test_an_ordinary_question_gets_its_answer_as_often_as_it_is_asked(library: Library) -> None:
    for case in library.scenarios:
        for entry in case.answers:
            words = f"May I ask: {entry.opened_by[0]}?"
            assert hear(case, words, heard(ask=0.9), (), ()).answered == (entry.key,), entry.key
            assert hear(case, words, heard(ask=0.9), (Said(BLANK, answered=(entry.key,)),), ()).answered == (entry.key,)
            assert hear(case, words, heard(), (), ()).answered == ()


def test_stock_phrases_are_known_in_other_spellings_and_between_other_words(library: Library) -> None:
    stock = library.appraisal.stock
    assert len(stock) >= 50
    assert is_mostly_stock("Thank you for contacting us. We apologise for any inconvenience caused!", stock)
    assert is_mostly_stock("We\u2019re working hard to resolve this.", stock)
    assert not is_mostly_stock("The shade was never ordered. I am sorry for the inconvenience.", stock)
    assert not is_mostly_stock("", stock)
    assert not is_mostly_stock("Your lamp has the ring with 42 mm, so the small shade would not have gone on.", stock)


@pytest.mark.parametrize(
    ("words", "foreign"),
    [
        ("Мне очень жаль, я посмотрю ваш заказ.", True),
        ("申し訳ございません。", True),
        ("Es tut mir leid, ich sehe gleich nach.", True),
        ("qwrt zxcv psdf ghjk", False),
        ("🙂🙂🙂", False),
        ("", False),
        ("12 34 56", False),
    ],
)
def test_another_language_is_told_from_keys_that_were_hit(words: str, *, foreign: bool) -> None:
    assert is_foreign(words) is foreign


class TestTakingBack:
    desk = (DeskStep(1, "offer", "shade_courier"),)
    before = (Said(BLANK),)

    def takes_back(self, lamp: Scenario, words: str, **acts: float) -> bool:
        return hear(lamp, words, heard(**acts), self.before, (), desk=self.desk).takes_back

    def test_a_clear_refusal_of_what_was_offered(self, lamp: Scenario) -> None:
        words = "I am afraid we cannot send the shade by courier after all."
        assert self.takes_back(lamp, words, refuse=0.9)
        assert not self.takes_back(lamp, words, refuse=0.5)
        assert not self.takes_back(lamp, words, refuse=0.9, offer=0.5)

    def test_a_refusal_of_something_else_is_none(self, lamp: Scenario) -> None:
        assert not self.takes_back(lamp, "I cannot pay back the whole price while you keep it.", refuse=0.9)

    def test_nothing_was_offered(self, lamp: Scenario) -> None:
        words = "We cannot send the shade by courier."
        assert not hear(lamp, words, heard(refuse=0.9), self.before, ()).takes_back
