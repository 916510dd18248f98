"""Prints the tables of docs/adaptive.md: how fast and how good adaptive choices and tests are.

Run with one thread: OPENBLAS_NUM_THREADS=1 python benchmarks/adaptive.py
"""

from collections.abc import Callable
from time import process_time
from typing import Final, TypeVar

import numpy as np

from poise.measurement import BlockItem, GradedItem, Posterior, Prior, Statement, score
from poise.measurement.adaptive.adaptive import AdaptiveTests, draw_people, simulate_tests
from poise.measurement.adaptive.bank import Bank, Candidate
from poise.measurement.adaptive.exposure import control_exposure
from poise.measurement.adaptive.needs import Need, Precision, Verdict, Verdicts
from poise.measurement.adaptive.selection import Rules, choose_from
from poise.measurement.adaptive.stopping import StopRule
from poise.measurement.models import FloatArray

T = TypeVar("T")
TWELVE: Final = tuple(f"quality {number:02}" for number in range(1, 13))
LINE: Final = ("theta",)
STEPS: Final = 300
SECONDS_OF_ITEM, SECONDS_OF_BLOCK = 7.0, 20.0


def row(*cells: object) -> None:
    """Print one row of a table."""
    print("| " + " | ".join(str(cell) for cell in cells) + " |")


def head(*cells: str) -> None:
    """Print the head of a table."""
    row(*cells)
    row(*["---"] * len(cells))


def time(run: Callable[[], T], times: int = 3) -> tuple[T, float]:
    """Return what the function returns and the least CPU seconds of a few runs."""
    seconds = []
    for _ in range(times):
        began = process_time()
        result = run()
        seconds.append(process_time() - began)
    return result, min(seconds)


def draw_graded(name: str, categories: int, rng: np.random.Generator) -> GradedItem:
    """Draw an item: slope lognormal(.3, .3) within .5 and 3, thresholds sorted normals, a little apart."""
    slope = float(np.clip(rng.lognormal(0.3, 0.3), 0.5, 3.0))
    thresholds = np.sort(rng.normal(size=categories - 1)) + 0.05 * np.arange(categories - 1)
    return GradedItem(((name, slope),), tuple((-slope * thresholds).tolist()))


def draw_line(categories: int, number: int = 300, seed: int = 1) -> Bank:
    """Draw a bank on one dimension."""
    rng = np.random.default_rng(seed)
    items = [draw_graded("theta", categories, rng) for _ in range(number)]
    return Bank.of([Candidate(f"i{i:03}", item, 10.0, LINE) for i, item in enumerate(items)], LINE)


def draw_mixture(number: int = 500, seed: int = 1) -> Bank:
    """Draw a bank on twelve dimensions: half rated items, half blocks of two, three and four, a third mixed in pole."""
    rng = np.random.default_rng(seed)
    candidates = []
    for i in range(number // 2):
        name = TWELVE[i % 12]
        candidates.append(
            Candidate(f"i{i:03}", draw_graded(name, 5, rng), SECONDS_OF_ITEM, (name,), kind="items", exposure=0.8)
        )
    for b in range(number - number // 2):
        size, slopes = 2 + b % 3, np.clip(rng.lognormal(0.3, 0.3, 4), 0.5, 3.0)
        slopes[0] *= -1.0 if b % 10 < 3 else 1.0  # noqa: PLR2004  three in ten
        names = [TWELVE[d] for d in rng.permutation(12)[:size]]
        statements = [
            Statement(((name, float(a)),), float(c))
            for name, a, c in zip(names, slopes[:size], rng.normal(0, 0.5, size), strict=True)
        ]
        seconds = SECONDS_OF_BLOCK * (size - 1) / 2.0
        candidates.append(
            Candidate(f"b{b:03}", BlockItem(tuple(statements)), seconds, tuple(names), kind="blocks", exposure=0.8)
        )
    return Bank.of(candidates, TWELVE)


def prior_on(names: tuple[str, ...], correlation: float = 0.5) -> Prior:
    """Return latents that correlate alike."""
    size = len(names)
    return Prior(names, np.zeros(size), np.full((size, size), correlation) + (1.0 - correlation) * np.eye(size))


def rules_on_twelve(length: int) -> Rules:
    """Return a minimum for each quality and kind."""
    return Rules(minimum=dict.fromkeys(TWELVE, 3), minimum_by_kind={"items": 12, "blocks": 8}, length=length)


def tell_steps() -> None:
    """Print how long one person waits for one choice."""
    print("\n## One choice for one person\n")
    print("Milliseconds on one thread, in numpy without compilation, exposure and content control on; medians.\n")
    bank, prior = draw_mixture(), prior_on(TWELVE)
    tests = simulate_tests(
        bank, prior, draw_people(prior, 1, np.random.default_rng(1)), stop=StopRule(60), rules=rules_on_twelve(60)
    )
    verdicts = Verdicts(tuple(Verdict(tuple((name, 1.0) for name in TWELVE[i : i + 6]), 0.5) for i in range(6)))
    head("12 dimensions, 500 items and blocks", "answers", "choice", "posterior before it")
    for what, need in (("precision of twelve", Precision.of(TWELVE)), ("six verdicts", verdicts)):
        for answered in (0, 30, 59):
            keys = [bank.candidates[place].key for place in tests.given[0][:answered]]
            responses = tests.responses(0)[:answered]
            posterior = score(prior, responses)
            own = median_time(lambda number: choose(bank, posterior, keys, need, number))  # noqa: B023  called at once
            before = median_time(lambda _: score(prior, responses), 30)  # noqa: B023
            row(what, answered, f"**{own:.2f}**", f"{before:.2f}")


def choose(bank: Bank, posterior: Posterior, keys: list[str], need: Need, number: int) -> None:
    """Choose once."""
    choose_from(bank, posterior, keys, need=need, rules=rules_on_twelve(60), seed=1, number=number)


def median_time(run: Callable[[int], object], times: int = STEPS) -> float:
    """Return the median of CPU milliseconds."""
    taken = []
    for number in range(times):
        began = process_time()
        run(number)
        taken.append(process_time() - began)
    return float(np.median(taken)) * 1e3


def tell_speed() -> None:
    """Print tests a second."""
    print("\n## Simulated tests\n")
    print("CPU seconds on one thread after compilation.\n")
    head("bank", "test", "people", "CPU s", "tests a CPU s", "RMSE", "mean sd", "r")
    for categories, name in ((2, "300 right/wrong items"), (5, "300 graded items, five categories")):
        bank, prior = draw_line(categories), prior_on(LINE)
        for filtered, how in ((False, "30 items"), (True, "30 items, exposure on")):
            own = bank.with_exposure(dict.fromkeys(bank.place, 0.5)) if filtered else bank
            tell_run(name, how, own, prior, 20000, Rules(length=30, among=1), 30)
    bank, prior = draw_mixture(), prior_on(TWELVE)
    for length, people in ((30, 300), (60, 300)):
        tell_run(
            "12 dimensions, 500 items and blocks", f"{length}", bank, prior, people, rules_on_twelve(length), length
        )
    tell_run("the same, unscored (for exposure)", "60", bank, prior, 300, rules_on_twelve(60), 60, scored=False)


def tell_run(
    what: str, how: str, bank: Bank, prior: Prior, people: int, rules: Rules, length: int, *, scored: bool = True
) -> None:
    """Print a row: speed and quality of tests."""
    truth, stop = draw_people(prior, people, np.random.default_rng(7)), StopRule(length)
    simulate_tests(bank, prior, truth[:2], stop=stop, rules=rules)
    tests, seconds = time(lambda: simulate_tests(bank, prior, truth, stop=stop, rules=rules, scored=scored))
    row(what, how, people, f"{seconds:.2f}", f"**{people / seconds:,.0f}**", *quality_of(tests))


def quality_of(tests: AdaptiveTests) -> tuple[str, str, str]:
    """Return RMSE, mean posterior sd and correlation, in words."""
    error = tests.mean - tests.truth
    r = np.corrcoef(tests.truth.ravel(), tests.mean.ravel())[0, 1]
    return f"{np.sqrt(np.mean(error**2)):.3f}", f"{np.mean(tests.sd):.3f}", f"{r:.3f}"


def tell_exposure() -> None:
    """Print exposure before and after control."""
    print("\n## Exposure\n")
    print("300 right/wrong items, 30 in a test; parameters from 5,000 people a round, judged by 5,000 others.\n")
    head("target", "largest before", "largest after", "rounds", "never used", "overlap", "RMSE", "CPU s")
    bank, prior = draw_line(2), prior_on(LINE)
    rules, stop = Rules(length=30, among=1), StopRule(30)
    truth = draw_people(prior, 5000, np.random.default_rng(11))
    free = simulate_tests(bank, prior, truth, stop=stop, rules=rules, seed=11)
    row("none", f"{free.exposure_rates.max():.3f}", "", "", *use_of(free), quality_of(free)[0], "")
    for target in (0.5, 0.3, 0.2, 0.15):
        control, seconds = time(lambda: control_exposure(bank, prior, target, stop=stop, rules=rules), 1)  # noqa: B023
        tests = simulate_tests(bank.with_exposure(control.parameters), prior, truth, stop=stop, rules=rules, seed=11)
        before, after = max(control.before.values()), max(control.after.values())
        cells = (f"{before:.3f}", f"{after:.3f}", control.rounds, *use_of(tests), quality_of(tests)[0])
        row(target, *cells, f"{seconds:.1f}")


def use_of(tests: AdaptiveTests) -> tuple[str, str]:
    """Return the share of the bank that nobody got, and the overlap of two tests."""
    return f"{np.mean(tests.exposure_rates == 0.0):.1%}", f"{tests.overlap:.3f}"


def tell_lengths() -> None:
    """Print how long tests are that end by precision or by a verdict."""
    print("\n## Length and precision\n")
    print("300 graded items, 2,000 people; tests of 3 to 60 items.\n")
    head("ends", "mean length", "shortest", "longest", "by the rule", "RMSE", "mean sd", "in 90 %", "verdict right")
    bank, prior = draw_line(5), prior_on(LINE)
    truth = draw_people(prior, 2000, np.random.default_rng(13))
    for sd in (0.4, 0.3, 0.2):
        tests = simulate_tests(bank, prior, truth, stop=StopRule(60, 3, sd=sd), rules=Rules(among=1))
        tell_length(f"sd {sd:.2f}", tests)
    verdicts = (Verdict((("theta", 1.0),), 0.5),)
    for settled in ((0.1, 0.9), (0.05, 0.95)):
        stop = StopRule(60, 3, settled=settled)
        tests = simulate_tests(bank, prior, truth, stop=stop, verdicts=verdicts, rules=Rules(among=1))
        tell_length(f"verdict {settled[0]:g}/{settled[1]:g}", tests, right_of(tests, verdicts))
    tell_verdicts()


def tell_verdicts() -> None:
    """Print what it saves to choose for a verdict where only a verdict is asked."""
    print("\nTwelve dimensions, 300 people, 3 to 60 items and blocks; one verdict, on the mean of four qualities.\n")
    head("ends", "mean length", "shortest", "longest", "by the rule", "RMSE", "mean sd", "in 90 %", "verdict right")
    bank, prior = draw_mixture(), prior_on(TWELVE)
    truth = draw_people(prior, 300, np.random.default_rng(13))
    verdicts = (Verdict(tuple((name, 0.25) for name in TWELVE[:4]), 0.5),)
    for what, need in (("precision of twelve", Precision.of(TWELVE)), ("the verdict", Verdicts(verdicts))):
        stop, rules = StopRule(60, 3, settled=(0.1, 0.9)), Rules(among=1)
        tests = simulate_tests(bank, prior, truth, stop=stop, need=need, verdicts=verdicts, rules=rules)
        tell_length(f"verdict .1/.9, chosen for {what}", tests, right_of(tests, verdicts))


def right_of(tests: AdaptiveTests, verdicts: tuple[Verdict, ...]) -> str:
    """Return the share of people whose more likely verdict is the true one."""
    found = []
    for verdict in verdicts:
        weights = np.array([dict(verdict.weights).get(name, 0.0) for name in tests.bank.names])
        found.append((tests.mean @ weights > verdict.bar) == (tests.truth @ weights > verdict.bar))
    return f"{np.mean(found):.3f}"


def tell_length(what: str, tests: AdaptiveTests, right: str = "") -> None:
    """Print a row: lengths, and what became of them."""
    error, length = tests.mean - tests.truth, tests.length
    early = np.mean([reason in {"precision", "verdict"} for reason in tests.reasons])
    rmse, sd, _ = quality_of(tests)
    covered = np.mean(np.abs(error) <= 1.645 * tests.sd)
    figures = (f"{length.mean():.1f}", length.min(), length.max(), f"{early:.1%}", rmse, sd)
    row(what, *figures, f"{covered:.3f}", right)


def tell_content() -> None:
    """Print how often content was held, and what items and blocks are worth beside each other."""
    print("\n## Content: twelve dimensions, 500 items and blocks, 300 people\n")
    print("At least three items or blocks for each quality, twelve items and eight blocks; exposure .8 for all.\n")
    head("length", "minimum held", "items", "blocks", "minutes", "RMSE", "mean sd", "level: r of the mean of twelve")
    bank, prior = draw_mixture(), prior_on(TWELVE)
    truth = draw_people(prior, 300, np.random.default_rng(17))
    for length in (24, 36, 48, 60):
        tests = simulate_tests(bank, prior, truth, stop=StopRule(length), rules=rules_on_twelve(length))
        counts = dict(zip(bank.contents, tests.content().T, strict=True))
        held = np.all([counts["quality", name] >= 3 for name in TWELVE], axis=0)  # noqa: PLR2004  the minimum
        held &= (counts["kind", "items"] >= 12) & (counts["kind", "blocks"] >= 8)  # noqa: PLR2004  the same
        items, blocks = counts["kind", "items"].mean(), counts["kind", "blocks"].mean()
        level = level_of(tests)
        minutes = tests.seconds.mean() / 60.0
        row(
            length,
            f"{held.mean():.1%}",
            f"{items:.1f}",
            f"{blocks:.1f}",
            f"{minutes:.1f}",
            *quality_of(tests)[:2],
            level,
        )


def level_of(tests: AdaptiveTests) -> str:
    """Return the correlation of the mean over all dimensions with the true one."""
    means: tuple[FloatArray, FloatArray] = (tests.truth.mean(axis=1), tests.mean.mean(axis=1))
    return f"{np.corrcoef(*means)[0, 1]:.3f}"


def tell_agreement() -> None:
    """Print how near what drives simulated choices is to the score of all answers."""
    print("\n## What drives the choices, against the score of all answers\n")
    head("bank", "answers", "RMS difference of means, in sd", "mean ratio of sd")
    bank, prior = draw_mixture(), prior_on(TWELVE)
    truth = draw_people(prior, 100, np.random.default_rng(19))
    for length in (30, 60):
        both = [
            simulate_tests(bank, prior, truth, stop=StopRule(length), rules=rules_on_twelve(length), scored=scored)
            for scored in (False, True)
        ]
        off = (both[0].mean - both[1].mean) / both[1].sd
        ratio = np.mean(both[0].sd / both[1].sd)
        row("12 dimensions, in turn (means, sd)", length, f"{np.sqrt(np.mean(off**2)):.3f}", f"{ratio:.3f}")
    line, prior = draw_line(5), prior_on(LINE)
    tests = simulate_tests(line, prior, draw_people(prior, 100, np.random.default_rng(19)), stop=StopRule(30))
    known = [score(prior, tests.responses(person)) for person in range(100)]
    means, sds = np.array([one.mean for one in known]), np.array([one.sd_of("theta") for one in known])[:, None]
    off = (tests.mean - means) / sds
    row("300 graded items, on the grid", 30, f"{np.sqrt(np.mean(off**2)):.4f}", f"{np.mean(tests.sd / sds):.4f}")


if __name__ == "__main__":
    for tell in (tell_steps, tell_speed, tell_exposure, tell_lengths, tell_content, tell_agreement):
        tell()
