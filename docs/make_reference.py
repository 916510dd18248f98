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
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import Final, TypeAlias

from reference_topics import TOPICS, Topic

ROOT: Final = Path(__file__).parents[1]
PACKAGE: Final = ROOT / "src" / "poise" / "measurement"
FOLDER: Final = ROOT / "docs" / "reference"
INDEX: Final = "measurement.md"
LISTED: Final = {"Parameters", "Returns", "Yields", "Raises"}
Statement: TypeAlias = ast.FunctionDef | ast.ClassDef | ast.AnnAssign


@dataclass(frozen=True)
class Entry:
    """One public name.

    Parameters
    ----------
    name, module : str
    statement : function, class or annotated assignment
    docstring : str
    """

    name: str
    module: str
    statement: Statement
    docstring: str


def read_exports() -> dict[str, str]:
    """Return the module of every name that `poise.measurement.__init__` imports, at once or for type checkers."""
    tree = ast.parse((PACKAGE / "__init__.py").read_text(encoding="utf-8"))
    return {
        alias.asname or alias.name: node.module.rpartition(".")[2]
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("poise.measurement.")
        for alias in node.names
    }


class Resolve(ast.NodeTransformer):
    """Puts the value of a constant where its name stands, so that a default tells what it is."""

    def __init__(self, constants: Mapping[str, ast.Constant]) -> None:
        self.constants = constants

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """Replace a name by its value, if it is a constant."""
        return self.constants.get(node.id, node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AnnAssign:
        """Look at the value of a field, not at its name."""
        node.value = node.value and self.visit(node.value)
        return node


def read_constants(body: Sequence[ast.stmt]) -> dict[str, ast.Constant]:
    """Return the numbers and texts that a module names, its own and those it imports from its neighbours."""
    found: dict[str, ast.Constant] = {}
    for node in body:
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("poise.measurement."):
            asked = {alias.name for alias in node.names if alias.name.isupper()}
            there = read_constants(parse(node.module.rpartition(".")[2])) if asked else {}
            found |= {name: value for name, value in there.items() if name in asked}
        elif isinstance(node, ast.AnnAssign | ast.Assign) and isinstance(node.value, ast.Constant):
            target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
            found[ast.unparse(target)] = node.value
    return found


def parse(module: str) -> list[ast.stmt]:
    """Return the statements of a module."""
    return ast.parse((PACKAGE / f"{module}.py").read_text(encoding="utf-8")).body


def read_module(module: str) -> dict[str, Entry]:
    """Return functions, classes and annotated names of a module; a name is told by the text that follows it."""
    body = parse(module)
    resolve = Resolve(read_constants(body))
    found = {}
    for statement, after in zip(body, [*body[1:], None], strict=True):
        if isinstance(statement, ast.FunctionDef | ast.ClassDef):
            resolve.visit(statement)
            found[statement.name] = Entry(statement.name, module, statement, ast.get_docstring(statement) or "")
        elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            told = after.value if isinstance(after, ast.Expr) else None
            text = told.value if isinstance(told, ast.Constant) and isinstance(told.value, str) else ""
            found[statement.target.id] = Entry(statement.target.id, module, statement, dedent(text).strip())
    return found


def collect() -> dict[str, Entry]:
    """Return every public name with its source.

    Raises
    ------
    ValueError
        If the topics and the exports do not name the same things, or a name has no docstring.
    """
    exports = read_exports()
    named = [name for topic in TOPICS for name in topic.names]
    faults = [f"{name}: exported, but on no page of TOPICS" for name in sorted(set(exports) - set(named))]
    faults += [f"{name}: in TOPICS, but not exported" for name in sorted(set(named) - set(exports))]
    faults += [f"{name}: twice in TOPICS" for name in sorted({name for name in named if named.count(name) > 1})]
    modules = {module: read_module(module) for module in set(exports.values())}
    entries = {}
    for name in (name for name in named if name in exports):
        entry = modules[exports[name]].get(name)
        if entry is None:
            faults.append(f"{name}: not defined in {exports[name]}.py, only passed on; export it from its own module")
        elif not entry.docstring and not isinstance(entry.statement, ast.AnnAssign):
            faults.append(f"{name}: has no docstring in {exports[name]}.py")
        else:
            entries[name] = entry
    if faults:
        raise ValueError("\n".join(faults))
    return entries


def find_fields(statement: ast.ClassDef, siblings: Mapping[str, Entry]) -> Iterator[tuple[str, str, str]]:
    """Yield name, annotation and default of the fields of a class, those of its bases first."""
    for base in statement.bases:
        parent = siblings.get(ast.unparse(base))
        if parent is not None and isinstance(parent.statement, ast.ClassDef):
            yield from find_fields(parent.statement, siblings)
    for node in statement.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id[0] != "_":
            annotation = ast.unparse(node.annotation)
            if not annotation.startswith(("ClassVar", "Final")):
                yield node.target.id, annotation, "" if node.value is None else read_default(node.value)


def read_default(value: ast.expr) -> str:
    """Return a default as its caller would write it."""
    if isinstance(value, ast.Call) and ast.unparse(value.func) == "field":
        for keyword in value.keywords:
            if keyword.arg == "default":
                return ast.unparse(keyword.value)
            if keyword.arg == "default_factory":
                return "..." if isinstance(keyword.value, ast.Lambda) else f"{ast.unparse(keyword.value)}()"
    return ast.unparse(value)


def is_record(statement: ast.ClassDef) -> bool:
    """Say whether a class is made from its fields: a dataclass or a named tuple."""
    marks = [ast.unparse(one) for one in (*statement.decorator_list, *statement.bases)]
    return any(mark.startswith(("dataclass", "NamedTuple")) for mark in marks)


def write_signature(name: str, arguments: Sequence[str], result: str = "") -> str:
    """Return a signature on one line, or on one line an argument where it is long."""
    arrow = f" -> {result}" if result else ""
    line = f"{name}({', '.join(arguments)}){arrow}"
    if len(line) <= 100:  # noqa: PLR2004  what fits beside the margin of a page
        return line
    inside = "".join(f"    {argument},\n" for argument in arguments)
    return f"{name}(\n{inside}){arrow}"


def list_arguments(statement: ast.FunctionDef) -> list[str]:
    """Return the arguments of a function as they are written, without self and cls."""
    own = statement.args
    plain = [*own.posonlyargs, *own.args]
    defaults = [None] * (len(plain) - len(own.defaults)) + list(own.defaults)
    told = [_write_argument(one, default) for one, default in zip(plain, defaults, strict=True)]
    told = told[1:] if plain and plain[0].arg in {"self", "cls"} else told
    if own.vararg:
        told.append(f"*{_write_argument(own.vararg, None)}")
    elif own.kwonlyargs:
        told.append("*")
    return told + [_write_argument(one, value) for one, value in zip(own.kwonlyargs, own.kw_defaults, strict=True)]


def _write_argument(argument: ast.arg, default: ast.expr | None) -> str:
    annotation = f": {_unquote(argument.annotation)}" if argument.annotation else ""
    return f"{argument.arg}{annotation}" + (f" = {ast.unparse(default)}" if default is not None else "")


def _unquote(annotation: ast.expr | None) -> str:
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        return annotation.value
    return "" if annotation is None else ast.unparse(annotation)


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
    source = f"../../src/poise/measurement/{entry.module}.py"
    yield f"## `{entry.name}`\n"
    yield f"from [`poise.measurement.{entry.module}`]({source})\n"
    if isinstance(statement, ast.FunctionDef):
        yield _fence(write_signature(entry.name, list_arguments(statement), _unquote(statement.returns)))
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
        name, result = f"{statement.name}.{node.name}", _unquote(node.returns)
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
    pages = make_pages()
    if not parser.parse_args().check:
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
