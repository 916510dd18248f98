"""MAP.yaml: dimensions, blocks and effects; what is wrong in it is named, all at once."""

import pytest

from poise.measurement.parameters.itemmap import ItemMap
from poise.measurement.tabular.tables import BadTableError

GOOD = {
    "calm": ["a", "b", "s1", "t1"],
    "warm": ["c", "b", "s2", "t2"],
    "blocks": {"B1": {"statements": ["s1", "s2"]}, "B2": {"statements": ["t2", "t1"], "task": "most_least"}},
    "effects": {"chat": ["a", "c"]},
}


def test_a_map_tells_dimensions_blocks_and_effects() -> None:
    own = ItemMap.from_dict(GOOD, "map.yaml")
    assert own.keys == ("a", "b", "s1", "t1", "c", "s2", "t2")
    assert own.items == ("a", "b", "c")
    assert own.statements == {"s1", "s2", "t1", "t2"}
    assert own.loads_on("a") == ("calm", "chat")
    assert own.loads_on("b") == ("calm", "warm")
    assert own.blocks["B1"].task == "rank"
    assert own.blocks["B2"].statements == ("t2", "t1")
    assert own.pattern["chat"] == ["a", "c"]


BAD: list[tuple[object, str]] = [
    (None, "map.yaml: expected dimensions, each with a list of item keys"),
    ("calm", "expected dimensions"),
    ([["a"]], "expected dimensions"),
    ({}, "expected dimensions"),
    ({"effects": {"m": ["a"]}}, "expected dimensions"),
    ({"calm": []}, "map.yaml, dimension calm: expected a list of item keys, at least one"),
    ({"calm": None}, "dimension calm: expected a list"),
    ({"calm": "a"}, "dimension calm: expected a list"),
    ({"calm": ["a", None]}, "dimension calm: None is no item key"),
    ({"calm": ["a", ["b"]]}, r"dimension calm: \['b'\] is no item key"),
    ({"calm": ["a", "b", "a"]}, "dimension calm: a stands there twice; keep one"),
    ({"calm": ["a"], "effects": ["m"]}, r"effects: got \['m'\], expected names"),
    ({"calm": ["a"], "effects": {"m": ["b"]}}, "effect m: b is on no dimension; add it to one"),
    ({"calm": ["a"], "effects": {"calm": ["a"]}}, "effect calm: a dimension has this name too"),
    ({"calm": ["a"], "effects": {"m": []}}, "effect m: expected a list of item keys"),
    ({"calm": ["a"], "blocks": {"B": ["a"]}}, "block B: expected statements, a list of 2 to 4 keys"),
    ({"calm": ["a"], "blocks": {"B": {"statements": ["a"]}}}, "block B: expected statements"),
    ({"calm": ["a"], "blocks": {"B": {"statements": ["a", "a"]}}}, "block B: a statement stands there twice"),
    ({"calm": ["a"], "blocks": {"B": {"statements": ["a", "b"]}}}, "block B: b is on no dimension"),
    (
        {"calm": ["a", "b"], "blocks": {"B": {"statements": ["a", "b"], "task": "guess"}}},
        "block B: the task is 'guess', expected one of rank, most_least",
    ),
    (
        {"calm": ["a", "b", "c"], "blocks": {"B": {"statements": ["a", "b"]}, "C": {"statements": ["b", "c"]}}},
        "block C: statement b is in block B already",
    ),
    ({"calm": ["a", "b"], "blocks": {"a": {"statements": ["a", "b"]}}}, "block a: an item has this key too"),
]


@pytest.mark.parametrize(("told", "expected"), BAD)
def test_what_is_wrong_in_a_map_is_named(told: object, expected: str) -> None:
    with pytest.raises(BadTableError, match=expected):
        ItemMap.from_dict(told, "map.yaml")


def test_everything_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(BadTableError) as caught:
        ItemMap.from_dict({"calm": [], "warm": ["a", "a"], "blocks": 3}, "map.yaml")
    assert len(caught.value.complaints) == 3


def test_a_map_is_fitted_to_what_was_answered() -> None:
    own = ItemMap.from_dict(GOOD, "map.yaml")
    fitted = own.fitted(["b", "c", "s1", "t1", "t2"], {"a": "every answer is 1", "s2": "nobody ranked it"}, "x.csv")
    assert fitted.dimensions == {"calm": ("b", "t1"), "warm": ("c", "b", "t2")}
    assert list(fitted.blocks) == ["B2"]
    assert fitted.effects == {"chat": ("c",)}
    with pytest.raises(
        BadTableError, match=r"dimension calm: item 'a' is not among the items of x.csv; did you mean 'aa'\?"
    ):
        own.fitted(["aa", "b", "c", "s1", "s2", "t1", "t2"], {}, "x.csv")
    lost = {"a": "every answer is 1", "c": "nobody answered it"}
    with pytest.raises(BadTableError, match=r"chat: none of its items can be used \(a: every answer is 1, c: nobody"):
        own.fitted(["b", "s1", "s2", "t1", "t2"], lost, "x.csv")
