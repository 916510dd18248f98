"""Calibrates the heads on replies in voices that the encoder did not hear."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from poise.content.act import HARM, HEARD
from poise.roleplay.training.crossvalidating import EXEMPLAR, Unheard
from poise.roleplay.training.samples import Lesson, Line
from poise.roleplay.understanding.caution import NOT_HOSTILE, RULES
from poise.roleplay.understanding.cues import TABLES, find_cues
from poise.roleplay.understanding.heads import ACTS, Heads, gather_sentences, stack_features, to_chance, to_log_odds
from poise.roleplay.understanding.legibility import list_words
from poise.roleplay.understanding.reader import guard_reply, hold_back_acts, list_believable
from poise.roleplay.understanding.spelling import SPELLING_TABLE

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

CODE_VERSION = "3"
"""Raise it when the code reads the same words differently. The tables of cues are followed without it."""
STRENGTH = 0.5
COMMON = 3
"""A word is common enough to be meant by a slip when at least so many replies hold it."""
STEPS = tuple(round(0.2 + 0.025 * step, 3) for step in range(22))
"""Where the decision about an act may lie; the odds are then moved so that it lies at .5."""
MOST_AT_REST = 0.49
"""A reply that cannot be read stands at the base rates, and must not decide that an act was there."""
LEAST_FOR_HARM, LEAST_ALONE = 0.35, 0.5
"""The floors for hostility, which needs a second signal, and for other harm, which does not."""
DESK = {"good": 0.7, "middling": 0.2, "bad": 0.1}
"""How replies are mixed at a desk, by conduct: the authors' estimate."""


@dataclass(frozen=True)
class Taught:
    """Lessons, their labels, and how an encoder that never heard them scored them; n lessons, s sentences.

    Attributes
    ----------
    labels, sentence_labels
        Which acts each lesson and each sentence holds, (n, 27) and (s, 27).
    voices, conduct
        The voice of each lesson, and how it was meant, (n,) each.
    cues
        The names of the cues of each sentence.
    rows
        For each lesson the rows of its sentences.
    """

    lessons: tuple[Lesson, ...]
    unheard: Unheard
    labels: BoolArray
    sentence_labels: BoolArray
    voices: npt.NDArray[np.str_]
    conduct: npt.NDArray[np.str_]
    cues: tuple[frozenset[str], ...]
    rows: tuple[IntArray, ...]


def gather(lessons: Sequence[Lesson], unheard: Unheard) -> Taught:
    """Lay lessons and scores side by side."""
    say = [sentence for lesson in lessons for sentence in lesson.say]
    owner = np.array([number for number, lesson in enumerate(lessons) for _ in lesson.say])
    if not np.array_equal(owner, unheard.owner):
        raise ValueError("the scores of unheard voices belong to other lessons: run `make train`")
    sentence_labels = np.array([[act in acts for act in ACTS] for _, acts in say])
    rows = tuple(np.flatnonzero(owner == number) for number in range(len(lessons)))
    return Taught(
        lessons=tuple(lessons),
        unheard=unheard,
        labels=np.array([sentence_labels[own].any(axis=0) for own in rows]),
        sentence_labels=sentence_labels,
        voices=np.array([lesson.voice for lesson in lessons]),
        conduct=np.array([lesson.conduct for lesson in lessons]),
        cues=tuple(find_cues(text) for text, _ in say),
        rows=rows,
    )


def calibrate_heads(taught: Taught, learn: BoolArray, version: str, encoder: str) -> Heads:
    """Calibrate on the lessons that are marked, (n,); both with the customer's line and without.

    A reply's odds of each act are moved by a constant at the end, so that .5 is where deciding errs least.
    """
    sentences = learn[taught.unheard.owner]
    lines = [
        _fit_line(taught.unheard.sentences[:, sentences, act].ravel(), _twice(taught.sentence_labels[sentences, act]))
        for act in range(len(ACTS))
    ]
    slope, shift = (_shorten(np.array(values)) for values in zip(*lines, strict=True))
    chances = _judge_sentences(taught, slope, shift)
    any_of = _choose_combination(taught, chances, learn)
    joint = _fit_joint(taught, chances, any_of, learn)
    joint[:, -1] -= to_log_odds(_find_thresholds(taught, chances, any_of, joint, learn))
    heads = Heads(
        version=version,
        encoder=encoder,
        slope=slope,
        shift=shift,
        joint=_shorten(joint),
        any_of=any_of,
        base_rates=np.zeros(len(ACTS)),
        heard_slope=np.ones(len(HEARD)),
        heard_shift=np.zeros(len(HEARD)),
        words=list_common_words(taught.lessons),
    )
    readings = judge_lessons(taught, heads, shown=0)
    weights = weigh_as_at_a_desk(taught) * learn
    rates = np.minimum((readings * weights[:, None]).sum(axis=0) / weights.sum(), MOST_AT_REST)
    return Heads(**{**heads.__dict__, "base_rates": _shorten(rates)})


def calibrate_heard(unheard: Unheard, lines: Sequence[Line]) -> tuple[FloatArray, FloatArray]:
    """Return Platt's lines for the nine acts of a customer."""
    labels = np.array([[act in line.heard for act in HEARD] for line in lines])
    fitted = [_fit_line(unheard.heard[:, act], labels[:, act]) for act in range(len(HEARD))]
    slope, shift = (_shorten(np.array(values)) for values in zip(*fitted, strict=True))
    return slope, shift


def judge_lessons(taught: Taught, heads: Heads, *, shown: int) -> FloatArray:
    """Return the chances of each lesson's acts as the reader would give them, (n, 27); `shown` 1 hides the customer."""
    chances = _judge_sentences(taught, heads.slope, heads.shift)[shown]
    read = []
    for number, rows in enumerate(taught.rows):
        whole, conduct = taught.unheard.whole[shown, number], taught.unheard.conduct[shown, number]
        reply = heads.judge_reply(chances[rows], whole, conduct)
        read.append(guard_reply(reply, chances[rows], to_chance(conduct), [taught.cues[row] for row in rows]))
    return np.array(read)


def weigh_as_at_a_desk(taught: Taught) -> FloatArray:
    """Return how much each lesson counts so that conduct is mixed as at a desk; exemplars count nothing, (n,)."""
    weights = np.zeros(len(taught.lessons))
    for conduct, share in DESK.items():
        own = taught.conduct == conduct
        weights[own] = share / own.sum()
    return weights


def list_common_words(lessons: Sequence[Lesson]) -> tuple[str, ...]:
    """Return the words that a slip of the finger may have been meant for."""
    counts = Counter(word for lesson in lessons for word in {w for text, _ in lesson.say for w in list_words(text)})
    return tuple(sorted(word for word, count in counts.items() if count >= COMMON and word.isalpha() and len(word) > 2))  # noqa: PLR2004 - "it", "of"


def name_version(digest: str, encoder: str) -> str:
    """Return a short name for encoder, lessons, cues and code together."""
    parts = (encoder, digest, CODE_VERSION, TABLES, SPELLING_TABLE, RULES)
    return "words-" + hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


def is_corpus(taught: Taught) -> BoolArray:
    """Return which lessons are whole replies of the corpus, (n,)."""
    return np.array([not voice.startswith(EXEMPLAR) for voice in taught.voices])


def _judge_sentences(taught: Taught, slope: FloatArray, shift: FloatArray) -> FloatArray:
    """Return the chance of each act in each sentence, held back by the rules of caution, (2, s, 27)."""
    return np.array(
        [hold_back_acts(to_chance(slope * scores + shift), taught.cues) for scores in taught.unheard.sentences]
    )


def _choose_combination(taught: Taught, chances: FloatArray, learn: BoolArray) -> BoolArray:
    """Choose for each act how sentences combine, by log loss over the replies that are marked."""
    losses = np.zeros((2, len(ACTS)))
    for number in np.flatnonzero(learn & is_corpus(taught)):
        for kind in (0, 1):
            gathered = np.clip(
                gather_sentences(chances[0, taught.rows[number]], np.full(len(ACTS), bool(kind))), 1e-4, 1 - 1e-4
            )
            losses[kind] -= np.log(np.where(taught.labels[number], gathered, 1 - gathered))
    chosen: BoolArray = losses[1] < losses[0]
    return chosen


def _find_thresholds(
    taught: Taught, chances: FloatArray, any_of: BoolArray, joint: FloatArray, learn: BoolArray
) -> FloatArray:
    """Return from which chance on each act is best taken as said, by F1; harm never below a floor."""
    own = np.flatnonzero(learn & is_corpus(taught))
    judged, sure = [], []
    for number in own:
        rows = taught.rows[number]
        gathered = gather_sentences(chances[0, rows], any_of)
        conduct = taught.unheard.conduct[0, number]
        features = stack_features(gathered, taught.unheard.whole[0, number], conduct)
        judged.append(to_chance((joint * features).sum(axis=1)))
        sure.append(list_believable(chances[0, rows], to_chance(conduct), [taught.cues[row] for row in rows]))
    read, believable, labels = np.array(judged), np.array(sure), taught.labels[own]
    thresholds = []
    for column, act in enumerate(ACTS):
        least = LEAST_ALONE if act in NOT_HOSTILE else LEAST_FOR_HARM if act in HARM else 0.0
        steps = [step for step in STEPS if step >= least]
        scores = [_f1((read[:, column] >= step) & believable[:, column], labels[:, column]) for step in steps]
        thresholds.append(steps[int(np.argmax(scores))])
    return np.array(thresholds)


def _f1(said: BoolArray, holds: BoolArray) -> float:
    counted = int(said.sum()) + int(holds.sum())
    return 2.0 * int((said & holds).sum()) / counted if counted else 1.0


def _fit_joint(taught: Taught, chances: FloatArray, any_of: BoolArray, learn: BoolArray) -> FloatArray:
    """Fit, for each act, the weights of a reply's clearest sentences, the whole and its conduct, (27, 5)."""
    features = np.array(
        [
            stack_features(
                gather_sentences(chances[shown, taught.rows[number]], any_of),
                taught.unheard.whole[shown, number],
                taught.unheard.conduct[shown, number],
            )
            for shown in (0, 1)
            for number in np.flatnonzero(learn)
        ]
    )
    labels = np.tile(taught.labels[learn], (2, 1))
    joint = []
    for act in range(len(ACTS)):
        model = LogisticRegression(C=STRENGTH, fit_intercept=True, max_iter=1000, tol=1e-6).fit(
            features[:, act, :4], labels[:, act]
        )
        joint.append([*model.coef_[0], float(model.intercept_[0])])
    return np.array(joint)


def _fit_line(scores: FloatArray, holds: BoolArray) -> tuple[float, float]:
    model = LogisticRegression(C=1e6, tol=1e-8).fit(scores[:, None], holds)
    return float(model.coef_[0, 0]), float(model.intercept_[0])


def _twice(labels: BoolArray) -> BoolArray:
    return np.tile(labels, 2)


def _shorten(array: FloatArray) -> FloatArray:
    """Keep what is stored, so that the heads in hand equal the heads on file."""
    return np.clip(array, -1e6, 1e6).astype(np.float32).astype(np.float64)
