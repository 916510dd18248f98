"""What a library's customers must have so that an exam with them is fair."""

from poise.content.library import LoadedLibrary
from poise.content.scenario import Scenario
from poise.content.source import Complaint
from poise.roleplay.remedies import DECENT_VALUE, LITTLE_VALUE, efficient, permitted


def check_customers(loaded: LoadedLibrary) -> list[Complaint]:
    """Return what is wrong with the frontiers of the cases, each with file and line."""
    found = []
    for scenario in loaded.library.scenarios:
        file, line = loaded.place("scenarios", scenario.key)
        found += [Complaint(file, line, f"{scenario.key}: {message}") for message in _check_frontier(scenario)]
    return found


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
