"""Lines that say nearly the same are found; lines that only do the same, or share a subject, are not."""

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pytest

from poise.content.library import Library, LoadedLibrary
from poise.content.scenario import Scenario
from poise.roleplay.check import check_customers, remark_on_customers
from poise.roleplay.check_library import NOT_COMPARED, find_all, find_errors, load_embedding
from poise.roleplay.check_likeness import (
    ALIKE,
    ALIKE_IN_A_CELL,
    Embed,
    find_near_duplicates,
    groups_of,
    measure_likeness,
    weigh_words,
)
from poise.roleplay.understanding.encoder import FloatArray, ReaderError

SAME = [  # one sentence, and the same with words exchanged or moved
    (
        "I write down key words while people tell me their problem.",
        "I note key words while people tell me their problem.",
    ),
    ("I draw a small picture to make an explanation clear.", "I make a small drawing to make an explanation clearer."),
    ("I leave out details that would only upset people.", "I leave out details that would just make people upset."),
    ("When many people are waiting, my answers become short.", "My answers get short when many people wait."),
    ("I like to show a beginner every small step.", "I enjoy showing beginners every little step."),
    ("Being direct matters more to me than being polite.", "To me, being direct matters more than being polite."),
    ("When I am in doubt about a rule, I look it up.", "If I am not sure about a rule, I look it up."),
    ("You say nothing while he is writing.", "While he writes, you say nothing."),
]
OTHER = [  # the highest cosines among unrelated statements, and the most words in common
    (
        "I am as polite to people as they are to me.",
        "After an unfriendly conversation, I still say a friendly goodbye.",
    ),
    ("When I am annoyed, other people hardly notice it.", "I care a lot about what other people think of me."),
    ("I explain the same thing differently to different people.", "I let people explain to me what I know already."),
    ("I can tell people in one sentence what a rule is for.", "Without the rule at hand, I tell people what it says."),
    ("I look at my phone while somebody serves me.", "I finish my sandwich while I serve somebody at the counter."),
]


@pytest.fixture(scope="module")
def embed() -> Embed:
    return load_embedding()


@pytest.fixture(scope="module")
def texts(library: Library) -> list[str]:
    return [line.text for group in groups_of(library) for line in group.lines]


@pytest.mark.parametrize("pair", SAME)
def test_a_sentence_with_words_exchanged_is_alike(pair: tuple[str, str], texts: list[str], embed: Embed) -> None:
    assert measure_likeness(*pair, weigh_words(iter(texts)), embed) >= ALIKE


@pytest.mark.parametrize("pair", OTHER)
def test_sentences_of_one_manner_or_subject_are_not(pair: tuple[str, str], texts: list[str], embed: Embed) -> None:
    assert measure_likeness(*pair, weigh_words(iter(texts)), embed) < ALIKE


def test_likeness_is_one_for_a_line_and_itself_and_the_same_both_ways(texts: list[str], embed: Embed) -> None:
    weigh = weigh_words(iter(texts))
    for one, other in combinations([SAME[0][0], SAME[1][1], OTHER[0][0]], 2):
        assert measure_likeness(one, one, weigh, embed) == pytest.approx(1.0)
        assert measure_likeness(one, other, weigh, embed) == pytest.approx(measure_likeness(other, one, weigh, embed))


def test_a_planted_copy_is_named_with_both_places(library: Library, embed: Embed) -> None:
    one = library.statements[0]
    copy = one.model_copy(update={"key": "planted", "text": one.text.replace("When", "If") + " Yes."})
    planted = library.model_copy(update={"statements": (one, copy), "situations": (), "scenarios": ()})
    places = {f"statements/{one.key}": ("statements/a.yaml", 4), "statements/planted": ("statements/b.yaml", 9)}
    [found] = [
        found
        for found in find_near_duplicates(LoadedLibrary(library=planted, places=places), embed)
        if found.file != "library.yaml"
    ]
    assert (found.file, found.line) == ("statements/b.yaml", 9)
    assert "at statements/a.yaml:4" in found.message


def test_wordings_of_one_probe_may_share_its_facts_and_not_its_words(library: Library, embed: Embed) -> None:
    case = library.find(Scenario, "late_lamp")
    probe = case.probes[0]
    copied = probe.model_copy(update={"says": (*probe.says[:-1], probe.says[0] + " Well?")})
    changed = case.model_copy(update={"probes": (copied, *case.probes[1:])})

    def found(one: Scenario) -> list[str]:
        alone = library.model_copy(update={"scenarios": (one,), "statements": (), "situations": ()})
        told = find_near_duplicates(LoadedLibrary(library=alone, places={}), embed)
        return [one.message for one in told if one.message.startswith("late_lamp")]

    assert found(case) == []
    assert len(found(changed)) == 1
    assert f"it should be below {ALIKE_IN_A_CELL}" in found(changed)[0]


def test_only_pairs_with_words_in_common_are_embedded(library: Library) -> None:
    asked: list[str] = []

    def count(text: str) -> FloatArray:
        asked.append(text)
        return np.ones(1)

    small = library.model_copy(update={"scenarios": (), "situations": ()})
    find_near_duplicates(LoadedLibrary(library=small, places={}), count)
    pairs = len(asked) / 2
    assert pairs < len(library.statements) ** 2 / 100


def test_without_the_reader_the_rest_is_checked_and_that_is_said(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing() -> Embed:
        raise ReaderError("reading replies needs onnxruntime: install the extra poise[roleplay]")

    monkeypatch.setattr("poise.roleplay.check_library.load_embedding", missing)
    found = find_all(LoadedLibrary(library=library, places={}))
    [said] = found.not_looked_for
    assert NOT_COMPARED in said
    assert "poise[roleplay]" in said
    assert found.errors == find_errors(LoadedLibrary(library=library, places={}))


def told(library: Library, case: Scenario) -> Iterator[str]:
    loaded = LoadedLibrary(library=library.model_copy(update={"scenarios": (case,)}), places={})
    yield from (f"error {one.message}" for one in check_customers(loaded))
    yield from (f"remark {one.message}" for one in remark_on_customers(loaded))


@pytest.mark.parametrize(
    ("phrases", "said"),
    [
        (("e-mail", "£32", "don’t"), "error late_lamp: hidden fact saturday: none of its phrases is found"),
        (("when do you", "your e-mail"), "remark late_lamp: saturday: 'your e-mail' never fires"),
    ],
)
def test_a_phrase_that_is_never_heard_is_named(library: Library, phrases: tuple[str, ...], said: str) -> None:
    case = library.find(Scenario, "late_lamp")
    fact = case.hidden[0].model_copy(update={"opened_by": phrases})
    changed = case.model_copy(update={"hidden": (fact, *case.hidden[1:])})
    assert [line for line in told(library, changed) if line.startswith(said)]
    assert not [line for line in told(library, case) if "phrases" in line or "never fires" in line]


def test_a_phrase_that_opens_another_fact_first_is_named(library: Library) -> None:
    case = library.find(Scenario, "late_lamp")
    one, other = case.hidden
    shadowed = other.model_copy(update={"opened_by": (*other.opened_by, one.opened_by[0])})
    changed = case.model_copy(update={"hidden": (one, shadowed)})
    assert [line for line in told(library, changed) if f"opens {one.key} first" in line]


def test_a_desk_with_nothing_too_dear_or_too_little_shows_no_doormat_and_no_stonewaller(library: Library) -> None:
    case = library.find(Scenario, "late_lamp")
    assert not [line for line in told(library, case) if "doormat" in line or "stonewaller" in line]
    best = next(one for one in case.remedies if one.standing == "allowed" and one.value >= 50)
    changed = case.model_copy(update={"remedies": (best,)})
    found = list(told(library, changed))
    assert [line for line in found if "a doormat has no option" in line]
    assert [line for line in found if "no offer that a stonewaller would make" in line]
