"""A rubric is five ordered conditions that people can read; a wrong one is refused by name."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from poise.content.act import ACTS, HARM
from poise.content.rubric import Rubric, RubricError, parse_condition

LINES = (
    {"level": 0, "reads": "Hurt the customer.", "when": "harm"},
    {"level": 4, "reads": "Asked, then looked.", "when": "ask and looked_up.order and not offered.unchecked"},
    {"level": 3, "reads": "Asked or restated.", "when": "ask or restate"},
    {"level": 1, "reads": "Only refused.", "when": "refuse and not (offer or ever.explain)"},
    {"level": 2, "reads": "Neither.", "when": "otherwise"},
)


def rubric(*lines: dict[str, object]) -> Rubric:
    return Rubric.model_validate({"lines": lines})


def naive_level(true: dict[str, bool]) -> int:
    if any(true[act] for act in HARM):
        return 0
    if true["ask"] and true["looked_up.order"] and not true["offered.unchecked"]:
        return 4
    if true["ask"] or true["restate"]:
        return 3
    if true["refuse"] and not (true["offer"] or true["explain"] or true["earlier.explain"]):
        return 1
    return 2


def test_first_line_that_holds_fires_in_every_case() -> None:
    made = rubric(*LINES)
    free = [atom for atom in made.atoms if atom not in HARM]
    for values in product((False, True), repeat=len(free) + 1):
        true = dict(zip(free, values[1:], strict=True)) | dict.fromkeys(HARM, values[0])
        fired = made.firing({atom: np.array([value]) for atom, value in true.items()}, 1)
        assert made.lines[int(fired[0])].level == naive_level(true)


@given(st.lists(st.sampled_from(sorted(ACTS)), min_size=1, max_size=6))
def test_a_condition_names_what_it_rests_on(acts: list[str]) -> None:
    assert set(parse_condition(" and ".join(acts)).atoms) == set(acts)


def test_ever_means_now_or_earlier() -> None:
    assert parse_condition("ever.ask").atoms == ("ask", "earlier.ask")


@pytest.mark.parametrize(
    ("when", "named"),
    [
        ("smile", "'smile'"),
        ("ask and", "cannot read"),
        ("ask + offer", "ask + offer"),
        ("ask(1)", "ask(1)"),
        ("looked_up", "'looked_up'"),
        ("__import__('os').system('true')", "is not a name"),
        ("1", "is not a name"),
        ("now.ask", "'now.ask'"),
    ],
)
def test_a_wrong_condition_is_refused_by_name(when: str, named: str) -> None:
    with pytest.raises(RubricError, match=r".") as refused:
        parse_condition(when)
    assert named in str(refused.value)


def test_levels_are_complete_and_the_last_is_otherwise() -> None:
    with pytest.raises(ValueError, match="each once"):
        rubric(*LINES[:3], LINES[2], LINES[4])
    with pytest.raises(ValueError, match="otherwise"):
        rubric(LINES[4], *LINES[:4])


def test_a_level_that_nothing_reaches_is_found() -> None:
    shadowed = dict(LINES[1]) | {"when": "ask and harm"}
    assert rubric(LINES[0], shadowed, *LINES[2:]).unreachable() == [4]
    assert rubric(*LINES).unreachable() == []
