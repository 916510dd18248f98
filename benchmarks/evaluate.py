"""Prints how well replies are read and conversations rated: `evaluate.py [PART ...] [--page PAGE.md]`.

`make evaluate` writes docs/evaluation.md: what stands between the marks of a part is replaced, the prose around it
stays. The parts that need shared data say so where these are not here, and leave their tables as they were.
"""

import argparse
import re
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from evaluate_acts import tell_acts, tell_training
from evaluate_flips import tell_flips
from evaluate_public import tell_public
from evaluate_ratings import tell_ratings
from evaluate_setting import NotHereError, Setting
from evaluate_time import tell_time

ROOT: Final = Path(__file__).parents[1]
DATA: Final = ROOT.parent / "shared" / "data"
REPORT: Final = ROOT / "src" / "poise" / "roleplay" / "data" / "training_report.json"
PARTS: Final[Mapping[str, Callable[[Setting], Iterator[str]]]] = {
    "acts": tell_acts,
    "training": tell_training,
    "public": tell_public,
    "flips": tell_flips,
    "ratings": tell_ratings,
    "time": tell_time,
}


def main(words: Sequence[str]) -> None:
    """Print the parts that were asked for, or all, and write them into the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", help=f"which of: {', '.join(PARTS)}; all if none are named")
    parser.add_argument("--data", type=Path, default=DATA, help="the folder of the shared data")
    parser.add_argument("--corpus", type=Path, default=ROOT / "corpus", help="the project's own replies")
    parser.add_argument("--report", type=Path, default=REPORT, help="the report of the training")
    parser.add_argument("--few", type=int, help="so many of each sample only, to see that all runs")
    parser.add_argument("--page", type=Path, help="write each part between its marks in this page")
    asked = parser.parse_args(words)
    if strange := [part for part in asked.parts if part not in PARTS]:
        parser.error(f"no such part: {', '.join(strange)}; there are {', '.join(PARTS)}")
    if asked.page and asked.few:
        parser.error("a page is not written from a few: leave out --few or --page")
    setting = Setting(data=asked.data, corpus=asked.corpus, report=asked.report, few=asked.few)
    for part in asked.parts or PARTS:
        begun = time.process_time()
        try:
            lines = [*PARTS[part](setting)]
        except NotHereError as error:
            print(f"{part}: not done, as {error}", file=sys.stderr)
            continue
        if part != "training":
            lines.append(f"Read by `{setting.reader.version}`.")
        print(f"## {part}", "", *lines, "", sep="\n", flush=True)
        print(f"{part}: {time.process_time() - begun:.0f} s of CPU", file=sys.stderr)
        if asked.page:
            asked.page.write_text(put_into(asked.page.read_text(encoding="utf-8"), part, lines), encoding="utf-8")


def put_into(page: str, part: str, lines: Sequence[str]) -> str:
    """Return a page with these lines between the marks of a part."""
    begin, end = marks_of(part)
    pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    if len(pattern.findall(page)) != 1:
        raise SystemExit(f"the page: expected the marks {begin!r} and {end!r} once")
    inside = "\n".join(lines).strip()
    return pattern.sub(lambda _: f"{begin}\n\n{inside}\n\n{end}", page)


def marks_of(part: str) -> tuple[str, str]:
    """Return what stands before and after the lines of a part."""
    return f"<!-- printed by make evaluate: {part} -->", f"<!-- end of {part} -->"


if __name__ == "__main__":
    main(sys.argv[1:])
