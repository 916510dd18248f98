"""Plain and decent wording: how hard a text is to read, which words are too hard, and what is never said of people."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

FEWEST_WORDS = 100
"""A figure of readability says nothing about fewer words than this."""
MOST_WORDS = 35
"""A sentence with more words than this is hard to hold in mind."""
EASY, FAIR = 6.0, 8.0
"""The highest grades: for what a candidate answers in the moment, and for what they read in their own time.

Grade 8 is the end of lower secondary school (about 13 years), which public bodies commonly take as the limit for texts
that everybody must understand. What is answered in the moment stays two grades below, as many readers use a second
language.
"""
LIMITS = {
    "statements": EASY,
    "attention checks": EASY,
    "reactions": EASY,
    "customers' lines": EASY,
    "shared lines": EASY,
    "interview questions": EASY,
}
"""The highest grade for each kind of text; every other kind has the second limit."""

_WORD = re.compile(r"[^\W_]+(?:['’.,-][^\W_]+)*")
_STOP = re.compile(r"[.!?…:;]+[\"'”’)\]]*(?=\s|$)")


class Readability(NamedTuple):
    """How hard some texts are together: their words, and the school grade that they ask for."""

    words: int
    grade: float


def measure_readability(texts: Iterable[str]) -> Readability:
    """Return the words and the grade of some texts together, by the automated readability index.

    ``grade = 4.71 letters / words + 0.5 words / sentences - 21.43``, where letters are letters and digits, from Smith
    and Senter, *Automated Readability Index*, AMRL-TR-66-220 (1967). Unlike figures that count syllables it needs no
    dictionary, so two machines find the same. A colon or a semicolon ends a sentence as a full stop does. Texts without
    words have grade 0.
    """
    words = letters = sentences = 0
    for text in texts:
        found = _WORD.findall(text)
        words += len(found)
        letters += sum(sign.isalnum() for word in found for sign in word)
        sentences += len(split_at_stops(text))
    if not words:
        return Readability(0, 0.0)
    return Readability(words, 4.71 * letters / words + 0.5 * words / max(1, sentences) - 21.43)


def split_at_stops(text: str) -> list[str]:
    """Return the sentences of a text, those that hold a word."""
    return [part.strip() for part in _STOP.split(text) if _WORD.search(part)]


def questions_in(text: str) -> str:
    """Return those sentences of a text that are questions."""
    return " ".join(re.findall(r"[^.!?…]*\?", text))


def count_words(text: str) -> int:
    """Return how many words a text has."""
    return len(_WORD.findall(text))


_PLAINER = """
accommodate: make room for, meet | accordance: by | accrue: grow | acquire: get | additional: more
adhere: keep to | adjacent: next to | ameliorate: make better | amongst: among | anticipate: expect
applicable: that apply | ascertain: find out | assistance: help | attain: reach | beneficial: good, useful
cease: stop | cognisant: aware | commence: begin | compensatory: to make up for | competencies: skills
competency: skill | concerning: about | concur: agree | consequently: so | constitute: be | deem: think
demeanour: manner | demonstrate: show | disseminate: spread | empower: let, allow | enable: let
endeavour: try | enquire: ask | ensure: make sure | equitable: fair | erroneous: wrong | exacerbate: make worse
expedite: speed up | expeditiously: quickly | expenditure: cost | facilitate: help | finalise: finish
forthwith: at once | furnish: give | furthermore: and, also | henceforth: from now on | hereby: (leave it out)
herein: here | holistic: whole | impart: give, tell | implement: carry out | inasmuch: because | inception: start
incentivise: reward | inclement: bad | incumbent: the person in the job | indicate: show, say | initiate: begin
interpersonal: between people | irrespective: whatever | leverage: use | liaise: work with | maximise: make the most of
methodology: way | minimise: keep small | mitigate: lessen | modality: way | moreover: and, also
necessitate: need | nevertheless: still | notify: tell | notwithstanding: in spite of | numerous: many | obtain: get
optimal: best | optimise: improve | paradigm: pattern | paramount: most important | peruse: read
predominantly: mostly | preliminary: first | prioritise: put first | proactive: (say what is done)
proactively: (say what is done) | procure: get | proficiency: skill | proficient: skilled | propensity: habit
pursuant: under | rectify: put right | regarding: about | reimburse: pay back | reimbursement: money back
reiterate: say again | remittance: payment | remuneration: pay | requisite: needed | resilient: (say what is done)
retain: keep | robust: strong | solicit: ask for | stakeholder: (say who) | stipulate: say | subsequently: later
substantiate: show | sufficient: enough | synergy: (say what is gained) | terminate: end | thereafter: after that
therein: in it | threshold: limit | timely: in time | transmit: send | ultimately: in the end | undertake: do, promise
unilaterally: alone | utilise: use | utilisation: use | verify: check | whereas: while | whereby: by which
"""
_IDIOMS = """
a ballpark | across the board | an arm and a leg | at the drop of a hat | at the end of the day | back to square one
back to the drawing board | ball is in | barking up | beat around the bush | bend over backwards | beside the point
bite the bullet | bite your tongue | blessing in disguise | bottom line | break the ice | burn your bridges
by the book | by and large | call it a day | can of worms | catch-22 | cold shoulder | come rain or shine
cost a fortune | cut corners | cut the mustard | cut to the chase | devil's advocate | drive me up the wall
drop the ball | easier said than done | fly off the handle | fob me off | fobbed off | foot the bill | for a song
get the hang of | get your act together | give it a shot | go the extra mile | going the extra mile | hands down
hang in there | hit the nail | hit the sack | hit the roof | in a nutshell | in hot water | in the loop
in the same boat | it takes two to tango | jump on the bandwagon | jump the gun | keep my cool | keep your cool
kick the bucket | kill two birds | last straw | let the cat out | lose my temper | lose your temper
low-hanging fruit | miss the boat | no brainer | no-brainer | no strings attached | off the cuff | off the hook
on cloud nine | on the ball | on the fence | on the same page | once in a blue moon | out of the blue | out of the box
over the moon | pass the buck | piece of cake | play it by ear | pull my leg | pull strings | pull the wool
raining cats | read the room | ring a bell | rule of thumb | run of the mill | run the gauntlet | see eye to eye
sit tight | sleep on it | snowed under | speak of the devil | spill the beans | split hairs | steal my thunder
stick to my guns | straight from the horse | take it with a grain | take it with a pinch | the elephant in the room
the whole nine yards | think outside | through the roof | through thick and thin | tip of the iceberg | to the letter
touch base | turn a blind eye | under the weather | up in the air | walk on eggshells | wild goose
wrap my head around | your best foot forward
"""
PLAINER: dict[str, str] = {
    one.split(":")[0].strip(): one.split(":")[1].strip()
    for line in _PLAINER.strip().split("\n")
    for one in line.split("|")
}
"""Words that readers of a second language may not know, each with plainer ones."""
IDIOMS: tuple[str, ...] = tuple(one.strip() for line in _IDIOMS.strip().split("\n") for one in line.split("|"))
"""Phrases that mean something else than their words."""


def _forms_of(word: str) -> set[str]:
    """Return a word with its usual endings."""
    bare = word[:-1] if word[-1] in "ey" else word
    return {
        word,
        *(word + ending for ending in ("s", "d", "ed", "ing")),
        *(bare + end for end in ("ies", "ied", "ing")),
    }


_BASE = {form: word for word in PLAINER for form in _forms_of(word)}
_IDIOM = re.compile(r"\b(?:" + "|".join(map(re.escape, IDIOMS)) + r")\b", re.IGNORECASE)


def find_hard_wording(text: str) -> Iterator[str]:
    """Say which words and phrases of a text are harder than they need to be, and what to write instead."""
    for word in _WORD.findall(text):
        if word.casefold() in _BASE:
            yield f"{word!r} is a hard word; plainer: {PLAINER[_BASE[word.casefold()]]}"
    for match in _IDIOM.finditer(text):
        yield f"{match.group()!r} is an idiom; say it in words that mean what they say"


_UNKIND = re.compile(
    r"\b(?:unfit(?! for (?:use|sale|purpose|food))"
    r"|unsuitable (?:person|people|candidate|applicant|for (?:the|this|that|a) (?:job|work|post|role)|for customer)"
    r"|not (?:fit|suited|suitable|made|cut out) for (?:(?:the|this|that|a) (?:job|work|post|role)|customer service)"
    r"|(?:bad|weak|poor|inferior|hopeless|problem) (?:candidate|applicant|personality|character)s?"
    r"|(?:inferior|hopeless|useless) (?:person|people)|difficult (?:candidate|applicant|personality|character)s?"
    r"|wrong person for (?:the|this|that|a|customer)"
    r"|(?:failed|rejected|eliminated|disqualified) (?:person|candidate|applicant)s?"
    r"|you (?:have )?(?:failed|been rejected)"
    r"|personality (?:disorder|problem|defect|flaw)s?|character (?:defect|flaw)s?"
    r"|neurotic|neuroticism|psychopath\w*|narcissis\w*|mentally (?:ill|unstable|weak)|abnormal|unstable person"
    r"|low performers?|losers?|stupid people|normal people)\b",
    re.IGNORECASE,
)


def find_forbidden_wording(text: str) -> Iterator[str]:
    """Say where a text judges a person instead of telling what was seen."""
    for match in _UNKIND.finditer(text):
        yield f"{match.group()!r} judges a person; say what was seen, or what the work asks"
