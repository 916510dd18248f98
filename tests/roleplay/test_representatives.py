"""Scripted representatives: what they may see, that they fit every case, and the order in which they come out."""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from poise.content.act import ACTS
from poise.content.library import Library
from poise.content.quality import QUALITIES
from poise.content.scenario import Option, Scenario
from poise.content.source import LibraryError
from poise.roleplay.conversation import Conversation, begin, reply
from poise.roleplay.representatives import Representative, decide, load_representatives, play, replay, see
from poise.roleplay.representatives import proof as p
from poise.roleplay.representatives.disturbing import DISTURBANCES, disturb
from poise.roleplay.representatives.playing import choose_option, script_of
from poise.roleplay.representatives.policy import slots_of
from poise.roleplay.representatives.view import say_back, say_to_you
from poise.roleplay.understanding import MAX_CHARACTERS, Reader, TextReading

ROOT = Path(__file__).parents[2]
EVERYONE = load_representatives()
FEW = ("saint", "decent_terse", "mediocre", "short_tempered", "bureaucrat", "overseller", "paster")
PERSON = """
key: somebody
title: Somebody
about: Says one thing.
plan:
  otherwise: {do: [look 1], say: [thing]}
words:
  thing: ["one", "two", "three", "four", "five about the {topic}"]
"""


class DeafReader:
    """Hears nothing in any reply; quick, for what does not rest on words."""

    def read(self, text: str, topics: tuple[str, ...] = ()) -> TextReading:
        del topics
        return TextReading("deaf", tuple(dict.fromkeys(ACTS, 0.01).items()), (), ((0, len(text)),), 9, legible=True)


@pytest.fixture(scope="module")
def served(library: Library, reader: Reader) -> Mapping[str, p.Served]:
    """A few of them with one customer, really read."""
    case = library.find(Scenario, "late_lamp")
    rates = p.Rates(dict(reader.base_rates), library.beliefs)
    known = {one.key: one for one in EVERYONE}
    talks = {key: play(known[key], case, reader, library.appraisal, library.voice) for key in FEW}
    return {key: p.serve(key, 0, talk, rates) for key, talk in talks.items()}


@pytest.fixture(scope="module")
def rates(library: Library, reader: Reader) -> p.Rates:
    return p.Rates(dict(reader.base_rates), library.beliefs)


def test_all_are_there_and_say_which_qualities_they_lose_and_keep() -> None:
    keys = [one.key for one in EVERYONE]
    assert len(keys) == len(set(keys)) == 19
    assert set(p.RANKS) | set(p.GAMERS) <= set(keys)
    for one in EVERYONE:
        assert set(one.loses) | set(one.keeps) <= set(QUALITIES)
        assert not set(one.loses) & set(one.keeps)


@pytest.mark.parametrize("one", EVERYONE, ids=lambda one: one.key)
def test_everyone_can_serve_every_customer_with_every_slot_filled(one: Representative, library: Library) -> None:
    for case in library.scenarios:
        talk = play(one, case, DeafReader(), library.appraisal, library.voice, wording=3, seed=5)
        assert talk.outcome is not None
        assert len(talk.turns) == len(case.probes)
        for turn in talk.turns:
            assert 0 < len(turn.words) <= MAX_CHARACTERS
            assert not re.search(r"[{}]|\b(her|his|him) (size|lamp|voucher)\b", turn.words)


def test_the_same_seeds_give_the_same_words_and_another_wording_gives_others(library: Library) -> None:
    case = library.scenarios[0]

    def words(wording: int) -> list[str]:
        talk = play(EVERYONE[0], case, DeafReader(), library.appraisal, library.voice, wording=wording)
        return [turn.words for turn in talk.turns]

    assert words(1) == words(1)
    assert not set(words(1)) & set(words(2))
    script = script_of(play(EVERYONE[0], case, DeafReader(), library.appraisal, library.voice))
    again = replay(script, case, DeafReader(), library.appraisal, library.voice)
    assert script_of(again) == script


def hidden_from_the_desk(conversation: Conversation) -> Conversation:
    """The same conversation with another customer inside, no rubric, and replies that were read otherwise."""
    case = conversation.scenario
    customer = case.customer.model_copy(
        update={"temperament": case.customer.temperament.model_copy(update={"anger": 1, "trust": 999})}
    )
    probes = tuple(probe.model_copy(update={"moments": ()}) for probe in case.probes)
    turns = tuple(
        replace(
            turn,
            said=replace(turn.said, acts=dict.fromkeys(ACTS, 0.9)),
            answer=replace(turn.answer, state=replace(turn.answer.state, anger=3), would_return=1),
        )
        for turn in conversation.turns
    )
    other = case.model_copy(update={"customer": customer, "probes": probes, "whole": (), "truth": ("x", "y", "z")})
    return replace(conversation, scenario=other, turns=turns, first=replace(conversation.first, anger=2))


@pytest.mark.parametrize("one", EVERYONE[:4], ids=lambda one: one.key)
def test_a_policy_sees_no_rubric_no_state_and_no_reading(one: Representative, library: Library) -> None:
    for case in library.scenarios:
        talk = begin(case, 1)
        while talk.outcome is None:
            act = decide(one, see(talk))
            assert see(hidden_from_the_desk(talk)) == see(talk)
            assert decide(one, see(hidden_from_the_desk(talk))) == act
            talk = reply(talk, act.words, act.desk, DeafReader(), library.appraisal, library.voice)


def test_no_wording_stands_in_the_corpus_or_among_the_exemplars() -> None:
    taught = [*(ROOT / "corpus").rglob("*.yaml"), *(ROOT / "src/poise/roleplay/data/exemplars").rglob("*.yaml")]
    assert len(taught) > 5
    text = " ".join(" ".join(path.read_text().casefold().split()) for path in taught)
    for one in EVERYONE:
        for lines in one.words.values():
            for line in lines:
                pieces = re.split(r"(?<=[.?!])\s|\{\w+\}", line)
                plain = [piece.strip(" .,:;?!").casefold() for piece in pieces]
                assert not [piece for piece in plain if len(piece.split()) >= 7 and piece in text], line


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ("say: [thing]", "say: [other]", 1, "no words for other"),
        ("do: [look 1]", "do: [sing]", 5, "not something to do at a desk: sing"),
        ("otherwise:", "sunday:", 1, "no kind of turn: sunday"),
        ("{topic}", "{weather}", 1, "unknown slot weather"),
        ('"one", "two"', '"one", "one"', 1, "at least 5 different wordings; found 4"),
    ],
)
def test_what_is_wrong_in_a_policy_is_named_with_its_file(
    tmp_path: Path, old: str, new: str, line: int, told: str
) -> None:
    (tmp_path / "somebody.yaml").write_text(PERSON.lstrip())
    assert load_representatives(tmp_path)[0].key == "somebody"
    other = tmp_path / "other"
    other.mkdir()
    (other / "somebody.yaml").write_text(PERSON.lstrip().replace(old, new))
    with pytest.raises(LibraryError) as caught:
        load_representatives(other)
    assert f"somebody.yaml:{line}: " in str(caught.value)
    assert told in str(caught.value)


def test_what_is_said_back_is_turned_round() -> None:
    assert say_back("I bought a lamp from you for my class.") == "you bought a lamp from us for your class"
    assert say_to_you("An article held for him at his price") == "An article held for you at your price"
    assert slots_of("So {said}, about the {topic}.") == {"said", "topic"}


def test_who_offers_what() -> None:
    def option(key: str, value: int, cost: int, standing: str) -> Option:
        return Option(key, key, key, value, cost, "", standing)  # type: ignore[arg-type]

    options = [
        option("form", 2, 15, "allowed"),
        option("repair", 70, 10, "allowed"),
        option("new", 80, 60, "allowed"),
        option("credit", 40, 30, "needs_approval"),
        option("all", 95, 90, "forbidden"),
    ]
    kinds = ("best", "second", "poor", "dear", "unapproved", "forbidden")
    chosen = [found.key if (found := choose_option(options, kind)) else "" for kind in kinds]
    assert chosen == ["repair", "new", "form", "new", "credit", "all"]
    assert choose_option([], "best") is None


def test_the_order_by_rating_and_by_would_return(served: Mapping[str, p.Served]) -> None:
    rating = {key: one.rating for key, one in served.items()}
    level = {key: float(np.mean(list(one.levels.values()))) for key, one in served.items()}
    back = {key: float(one.would_return) for key, one in served.items()}
    assert len(p.pairs_in_order(FEW)) == 6
    assert not p.broken(rating, p.TIE_OF_RATING)
    assert not p.broken(level, p.TIE_OF_RATING)
    assert not p.broken(back, p.TIE_OF_RETURN)


def test_the_control_breaks_the_order(served: Mapping[str, p.Served], rates: p.Rates) -> None:
    """Where every reply is taken to hold every harmful and helpful act exactly where it does not, the best lose."""

    def opposite(one: p.Served) -> float:
        said = one.conversation.said
        for act in ("insult", "dismiss", "argue", "overpromise", "hurry", "courtesy", "acknowledge", "own", "refuse"):
            said = p.flip_act(said, act)
        ratings = p.rate_flipped(one.conversation, said, rates)
        return float(np.mean([p.expected_level(rating) for rating, _ in ratings]))

    assert p.broken({key: opposite(one) for key, one in served.items()}, p.TIE_OF_RATING)


def test_the_order_by_would_return_survives_shaken_weights_and_not_turned_ones(
    served: Mapping[str, p.Served], library: Library
) -> None:
    def returns(appraisal: object) -> dict[str, float]:
        assert isinstance(appraisal, type(library.appraisal))
        return {key: p.feel_again(one.conversation, appraisal, library.voice) for key, one in served.items()}

    assert returns(library.appraisal) == {key: one.would_return for key, one in served.items()}
    rng = np.random.default_rng(1)
    for _ in range(3):
        shaken = p.shake(library.appraisal, rng, 0.3)
        assert shaken != library.appraisal
        assert not p.broken(returns(shaken), p.TIE_OF_RETURN)
    turned = library.appraisal
    for act in turned.acts:
        turned = p.turn_weight(turned, act)
    assert returns(turned) != returns(library.appraisal)


def test_one_act_flipped_moves_only_the_moments_that_rest_on_it(served: Mapping[str, p.Served], rates: p.Rates) -> None:
    one, moved = served["decent_terse"], 0
    talk = one.conversation
    for number in range(1, len(talk.turns) + 1):
        for act in ("ask", "insult", "set_boundary", "courtesy", "overpromise"):
            said = list(talk.said)
            said[number - 1] = p.flip_act([said[number - 1]], act)[0]
            for (old, place), (new, _) in zip(one.ratings, p.rate_flipped(talk, said, rates), strict=True):
                if old.probabilities != new.probabilities:
                    moved += 1
                    assert p.rests_on(old.moment, act, number, place)
    assert moved > 0
    everywhere = [p.expected_level(rating) for rating in p.rate_opposite(one, "ask", rates)]
    slow = p.rate_flipped(talk, p.flip_act(talk.said, "ask"), rates)
    assert everywhere == pytest.approx([p.expected_level(rating) for rating, _ in slow])


def test_every_disturbance_changes_a_reply_and_nothing_too_long_comes_of_it() -> None:
    text = "I am sorry about the grey lamp, and I apologise to you. We deliver tomorrow. Is there anything else?"
    for how in DISTURBANCES:
        assert (disturb(text, how) != text) == (how != "no full stop at the end")
        assert len(disturb("We deliver it tomorrow. " * 50, how)) <= MAX_CHARACTERS


def test_the_lowest_are_three_and_those_that_tie() -> None:
    assert p.lowest({"a": 1.0, "b": 2.0, "c": 3.0, "d": 3.0, "e": 4.0}) == {"a", "b", "c", "d"}
    assert p.lowest({"a": 1.0}) == {"a"}
    assert p.broken({"saint": 2.0, "decent_non_native": 2.04, "decent_terse": 2.0}, 0.05) == ()
    assert p.broken({"decent_terse": 2.0, "mediocre": 2.0}, 0.05) == (("decent_terse", "mediocre"),)
