import pytest

from poise.roleplay.understanding.slots import find_slots, find_unsupported, match_remedies, read_number

REMEDIES = {
    "priority_swap": "Swap the grey unit for green on the priority van, Thursday 16 October",
    "goodwill_60": "60 euro goodwill back to the card",
    "lost_wages": "Pay the day's lost wages",
}


@pytest.mark.parametrize("words", ["£140", "140 pounds", "a hundred and forty pounds", "one hundred and forty quid"])
def test_an_amount_is_the_same_however_it_is_written(words: str) -> None:
    assert [(slot.kind, slot.value) for slot in find_slots(f"You get {words} back.")] == [("amount", "140")]


@pytest.mark.parametrize(
    ("words", "kind", "value"),
    [
        ("ten per cent", "percentage", "10"),
        ("5 %", "percentage", "5"),
        ("3 working days", "length", "3"),
        ("16 October", "date", "16 oct"),
        ("October 16th", "date", "16 oct"),
        ("Thursday", "date", "thursday"),
        ("3.15 pm", "time", "3:15"),
        ("SF-20771", "code", "SF20771"),
    ],
)
def test_each_kind_of_slot_is_found_with_its_span(words: str, kind: str, value: str) -> None:
    text = f"It will be {words} then."
    slot = next(slot for slot in find_slots(text) if slot.kind == kind)
    assert slot.value == value
    assert text[slot.start : slot.end] == slot.text


def test_an_age_is_no_length_of_time() -> None:
    assert not [slot for slot in find_slots("an eighty-year-old lady") if slot.kind == "length"]


def test_a_number_that_stands_nowhere_is_unsupported_and_one_that_follows_from_two_is_not() -> None:
    known = ["The bill is 1,290 dollars and the plan paid $430."]
    assert not find_unsupported("That leaves $860.", known)
    assert [slot.value for slot in find_unsupported("You get $955 by the 9th of May.", known)] == ["955", "9 may"]


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("priority_swap Thursday 1 to 5, goodwill_60 to card today", ("priority_swap", "goodwill_60")),
        ("I'll pay your lost wages", ("lost_wages",)),
        ("a cup of tea", ()),
    ],
)
def test_a_free_text_names_remedies_by_key_or_by_words(text: str, keys: tuple[str, ...]) -> None:
    assert match_remedies(text, REMEDIES) == keys


@pytest.mark.parametrize(
    ("words", "number"), [("twenty-five", 25), ("two thousand and six", 2006), ("1,840.50", 1840.5)]
)
def test_numbers_in_words_and_digits(words: str, number: float) -> None:
    assert read_number(words) == number


def test_what_is_no_number_is_none() -> None:
    assert read_number("soon") is None
