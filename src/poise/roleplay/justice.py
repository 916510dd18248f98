"""How fairly the customer feels treated, what was promised and not kept, and whether they would come back."""

from collections.abc import Sequence

from poise.content.manner import Justice
from poise.content.scenario import Scenario
from poise.roleplay.rating import DeskStep, Said, facts_now
from poise.roleplay.remedies import options_of
from poise.roleplay.state import FULL, CustomerState, first_state

PRIOR = Justice(
    outcome_percent=45,
    treatment_percent=30,
    procedure_percent=25,
    unapproved_percent=50,
    forbidden_percent=20,
    ill_treated_below=0,
    ill_treated_percent=100,
    open_need=0,
    broken=200,
    anger_above=FULL,
    anger_percent=0,
    rise=FULL,
    source="What a library uses that says nothing of its own: outcome before treatment before procedure.",
)
POINT = 10
"""A point of worth, of 100, in thousandths."""


def felt_outcome(scenario: Scenario, desk: Sequence[DeskStep], justice: Justice) -> int:
    """Return, in thousandths, how fair the customer finds what they get: the worth of the best offer so far.

    What needs a yes that was not asked for, or what nobody may give, is worth a share of it.
    """
    approved = any(step.do == "transfer" for step in desk)
    kept = {
        "allowed": 100,
        "needs_approval": 100 if approved else justice.unapproved_percent,
        "forbidden": justice.forbidden_percent,
    }
    offered = options_of(scenario, (step.what for step in desk if step.do == "offer"))
    return max((option.value * POINT * kept[option.standing] // 100 for option in offered), default=0)


def broke_word(scenario: Scenario, said: Sequence[Said], desk: Sequence[DeskStep]) -> bool:
    """Say whether the last reply broke a word: a promise that cannot be kept, less than was offered, or a taking back.

    A broken word is a second failure after the first, and weighs as one (see the fact `broken` in the appraisal).
    """
    number = len(said)
    now = [step for step in desk if step.reply == number]
    before = [step for step in desk if step.reply < number]
    unkeepable = {pledge.key for pledge in scenario.pledges if not pledge.keepable}
    if any(step.do == "promise" and step.what in unkeepable for step in now):
        return True
    offered, earlier = (
        options_of(scenario, (step.what for step in steps if step.do == "offer")) for steps in (now, before)
    )
    less = any(one.key == other.key and one.value < other.value for one in offered for other in earlier)
    return less or said[-1].takes_back


def would_return(
    scenario: Scenario,
    state: CustomerState,
    said: Sequence[Said],
    desk: Sequence[DeskStep],
    justice: Justice | None = None,
) -> int:
    """Return, in thousandths, how likely this customer is to come back: an outcome, never a score.

    Felt justice first: outcome weighs more than treatment and treatment more than procedure (Orsingher 2010). Open
    needs and the last anger lower it, and so does what will turn out to have been empty. It hardly rises far above
    its start (De Matos 2007): of what lies above a ceiling little counts, so that better conduct still shows.
    """
    rules = justice or PRIOR
    outcome = felt_outcome(scenario, desk, rules)
    treatment, procedure = state.treatment, state.procedure
    if justice is None:  # a library from before felt justice: as it was reckoned then
        treatment = (state.heard + state.trust + FULL - state.anger) // 3
        procedure = _old_procedure(scenario, said, desk)
    outcome = outcome * _counted(treatment, rules) // 100
    felt = rules.outcome_percent * outcome + rules.treatment_percent * treatment + rules.procedure_percent * procedure
    felt //= 100
    felt -= rules.open_need * len(state.open_needs)
    felt -= max(0, state.anger - rules.anger_above) * rules.anger_percent // 100
    felt -= rules.broken if _is_empty(scenario, desk) else 0
    ceiling = min(FULL, start_of(scenario) + rules.rise)
    above = max(0, min(FULL, felt) - ceiling)
    return max(0, min(felt, ceiling) + rules.above_percent * above // 100)


def _counted(treatment: int, rules: Justice) -> int:
    """Return how many per cent of a remedy count for somebody who was treated so: less, the worse it was."""
    if treatment >= rules.ill_treated_below:
        return 100
    least = rules.ill_treated_percent
    return least + (100 - least) * treatment // rules.ill_treated_below


def start_of(scenario: Scenario) -> int:
    """Return how likely the customer was to come back when they came in."""
    first = first_state(scenario)
    return (first.trust + FULL - first.anger) // 2


def _is_empty(scenario: Scenario, desk: Sequence[DeskStep]) -> bool:
    """Say whether something was promised that cannot be kept, or offered that nobody may give."""
    unkeepable = {pledge.key for pledge in scenario.pledges if not pledge.keepable}
    offered = options_of(scenario, (step.what for step in desk if step.do == "offer"))
    promised = any(step.do == "promise" and step.what in unkeepable for step in desk)
    return promised or any(option.standing == "forbidden" for option in offered)


def _old_procedure(scenario: Scenario, said: Sequence[Said], desk: Sequence[DeskStep]) -> int:
    facts = facts_now(scenario, said, desk, whole=True)
    fair = ("promised.keepable", "found.any", "looked_up.any", "read_policy.any")
    return FULL // len(fair) * sum(facts.get(fact, False) for fact in fair)
