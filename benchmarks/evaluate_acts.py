"""How well replies by strangers are read: the shared replies, and the project's own cross-validation beside them."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from evaluate_figures import (
    DECIDED,
    NOTHING,
    BoolArray,
    FloatArray,
    bound_share,
    judge_auc,
    judge_f1,
    lay_table,
    reached,
    share_of,
    tell,
    tell_share,
)
from evaluate_setting import Reading, Setting, read_lines

from poise.content.act import ACTS, HARM

REPLIES: Final = Path("replies/replies.jsonl")
MACRO_F1: Final = 0.75
AUCS: Final = {
    "ask": 0.95, "apologise": 0.97, "check": 0.90, "offer": 0.90, "refuse": 0.90, "acknowledge": 0.80, "insult": 0.85,
}  # fmt: skip
NO_MORE: Final = "0 of 150"
KEYS: Final = tuple(ACTS)
HARMFUL: Final = tuple(place for place, act in enumerate(KEYS) if act in HARM)
WITH, WITHOUT = "beside it", "not shown"


@dataclass(frozen=True)
class Replies:
    """Labelled replies, n of them, as they were read.

    Attributes
    ----------
    holds
        Which acts each reply holds by its label, (n, 27).
    writers, good
        Who wrote each, and whether its quality is called good.
    read
        The chances of the acts, (n, 27), with the customer's line beside the reply and without.
    illegible
        How many could not be read.
    """

    holds: BoolArray
    writers: tuple[str, ...]
    good: BoolArray
    read: dict[str, FloatArray]
    illegible: int

    @property
    def decent(self) -> BoolArray:
        """Which replies hold no harmful act."""
        return ~mark_harm(self.holds)

    def rows(self, writer: str | None) -> BoolArray:
        """Return which replies one writer wrote, or all."""
        return np.array([writer in {None, one} for one in self.writers])


def tell_acts(setting: Setting) -> Iterator[str]:
    """Tell how well the shared replies are read."""
    found = read_replies(setting, setting.data / REPLIES)
    ways = [way for way in (WITH, WITHOUT) if way in found.read]
    writers: list[str | None] = [None, *sorted(set(found.writers))]
    yield f"{len(found.writers)} replies; {found.illegible} could not be read."
    if WITH not in found.read:
        yield "The reader that was judged does not look at the customer's line."
    yield ""
    heads = ("replies by", "n", "customer's line", "macro-F1", "goal", "mean AUC", "acts that occur")
    yield from lay_table(heads, (_row_of(found, writer, way) for writer in writers for way in ways))
    yield from lay_table(
        ("act", "n", f"F1, line {ways[0]}", "AUC", "AUC: goal", *(f"AUC, line {way}" for way in ways[1:])),
        _rows_of_acts(found, ways),
    )
    yield "False hostility: replies without harm in which a harmful act is read at .5 or more, with the upper 95 %"
    yield f"bound (exact, one-sided). Goal: {NO_MORE}, or the bound stated. The last column is the other side: replies"
    yield "with a harmful act in which one is read."
    yield ""
    accused = ("replies by", "customer's line", "without harm", "accused", "bound", "and good", "accused", "bound")
    rows = (_accused(found, writer, way) for writer in writers for way in ways)
    yield from lay_table((*accused, "harm found"), rows)


def read_replies(setting: Setting, file: Path) -> Replies:
    """Read every reply of a file, with the customer's line and without; without only where the line is not used."""
    rows = read_lines(file)
    rows = rows[: setting.at_most(len(rows))]
    ways = {WITHOUT: ""} | ({WITH: "customer"} if setting.takes_customer else {})
    read: dict[str, list[Reading]] = {
        way: [setting.read(row["reply"], row[key] if key else "") for row in rows] for way, key in ways.items()
    }
    return Replies(
        holds=np.array([[act in row["acts"] for act in KEYS] for row in rows]),
        writers=tuple(str(row["writer"]) for row in rows),
        good=np.array([row["quality"] == "good" for row in rows]),
        read={way: np.array([list(one.chances) for one in found]) for way, found in read.items()},
        illegible=sum(not one.legible for one in read[WITHOUT]),
    )


def mark_harm(acts: BoolArray) -> BoolArray:
    """Return which replies hold a harmful act, (n,), of a table of acts, (n, 27)."""
    return np.asarray(acts[:, HARMFUL].any(axis=1))


def _row_of(found: Replies, writer: str | None, way: str) -> Sequence[object]:
    rows = found.rows(writer)
    chances, holds = found.read[way][rows], found.holds[rows]
    f1, _ = judge_f1(chances, holds)
    auc, _ = judge_auc(chances, holds)
    return [writer or "**all**", len(holds), way, f1, reached(f1.value, MACRO_F1), auc, int(holds.any(axis=0).sum())]


def _rows_of_acts(found: Replies, ways: Sequence[str]) -> Iterator[Sequence[object]]:
    _, f1 = judge_f1(found.read[ways[0]], found.holds)
    aucs = [judge_auc(found.read[way], found.holds)[1] for way in ways]
    for place, act in enumerate(KEYS):
        goal = reached(aucs[0][place].value, AUCS.get(act))
        others = [auc[place] for auc in aucs[1:]]
        yield [f"`{act}`", int(found.holds[:, place].sum()), f1[place], aucs[0][place], goal, *others]


def _accused(found: Replies, writer: str | None, way: str) -> Sequence[object]:
    rows = found.rows(writer)
    harm = mark_harm(found.read[way] >= DECIDED)
    cells: list[object] = [writer or "**all**", way]
    for which in (found.decent & rows, found.decent & found.good & rows):
        hits, number = int(harm[which].sum()), int(which.sum())
        cells += [number, f"{hits} ({hits / max(number, 1):.1%})", f"{bound_share(hits, number):.1%}"]
    return [*cells, tell_share(share_of(harm[~found.decent & rows]))]


def tell_training(setting: Setting) -> Iterator[str]:
    """Tell how well the project's own voices are read by weights that never learned from them."""
    told: dict[str, Any] = json.loads(setting.report.read_text(encoding="utf-8"))
    replies = told.get("replies", told.get("exemplars", 0))
    yield f"`{told['version']}`, {replies:,} replies: {told['what']}."
    yield ""
    if "kinds" in told:
        kinds = [
            [name.replace("_", " "), tell(one["macro_f1"]), reached(one["macro_f1"], MACRO_F1), tell(one["mean_auc"])]
            for name, one in told["kinds"].items()
        ]
    else:
        mean = float(np.mean([one["auc"] for one in told["acts"].values()]))
        kinds = [["shipped", tell(told["macro_f1"]), reached(told["macro_f1"], MACRO_F1), tell(mean)]]
    yield from lay_table(("reader", "macro-F1", "goal", "mean AUC"), kinds)
    if number := told.get("decent_replies"):
        hits = told["decent_replies_with_harm_read"]
        yield f"False hostility: {hits} of {number:,} good replies without harm ({hits / number:.2%}; upper 95 % bound"
        yield f"{bound_share(hits, number):.2%})."
        yield ""
    voices = told["macro_f1_by_voice"]
    yield from lay_table(("voice", "macro-F1"), ([f"`{voice}`", tell(value)] for voice, value in voices.items()))
    heads = ("act", "n", "precision", "recall", "F1", "AUC", "AUC: goal")
    yield from lay_table(heads, (_row_of_training(act, one) for act, one in told["acts"].items()))
    if customers := told.get("customers"):
        yield "The customer's side, on the customers' lines of the same corpus:"
        yield ""
        yield from lay_table(heads[:-1], (_row_of_training(act, one)[:-1] for act, one in customers.items()))


def _row_of_training(act: str, one: dict[str, float]) -> list[object]:
    figures = [tell(one[name]) if name in one else NOTHING for name in ("precision", "recall", "f1", "auc")]
    return [f"`{act}`", int(one["positives"]), *figures, reached(one["auc"], AUCS.get(act))]
