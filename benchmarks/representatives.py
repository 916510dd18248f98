"""Prints whether scripted representatives come out in the order they should, and what moves a rating that should not.

`make order` writes it into docs/representatives.md. On one core it takes some minutes the first time; readings are
kept, so that it is quick when only rubrics, weights or policies changed.
"""

import argparse
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import fmean, pstdev

from moving import tell_control, tell_disturbed, tell_keyed, tell_shaken, tell_wording
from readings import RememberingReader
from served import WORDINGS, Study, Table, table

from poise.content.act import HARM
from poise.content.check import load_library
from poise.content.library import STARTER
from poise.content.quality import QUALITIES
from poise.measurement import Reading, score
from poise.roleplay.representatives import load_representatives
from poise.roleplay.representatives import proof as p
from poise.sitting.evidence import moment_item, prior_of

HALF = 0.5
EXAMPLE = {
    "name": "Rosa Lindqvist",
    "topic": "lamp",
    "said": "your lamp came with a cracked shade",
    "felt": "you were promised a shade and a call, and you got neither",
    "record": "the entry for your order",
    "fact": "the parcel was opened and repacked before it left the warehouse",
    "section": "Goods that arrive damaged",
    "rule": "once the damage is accepted, the customer does not report it a second time",
    "question": "when do you need it",
    "offer": "a new shade by courier",
    "pledge": "I ring you tomorrow between two and three",
    "refused": "the whole price back while you keep the lamp",
}
HEAD = Path(__file__).with_name("representatives_page.md")


def posteriors(study: Study, key: str) -> float:
    """Return the mean posterior of the twelve qualities, from everything that one representative did."""
    library = study.library
    answers = []
    for number, one in enumerate(study.of(key)):
        case = one.conversation.scenario
        for rating, _ in one.ratings:
            item = moment_item(case, rating.moment.quality, rating.moment.ease, library.beliefs)
            name = f"{number}/{rating.moment.key}"
            answers.append(Reading(name, item, rating.probabilities, rating.base_rates))
    found = score(prior_of(library, tuple(sorted(case.key for case in study.cases))), answers)
    return fmean(float(found.mean[found.position(quality)]) for quality in QUALITIES)


def tell_broken(values: Mapping[str, float], tie: float) -> str:
    """Say which pairs stand the wrong way round."""
    wrong = p.broken(values, tie)
    whole = len(p.pairs_in_order(list(values)))
    named = ", ".join(f"{worse} above {better}" for better, worse in wrong)
    return f"{whole - len(wrong)} of {whole} pairs" + (f"; {named}" if wrong else "")


def tell_order(study: Study) -> Table:
    """Tell rating, posterior and would-return of everybody, and whether the order holds."""
    yield "## The order"
    yield ""
    rating, back = study.mean(lambda one: one.rating), study.mean(lambda one: one.would_return)
    theta = {key: posteriors(study, key) for key in study.keys}
    heads = ["representative", "rating", "posterior", "would return"]
    heads += [f"{kind}, {case.key}" for case in study.cases for kind in ("rating", "return")]
    by_case = {
        case.key: (study.mean(lambda one: one.rating, case.key), study.mean(lambda one: one.would_return, case.key))
        for case in study.cases
    }
    rows = []
    for key in study.keys:
        cells = [cell for one, two in by_case.values() for cell in (f"{one[key]:.2f}", f"{two[key]:.0f}")]
        rows.append([key, f"{rating[key]:.2f}", f"{theta[key]:.2f}", f"{back[key]:.0f}", *cells])
    yield from table(heads, rows)
    rows = [["all cases", tell_broken(rating, p.TIE_OF_RATING), tell_broken(back, p.TIE_OF_RETURN)]]
    rows += [["posterior", tell_broken(theta, p.TIE_OF_RATING), ""]]
    for case, (one, two) in by_case.items():
        told = "nobody pleases this customer" if case in study.unpleasable else tell_broken(two, p.TIE_OF_RETURN)
        rows.append([case, tell_broken(one, p.TIE_OF_RATING), told])
    yield from table(["where", "order by rating", "order by would-return"], rows)
    yield from tell_single(study)


def tell_single(study: Study) -> Table:
    """Tell in which single conversations the order by rating breaks; the table before has means over the wordings."""
    wordings = sorted({one.wording for one in study.served})
    rows = []
    for case in study.cases:
        for wording in wordings:
            served = [one for one in study.served if (one.scenario, one.wording) == (case.key, wording)]
            values = {one.representative: one.rating for one in served}
            if p.broken(values, p.TIE_OF_RATING):
                rows.append([case.key, wording, tell_broken(values, p.TIE_OF_RATING)])
    whole = len(study.cases) * len(wordings)
    yield "These are means over the wordings. One conversation alone says less: with one wording for all the order by"
    yield f"rating holds in {whole - len(rows)} of {whole}, and breaks here:"
    yield ""
    yield from table(["customer", "wording", "order by rating"], rows)


def tell_qualities(study: Study) -> Table:
    """Tell what each representative loses and keeps."""
    yield "## Lost and untouched"
    yield ""
    means = {key: study.qualities(key) for key in study.keys}
    levels = {key: study.qualities(key, levels=True) for key in study.keys}
    spread = {q: pstdev(one.by_quality[q] for one in study.served if q in one.by_quality) for q in means[study.keys[0]]}
    shown = [quality for quality in QUALITIES if quality in spread]
    yield "Expected level of each quality over all cases; the three lowest in bold."
    yield ""
    rows = []
    for key in study.keys:
        low = p.lowest(means[key])
        rows.append([key, *(f"**{means[key][q]:.2f}**" if q in low else f"{means[key][q]:.2f}" for q in shown)])
    rows.append(["spread", *(f"{spread[q]:.2f}" for q in shown)])
    yield from table(["", *shown], rows)
    yield "The level of the likeliest line of the rubric, 0 to 4."
    yield ""
    yield from table(["", *shown], [[key, *(f"{levels[key][q]:.1f}" for q in shown)] for key in study.keys])
    yard = means[p.YARDSTICK]
    rows = []
    for one in study.everyone:
        ordered = sorted(means[one.key], key=means[one.key].__getitem__)
        missed = [f"{q} (place {ordered.index(q) + 1})" for q in one.loses if q not in p.lowest(means[one.key])]
        hurt = [
            f"{q} ({(means[one.key][q] - yard[q]) / spread[q]:+.1f} spreads)"
            for q in one.keeps
            if means[one.key][q] < yard[q] - HALF * spread[q]
        ]
        lost, kept = len(one.loses) - len(missed), len(one.keeps) - len(hurt)
        told = [f"{lost} of {len(one.loses)}", ", ".join(missed), f"{kept} of {len(one.keeps)}", ", ".join(hurt)]
        rows.append([one.key, *told])
    yield from table(["representative", "lost as meant", "not among the lowest", "kept", "not kept"], rows)
    for key in ("saint", "decent_non_native"):
        under = [f"{q} {levels[key][q]:.1f}" for q in shown if levels[key][q] < 3.0]  # noqa: PLR2004
        yield f"- {key}: below 3 of 4: {', '.join(under) or 'nothing'}"
    terse = {q: levels[p.YARDSTICK][q] for q in ("courtesy", "goodwill")}
    yield f"- decent_terse: courtesy {terse['courtesy']:.1f}, goodwill {terse['goodwill']:.1f} (not below 2)"
    plain = {q: levels["mediocre"][q] for q in ("attentiveness", "flexibility")}
    told = f"attentiveness {plain['attentiveness']:.1f}, flexibility {plain['flexibility']:.1f}"
    yield f"- mediocre: {told} (around 1.5)"
    for key in p.GAMERS:
        gained = [q for q in shown if means[key][q] > yard[q]]
        above = [f"{one.scenario}/{one.wording}" for one in study.of(key) if one.rating >= _yard(study, one)]
        told = f"qualities above decent_terse: {', '.join(gained) or 'none'}"
        yield f"- {key}: {told}; conversations rated above it: {', '.join(above) or 'none'}"
    yield ""


def _yard(study: Study, one: p.Served) -> float:
    same = [other for other in study.of(p.YARDSTICK, one.scenario) if other.wording == one.wording]
    return same[0].rating


def tell_words(study: Study) -> Table:
    """Tell how many wordings are read as the act that they are meant to be, and how many decent ones as harm."""
    yield "## The words as they are read"
    yield ""
    yield "Each wording alone, with slots filled from an example: the share read as the act that it was written to be."
    yield ""
    found: dict[str, list[float]] = {}
    blamed: list[str] = []
    for one in study.everyone:
        for part, lines in one.words.items():
            for line in lines:
                acts = dict(study.reader.read(line.format(**EXAMPLE), ("lamp", "shade")).acts)
                if part in one.means:
                    found.setdefault(one.means[part], []).append(acts[one.means[part]])
                if one.key in p.RANKS and (harm := max(HARM, key=acts.__getitem__)) and acts[harm] >= HALF:
                    blamed.append(f"{harm} ({acts[harm]:.2f}): “{line}”")
    rows = [
        [act, len(chances), f"{fmean(one >= HALF for one in chances):.0%}", f"{fmean(chances):.2f}"]
        for act, chances in sorted(found.items())
    ]
    yield from table(["act", "wordings", "read as it", "mean chance"], rows)
    decent = sum(len(lines) for one in study.everyone if one.key in p.RANKS for lines in one.words.values())
    yield f"Of {decent} wordings of the four decent ones {len(blamed)} are read as harm:"
    yield ""
    yield from (f"- {line}" for line in blamed)
    yield ""


PARTS: dict[str, Callable[[Study], Table]] = {
    "order": tell_order,
    "qualities": tell_qualities,
    "words": tell_words,
    "control": tell_control,
    "shaken": tell_shaken,
    "wording": tell_wording,
    "disturbed": tell_disturbed,
    "keyed": tell_keyed,
}


def main() -> None:
    """Print the parts that were asked for, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", help=f"which of: {', '.join(PARTS)}; all if none are named")
    parser.add_argument("--library", type=Path, default=STARTER, help="another library than the one that is shipped")
    parser.add_argument("--only", default="", help="keys of a few representatives, with commas between")
    parser.add_argument("--wordings", type=int, default=len(WORDINGS), help="how many wordings of each")
    parser.add_argument("--forget", action="store_true", help="keep no readings between runs")
    asked = parser.parse_args()
    if strange := [part for part in asked.parts if part not in PARTS]:
        parser.error(f"no such part: {', '.join(strange)}; there are {', '.join(PARTS)}")
    started = time.perf_counter()
    reader = RememberingReader(None) if asked.forget else RememberingReader()
    few = asked.only.split(",") if asked.only else []
    everyone = [one for one in load_representatives() if not few or one.key in few]
    study = Study(load_library(asked.library), everyone, reader, WORDINGS[: asked.wordings])
    print(HEAD.read_text(), end="")
    told = f"{len(study.keys)} representatives, {len(study.cases)} cases, {asked.wordings} wordings"
    print(f"\nReader {reader.version}; {len(study.served)} conversations: {told}.\n")
    for part in asked.parts or PARTS:
        print("\n".join(PARTS[part](study)), flush=True)
        print(f"{part}: {time.perf_counter() - started:.0f} s", file=sys.stderr)
        reader.keep()


if __name__ == "__main__":
    main()
