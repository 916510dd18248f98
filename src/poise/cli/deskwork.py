"""The desk in a terminal: short commands that begin with a slash, each repeated back before it binds."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from rich.console import Console

from poise.cli.telling import STANDINGS
from poise.cli.terminal import STOP, ask, say
from poise.content.scenario import Remedy, Scenario
from poise.roleplay.conversation import Conversation, ConversationError, check_deed
from poise.roleplay.customer import second_message

HELP = f"""\
/scene                 where you are and who the customer is
/look [KEY]            the records, or open one
/policy [KEY]          the policy, or read one section
/offer [KEY [AMOUNT]]  what can be offered, or offer it with your next reply
/promise [KEY]         what can be promised, or promise it with your next reply
/transfer              pass the matter on
/note                  leave a note for colleagues
/wait                  let the customer finish
/end                   end the conversation for abuse, after a warning and where the policy allows it
/help                  this list
{STOP}                  leave; nothing is stored
Everything else that you type is your reply to the customer."""
CURRENCIES = "£$€"
Deed = tuple[str, str]


@dataclass(frozen=True)
class Desk:
    """The desk before a reply: the conversation so far, and what goes with the reply."""

    out: Console
    conversation: Conversation
    deeds: tuple[Deed, ...] = ()

    @property
    def case(self) -> Scenario:
        """The case on the desk."""
        return self.conversation.scenario


def use(desk: Desk, line: str) -> Desk:
    """Do what a line that begins with a slash says; returns the desk with what was done on it."""
    command, _, rest = line.partition(" ")
    work = COMMANDS.get(command.casefold())
    if work is None:
        say(desk.out, f"There is no {command}. Type /help for what there is.")
        return desk
    return work(desk, rest.split())


def _help(desk: Desk, _words: list[str]) -> Desk:
    say(desk.out, HELP)
    return desk


def _scene(desk: Desk, _words: list[str]) -> Desk:
    say(desk.out, desk.case.scene, f"{desk.case.customer.name}. {desk.case.losing_costs}")
    return desk


def _look(desk: Desk, words: list[str]) -> Desk:
    shelf = {record.key: (record.label, record.text) for record in desk.case.records}
    return _open(desk, "look_up", shelf, words)


def _policy(desk: Desk, words: list[str]) -> Desk:
    shelf = {section.key: (section.title, section.text) for section in desk.case.policy}
    return _open(desk, "read_policy", shelf, words)


def _open(desk: Desk, do: str, shelf: dict[str, tuple[str, str]], words: list[str]) -> Desk:
    if len(words) != 1 or words[0] not in shelf:
        _list(desk, words, [(key, label) for key, (label, _) in shelf.items()])
        return desk
    say(desk.out, *shelf[words[0]])
    return _add(desk, do, words[0])


def _offer(desk: Desk, words: list[str]) -> Desk:
    what = ":".join([words[0], words[1].lstrip(CURRENCIES)]) if len(words) > 1 else "".join(words)
    options = {option.what: option for option in desk.case.options}
    if what in options:
        option = options[what]
        return _bind(desk, "offer", what, f"You are offering: {option.label} ({STANDINGS[option.standing]}).")
    if what.partition(":")[0] in {remedy.key for remedy in desk.case.remedies if remedy.amount}:
        say(desk.out, _complaint(desk, "offer", what))
    else:
        _list(desk, words, [_offer_row(remedy) for remedy in desk.case.remedies])
    return desk


def _offer_row(remedy: Remedy) -> tuple[str, str]:
    """Return how a remedy is named in /offer, and what it is."""
    if remedy.amount is None:
        return remedy.key, f"{remedy.label} ({remedy.price}; {STANDINGS[remedy.standing]})"
    least, most = (
        remedy.amount.unit.replace("{amount}", str(one)) for one in (remedy.amount.least, remedy.amount.most)
    )
    return f"{remedy.key} AMOUNT", f"{remedy.label}, {least} to {most} ({remedy.price}; see the policy for how much)"


def _promise(desk: Desk, words: list[str]) -> Desk:
    pledges = {pledge.key: pledge.label for pledge in desk.case.pledges}
    if len(words) != 1 or words[0] not in pledges:
        _list(desk, words, list(pledges.items()))
        return desk
    return _bind(desk, "promise", words[0], f"You are promising: {pledges[words[0]]}.")


def _transfer(desk: Desk, _words: list[str]) -> Desk:
    return _bind(desk, "transfer", "", f"You are passing the matter on: {desk.case.transfer.strip()}")


def _note(desk: Desk, _words: list[str]) -> Desk:
    return _add(desk, "note", "", "A note for colleagues is left.")


def _wait(desk: Desk, _words: list[str]) -> Desk:
    complaint = _complaint(desk, "wait", "")
    if complaint:
        say(desk.out, complaint)
        return desk
    second = second_message(desk.case, desk.conversation.next_reply, desk.conversation.seed)
    say(desk.out, f"{desk.case.customer.name}: {second}")
    return _add(desk, "wait", "")


def _end(desk: Desk, _words: list[str]) -> Desk:
    return _bind(desk, "end", "", "You are ending the conversation. Your next reply is the last.")


def _list(desk: Desk, words: list[str], rows: list[tuple[str, str]]) -> None:
    if words:
        say(desk.out, f"{' '.join(words)!r} is not on this desk. There is:")
    for key, label in rows:
        desk.out.print(f"  {key}: {label}", markup=False)
    desk.out.print()


def _bind(desk: Desk, do: str, what: str, echo: str) -> Desk:
    """Do something that binds: repeated back first, and done only after a yes."""
    complaint = _complaint(desk, do, what)
    if complaint:
        say(desk.out, complaint)
        return desk
    while (answer := ask(desk.out, f"{echo} Send? y/n").casefold()) not in {"y", "yes", "n", "no"}:
        say(desk.out, "Please type y or n.")
    if answer.startswith("n"):
        say(desk.out, "Not done.")
        return desk
    return _add(desk, do, what, "It goes with your next reply.")


def _add(desk: Desk, do: str, what: str, done: str = "") -> Desk:
    complaint = _complaint(desk, do, what)
    if complaint or done:
        say(desk.out, complaint or done)
    return desk if complaint or (do, what) in desk.deeds else replace(desk, deeds=(*desk.deeds, (do, what)))


def _complaint(desk: Desk, do: str, what: str) -> str:
    try:
        check_deed(desk.case, desk.conversation.said, do, what)
    except ConversationError as error:
        return str(error)
    return ""


COMMANDS: dict[str, Callable[[Desk, list[str]], Desk]] = {
    "/help": _help,
    "/scene": _scene,
    "/look": _look,
    "/policy": _policy,
    "/offer": _offer,
    "/promise": _promise,
    "/transfer": _transfer,
    "/note": _note,
    "/wait": _wait,
    "/end": _end,
}
