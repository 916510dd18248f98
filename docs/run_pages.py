"""Run what pages show: `python docs/run_pages.py PAGE...`, or with `--check` compare and change nothing.

The blocks of a page that are called `python` run one after another in one namespace, as in a notebook; so do the lines
of `sh` blocks that begin with `poise`. They run in a folder of their own in which `examples` is that of the repository.
A block called `text` right below holds what was printed. Without `--check` it is filled in anew; with it, words must be
the same and numbers equal to the digits that the page shows, give or take one in the last.
"""

import argparse
import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[1]
BLOCK: Final = re.compile(r"^```(python|sh)\n(.*?)^```\n(\n*```text\n(.*?)^```\n)?", re.MULTILINE | re.DOTALL)
NUMBER: Final = re.compile(r"(?<![\w.])[-+]?\d+(?:\.(\d+))?(?:e[-+]?\d+)?(?![\w])")
COMMAND: Final = "poise "


@dataclass(frozen=True)
class Block:
    """One block of a page.

    Parameters
    ----------
    language : {"python", "sh"}
    code : str
    line : int
        Where its code begins.
    shown : str, optional
        What the page says that it prints.
    place : tuple of int
        Where in the page that stands.
    """

    language: str
    code: str
    line: int
    shown: str | None
    place: tuple[int, int]


def find_blocks(page: str) -> Iterator[Block]:
    """Yield the blocks of a page that are run."""
    for found in BLOCK.finditer(page):
        if found[1] == "python" or found[2].startswith(COMMAND):
            yield Block(found[1], found[2], page.count("\n", 0, found.start(2)) + 1, found[4], found.span(4))


def run_block(block: Block, page: Path, names: dict[str, Any]) -> str:
    """Run a block and return what it printed.

    Raises
    ------
    RuntimeError
        With page and line, if it fails.
    """
    if block.language == "sh":
        return "".join(run_command(line, page, block) for line in block.code.replace("\\\n", " ").splitlines() if line)
    printed = io.StringIO()
    code = compile("\n" * (block.line - 1) + block.code, str(page), "exec")
    try:
        with contextlib.redirect_stdout(printed):
            exec(code, names)  # noqa: S102  the pages of this repository
    except Exception as error:
        raise RuntimeError(f"{page}: {traceback.format_exc(limit=-1)}") from error
    return printed.getvalue()


def run_command(line: str, page: Path, block: Block) -> str:
    """Run a line that begins with `poise` and return what it printed."""
    words = [str(Path(sys.executable).with_name("poise")), *shlex.split(line)[1:]]
    done = subprocess.run(words, capture_output=True, text=True, check=False)  # noqa: S603  the pages of this repository
    if done.returncode:
        raise RuntimeError(f"{page}, line {block.line}: {line}\n{done.stdout}{done.stderr}")
    return done.stdout


def run_page(path: Path) -> list[tuple[Block, str]]:
    """Run the blocks of a page; return each with what it printed."""
    names: dict[str, Any] = {"__name__": "page"}
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "examples").symlink_to(ROOT / "examples")
        os.chdir(folder)
        try:
            return [(block, run_block(block, path, names)) for block in find_blocks(path.read_text(encoding="utf-8"))]
        finally:
            os.chdir(before)


def differ(shown: str, printed: str) -> bool:
    """Say whether words differ, or numbers by more than one in the last digit that is shown."""
    words = [" ".join(NUMBER.sub("#", text).split()) for text in (shown, printed)]
    if words[0] != words[1]:
        return True
    pairs = zip(NUMBER.finditer(shown), NUMBER.finditer(printed), strict=True)
    return any(abs(float(a[0]) - float(b[0])) > allow(a) * (1.0 + 1e-9) for a, b in pairs)


def allow(number: re.Match[str]) -> float:
    """Return one in the last digit of a number with a point; none for a whole number."""
    if number[1] is None:
        return 0.0
    exponent = re.search(r"e([-+]?\d+)$", number[0])
    return float(10.0 ** (int(exponent[1]) if exponent else 0) * 10.0 ** -len(number[1]))


def check_page(path: Path) -> Iterator[str]:
    """Yield what a page shows and running it does not print."""
    for block, printed in run_page(path):
        if block.shown is not None and differ(block.shown, printed):
            yield f"{path}, line {block.line}: the page shows\n{block.shown}and running it printed\n{printed}"


def fill_page(path: Path) -> None:
    """Write into the page what its blocks print."""
    text = path.read_text(encoding="utf-8")
    for block, printed in reversed(run_page(path)):
        if block.shown is not None:
            first, last = block.place
            text = text[:first] + printed.rstrip("\n") + "\n" + text[last:]
    path.write_text(text, encoding="utf-8")


def main() -> int:
    """Fill the pages, or with `--check` say what differs and return 1."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("pages", nargs="+", type=Path)
    told = parser.parse_args()
    faults: list[str] = []
    for page in told.pages:
        try:
            if told.check:
                faults += check_page(page.resolve())
            else:
                fill_page(page.resolve())
        except RuntimeError as error:
            faults.append(str(error))
    if faults:
        print("\n".join(faults), file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
