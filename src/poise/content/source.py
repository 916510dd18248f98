"""Reading YAML so that every complaint can name its file and line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

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
    tree: Node

    def line_of(self, path: Sequence[str | int]) -> int:
        """Return the line (from 1) of the part that the path leads to, or of the nearest part around it."""
        node, line = self.tree, int(self.tree.start_mark.line)
        for step in path:
            found = _find_part(node, step)
            if found is None:
                break
            place, node = found
            line = int(place.start_mark.line)
        return line + 1


def _find_part(node: Node, step: str | int) -> tuple[Node, Node] | None:
    """Return a part of a node, after what stands first of it: its key, or the part itself."""
    if isinstance(node, MappingNode):
        return next(((key, value) for key, value in node.value if key.value == str(step)), None)
    if isinstance(node, SequenceNode) and isinstance(step, int) and 0 <= step < len(node.value):
        return node.value[step], node.value[step]
    return None


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
        tree, data = _read_twice_at_need(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise LibraryError([Complaint(name, line, f"is not valid YAML: {error.problem}")]) from error
    except (YAMLError, ValueError) as error:
        raise LibraryError([Complaint(name, 1, f"cannot be read: {error}")]) from error
    if tree is None or data is None:
        raise LibraryError([Complaint(name, 1, "is empty")])
    try:
        return Source(name, _plain(data), tree)
    except RecursionError as error:
        odd = Complaint(name, 1, "is nested too deeply, or holds itself; write out what is meant")
        raise LibraryError([odd]) from error


def _read_twice_at_need(text: str) -> tuple[Node | None, Any]:
    """Return the parts of a text and its data: by the quick parser, and where that refuses it by the exact one.

    The quick one follows an older version of YAML, which refuses some plain words, such as a question in a short list.
    """
    try:
        return _read(YAML(typ="safe"), text)
    except (YAMLError, ValueError):
        return _read(YAML(typ="safe", pure=True), text)


def _read(reading: YAML, text: str) -> tuple[Node | None, Any]:
    tree = reading.compose(text)
    return tree, None if tree is None else reading.constructor.construct_document(tree)


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
