"""Words on paper: whatever somebody writes can be set, is only shown, and stays recognisable."""

import json

import pypdfium2
import typst
from hypothesis import example, given, settings
from hypothesis import strategies as st

from poise.web.printing.press import ACCESSIBLE, SHEETS
from poise.web.printing.signs import MAY_BREAK, make_settable

SHEET = b'#import "/look.typ": *\n#show: sheet.with(title: "Words")\n#words(data.words)'
MARKUP = '#eval("1 + 1") $x^2$ *bold* _it_ `raw` \\ @ref <label> = head // no #sys.inputs.data #image("/etc/passwd")'


def set_words(words: str) -> bytes:
    return typst.compile(  # type: ignore[type-var]  # its stubs want the folder to be bytes as well
        SHEET,
        root=SHEETS,
        font_paths=typst.Fonts(include_system_fonts=False),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps({"words": make_settable(words)})},
        pdf_standards=[ACCESSIBLE],
        timestamp=0,
    )


def read(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        words = "\n".join(page.get_textpage().get_text_bounded() for page in document)
    return words.replace("\x02", "-")  # how a hyphen at the end of a line is told


def bare(words: str) -> str:
    return "".join(words.replace(MAY_BREAK, "").replace("\ufffe", "").split())


@settings(max_examples=150)
@given(st.text(max_size=300))
@example("\x00\x07\u202e\u200d\ufeff\u2028 a\u0301\u0327 😀 你好 שלום مرحبا \U000e0041 \U0010ffff")
@example(MARKUP)
def test_any_words_can_be_set_by_the_rules_for_accessible_pdf(words: str) -> None:
    assert set_words(words).startswith(b"%PDF")


def test_markup_is_shown_and_never_obeyed() -> None:
    assert bare(MARKUP) in bare(read(set_words(MARKUP)))


@given(st.text(st.sampled_from("abcXYZ 019.,;:!?()#$*_`\\@<>=/-[]{}~^|&%+'\"£é\n"), max_size=120))
@settings(max_examples=60)
def test_plain_english_is_read_back_as_it_was_written(words: str) -> None:
    assert bare(words) in bare(read(set_words(words)))


def test_a_long_run_without_a_space_stays_on_the_page() -> None:
    with pypdfium2.PdfDocument(set_words("x" * 1200)) as document:
        page = document[0]
        text = page.get_textpage()
        right = max(text.get_charbox(i)[2] for i in range(text.count_chars()))
        assert right < page.get_width()
        assert text.get_text_bounded().count("x") == 1200


def test_a_sign_without_a_shape_is_named() -> None:
    assert make_settable("Thanks 😀\u202e!") == "Thanks [grinning face]!"


@given(st.text())
def test_what_is_settable_stays_as_it_is(words: str) -> None:
    once = make_settable(words)
    assert make_settable(once) == once
