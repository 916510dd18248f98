"""How a report speaks to its reader: to the person themselves, or about them to a hirer."""

from typing import Literal

from poise.jobfit.tracing import EffectWord
from poise.jobfit.willing import Fit

Reader = Literal["self", "hirer"]
KINDS: dict[Reader, dict[str, str]] = {
    "self": {
        "statements": "What you say of yourself",
        "situations": "How you judge situations",
        "knowledge": "How you answer questions from a text",
        "customers": "How you served customers",
        "interview": "How you answered in an interview",
    },
    "hirer": {
        "statements": "What the candidate says of themselves",
        "situations": "How the candidate judges situations",
        "knowledge": "How the candidate answers questions from a text",
        "customers": "How the candidate served customers",
        "interview": "How the candidate answered in an interview",
    },
}
COUNTED = {
    "statements": ("answer", "answers"),
    "situations": ("judgement", "judgements"),
    "knowledge": ("question", "questions"),
    "customers": ("moment", "moments"),
    "interview": ("rating", "ratings"),
}
LEANINGS = {
    "towards the high pole": "leans to the high side",
    "in between": "in between, or not settled",
    "towards the low pole": "leans to the low side",
}
FIT_WORDS: dict[Reader, dict[Fit, str]] = {
    "self": {
        "willing": "you are willing",
        "unsure": "unsure about some",
        "unwilling": "some you do not want",
        "not asked": "not asked yet",
    },
    "hirer": {
        "willing": "willing",
        "unsure": "unsure about some",
        "unwilling": "does not want some",
        "not asked": "not asked yet",
    },
}
CONDITION_WORDS: dict[Reader, dict[Fit, str]] = {
    "self": {
        "willing": "no conflict",
        "unsure": "more than you would like",
        "unwilling": "much more than you want",
        "not asked": "not asked yet",
    },
    "hirer": {
        "willing": "no conflict",
        "unsure": "more than the candidate would like",
        "unwilling": "much more than the candidate wants",
        "not asked": "not asked yet",
    },
}
OWN_HEADLINES: dict[tuple[str, str], str] = {
    ("likely meets", "unwilling"): "Likely able, but you do not want its conditions",
    ("likely not yet", "willing"): "Willing, but likely not yet able",
    ("likely not yet", "unsure"): "Likely not yet, and you are unsure about some conditions",
    ("likely not yet", "unwilling"): "Likely not yet, and you do not want some conditions",
}
HIRER_HEADLINES: dict[tuple[str, str], str] = {
    ("likely meets", "willing"): "Likely able, and willing",
    ("likely meets", "unsure"): "Likely able; unsure about one or more conditions",
    ("likely meets", "unwilling"): "Likely able, but does not want its conditions",
    ("open", "willing"): "Open: willing, and the evidence does not settle it yet",
    ("open", "unsure"): "Open: the evidence does not decide; unsure about some conditions",
    ("open", "unwilling"): "Does not want its conditions; the rest is open",
    ("likely not yet", "willing"): "Willing, but likely not yet able",
    ("likely not yet", "unsure"): "Likely not yet, and unsure about some conditions",
    ("likely not yet", "unwilling"): "Likely not yet, and does not want its conditions",
}
STANDINGS = {
    "allowed": "allowed",
    "needs_approval": "only after a yes from above",
    "forbidden": "not allowed by the policy",
}
EFFECTS: dict[EffectWord, str] = {
    "large": "counts a lot",
    "noticeable": "counts noticeably",
    "small": "counts a little",
    "none": "counts for hardly anything",
}
