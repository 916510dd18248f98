"""Write docs/reference from signatures and docstrings: `python docs/make_reference.py`, or `--check` to compare.

The source is parsed and never imported, so that nothing is compiled and the annotations stand as they were written.
What is public is said in one place, `poise.measurement.__init__`; `TOPICS` says on which page each name stands.
"""

import argparse
import ast
import difflib
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from textwrap import dedent
from typing import Final

from reference_source import (
    ROOT,
    Entry,
    collect,
    find_fields,
    is_record,
    list_arguments,
    read_exports,
    read_module,
    unquote,
)
from reference_topics import TOPICS, Topic

FOLDER: Final = ROOT / "docs" / "reference"
INDEX: Final = "measurement.md"
LISTED: Final = {"Parameters", "Returns", "Yields", "Raises"}


def write_signature(name: str, arguments: Sequence[str], result: str = "") -> str:
    """Return a signature on one line, or on one line an argument where it is long."""
    arrow = f" -> {result}" if result else ""
    line = f"{name}({', '.join(arguments)}){arrow}"
    if len(line) <= 100:  # noqa: PLR2004  what fits beside the margin of a page
        return line
    inside = "".join(f"    {argument},\n" for argument in arguments)
    return f"{name}(\n{inside}){arrow}"


def render_docstring(docstring: str, links: Mapping[str, str]) -> Iterator[str]:
    """Yield a numpydoc docstring as Markdown: first the text, then its sections."""
    parts = re.split(r"^(\w[\w ]+)\n-{3,}\n", docstring, flags=re.MULTILINE)
    yield from render_text(parts[0], links)
    for title, body in zip(parts[1::2], parts[2::2], strict=True):
        yield f"**{title}**\n"
        yield from render_list(body, links) if title in LISTED else render_text(body, links)


def render_list(body: str, links: Mapping[str, str]) -> Iterator[str]:
    """Yield a section of named entries as a list."""
    for entry in re.split(r"\n(?=\S)", body.strip("\n")):
        head, _, rest = entry.partition("\n")
        name, colon, kind = head.partition(" : ")
        told = " ".join(mark(paragraph, links) for paragraph in split_paragraphs(dedent(rest)))
        typed = f" ({link_names(kind, links)})" if colon else ""
        named = _link(name.strip(), links)
        yield f"- {named}{typed}" + (f": {told}" if told else "")
    yield ""


def render_text(text: str, links: Mapping[str, str]) -> Iterator[str]:
    """Yield prose: a paragraph a line, except where lines are indented or are a list."""
    for paragraph in split_paragraphs(text):
        if paragraph.startswith("    "):
            yield f"```text\n{dedent(paragraph)}\n```\n"
        elif paragraph.startswith("- "):
            yield f"{mark(paragraph, links, lines=True)}\n"
        else:
            yield f"{mark(paragraph, links)}\n"


def split_paragraphs(text: str) -> list[str]:
    """Return the paragraphs of a text."""
    return [part.rstrip() for part in re.split(r"\n\s*\n", text.strip("\n")) if part.strip()]


def mark(text: str, links: Mapping[str, str], *, lines: bool = False) -> str:
    """Turn the marks of a docstring into Markdown and link the public names."""
    joined = text if lines else " ".join(text.split())
    plain = re.sub(r"``(.+?)``", r"`\1`", joined.replace("::", ":"), flags=re.DOTALL)
    return re.sub(r"`(\w+)`", lambda found: _link(found[1], links), plain)


def link_names(kind: str, links: Mapping[str, str]) -> str:
    """Link the public names in a type as it is told."""
    return re.sub(r"\b[A-Z]\w+\b", lambda found: _link(found[0], links) if found[0] in links else found[0], kind)


def _link(name: str, links: Mapping[str, str]) -> str:
    return f"[`{name}`]({links[name]})" if name in links else f"`{name}`"


def render_entry(entry: Entry, siblings: Mapping[str, Entry], links: Mapping[str, str]) -> Iterator[str]:
    """Yield one public name as Markdown."""
    statement = entry.statement
    source = f"../../src/poise/measurement/{entry.module.replace('.', '/')}.py"
    yield f"## `{entry.name}`\n"
    yield f"from [`poise.measurement.{entry.module}`]({source})\n"
    if isinstance(statement, ast.FunctionDef):
        yield _fence(write_signature(entry.name, list_arguments(statement), unquote(statement.returns)))
    elif isinstance(statement, ast.ClassDef):
        yield _fence(_sign_class(statement, siblings))
        yield from _tell_bases(statement, links)
    else:
        yield _fence(ast.unparse(statement))
    yield from render_docstring(entry.docstring, links)
    if isinstance(statement, ast.ClassDef):
        yield from render_methods(statement, links)


def _fence(text: str) -> str:
    text = text.replace("'", '"')
    # "py", not "python": signatures are not run, and the blocks of the documents that are called "python" all are.
    return f"```py\n{text}\n```\n"


def _sign_class(statement: ast.ClassDef, siblings: Mapping[str, Entry]) -> str:
    if not is_record(statement):
        begin = [one for one in statement.body if isinstance(one, ast.FunctionDef) and one.name == "__init__"]
        return f"class {write_signature(statement.name, list_arguments(begin[0]) if begin else [])}"
    fields = {name: (kind, value) for name, kind, value in find_fields(statement, siblings)}
    told = [f"{name}: {kind}" + (f" = {value}" if value else "") for name, (kind, value) in fields.items()]
    return f"class {write_signature(statement.name, told)}"


def _tell_bases(statement: ast.ClassDef, links: Mapping[str, str]) -> Iterator[str]:
    bases = [ast.unparse(base) for base in statement.bases]
    if told := [_link(base, links) for base in bases if base not in {"NamedTuple", "ABC", "Protocol"}]:
        yield f"A kind of {', '.join(told)}, with all that it has.\n"


def render_methods(statement: ast.ClassDef, links: Mapping[str, str]) -> Iterator[str]:
    """Yield the public methods and properties of a class."""
    for node in statement.body:
        if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
            continue
        marks = {ast.unparse(one) for one in node.decorator_list}
        name, result = f"{statement.name}.{node.name}", unquote(node.returns)
        yield f"### `{name}`\n"
        if marks & {"property", "cached_property"}:
            yield _fence(f"{name}: {result}")
        else:
            yield _fence(write_signature(name, list_arguments(node), result))
        yield from render_docstring(ast.get_docstring(node) or "", links)


def write_page(
    topic: Topic, entries: Mapping[str, Entry], siblings: Mapping[str, Entry], links: Mapping[str, str]
) -> str:
    """Return one page."""
    parts = [f"# {topic.title}\n", f"{topic.introduction}\n", f"All pages: [{INDEX}]({INDEX}).\n"]
    for name in topic.names:
        parts += render_entry(entries[name], siblings, links)
    return "\n".join(parts).rstrip("\n") + "\n"


def write_index(entries: Mapping[str, Entry], links: Mapping[str, str]) -> str:
    """Return the page that names everything."""
    parts = [
        "# Reference of `poise.measurement`\n",
        "Made by `make docs` from the source; do not edit. Every name is imported from `poise.measurement` itself.",
        "What stands in a module but not here may change without a word. How to go about it is told in the",
        "[tutorial](../tutorial.md).\n",
    ]
    for topic in TOPICS:
        parts += [f"## [{topic.title}]({topic.page})\n", "| name | |", "|---|---|"]
        for name in topic.names:
            entry = entries[name]
            first = (
                mark(split_paragraphs(entry.docstring)[0], {})
                if entry.docstring
                else f"`{ast.unparse(entry.statement)}`"
            )
            parts.append(f"| [`{name}`]({links[name]}) | {first.replace('|', chr(92) + '|')} |")
        parts.append("")
    return "\n".join(parts).rstrip("\n") + "\n"


def make_pages() -> dict[Path, str]:
    """Return the text of every page by its path."""
    entries = collect()
    siblings = {name: entry for module in read_exports().values() for name, entry in read_module(module).items()}
    links = {name: f"{topic.page}#{name.lower()}" for topic in TOPICS for name in topic.names}
    pages = {FOLDER / topic.page: write_page(topic, entries, siblings, links) for topic in TOPICS}
    return {FOLDER / INDEX: write_index(entries, links), **pages}


def compare(pages: Mapping[Path, str]) -> Iterator[str]:
    """Yield what differs between the pages and the files."""
    for path in sorted(set(FOLDER.glob("*.md")) - set(pages)):
        yield f"{path.relative_to(ROOT)}: no topic has this page; delete it"
    for path, text in pages.items():
        old = path.read_text(encoding="utf-8") if path.exists() else ""
        name = str(path.relative_to(ROOT))
        yield from difflib.unified_diff(old.splitlines(), text.splitlines(), name, f"{name} as made", lineterm="", n=1)


def main() -> int:
    """Write the pages, or with `--check` say what differs and return 1."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    told = parser.parse_args()
    try:
        pages = make_pages()
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    if not told.check:
        FOLDER.mkdir(exist_ok=True)
        for path, text in pages.items():
            path.write_text(text, encoding="utf-8")
        return 0
    faults = list(compare(pages))
    if faults:
        print("\n".join([*faults, "the reference is not what the source says: run make docs"]))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
