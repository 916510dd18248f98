"""What a library's customers must have so that an exam with them is fair."""

from collections.abc import Iterator

from poise.content.library import LoadedLibrary
from poise.content.scenario import Scenario
from poise.content.source import Complaint
from poise.roleplay.hearing import opened_by, words_of
from poise.roleplay.remedies import DECENT_VALUE, LITTLE_VALUE, efficient, permitted


def check_customers(loaded: LoadedLibrary) -> list[Complaint]:
    """Return what is wrong with the frontiers of the cases, each with file and line."""
    found = []
    for scenario in loaded.library.scenarios:
        file, line = loaded.place("scenarios", scenario.key)
        found += [Complaint(file, line, f"{scenario.key}: {message}") for message in _check_frontier(scenario)]
        found += [Complaint(file, line, f"{scenario.key}: {message}") for message in _check_answers(scenario)]
    return found


def _check_answers(scenario: Scenario) -> Iterator[str]:
    """Say which ordinary questions would also bring out what is hidden."""
    for entry in scenario.answers:
        for phrase in entry.opened_by:
            opened = opened_by(" ".join(words_of(phrase)), scenario.hidden)
            if opened:
                yield f"answer {entry.key}: {phrase!r} also brings out what is hidden: {opened[0]}"


def _check_frontier(scenario: Scenario) -> list[str]:
    best = efficient(scenario)
    options = {option.what: option for option in scenario.options}
    complaints = []
    if not any(options[what].value >= DECENT_VALUE for what in best) and scenario.loss:
        complaints.append(f"no permitted remedy on the frontier is worth {DECENT_VALUE} or more to the customer")
    complaints += [
        f"{what!r} gives the customer hardly anything and still lies on the frontier"
        for what in sorted(best)
        if options[what].value <= LITTLE_VALUE
    ]
    if len(permitted(scenario)) == len(options):
        complaints.append("nothing that could be offered is forbidden: giving away the shop cannot be seen")
    if len(best) == len(permitted(scenario)):
        complaints.append("every permitted remedy lies on the frontier: stonewalling cannot be seen")
    return complaints
