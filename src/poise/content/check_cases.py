"""Whether a customer's case can be played and rated: names that exist, levels and needs that can be reached."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from poise.content.following import check_carried
from poise.content.quality import QUALITIES
from poise.content.rubric import KEYED_FACTS, LEVELS, MOST_ATOMS, BoolArray, Moment, all_cases, is_act, parse_condition
from poise.content.scenario import Scenario
from poise.content.shift import WHOLE

Told = tuple[str, str]  # where within the case, message
FEWEST_DIFFERENT = 3
"""Fewer different wordings than this make a customer who can be learnt by heart."""
NOT_AT_FIRST = frozenset({"repeated", "warned"})
"""Facts about earlier replies: the first reply has none before it."""


def check_case(scenario: Scenario) -> Iterator[Told]:
    """Say what in a case names nothing, stands twice, or can never come true."""
    for message in check_carried(scenario):
        yield "carried", message
    placed = list(moments_of(scenario))
    keys = Counter(moment.key for _, _, moment in placed)
    for key in sorted(key for key, number in keys.items() if number > 1):
        yield "", f"moment {key!r} stands twice"
    for within, first, moment in placed:
        for message in _check_moment(scenario, moment, first=first):
            yield within, f"moment {moment.key}: {message}"
    yield from _check_needs_and_answers(scenario)
    for within, what, lines in cells_of(scenario):
        different = len({line.casefold() for line in lines})
        if different < FEWEST_DIFFERENT:
            yield within, f"{what} has {different} different wordings; at least {FEWEST_DIFFERENT}"


def moments_of(scenario: Scenario) -> Iterator[tuple[str, bool, Moment]]:
    """Give each moment with its place in the case, and whether it is rated in the first reply."""
    for number, probe in enumerate(scenario.probes):
        for moment in probe.moments:
            yield f"probes/{probe.key}/moments/{moment.key}", number == 0, moment
    for moment in scenario.whole:
        yield f"whole/{moment.key}", False, moment
    for carried in scenario.carried:
        first = carried.probe != WHOLE and carried.probe == scenario.probes[0].key
        for moment in carried.moments:
            yield "carried", first, moment


def cells_of(scenario: Scenario) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Give each set of wordings that say the same: where it stands, what it is, and its lines."""
    for probe in scenario.probes:
        yield f"probes/{probe.key}", f"probe {probe.key}", probe.says
    for fact in scenario.hidden:
        yield f"hidden/{fact.key}", f"hidden fact {fact.key}", fact.says
    for answer in scenario.answers:
        yield f"answers/{answer.key}", f"answer {answer.key}", answer.says
    for name in ("pleased", "settled", "unhappy", "lost"):
        yield "endings", f"ending {name}", getattr(scenario.endings, name)


def keyed_facts(scenario: Scenario) -> dict[str, frozenset[str]]:
    """Return, for each kind of fact with a key, the keys that this scenario's rubrics may name."""
    own = {
        "looked_up": [record.key for record in scenario.records],
        "read_policy": [section.key for section in scenario.policy],
        "offered": [remedy.key for remedy in scenario.remedies],
        "promised": [pledge.key for pledge in scenario.pledges],
        "found": [fact.key for fact in scenario.hidden],
    }
    return {head: general | frozenset(own.get(head, ())) for head, general in KEYED_FACTS.items()}


def _check_needs_and_answers(scenario: Scenario) -> Iterator[Told]:
    for what, keys in (
        ("need", [need.key for need in scenario.needs]),
        ("hidden fact or answer", [*(one.key for one in scenario.hidden), *(one.key for one in scenario.answers)]),
    ):
        for key in sorted(key for key, number in Counter(keys).items() if number > 1):
            yield "", f"{what} {key!r} stands twice"
    for need in scenario.needs:
        within, condition = f"needs/{need.key}", parse_condition(need.met_by)
        for message in _check_facts(scenario, condition.atoms):
            yield within, f"need {need.key}: {message}"
        if len(condition.atoms) > MOST_ATOMS:
            yield within, f"need {need.key}: rests on {len(condition.atoms)} different names; at most {MOST_ATOMS}"
            continue
        cases = possible_cases(scenario, condition.atoms, first=False)
        holds = condition.holds(dict(zip(condition.atoms, cases.T, strict=True)))
        if holds.all() or not holds.any():
            yield within, f"need {need.key}: {need.met_by!r} is always met or never, whatever is said and done"


def _check_moment(scenario: Scenario, moment: Moment, *, first: bool) -> Iterator[str]:
    if moment.quality not in QUALITIES:
        yield f"quality {moment.quality!r} is not known"
    unreachable = unreachable_levels(scenario, moment, first=first)
    if unreachable:
        yield f"no combination of acts and facts reaches level {', '.join(map(str, unreachable))}"
    yield from _check_facts(scenario, moment.scale.atoms)


def _check_facts(scenario: Scenario, atoms: Iterable[str]) -> Iterator[str]:
    known = keyed_facts(scenario)
    for atom in atoms:
        if atom.removeprefix("now.") == "waited" and not any(probe.then for probe in scenario.probes):
            yield f"{atom!r} never holds: no probe has a second message (then)"
        head, _, key = atom.removeprefix("now.").partition(".")
        if not is_act(atom) and key and key not in known[head]:
            yield f"{atom!r} names no {head.replace('_', ' ')}; there are: {', '.join(sorted(known[head]))}"


def unreachable_levels(scenario: Scenario, moment: Moment, *, first: bool) -> list[int]:
    """Return the levels that nothing which can be said and done in this case gives."""
    rubric = moment.scale
    merged = rubric.merged
    names = sorted(set(merged.values()))
    cases = possible_cases(scenario, names, first=first)
    columns = dict(zip(names, cases.T, strict=True))
    fired = rubric.firing({atom: columns[name] for atom, name in merged.items()}, len(cases))
    reached = {rubric.lines[number].level for number in set(fired.tolist())}
    return [level for level in range(LEVELS) if level not in reached]


def possible_cases(scenario: Scenario, names: Sequence[str], *, first: bool) -> BoolArray:
    """Return the combinations of true and false that can come about in this case, shape (cases, names).

    Left out are those in which a fact holds without what it includes (to look up one record is to look up any), and
    those with a fact that this case does not have (nothing forbidden can be offered where nothing is forbidden).
    """
    cases = all_cases(len(names))
    columns = dict(zip(names, cases.T, strict=True))
    possible: BoolArray = np.ones(len(cases), dtype=np.bool_)
    for name in names:
        if _never_holds(scenario, name, first=first):
            possible &= ~columns[name]
        for other in _included(scenario, name):
            if other in columns:
                possible &= ~columns[name] | columns[other]
    return np.asarray(cases[possible], dtype=np.bool_)


def _included(scenario: Scenario, name: str) -> set[str]:
    """Return the facts that hold wherever this one does."""
    if is_act(name) or name.rpartition(".")[2] == "harm":
        return set()
    fact = name.removeprefix("now.")
    head, _, key = fact.partition(".")
    found = {"on_topic"} if fact == "specific" else set()
    if key and key != "any":
        found |= {"transferred"} if head == "transferred" else {f"{head}.any"}
    if fact == "offered.efficient":
        found.add("offered.allowed")
    for remedy in scenario.remedies if head == "offered" else ():
        standings = {option.standing for option in remedy.options}
        if remedy.key == key and standings in ({"allowed"}, {"forbidden"}):
            found |= {f"offered.{standing}" for standing in standings}
    for pledge in scenario.pledges if head == "promised" else ():
        if pledge.key == key:
            found.add("promised.keepable" if pledge.keepable else "promised.unkeepable")
    if name != fact:
        found = {f"now.{one}" for one in found} | found | {fact}
    return found


def _never_holds(scenario: Scenario, name: str, *, first: bool) -> bool:
    """Say whether a fact cannot come about in this case, or not in its first reply."""
    fact = name.removeprefix("now.")
    if first and (fact in NOT_AT_FIRST or name.startswith("earlier.")):
        return True
    standings = {option.standing for option in scenario.options}
    kept = {pledge.keepable for pledge in scenario.pledges}
    return fact in {
        "transferred.needless" if scenario.transfer_needed else "transferred.needed",
        *(set() if standings & {"allowed", "needs_approval"} else {"offered.allowed", "offered.efficient"}),
        *(set() if "needs_approval" in standings else {"offered.unapproved"}),
        *(set() if "forbidden" in standings else {"offered.forbidden"}),
        *(set() if True in kept else {"promised.keepable"}),
        *(set() if False in kept else {"promised.unkeepable"}),
        *(set() if scenario.hidden else {"found.any"}),
        *(set() if any(probe.then for probe in scenario.probes) else {"waited"}),
    }
