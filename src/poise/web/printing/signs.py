"""Words as they can be set on paper: every sign has a glyph in the fonts at hand, or is named in square brackets.

What people write is data. It is handed to the typesetter as values, never as its language, so that nothing in it is
obeyed; here it only loses what has no shape on paper.
"""

import re
import unicodedata

SETTABLE = (
    (0x20, 0x7E),
    (0xA0, 0x24F),
    (0x300, 0x36F),
    (0x388, 0x3FF),
    (0x400, 0x4FF),
    (0x1E00, 0x1EFF),
    (0x2010, 0x2027),
    (0x2030, 0x203A),
    (0x20A0, 0x20BF),
    (0x2190, 0x22FF),
)
"""Ranges whose letters, numbers and signs the typesetter's own fonts can show."""
ENDS_LINE = "\n\r\v\f\x85\u2028\u2029"
NO_SHAPE = frozenset({"Cc", "Cf", "Cs", "Mn", "Me"})
LONGEST_RUN = 24
MAY_BREAK = "\u200b"
_RUN = re.compile(rf"[^\s{MAY_BREAK}]{{{LONGEST_RUN}}}(?=[^\s{MAY_BREAK}])")


def make_settable(words: str) -> str:
    """Return words that can be set: signs without a glyph are named, and long runs without a space may break."""
    shown = "".join(_show(sign) for sign in unicodedata.normalize("NFC", words))
    return _RUN.sub(lambda run: run[0] + MAY_BREAK, shown)


def _show(sign: str) -> str:
    if sign in ENDS_LINE:
        return "\n"
    if sign == "\t":
        return " "
    kind = unicodedata.category(sign)
    if kind not in {"Cn", "Cf"} and any(first <= ord(sign) <= last for first, last in SETTABLE):
        return sign
    if kind in NO_SHAPE:
        return ""
    name = unicodedata.name(sign, f"sign {ord(sign):X}")
    return f"[{name.lower()}]"
