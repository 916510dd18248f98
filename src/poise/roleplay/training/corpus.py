"""Labelled replies to customers, one YAML file a voice: what a reader is trained on and judged by.

The files stand in the folder `corpus` of the repository and not in the package, as only training needs them.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from poise.content.act import ACTS

Heard: TypeAlias = Literal[
    "insult", "accusation", "demand", "threat", "question", "fact", "thanks", "calming", "sarcasm"
]
"""What a customer does in a line."""
Conduct: TypeAlias = Literal["good", "middling", "bad"]
Kind: TypeAlias = Literal[
    "plain", "terse", "multi", "negation", "sarcasm", "stuffed", "typos", "implicit", "boundary", "mixed"
]
"""What makes a reply hard to read."""
SHORTEST_REPEAT: Final = 4
"""Replies of fewer words than this may be said twice: nobody owns "No."."""


class CorpusError(ValueError):
    """A file of the corpus cannot be used; the message lists everything that is wrong."""


def _know_acts(acts: tuple[str, ...]) -> tuple[str, ...]:
    if unknown := [act for act in acts if act not in ACTS]:
        raise ValueError(f"got {unknown}, expected keys of poise.content.act.ACTS")
    return acts


Text: TypeAlias = Annotated[str, Field(min_length=1)]
Acts: TypeAlias = Annotated[tuple[str, ...], AfterValidator(_know_acts)]


class CorpusReply(BaseModel):
    """One reply, cut into its sentences, with the customer's line that it answers.

    Attributes
    ----------
    voice
        Who speaks: the name of the file.
    setting
        Where, in a word or two.
    customer, heard
        What the customer had said, and what they did with it.
    conduct, kind
        How the representative behaves on the whole, and what makes the reply hard to read.
    say
        Each sentence with the acts in it, of `poise.content.act.ACTS`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    voice: Text
    setting: Text
    customer: Text
    heard: tuple[Heard, ...]
    conduct: Conduct
    kind: Kind
    say: Annotated[tuple[tuple[Text, Acts], ...], Field(min_length=1)]

    @property
    def text(self) -> str:
        """The whole reply."""
        return " ".join(sentence for sentence, _ in self.say)

    @property
    def acts(self) -> frozenset[str]:
        """The acts that any of its sentences holds."""
        return frozenset(act for _, acts in self.say for act in acts)


def load_corpus(folder: Path) -> tuple[CorpusReply, ...]:
    """Read every voice in a folder, in the order of the file names.

    Raises
    ------
    CorpusError
        Naming file, number of the reply and fault, where something is missing, unknown or said twice.
    """
    replies: list[CorpusReply] = []
    faults: list[str] = []
    files = sorted(folder.glob("*.yaml"))
    if not files:
        raise CorpusError(f"no replies in {folder}: expected one YAML file a voice")
    for file in files:
        found, wrong = _read_voice(file)
        replies += found
        faults += wrong
    faults += _list_repeats(replies)
    if faults:
        raise CorpusError("\n".join(faults))
    return tuple(replies)


def _read_voice(file: Path) -> tuple[list[CorpusReply], list[str]]:
    try:
        document = YAML(typ="safe").load(file.read_text(encoding="utf-8"))
    except YAMLError as error:
        return [], [f"{file.name}: not YAML: {error}"]
    entries: Any = document.get("replies") if isinstance(document, dict) else None
    if not isinstance(entries, list) or document.get("voice") != file.stem or not document.get("about"):
        return [], [f"{file.name}: expected `voice: {file.stem}`, `about` and a list under `replies`"]
    found, faults = [], []
    for number, entry in enumerate(entries, start=1):
        try:
            found.append(CorpusReply.model_validate({"voice": file.stem} | entry))
        except (ValidationError, TypeError) as error:
            faults.append(f"{file.name}, reply {number}: {error}")
    return found, faults


def _list_repeats(replies: Sequence[CorpusReply]) -> list[str]:
    first: dict[str, CorpusReply] = {}
    faults = []
    for one in replies:
        words = re.findall(r"\w+", one.text.lower())
        if len(words) >= SHORTEST_REPEAT:
            key = " ".join(words)
            if key in first:
                faults.append(f"{one.voice}: {one.text!r} is said already in {first[key].voice}")
            first.setdefault(key, one)
    return faults
