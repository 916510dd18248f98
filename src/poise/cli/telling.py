"""A conversation in words for the terminal: how a reply was read, how it was taken, and how it all ended."""

from dataclasses import asdict

from rich.console import Console
from rich.table import Table

from poise.cli.recounting import Judged, quote_line
from poise.cli.terminal import heading, say
from poise.content.act import ACTS
from poise.jobfit.transcript import OUTCOME_WORDS, desk_label
from poise.roleplay.conversation import Conversation, Turn, frontier, needs_open, would_return
from poise.roleplay.state import CustomerState, anger_band
from poise.roleplay.understanding.explaining import quote_acts

SURE = 0.5
STANDINGS = {"allowed": "you may", "needs_approval": "needs approval", "forbidden": "policy forbids it"}
Cells = tuple[str, ...]


def tell_exchange(out: Console, conversation: Conversation) -> None:
    """Print the last exchange of a script: the customer's line, the desk, the reply, and how it was taken."""
    case, turn = conversation.scenario, conversation.turns[-1]
    heading(out, f"REPLY {turn.reply}")
    say(out, f"{case.customer.name}: {conversation.words_before(turn.reply)}")
    for step in turn.desk:
        out.print(f"  [at the desk] {desk_label(case, step.do, step.what)}", markup=False)
    say(out, f"You: {turn.words}")
    tell_reading(out, conversation)
    if conversation.outcome is not None and turn.answer.says:
        say(out, f"{case.customer.name}: {turn.answer.says}")


def tell_reading(out: Console, conversation: Conversation) -> None:
    """Print how the last reply was read, and how it moved the customer."""
    turn = conversation.turns[-1]
    before = conversation.turns[-2].answer.state if len(conversation.turns) > 1 else conversation.first
    for line in (*_read_as(turn), f"taken as: {turn.answer.reaction}", _moved(before, conversation)):
        out.print(f"  {line}", markup=False)
    out.print()


def _read_as(turn: Turn) -> list[str]:
    if not turn.reading.legible:
        return ["could not be read as English; it is not rated"]
    telling = quote_acts(turn.words, turn.reading)
    clear = sorted(((chance, act) for act, chance in turn.reading.acts if chance >= SURE), reverse=True)
    lines = [f"read as {act} ({chance:.2f}): {ACTS[act].meaning} “{telling.get(act, '')}”" for chance, act in clear]
    return lines or ["no act was read clearly"]


def _moved(before: CustomerState, conversation: Conversation) -> str:
    """Return anger with its band, and each other feeling that moved."""
    old, new = asdict(before), asdict(conversation.state)
    parts = [
        f"{name} {old[name]}" + (f" → {value}" if value != old[name] else "")
        for name, value in new.items()
        if isinstance(value, int) and (name == "anger" or value != old[name])
    ]
    parts[0] += f" ({anger_band(conversation.state.anger)})"
    return f"{', '.join(parts)}; would return {_percent(conversation)}"


def tell_end(out: Console, judged: Judged) -> None:
    """Print how the conversation ended, what could have been offered, and the moments with their quotes."""
    conversation = judged.conversation
    name, outcome = conversation.scenario.customer.name, conversation.outcome
    heading(out, "THE END" if outcome else "SO FAR")
    say(out, f"{name} {OUTCOME_WORDS[outcome]}." if outcome else f"{name} is still there: the script ends earlier.")
    say(out, f"Would come back: {_percent(conversation)}. This is drawn, never rated.")
    open_needs = needs_open(conversation)
    if open_needs:
        say(out, "\n".join(["What was left open:", *(f"- {need.reads}" for need in open_needs)]))
    _tell_frontier(out, conversation)
    _tell_moments(out, judged)


def _percent(conversation: Conversation) -> str:
    return f"{round(would_return(conversation) / 10)} %"


def _tell_frontier(out: Console, conversation: Conversation) -> None:
    shown = frontier(conversation)
    heading(out, "WHAT COULD BE OFFERED")
    costs = {point.what: point.final_cost for point in shown.points}
    table = Table("offer", "worth", "cost in the end", "may be given", "", box=None, pad_edge=False)
    for option in conversation.scenario.options:
        marks = [("best", option.what in shown.efficient), ("offered", option.what in shown.given)]
        if option.what != option.key and not any(held for _, held in marks):
            continue  # of many amounts only those that matter
        cells: Cells = (option.label, str(option.value), f"{costs[option.what]:g}", STANDINGS[option.standing])
        table.add_row(*cells, ", ".join(mark for mark, held in marks if held))
    out.print(table)
    out.print()
    if shown.distance:
        say(out, f"As much could have been done for {shown.distance:g} points less in the end.")
    if shown.doormat:
        say(out, "More was given away than the best for both would have cost.")
    if shown.stonewaller:
        say(out, "Next to nothing was offered, though something decent could have been.")


def _tell_moments(out: Console, judged: Judged) -> None:
    heading(out, "THE MOMENTS")
    if not judged.ratings:
        say(out, "No reply could be read, so nothing is rated.")
    for rating, number in judged.ratings:
        place = f"reply {number}" if number else "the whole conversation"
        out.print(f"{rating.moment.quality} {rating.line.level} of 4, {place}: {rating.moment.asks}", markup=False)
        out.print(f"  {rating.line.reads} [{rating.line.when}]", markup=False)
        for reply, words in quote_line(judged.conversation, rating, number):
            out.print(f"  reply {reply}: “{words}”", markup=False)
        out.print()
