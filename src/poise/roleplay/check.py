"""What a library's customers must have so that an exam with them is fair."""

from collections.abc import Iterator

from poise.content.library import LoadedLibrary
from poise.content.scenario import HiddenFact, PlainAnswer, Scenario
from poise.content.source import Complaint
from poise.roleplay.hearing import opened_by, words_of
from poise.roleplay.remedies import DECENT_VALUE, LITTLE_VALUE, efficient, frontier_of, permitted

Told = tuple[str, str]  # where within the case, message


def check_customers(loaded: LoadedLibrary) -> list[Complaint]:
    """Return what is wrong with the frontiers of the cases and with what their customers tell."""
    return [
        _complain(loaded, scenario, *told)
        for scenario in loaded.library.scenarios
        for told in (*_check_frontier(scenario), *_check_answers(scenario), *_check_hidden(scenario))
    ]


def remark_on_customers(loaded: LoadedLibrary) -> list[Complaint]:
    """Return what could be better: phrases that open nothing, and conduct that the desk gives no room to see."""
    return [
        _complain(loaded, scenario, *told)
        for scenario in loaded.library.scenarios
        for told in (*_remark_on_frontier(scenario), *_remark_on_phrases(scenario))
    ]


def _complain(loaded: LoadedLibrary, scenario: Scenario, within: str, message: str) -> Complaint:
    file, line = loaded.place("scenarios", scenario.key, within)
    return Complaint(file, line, f"{scenario.key}: {message}")


def _check_answers(scenario: Scenario) -> Iterator[Told]:
    """Say which ordinary questions would also bring out what is hidden."""
    for entry in scenario.answers:
        for phrase in entry.opened_by:
            opened = opened_by(_as_heard(phrase), scenario.hidden)
            if opened:
                message = f"answer {entry.key}: {phrase!r} also brings out what is hidden: {opened[0]}"
                yield f"answers/{entry.key}", message


def _check_hidden(scenario: Scenario) -> Iterator[Told]:
    """Say which hidden facts no question can bring out."""
    for fact in scenario.hidden:
        if not any(opened_by(_as_heard(phrase), [fact]) for phrase in fact.opened_by):
            message = f"hidden fact {fact.key}: none of its phrases is found in a question that holds it"
            yield f"hidden/{fact.key}", message


def _remark_on_phrases(scenario: Scenario) -> Iterator[Told]:
    """Say which phrases never fire in a question that holds them, or open something else first."""
    for place, entries in (("hidden", scenario.hidden), ("answers", scenario.answers)):
        for entry in entries:
            for phrase in entry.opened_by:
                message = _fault_of(phrase, entry, entries)
                if message:
                    yield f"{place}/{entry.key}", f"{entry.key}: {phrase!r} {message}"


def _fault_of(phrase: str, entry: HiddenFact | PlainAnswer, entries: tuple[HiddenFact | PlainAnswer, ...]) -> str:
    spoken = _as_heard(phrase)
    if not opened_by(spoken, [entry]):
        return f"never fires: a question that holds it is heard as {spoken!r}"
    first = opened_by(spoken, entries)
    return f"opens {first[0]} first" if first != (entry.key,) else ""


def _as_heard(phrase: str) -> str:
    """Return a phrase as it is heard in a question that holds it."""
    return " ".join(words_of(phrase))


def _check_frontier(scenario: Scenario) -> Iterator[Told]:
    best = efficient(scenario)
    options = {option.what: option for option in scenario.options}
    unbeaten = best & efficient(scenario, approved=True)
    if not unbeaten:
        yield "remedies", "no allowed remedy lies on the frontier: whatever the desk may give, approval gives better"
    elif scenario.loss and not any(options[what].value >= DECENT_VALUE for what in unbeaten):
        yield "remedies", f"no allowed remedy on the frontier is worth {DECENT_VALUE} or more to the customer"
    for what in sorted(best):
        if options[what].value <= LITTLE_VALUE:
            yield (
                f"remedies/{options[what].key}",
                f"{what!r} gives the customer hardly anything and still lies on the frontier",
            )
    if len(permitted(scenario)) == len(options):
        yield "remedies", "nothing that could be offered is forbidden: giving away the shop cannot be seen"
    if best and len(best) == len(permitted(scenario)):
        yield "remedies", "every allowed remedy lies on the frontier: stonewalling cannot be seen"


def _remark_on_frontier(scenario: Scenario) -> Iterator[Told]:
    """Say where a doormat or a stonewaller would find nothing to offer that shows what they are."""
    offers = [frontier_of(scenario, [option.what]) for option in scenario.options]
    if not any(offer.doormat for offer in offers):
        yield (
            "remedies",
            "no offer costs more than the best for both and lies off the frontier: a doormat has no option",
        )
    if scenario.loss and not any(offer.stonewaller for offer in offers):
        wanted = f"one worth {LITTLE_VALUE} or less, beside something permitted worth {DECENT_VALUE}"
        yield "remedies", f"no offer that a stonewaller would make: {wanted}"
