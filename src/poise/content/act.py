"""The 27 acts that a reply may hold: the words of every rubric."""

from dataclasses import dataclass
from typing import Literal

Group = Literal["hear", "think", "react", "harm"]


@dataclass(frozen=True)
class Act:
    """One thing that a person does with words to a customer."""

    key: str
    group: Group
    meaning: str


def _acts(group: Group, **meanings: str) -> dict[str, Act]:
    return {key: Act(key, group, meaning) for key, meaning in meanings.items()}


ACTS: dict[str, Act] = {
    **_acts(
        "hear",
        acknowledge="accepts the feeling or the trouble that was caused",
        ask="asks for facts, or for what the customer needs",
        restate="says the customer's facts back in other words",
        apologise="says sorry or shows regret",
    ),
    **_acts(
        "think",
        check="says that they look it up before they answer",
        explain="gives a cause, a process or facts plainly",
        own="takes responsibility for a fault of the company or of a colleague",
        admit_limit="says openly what they cannot do or do not know",
    ),
    **_acts(
        "react",
        offer="proposes a concrete remedy or next step",
        commit="promises a definite action with a time or a name",
        cite_policy="refers to a rule or a procedure",
        refuse="declines a demand",
        escalate="passes the matter on to a supervisor or another team",
        set_boundary="calmly limits abuse",
        courtesy="greets, thanks, says please or wishes well",
        close="confirms what was agreed, asks whether anything is left, or invites back",
    ),
    **_acts(
        "harm",
        dismiss="makes the trouble small, or tells the customer to calm down",
        argue="contradicts the customer and insists",
        blame_customer="puts the fault on the customer",
        blame_other="puts the fault on a colleague, a department, a supplier or a system",
        insult="is rude, mocking, contemptuous or sarcastic",
        boast="makes it about their own knowledge or standing",
        take_offence="takes it personally",
        hurry="presses the customer to be quick, or cuts them short",
        stall="puts off vaguely, with no next step",
        overpromise="guarantees something without a basis",
        oversell="pushes a purchase, or plays on ignorance or fear",
    ),
}

HARM: frozenset[str] = frozenset(key for key, act in ACTS.items() if act.group == "harm")

HEARD: tuple[str, ...] = (
    "insult",
    "accusation",
    "demand",
    "threat",
    "question",
    "fact",
    "thanks",
    "calming",
    "sarcasm",
)
"""What a customer does with words: abuses the person, blames, demands, threatens (to leave, to complain), asks, tells
what happened, thanks, gives way or softens, mocks."""
