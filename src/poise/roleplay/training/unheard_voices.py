"""Teaches the encoder without some voices and lets it read them: hours of work, once for each third of the voices."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch

from poise.content.act import ACTS, HEARD
from poise.roleplay.training.crossvalidating import FOLDS, Unheard, digest_lessons, fold_of
from poise.roleplay.training.finetuning import Encoded, Model, encode, fine_tune, load_tokenizer
from poise.roleplay.training.samples import Lesson, Line, Sample
from poise.roleplay.understanding.encoder import join_context
from poise.roleplay.understanding.spelling import spell_plainly

FloatArray = npt.NDArray[np.float64]

AT_ONCE = 64


def read_unheard_voices(lessons: Sequence[Lesson], lines: Sequence[Line]) -> Unheard:
    """Score every lesson and line by an encoder that was taught without its voice."""
    folds = fold_of([lesson.voice for lesson in lessons])
    owner = np.array([number for number, lesson in enumerate(lessons) for _ in lesson.say])
    unheard = Unheard(
        digest=digest_lessons(lessons, lines),
        owner=owner,
        sentences=np.zeros((2, len(owner), len(ACTS))),
        whole=np.zeros((2, len(lessons), len(ACTS))),
        conduct=np.zeros((2, len(lessons), 2)),
        heard=np.zeros((len(lines), len(HEARD))),
    )
    for fold in range(FOLDS):
        model = fine_tune(
            [lesson for lesson in lessons if folds[lesson.voice] != fold],
            [line for line in lines if folds[line.voice] != fold],
        )
        left_out = np.array([folds[lesson.voice] == fold for lesson in lessons])
        own = [lesson for lesson, out in zip(lessons, left_out, strict=True) if out]
        for shown in (0, 1):
            say = [sample for lesson in own for sample in list_sentences(lesson, shown=shown == 0)]
            whole = embed(model, [make_whole(lesson, shown=shown == 0) for lesson in own])
            unheard.sentences[shown, left_out[owner]] = score(model.act, embed(model, say))
            unheard.whole[shown, left_out] = score(model.act, whole)
            unheard.conduct[shown, left_out] = score(model.conduct, whole)
        out = np.array([folds[line.voice] == fold for line in lines])
        heard = [Sample(spell_plainly(line.text), "", ()) for line, left in zip(lines, out, strict=True) if left]
        unheard.heard[out] = score(model.heard, embed(model, heard))
    return unheard


def list_sentences(lesson: Lesson, *, shown: bool) -> list[Sample]:
    """Return the sentences of a lesson as the reader meets them."""
    customer = spell_plainly(lesson.customer) if shown else ""
    plain = [spell_plainly(sentence) for sentence, _ in lesson.say]
    return [
        Sample(text, join_context(customer, earlier), ())
        for text, earlier in zip(plain, ["", *plain[:-1]], strict=True)
    ]


def make_whole(lesson: Lesson, *, shown: bool) -> Sample:
    """Return a lesson as one text."""
    text = " ".join(spell_plainly(sentence) for sentence, _ in lesson.say)
    return Sample(text, spell_plainly(lesson.customer) if shown else "", ())


def embed(model: Model, samples: Sequence[Sample]) -> torch.Tensor:
    """Return the vectors of texts, (n, 384)."""
    tokenizer = load_tokenizer()
    encoded = [encode(tokenizer, sample) for sample in samples]
    order = sorted(range(len(encoded)), key=lambda number: len(encoded[number].tokens))
    vectors: list[torch.Tensor] = []
    with torch.no_grad():
        for start in range(0, len(order), AT_ONCE):
            batch: list[Encoded] = [encoded[number] for number in order[start : start + AT_ONCE]]
            vectors.append(model.embed(batch))
    return torch.cat(vectors)[torch.tensor(np.argsort(order))]


def score(head: torch.nn.Module, vectors: torch.Tensor) -> FloatArray:
    """Return a head's log-odds, (n, k)."""
    with torch.no_grad():
        return np.asarray(head(vectors).numpy(), dtype=np.float64)
