"""The rated conversations that the weights of a review are fitted to: one YAML file a writer, one a rater."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from poise.content.act import HEARD
from poise.content.quality import QUALITIES
from poise.roleplay.transcripts.transcript import Transcript

HIGHEST = 4
OTHERS = ("overall", "would_return")


class ConversationError(ValueError):
    """Conversations or ratings cannot be used; the message lists everything that is wrong."""


@dataclass(frozen=True)
class RatedConversation:
    """One conversation with what its customer did in each of their turns, and one mapping a rater."""

    writer: str
    case: str
    transcript: Transcript
    heard: tuple[frozenset[str], ...]
    ratings: tuple[dict[str, float | None], ...]


def load_conversations(folder: Path) -> tuple[RatedConversation, ...]:
    """Read every writer's conversations and all ratings.

    Raises
    ------
    ConversationError
        Naming file, conversation and fault, where something is missing, unknown or out of its range.
    """
    ratings, faults = _load_ratings(folder / "ratings")
    found: list[RatedConversation] = []
    files = sorted(folder.glob("*.yaml"))
    if not files:
        raise ConversationError(f"no conversations in {folder}: expected one YAML file a writer")
    for file in files:
        document, wrong = _load(file)
        faults += wrong
        cases = {case["key"]: case for case in document.get("cases", ())}
        for one in document.get("conversations", ()):
            try:
                found.append(_make(document["writer"], cases, one, ratings))
            except (ValidationError, KeyError, ValueError) as error:
                faults.append(f"{file.name}, {one.get('id', 'a conversation without id')}: {error}")
    if faults:
        raise ConversationError("\n".join(faults))
    return tuple(found)


def _make(
    writer: str, cases: dict[str, Any], one: dict[str, Any], ratings: dict[str, list[dict[str, float | None]]]
) -> RatedConversation:
    transcript = Transcript.model_validate({"id": one["id"], "case": cases[one["case"]], "turns": one["turns"]})
    heard = tuple(frozenset(turn.get("heard") or ()) for turn in one["turns"] if turn["who"] == "customer")
    if unknown := sorted(frozenset[str]().union(*heard) - set(HEARD)):
        raise ValueError(f"heard: got {unknown}, expected {', '.join(HEARD)}")
    if one["id"] not in ratings:
        raise ValueError("nobody rated it: put a line in ratings/")
    return RatedConversation(writer, f"{writer}/{one['case']}", transcript, heard, tuple(ratings[one["id"]]))


def _load_ratings(folder: Path) -> tuple[dict[str, list[dict[str, float | None]]], list[str]]:
    ratings: dict[str, list[dict[str, float | None]]] = {}
    faults: list[str] = []
    for file in sorted(folder.glob("*.yaml")):
        document, wrong = _load(file)
        faults += wrong
        for key, told in document.items():
            faults += [f"{file.name}, {key}: {fault}" for fault in _check_rating(told)]
            ratings.setdefault(key, []).append({name: told.get(name) for name in (*QUALITIES, *OTHERS)})
    return ratings, faults


def _check_rating(told: dict[str, Any]) -> Sequence[str]:
    bad = [
        f"{quality} is {told.get(quality)!r}, expected 0 to {HIGHEST} or null"
        for quality in QUALITIES
        if quality not in told or told[quality] not in (None, *range(HIGHEST + 1))
    ]
    return bad + [
        f"{name} is {told.get(name)!r}, expected 0 to 100"
        for name in OTHERS
        if not isinstance(told.get(name), int | float) or not 0 <= told[name] <= 100  # noqa: PLR2004  per cent
    ]


def _load(file: Path) -> tuple[dict[str, Any], list[str]]:
    try:
        document = YAML(typ="safe").load(file.read_text(encoding="utf-8"))
    except YAMLError as error:
        return {}, [f"{file.name}: not YAML: {error}"]
    if not isinstance(document, dict):
        return {}, [f"{file.name}: expected a mapping"]
    return document, []
