"""No text of a library is left out of the reading for decent wording, whoever reads it."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from poise.content.check_wording import check_wording
from poise.content.library import Library, LoadedLibrary, parse_library
from poise.content.passages import passages_of

CONDITIONS_AND_WORDS = {"when", "met_by", "opened_by", "topics", "stock", "unit", "comparable_with"}
"""Fields that hold conditions and single words to look for, and no sentences for people."""
GROUNDS_OF_NUMBERS = {"beliefs", "appraisal"}


def texts_in(data: Any, field: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(data, str):
        yield field, data
    for value in data if isinstance(data, list) else ():
        yield from texts_in(value, field)
    for name, value in data.items() if isinstance(data, dict) else ():
        yield from texts_in(value, name)


def test_every_text_of_two_words_or_more_is_a_passage(library: Library) -> None:
    read = "\n".join(passage.text for passage in passages_of(library))
    whole = json.loads(library.canonical)
    told = [one for section, data in whole.items() if section not in GROUNDS_OF_NUMBERS for one in texts_in(data)]
    left_out = [
        (field, text) for field, text in told if " " in text and field not in CONDITIONS_AND_WORDS and text not in read
    ]
    assert left_out == []


def _with(library: Library, change: Callable[[dict[str, Any]], None]) -> list[str]:
    told = json.loads(library.canonical)
    change(told)
    loaded = LoadedLibrary(library=parse_library(json.dumps(told)), places={})
    return [one.message for one in check_wording(loaded)]


def _ask_in_week(told: dict[str, Any]) -> None:
    told["analysis"][0]["week"][0]["asks"] = "Do you have children at home?"


def _ask_in_form(told: dict[str, Any]) -> None:
    told["analysis"][0]["example"]["answer"] = "Say also whether you are in good health."


def _judge_in_anchor(told: dict[str, Any]) -> None:
    told["interview"][0]["anchors"][0] = "A hopeless candidate would argue."


def _judge_in_note(told: dict[str, Any]) -> None:
    told["scenarios"][0]["hidden"][0]["about"] = "Only a hopeless candidate does not ask."


def _ask_before_a_conversation(told: dict[str, Any]) -> None:
    told["scenarios"][0]["probes"][0]["moments"][0]["asks"] = "Are you in good health, and do you stay level?"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_ask_in_week, "'Do you have children' asks about family"),
        (_ask_in_form, "'good health' asks about health"),
        (_judge_in_anchor, "'hopeless candidate' judges a person"),
        (_judge_in_note, "'hopeless candidate' judges a person"),
        (_ask_before_a_conversation, "'good health' asks about health"),
    ],
)
def test_what_interviewers_colleagues_and_authors_read_is_read_too(
    library: Library, change: Callable[[dict[str, Any]], None], said: str
) -> None:
    assert _with(library, lambda _: None) == []
    [found, *others] = _with(library, change)
    assert said in "\n".join([found, *others])
