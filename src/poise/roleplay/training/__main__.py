"""``python -m poise.roleplay.training``: teaches the reader from the corpus, and writes what ships with Poise.

With ``--encoder`` the encoder itself is taught anew, and three times more without a third of the voices: some hours on
one core, with torch (`make train`), and the heads of tone with it. Without it, the heads are calibrated again on the
scores in the repository.
"""

import argparse
import json
from pathlib import Path

from threadpoolctl import threadpool_limits  # type: ignore[import-untyped] # it ships no types

from poise.roleplay.training.conversations import load_conversations
from poise.roleplay.training.corpus import load_corpus
from poise.roleplay.training.crossvalidating import digest_lessons, load_unheard, save_unheard
from poise.roleplay.training.examples import lay_out_examples
from poise.roleplay.training.exemplars import load_exemplars
from poise.roleplay.training.reporting import REPORT, train_heads
from poise.roleplay.training.reviewing import fit_reviews, judge_reviews, read_conversations, write_leanings
from poise.roleplay.training.samples import gather_lessons, gather_lines
from poise.roleplay.training.tones import teach_tones
from poise.roleplay.transcripts.fitting import write_weights
from poise.roleplay.transcripts.reviewing import HERE, LEANINGS, WEIGHTS, load_rubric
from poise.roleplay.understanding.encoder import DATA, ENCODER, Encoder
from poise.roleplay.understanding.heads import save_heads
from poise.roleplay.understanding.reader import Reader

CORPUS = Path("corpus")
UNHEARD = CORPUS / "unheard.npz"
REVIEWS = DATA / "review_report.json"


def main() -> None:
    """Teach, calibrate, judge, and write encoder, heads and report."""
    parser = argparse.ArgumentParser(prog="python -m poise.roleplay.training")
    parser.add_argument("--encoder", action="store_true", help="teach the encoder too: hours, with torch")
    parser.add_argument("--tones", action="store_true", help="teach the heads of tone too: minutes, from the comments")
    wanted = parser.parse_args()
    corpus, exemplars = load_corpus(CORPUS), load_exemplars()
    lessons, lines = gather_lessons(corpus, exemplars), gather_lines(corpus)
    if wanted.encoder:
        from poise.roleplay.training.finetuning import export, fine_tune  # noqa: PLC0415  only here torch is needed
        from poise.roleplay.training.unheard_voices import read_unheard_voices  # noqa: PLC0415  as above

        export(fine_tune(lessons, lines), ENCODER)
        save_unheard(read_unheard_voices(lessons, lines), UNHEARD)
    unheard = load_unheard(UNHEARD)
    if unheard.digest != digest_lessons(lessons, lines):
        raise SystemExit(f"{UNHEARD} belongs to other lessons: run `make train`, which teaches the encoder anew")
    with threadpool_limits(1):  # threads would change the last digits, and they only wait for each other here
        heads, report = train_heads(lessons, lines, unheard, Encoder().digest)
        if wanted.encoder or wanted.tones:
            print(teach_tones())  # noqa: T201 - a command
    save_heads(heads)
    lay_out_examples(exemplars, Encoder()).save()
    REPORT.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    print(f"{heads.version}: macro-F1 {report['macro_f1']} on unheard voices")  # noqa: T201 - a command
    teach_reviews()


def teach_reviews() -> None:
    """Fit what a review rests on to the rated conversations, and judge it on unseen writers."""
    rubric = load_rubric()
    read = read_conversations(load_conversations(CORPUS / "conversations"), Reader.load(), rubric)
    report = judge_reviews(read, rubric)
    weights, leanings = fit_reviews(read, rubric, "1")
    (HERE / WEIGHTS).write_text(write_weights(weights), encoding="utf-8")
    (HERE / LEANINGS).write_text(write_leanings(leanings), encoding="utf-8")
    REVIEWS.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    print(f"reviews: median kappa {report['median_kappa']} with the raters of unseen writers")  # noqa: T201 - a command


if __name__ == "__main__":
    main()
