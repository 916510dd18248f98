"""A library of one's own in a folder: `poise library copy`, and how commands write into one."""

import re
import shutil
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from poise.cli.complaining import Complaining
from poise.content.library import STARTER, Library, read_library
from poise.content.source import read_source

out = Console(soft_wrap=True, highlight=False)
err = Console(stderr=True, soft_wrap=True, highlight=False)
KEY: Final = re.compile(r"[a-z][a-z0-9_]{0,59}")


def copy_library(
    directory: Annotated[Path, typer.Argument(help="A new folder, or an empty one.")],
    key: Annotated[str, typer.Option(help="The key of the copy.")] = "own",
    version: Annotated[str, typer.Option(help="The version of the copy.")] = "1.0.0",
    name: Annotated[str, typer.Option(help="The title of the copy.")] = "",
    library: Annotated[Path, typer.Option(help="The folder to copy.")] = STARTER,
) -> None:
    """Copy a library into a folder of one's own, as YAML files to change."""
    with Complaining(err):
        refuse_key(key)
        header = read_source(library / "library.yaml", library).data
        title, came_from = name or f"A copy of: {header['title']}", f"{header['key']} {header['version']}"
        if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
            raise ValueError(f"{directory}: is there already and holds something; name a new folder")
        if directory.resolve().is_relative_to(library.resolve()):
            raise ValueError(f"{directory}: lies inside the library that is copied; name another folder")
        try:
            shutil.copytree(library, directory, dirs_exist_ok=True, ignore=_all_but_content)
            _write_header(directory / "library.yaml", came_from, key=key, version=version, title=title)
        except OSError as error:
            raise ValueError(f"{directory} cannot be written: {error.strerror}") from error
        out.print(f"{title}, {key} {version}, lies in {directory}.", markup=False)
        out.print(f"It came from {came_from}. After each change: poise library check {directory}", markup=False)


def _all_but_content(folder: str, names: list[str]) -> set[str]:
    here = Path(folder)
    return {name for name in names if not (here / name).is_dir() and Path(name).suffix not in {".yaml", ".yml"}}


def _write_header(path: Path, came_from: str, **changed: str) -> None:
    yaml = YAML(typ="rt")
    header = yaml.load(path.read_text(encoding="utf-8"))
    header.update({name: DoubleQuotedScalarString(words) for name, words in changed.items()})
    header["comparable_with"] = []
    with path.open("w", encoding="utf-8") as written:
        written.write(f"# Copied from {came_from}. While nothing is changed, scores compare; see comparable_with.\n")
        yaml.dump(header, written)


def refuse_key(key: str) -> None:
    """Refuse what cannot be the key of a piece; raises ValueError."""
    if not KEY.fullmatch(key):
        raise ValueError(
            f"--key: {key!r} is no key; expected small letters, digits and _, a letter first, 60 characters at most"
        )


def open_own(directory: Path) -> Library:
    """Read the library of one's own that a piece is to be written into; raises ValueError for the shipped one."""
    if directory.resolve() == STARTER.resolve():
        raise ValueError(f"{directory}: is the starter library, which stays as it is; make a copy: poise library copy")
    return read_library(directory).library


def write_new(path: Path, text: str, encoding: str = "utf-8") -> None:
    """Write a file that is not there yet; raises ValueError where it is, or cannot be written."""
    try:
        if not path.parent.is_dir():
            path.parent.mkdir(parents=True)
    except OSError as error:
        raise ValueError(f"{path} cannot be written: {error.strerror}") from error
    try:
        with path.open("x", encoding=encoding, newline="") as written:
            written.write(text)
    except FileExistsError as error:
        raise ValueError(f"{path}: is there already; nothing is written over. Name another, or delete it") from error
    except OSError as error:
        raise ValueError(f"{path} cannot be written: {error.strerror}") from error
