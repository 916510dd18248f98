"""`poise converse`: one simulated customer, live in the terminal or from a script; nothing is stored."""

import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from poise.cli.deskwork import Desk, use
from poise.cli.recounting import Judged, judge, recount_outcome, recount_turn
from poise.cli.scripting import ScriptFile
from poise.cli.telling import tell_end, tell_exchange, tell_reading
from poise.cli.terminal import STOP, StoppedError, ask, say
from poise.content.check import load_library
from poise.content.following import served_after
from poise.content.library import STARTER, Library
from poise.content.scenario import Scenario
from poise.content.source import LibraryError
from poise.integrations.voice import open_voice
from poise.roleplay.conversation import Conversation, ConversationError, begin, is_unfinished, reply
from poise.roleplay.understanding import Reader
from poise.roleplay.voicing import Rewords, word

SEED = 1


@dataclass(frozen=True)
class Order:
    """What was asked for."""

    scenario: str
    script: Path | None
    as_json: bool
    show: bool
    seed: int | None
    library: Path | None
    after: str | None = None


@dataclass(frozen=True)
class Stage:
    """Where a conversation is held: the screen, the library, who reads the replies, and perhaps a voice."""

    out: Console
    library: Library
    reader: Reader
    show: bool
    voice: Rewords | None = None

    def reply(self, conversation: Conversation, words: str, deeds: Iterable[tuple[str, str]]) -> Conversation:
        """Return the conversation after a reply."""
        return reply(conversation, words, deeds, self.reader, self.library.appraisal, self.library.voice)

    def word(self, conversation: Conversation, said: Sequence[str]) -> str:
        """Return the customer's last line, in a voice's words where there is one; the conversation keeps the line."""
        case, state, line = conversation.scenario, conversation.state, conversation.says[-1]
        needs = state.open_needs
        return word(case, self.library.voice, line, said, state.anger, needs, self.voice, assessed=False).says

    def judge(self, conversation: Conversation) -> Judged:
        """Rate a conversation as far as it has come."""
        return judge(conversation, self.reader.base_rates, self.library)


def run_conversation(out: Console, order: Order) -> None:
    """Hold the conversation that was asked for.

    Raises
    ------
    ValueError
        Naming an unknown scenario, or every fault of a library or a script by file and line.
    """
    if order.as_json and order.script is None:
        raise ValueError("--json prints the replies of a script; name one with --script FILE.yaml")
    library = load_library(order.library or STARTER)
    before = find_case(library, order.after) if order.after else None
    case = served_after(find_case(library, order.scenario), before)
    file = None if order.script is None else ScriptFile(order.script)
    if file is not None:
        file.check_against(case)
    voice = open_voice(os.environ) if file is None else None  # a script says the same each time
    stage = Stage(out, library, Reader.load(), order.show, voice)
    wishes = (order.seed, file.script.seed if file else None, SEED)
    begun = begin(case, next(seed for seed in wishes if seed is not None))
    if file is None:
        _serve(stage, begun)
        return
    told = [stage.judge(one) for one in replay(stage, file, begun)]
    if order.as_json:
        _print_records(stage, told)
    else:
        _tell_script(stage, told)


def find_case(library: Library, key: str) -> Scenario:
    """Return the customer with this key; raises ValueError naming those there are."""
    cases = {case.key: case for case in library.scenarios}
    if key not in cases:
        there = "\n".join(f"  {case.key}: {case.title}" for case in library.scenarios)
        raise ValueError(f"there is no customer {key!r} in library {library.version}; there are:\n{there}")
    return cases[key]


def replay(stage: Stage, file: ScriptFile, begun: Conversation) -> Iterator[Conversation]:
    """Yield the conversation after each reply of a script."""
    conversation = begun
    for number, one in enumerate(file.script.replies):
        try:
            conversation = stage.reply(conversation, one.say, one.deeds)
        except ConversationError as error:
            raise LibraryError([file.complain(("replies", number), f"reply {number + 1}: {error}")]) from error
        yield conversation


def _print_records(stage: Stage, told: Sequence[Judged]) -> None:
    records = [recount_turn(one) for one in told]
    records.append(recount_outcome(told[-1], stage.library, stage.reader.version))
    lines = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    sys.stdout.buffer.write(lines.encode())
    sys.stdout.buffer.flush()


def _tell_script(stage: Stage, told: Sequence[Judged]) -> None:
    for one in told:
        tell_exchange(stage.out, one.conversation)
    tell_end(stage.out, told[-1])


def _serve(stage: Stage, conversation: Conversation) -> None:
    """Serve the customer until they leave or the person does."""
    out, case = stage.out, conversation.scenario
    say(out, case.scene, "The customer is simulated, and nothing is stored. Type /help for what your desk can do.")
    said: list[str] = []
    try:
        while conversation.outcome is None:
            said.append(stage.word(conversation, said))
            say(out, f"{case.customer.name}: {said[-1]}")
            if is_unfinished(case, conversation.said):
                say(out, f"({case.customer.name} is still writing. /wait lets them finish.)")
            conversation = _take_turn(stage, conversation)
            if stage.show:
                tell_reading(out, conversation)
    except (StoppedError, KeyboardInterrupt):
        say(out, "", f"You left the conversation with {case.customer.name}. Nothing of it is stored.")
        return
    if last := stage.word(conversation, said):
        say(out, f"{case.customer.name}: {last}")
    tell_end(out, stage.judge(conversation))


def _take_turn(stage: Stage, conversation: Conversation) -> Conversation:
    """Let the person use the desk until they write a reply that can be sent."""
    desk = Desk(stage.out, conversation)
    while True:
        line = ask(stage.out, f"Your reply, /help, or {STOP}:")
        if line.startswith("/"):
            desk = use(desk, line)
            continue
        try:
            return stage.reply(conversation, line, desk.deeds)
        except ConversationError as error:
            say(stage.out, str(error))
