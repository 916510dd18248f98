"""Pieces as text: what is written is read back the same, and what nobody would write is refused in plain words."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poise.content.editing import (
    drop_piece,
    keys_of,
    mark_of,
    piece_of,
    put_piece,
    read_piece,
    rename,
    write_piece,
)
from poise.content.library import LISTS, SINGLES, Library
from poise.content.source import LibraryError
from poise.content.statement import AttentionCheck, Statement

FEW = 3
SENTENCES = st.text(
    st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\ufffd\ufffe\uffff")
    | st.sampled_from("\n\t :#-'\""),
    min_size=1,
    max_size=300,
).filter(lambda text: text.strip() == text and text != "")


@pytest.mark.parametrize("section", [*LISTS, *SINGLES])
def test_a_piece_of_the_starter_is_read_back_as_it_was(library: Library, section: str) -> None:
    for key in keys_of(library, section)[-FEW:]:
        piece = piece_of(library, section, key)
        assert piece is not None
        text = write_piece(piece)
        assert read_piece(section, text) == piece
        assert read_piece(section, text.replace("\n", "\r\n")) == piece


@given(SENTENCES)
def test_any_words_come_back_as_they_were(words: str) -> None:
    piece = AttentionCheck(key="one", text=words, answer=3)
    assert read_piece("attention", write_piece(piece)) == piece


@given(st.text(max_size=200))
def test_any_other_text_is_refused_with_a_line(text: str) -> None:
    with pytest.raises(LibraryError) as refused:
        read_piece("attention", text)
    assert all(complaint.line >= 1 and complaint.message for complaint in refused.value.complaints)


@given(
    st.lists(
        st.sampled_from(
            ["key: a", "? ", "- ", "[", "]", "{", "}", "&a ", "*a", "!t ", "|", "\n", "  ", "'", '"', ": ", "<<: "]
        )
    )
)
def test_any_heap_of_yaml_is_read_or_refused(parts: list[str]) -> None:
    with pytest.raises(LibraryError):
        read_piece("statements", "".join(parts))


def test_one_piece_is_put_in_the_place_of_another_and_the_hash_follows(library: Library) -> None:
    first = library.statements[0]
    other = first.model_copy(update={"text": "Other words."})
    assert library.hash
    changed = put_piece(library, "statements", other, first.key)
    assert changed.statements[0] == other
    assert changed.hash != library.hash
    assert put_piece(changed, "statements", first, first.key).hash == library.hash
    renamed = rename(library, "other", "2", ("1",))
    assert (renamed.key, renamed.version, renamed.comparable_with) == ("other", "2", ("1",))
    assert renamed.statements == library.statements


def test_a_piece_is_added_at_the_end_and_dropped(library: Library) -> None:
    first = library.statements[0]
    new = Statement(key="quite_new", quality="patience", pole="high", text="I wait.", ease=0, desirability=5)
    changed = drop_piece(put_piece(library, "statements", new), "statements", first.key)
    assert changed.statements == (*library.statements[1:], new)
    assert put_piece(library, "consent", library.consent) == library


def test_marks_differ_where_pieces_do(library: Library) -> None:
    marks = [mark_of(one) for one in library.statements[:20]]
    assert all(one != other for one, other in pairwise(marks))
    assert mark_of(None) == ""
    assert mark_of(library.statements[0]) == mark_of(library.statements[0].model_copy())
