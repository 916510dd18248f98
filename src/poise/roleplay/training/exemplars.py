"""The labelled replies that the heads learn from, one YAML file a voice."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import YAMLError

from poise.content.act import ACTS

EXEMPLARS = Path(__file__).parent.parent / "data" / "exemplars"


class ExemplarError(ValueError):
    """A file of exemplars cannot be used; the message lists everything that is wrong."""


@dataclass(frozen=True)
class Exemplar:
    """One short reply, in one voice, with every act that it holds."""

    voice: str
    say: str
    acts: frozenset[str]


def load_exemplars(folder: Path = EXEMPLARS) -> tuple[Exemplar, ...]:
    """Read every voice in a folder, in the order of the file names.

    Raises
    ------
    ExemplarError
        With file and line of each fault, when a label is unknown, a text is missing or said twice.
    """
    exemplars: list[Exemplar] = []
    faults: list[str] = []
    files = sorted(folder.glob("*.yaml"))
    if not files:
        raise ExemplarError(f"no exemplars in {folder}: expected one YAML file a voice")
    for file in files:
        found, wrong = _read_voice(file)
        exemplars += found
        faults += wrong
    faults += _list_repeats(exemplars)
    if faults:
        raise ExemplarError("\n".join(faults))
    return tuple(exemplars)


def hash_exemplars(exemplars: Sequence[Exemplar]) -> str:
    """Return a digest that changes with any text, label or voice."""
    digest = hashlib.sha256()
    for one in exemplars:
        digest.update(f"{one.voice}\t{one.say}\t{','.join(sorted(one.acts))}\n".encode())
    return digest.hexdigest()


def _read_voice(file: Path) -> tuple[list[Exemplar], list[str]]:
    try:
        document = YAML().load(file.read_text(encoding="utf-8"))
    except YAMLError as error:
        return [], [f"{file.name}: not YAML: {error}"]
    entries = document.get("exemplars") if isinstance(document, CommentedMap) else None
    if not entries:
        return [], [f"{file.name}: expected a list under `exemplars`"]
    exemplars, faults = [], []
    for position, entry in enumerate(entries):
        where = f"{file.name}:{entries.lc.item(position)[0] + 1}"
        wrong = _list_faults(entry)
        faults += [f"{where}: {fault}" for fault in wrong]
        if not wrong:
            exemplars.append(Exemplar(file.stem, str(entry["say"]), frozenset(entry["acts"])))
    return exemplars, faults


def _list_faults(entry: object) -> list[str]:
    if not isinstance(entry, CommentedMap) or set(entry) != {"say", "acts"}:
        return [f"{entry!r}: expected `say` and `acts`"]
    faults = []
    if not isinstance(entry["say"], str) or not entry["say"].strip():
        faults.append(f"say is {entry['say']!r}: expected words")
    if not isinstance(entry["acts"], list):
        return [*faults, f"acts is {entry['acts']!r}: expected a list, which may be empty"]
    unknown = [act for act in entry["acts"] if act not in ACTS]
    if unknown:
        faults.append(f"unknown acts {unknown}: expected keys of poise.content.act.ACTS")
    return faults


def _list_repeats(exemplars: Sequence[Exemplar]) -> list[str]:
    first: dict[str, Exemplar] = {}
    faults = []
    for one in exemplars:
        key = re.sub(r"\W+", " ", one.say.lower()).strip()
        if key in first:
            faults.append(f"{one.voice}: {one.say!r} is said already in {first[key].voice}")
        first.setdefault(key, one)
    return faults
