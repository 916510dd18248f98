"""Prints which measures find a statement that was reworded: the table in docs/decisions/0023.

Each measure gets the limit from which on it accuses so many pairs of the starter's statements, none of which says the
same, and then it is counted how many planted rewordings lie above.
"""

from collections.abc import Callable
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from poise.content.check import load_library
from poise.roleplay.check_library import load_embedding
from poise.roleplay.check_likeness import groups_of, measure_likeness, weigh_words

FloatArray = NDArray[np.float64]
FALSE_ALARMS = (0, 10, 30)
LEFT_OUT = (10, 30)
"""So many of the directions in which statements differ most are left out: they follow what a sentence does."""
EXCHANGED = (
    (
        "I write down key words while people tell me their problem.",
        "I note key words while people tell me their problem.",
    ),
    ("I draw a small picture to make an explanation clear.", "I make a small drawing to make an explanation clearer."),
    ("I leave out details that would only upset people.", "I leave out details that would just make people upset."),
    ("When many people are waiting, my answers become short.", "My answers get short when many people wait."),
    ("I like to show a beginner every small step.", "I enjoy showing beginners every little step."),
    ("Being direct matters more to me than being polite.", "To me, being direct matters more than being polite."),
    ("When I am in doubt about a rule, I look it up.", "If I am not sure about a rule, I look it up."),
)
ANEW = (
    (
        "The last person of my working day gets as much of my time as the first.",
        "Whoever comes just before closing is served as unhurriedly as whoever came in the morning.",
    ),
    (
        "When somebody begins a story with last summer, I listen until it reaches today.",
        "I hear long stories out, even if they start months ago.",
    ),
    (
        "I spend an hour in a shop with a friend who cannot decide.",
        "If a friend cannot choose, I stay with them in the shop as long as it takes.",
    ),
    (
        "In a group, I go as fast as the slowest person.",
        "I match my pace to whoever is slowest.",
    ),
    (
        "After a conversation, I often notice a question that I forgot to ask.",
        "Often I realise later what I should have asked.",
    ),
    (
        "I usually know what people want after their first sentence.",
        "One sentence is mostly enough for me to know what somebody is after.",
    ),
    (
        "I remember what people drink or what they usually buy.",
        "I know my regulars' usual orders by heart.",
    ),
    (
        "In a meeting, I ask the quiet people for their view.",
        "I make sure that silent colleagues are asked for their opinion when we meet.",
    ),
    (
        "I thank people for telling me about a problem.",
        "When somebody points out something wrong, I say thank you.",
    ),
    (
        "My answer to a message is often just one word.",
        "I tend to reply to messages with a single word.",
    ),
    (
        "When I give a spoken order to a machine, I say please.",
        "I am polite even to voice assistants.",
    ),
    (
        "I look at my phone while somebody serves me.",
        "While I am being served, my eyes are on my mobile.",
    ),
    (
        "I try a product out myself before I explain it to others.",
        "Before I tell people how something works, I have used it myself.",
    ),
    (
        "When I know half of an answer, I guess the other half.",
        "If I only know part of something, I fill in the rest by guessing.",
    ),
    (
        "After a repair, I explain how to keep the trouble from coming back.",
        "Once something is fixed, I show people how to avoid the same fault.",
    ),
    (
        "When a rule makes little sense to me, I do the thing my own way.",
        "I ignore rules that I do not understand.",
    ),
    (
        "In a new place, I soon ask which rules I need to know.",
        "When I start somewhere, one of my first questions is about the rules.",
    ),
    (
        "Before I agree to an exception, I find out who may allow it.",
        "I check who has the authority before I make an exception.",
    ),
    (
        "I know which problems need the boss and which I can settle myself.",
        "I can tell what I may decide on my own and what has to go to my manager.",
    ),
    (
        "I take the urgent case first and let the loud one wait.",
        "What matters most comes first, not who shouts most.",
    ),
    (
        "Friends and colleagues bring their disagreements to me.",
        "People come to me when they need somebody to settle a quarrel.",
    ),
    (
        "In most decisions, I follow my first feeling.",
        "I usually decide by instinct.",
    ),
    (
        "I sometimes give a small excuse because the real reason would hurt somebody.",
        "To spare people, I now and then invent a harmless excuse.",
    ),
    (
        "I name the whole price at the start, with every extra.",
        "I say right away what everything will cost, additional charges included.",
    ),
    (
        "I make a good story a little better when I tell it.",
        "When I tell stories, I exaggerate a bit.",
    ),
    (
        "When the day goes differently from my plan, I easily make a new one.",
        "It is easy for me to replan when something unexpected happens.",
    ),
    (
        "A change at the last minute spoils my mood.",
        "Last-minute changes annoy me.",
    ),
    (
        "When I have to say no, I also say what is possible.",
        "If I refuse something, I offer an alternative.",
    ),
    (
        "When my usual place is taken, I work somewhere else.",
        "Somebody sitting at my desk is no problem, I find another one.",
    ),
    (
        "I stay with a method that works when others praise a new one.",
        "I do not give up a proven way of working just because a new one is in fashion.",
    ),
)


def main() -> None:
    """Print the share of planted rewordings that each measure finds."""
    library, embed = load_library(), load_embedding()
    texts = [one.text for one in library.statements]
    weigh = weigh_words(line.text for group in groups_of(library) for line in group.lines)
    vector = {text: embed(text) for text in {*texts, *(one for pair in EXCHANGED + ANEW for one in pair)}}
    middle = np.mean([vector[text] for text in texts], axis=0)
    directions = np.linalg.svd(np.array([vector[text] for text in texts]) - middle, full_matrices=False)[2]

    def apart(number: int) -> Callable[[str, str], float]:
        def cosine(one: str, other: str) -> float:
            first, second = (_without(vector[text] - middle, directions[:number]) for text in (one, other))
            return float(first @ second)

        return cosine

    measures: dict[str, Callable[[str, str], float]] = {
        "cosine and shared words, as used": lambda a, b: measure_likeness(a, b, weigh, vector.__getitem__),
        "cosine": lambda a, b: float(vector[a] @ vector[b]),
    }
    measures |= {f"cosine without {number} directions": apart(number) for number in LEFT_OUT}
    print("| measure | false alarms allowed | words exchanged | said anew |")
    print("|---|--:|--:|--:|")
    for name, measure in measures.items():
        others = np.sort([measure(one, other) for one, other in combinations(texts, 2)])
        for allowed in FALSE_ALARMS:
            found = [sum(measure(*pair) > others[-allowed - 1] for pair in some) for some in (EXCHANGED, ANEW)]
            print(f"| {name} | {allowed} | {found[0]} of {len(EXCHANGED)} | {found[1]} of {len(ANEW)} |")


def _without(vector: FloatArray, directions: FloatArray) -> FloatArray:
    left = vector - directions.T @ (directions @ vector)
    return left / np.linalg.norm(left)


if __name__ == "__main__":
    main()
