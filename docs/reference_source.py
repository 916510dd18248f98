"""What the reference is made of: the public names of `poise.measurement`, read from the source without importing it."""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import Final, TypeAlias

from reference_topics import TOPICS

ROOT: Final = Path(__file__).parents[1]
PACKAGE: Final = ROOT / "src" / "poise" / "measurement"
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
        alias.asname or alias.name: node.module.removeprefix("poise.measurement.")
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
            there = read_constants(parse(node.module.removeprefix("poise.measurement."))) if asked else {}
            found |= {name: value for name, value in there.items() if name in asked}
        elif isinstance(node, ast.AnnAssign | ast.Assign) and isinstance(node.value, ast.Constant):
            target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
            found[ast.unparse(target)] = node.value
    return found


def name_file(module: str) -> str:
    """Return where a module stands in the room."""
    return f"{module.replace('.', '/')}.py"


def parse(module: str) -> list[ast.stmt]:
    """Return the statements of a module."""
    return ast.parse((PACKAGE / name_file(module)).read_text(encoding="utf-8")).body


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
        If the topics and the exports do not name the same things, or a docstring is missing or tells of other
        parameters than there are.
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
            faults.append(
                f"{name}: not defined in {name_file(exports[name])}, only passed on; export it from its own module"
            )
        elif not entry.docstring and not isinstance(entry.statement, ast.AnnAssign):
            faults.append(f"{name}: has no docstring in {name_file(exports[name])}")
        else:
            faults += find_strangers(entry)
            entries[name] = entry
    if faults:
        raise ValueError("\n".join(faults))
    return entries


def find_strangers(entry: Entry) -> Iterator[str]:
    """Yield the parameters that are told and not there, or there and not told, if any are told at all."""
    statement = entry.statement
    if isinstance(statement, ast.FunctionDef):
        there = [re.split(r"[:=]", told)[0].strip() for told in list_arguments(statement) if told != "*"]
    elif isinstance(statement, ast.ClassDef) and is_record(statement):
        there = [name for name, _, _ in find_fields(statement, {})]
    else:
        return
    parts = re.split(r"^(\w[\w ]+)\n-{3,}\n", entry.docstring, flags=re.MULTILINE)
    if "Parameters" in parts:
        heads = re.findall(r"^\S.*$", parts[parts.index("Parameters") + 1], re.MULTILINE)
        told = [name.strip(" *") for head in heads for name in head.partition(" : ")[0].split(",")]
        where = f"{entry.name} in {name_file(entry.module)}"
        yield from (f"{where}: the docstring does not tell of {name}" for name in there if name not in told)
        yield from (f"{where}: the docstring tells of {name}, which is not there" for name in told if name not in there)


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


def list_arguments(statement: ast.FunctionDef) -> list[str]:
    """Return the arguments of a function as they are written, without self and cls."""
    own = statement.args
    plain = [*own.posonlyargs, *own.args]
    defaults = [None] * (len(plain) - len(own.defaults)) + list(own.defaults)
    told = [write_argument(one, default) for one, default in zip(plain, defaults, strict=True)]
    told = told[1:] if plain and plain[0].arg in {"self", "cls"} else told
    if own.vararg:
        told.append(f"*{write_argument(own.vararg, None)}")
    elif own.kwonlyargs:
        told.append("*")
    return told + [write_argument(one, value) for one, value in zip(own.kwonlyargs, own.kw_defaults, strict=True)]


def write_argument(argument: ast.arg, default: ast.expr | None) -> str:
    """Return one argument as it is written."""
    annotation = f": {unquote(argument.annotation)}" if argument.annotation else ""
    return f"{argument.arg}{annotation}" + (f" = {ast.unparse(default)}" if default is not None else "")


def unquote(annotation: ast.expr | None) -> str:
    """Return an annotation without the quotes of one that looks ahead."""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        return annotation.value
    return "" if annotation is None else ast.unparse(annotation)
