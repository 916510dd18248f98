"""Reading YAML so that every complaint can name its file and line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

LARGEST_FILE = 2_000_000


@dataclass(frozen=True, order=True)
class Complaint:
    """Something that is wrong in a library, where it is, and what was expected."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class LibraryError(ValueError):
    """A library that cannot be used; carries everything that is wrong with it."""

    def __init__(self, complaints: Sequence[Complaint]) -> None:
        self.complaints = tuple(sorted(complaints))
        super().__init__("\n".join(str(complaint) for complaint in self.complaints))


@dataclass(frozen=True)
class Source:
    """One YAML file: its plain data, and where each part of it stands."""

    file: str
    data: Any
    tree: Any

    def line_of(self, path: Sequence[str | int]) -> int:
        """Return the line (from 1) of the part that the path leads to, or of the nearest part around it."""
        node, line = self.tree, 1
        if isinstance(node, CommentedMap | CommentedSeq):
            line = node.lc.line + 1
        for step in path:
            if isinstance(node, CommentedMap) and step in node:
                line = node.lc.key(step)[0] + 1
            elif isinstance(node, CommentedSeq) and isinstance(step, int) and step < len(node):
                if node.lc.data:  # nothing where a tag such as !!python/tuple made the list
                    line = node.lc.item(step)[0] + 1
            else:
                break
            node = node[step]
        return int(line)


def read_source(path: Path, root: Path) -> Source:
    """Read one YAML file; raises :class:`LibraryError` with the line where it stops making sense."""
    name = path.relative_to(root).as_posix()
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise LibraryError([Complaint(name, 1, f"is larger than {LARGEST_FILE:,} bytes; split it")])
        text = path.read_text(encoding="utf-8")
    except (UnicodeDecodeError, OSError) as error:
        raise LibraryError([Complaint(name, 1, f"cannot be read: {error}")]) from error
    return parse_source(text, name)


@lru_cache(maxsize=256)
def parse_source(text: str, name: str) -> Source:
    """Read YAML text that is called by this name; raises :class:`LibraryError` as :func:`read_source` does.

    What was read is kept, and nobody changes it: reading is slow, and most files stay as they are between two readings.
    """
    try:
        tree = YAML(typ="rt").load(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise LibraryError([Complaint(name, line, f"is not valid YAML: {error.problem}")]) from error
    except (YAMLError, ValueError) as error:
        raise LibraryError([Complaint(name, 1, f"cannot be read: {error}")]) from error
    if tree is None:
        raise LibraryError([Complaint(name, 1, "is empty")])
    return Source(name, _plain(tree), tree)


def _plain(node: Any) -> Any:  # noqa: ANN401  YAML holds anything
    if isinstance(node, Mapping):
        return {_plain(key): _plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_plain(value) for value in node]
    if isinstance(node, bool) or node is None:
        return node
    for kind in (str, int, float):
        if isinstance(node, kind):
            return kind(node)
    return str(node)
