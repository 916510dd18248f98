"""How well sentences of public collections are told apart, where one of their labels comes near an act."""

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from evaluate_figures import FloatArray, auc_of, between, draw, lay_table
from evaluate_setting import NotHereError, Setting, open_here, read_columns, split_labels

from poise.content.act import ACTS

TEXT: Final = Path("text")
BASE: Final = 450
"""Sentences drawn from a collection whatever their labels: those without a label stand against those with it."""
OF_A_LABEL: Final = 120
"""Sentences of a label that are drawn at most."""
MOST: Final = 3000
"""Sentences read in all."""
SEED: Final = 7
HEARD: Final = "customer: "
Sentences = tuple[tuple[str, frozenset[str]], ...]


@dataclass(frozen=True)
class Match:
    """Labels of a collection that come near an act, and why; `customer: ` marks an act of the customer's side."""

    labels: tuple[str, ...]
    act: str
    why: str


def read_goemotions(folder: Path) -> Sentences:
    """Read the comments of the test part, which nothing is trained on."""
    names = open_here(folder / "goemotions_labels.txt").read_text(encoding="utf-8").split()
    names += [] if "neutral" in names else ["neutral"]
    with open_here(folder / "goemotions_test.tsv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    return tuple((row[0], frozenset(names[int(number)] for number in row[1].split(","))) for row in rows)


def read_labelled(file: str, column: str) -> Callable[[Path], Sentences]:
    """Return a way to read a table with a column of labels."""

    def read(folder: Path) -> Sentences:
        return tuple((row["text"], frozenset(split_labels(row[column]))) for row in read_columns(folder / file))

    return read


COLLECTIONS: Final[Mapping[str, tuple[str, Callable[[Path], Sentences], tuple[Match, ...]]]] = {
    "GoEmotions": (
        "comments on a forum, test part (Demszky 2020)",
        read_goemotions,
        (
            Match(("remorse",), "apologise", "regret, mostly said as sorry; not always for one's own deed"),
            Match(("gratitude",), "courtesy", "thanks are courtesy by our conventions"),
            Match(("curiosity",), "ask", "mostly questions, some of them rhetorical"),
            Match(("caring",), "acknowledge", "concern for the other; often advice instead"),
            Match(("anger", "annoyance"), "insult", "heat, not always against the one spoken to"),
            Match(("disapproval",), "argue", "disagreement, often mild"),
            Match(("gratitude",), "customer: thanks", "the same act on the customer's side"),
            Match(("anger", "annoyance"), "customer: insult", "as above, by the reading of the customer's side"),
        ),
    ),
    "CaSiNo": (
        "people who negotiate over camping supplies (Chawla 2021)",
        read_labelled("casino_strategies.csv", "strategies"),
        (
            Match(("elicit-pref",), "ask", "asks what the other prefers"),
            Match(("showing-empathy",), "acknowledge", "accepts the other's need or trouble"),
            Match(
                ("promote-coordination",), "offer", "proposes to share or to find a deal, often without saying which"
            ),
            Match(("small-talk",), "courtesy", "greetings and good wishes, but also chat"),
            Match(("uv-part",), "dismiss", "makes the other's need small"),
        ),
    ),
    "SGD": (
        "sentences of an assistant that books things (Rastogi 2020)",
        read_labelled("sgd_system_acts.csv", "acts"),
        (
            Match(("REQUEST",), "ask", "asks for a fact"),
            Match(("CONFIRM",), "restate", "says the facts back and asks whether they are right"),
            Match(("OFFER", "OFFER_INTENT"), "offer", "proposes a thing or a step"),
            Match(("INFORM",), "explain", "gives a fact"),
            Match(("REQ_MORE",), "close", "asks whether anything is left: close by our conventions"),
            Match(("GOODBYE",), "courtesy", "wishes well"),
            Match(("NOTIFY_FAILURE",), "admit_limit", "says that it could not be done"),
        ),
    ),
    "MultiDoGO": (
        "real customers of six kinds of desks (Peskov 2019)",
        read_labelled("multidogo_customer_sentences.csv", "intent"),
        (
            Match(("thankyou",), "courtesy", "thanks"),
            Match(("openinggreeting", "closinggreeting"), "courtesy", "greetings"),
            Match(("rejection",), "refuse", "says no, mostly to a further offer"),
            Match(("thankyou",), "customer: thanks", "thanks, by the reading of the customer's side"),
            Match(("contentonly",), "customer: fact", "gives what was asked for"),
        ),
    ),
}


def tell_public(setting: Setting) -> Iterator[str]:
    """Tell for each match how often a sentence with the label stands above one without it."""
    if not (setting.data / TEXT).is_dir():
        raise NotHereError(f"{setting.data / TEXT} is not here")
    rows: list[list[object]] = []
    read = 0
    for name, (what, read_all, matches) in COLLECTIONS.items():
        sentences = draw_sentences(read_all(setting.data / TEXT), matches, setting)
        read += len(sentences.of)
        chances = read_sentences(sentences, matches, setting)
        for place, match in enumerate(matches):
            rows.append([f"{name}: {what}" if not place else name, *_row_of(sentences, match, chances[match.act])])
    yield f"{read:,} sentences, at most {MOST:,}. The labels are the collections' own, so that 1 cannot be reached."
    yield ""
    heads = ("collection", "their label", "our act", "with", "without", "AUC", "what they share")
    yield from lay_table(heads, rows)


@dataclass(frozen=True)
class Drawn:
    """Sentences that were drawn, with their labels, and whether they came whatever their labels."""

    of: Sentences
    any_label: tuple[bool, ...]


def draw_sentences(sentences: Sentences, matches: tuple[Match, ...], setting: Setting) -> Drawn:
    """Draw some sentences whatever their labels, and more of each label that is matched.

    What is rare would be missing from a plain draw. The area under the curve does not depend on how many of either
    kind there are, as long as each kind is drawn by chance.
    """
    rng = np.random.default_rng(SEED)
    order = rng.permutation(len(sentences))
    chosen = {int(place): True for place in order[: setting.at_most(BASE)]}
    for match in matches:
        having = [int(place) for place in order if sentences[place][1].intersection(match.labels)]
        chosen |= {place: chosen.get(place, False) for place in having[: setting.at_most(OF_A_LABEL)]}
    kept = list(chosen)[: MOST // len(COLLECTIONS)]
    return Drawn(tuple(sentences[place] for place in kept), tuple(chosen[place] for place in kept))


def read_sentences(drawn: Drawn, matches: tuple[Match, ...], setting: Setting) -> dict[str, FloatArray]:
    """Return the chance of each act that is matched in each sentence; every sentence is read once for each side."""
    texts = [text for text, _ in drawn.of]
    sides = {match.act.startswith(HEARD) for match in matches}
    found: dict[str, FloatArray] = {}
    if False in sides:
        read = np.array([setting.read(text).chances for text in texts])
        found |= dict(zip(ACTS, read.T, strict=True))
    if True in sides:
        heard = [setting.listen(text) for text in texts]
        found |= {HEARD + act: np.array([one[act] for one in heard]) for act in heard[0]}
    return found


def _row_of(drawn: Drawn, match: Match, chances: FloatArray) -> list[object]:
    holds = np.array([bool(labels.intersection(match.labels)) for _, labels in drawn.of])
    used = holds | np.array(drawn.any_label)
    chance, holds = chances[used], holds[used]
    value = float(auc_of(np.ones((1, len(holds))), chance, holds)[0])
    figure = between(value, auc_of(draw(len(holds)), chance, holds))
    labels = " or ".join(f"{label}" for label in match.labels)
    return [labels, f"`{match.act}`", int(holds.sum()), int((~holds).sum()), figure, match.why]
