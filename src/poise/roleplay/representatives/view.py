"""What can be seen from the desk, and the words with which it fills the slots of a sentence.

Only this is handed to a policy: no rubric, no state of the customer, nothing hidden that was not told.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from poise.content.scenario import Option, Pledge, PolicySection, Record
from poise.roleplay.conversation import Conversation, is_unfinished
from poise.roleplay.rating import DeskStep
from poise.roleplay.representatives.brief import Brief, load_briefs

SHORT = 4
FEWEST_IN_FACT = 6
LONGEST_FACT = 34
LONGEST_SAID = 22
ASKING = ("when", "what", "which", "who", "where", "how", "why", "by when", "by what")
ENDS_OPEN = frozenset({"need", "want", "use", "used", "spend", "have", "had", "has", "buy"})
TO_YOU = (
    (r"\b(?:he|she) has\b", "you have"),
    (r"\b(?:he|she) is\b", "you are"),
    (r"\b(?:he|she) (\w{3,})s\b", r"you \1"),
    (r"\b(for|with|to) (him|her|them)\b", r"\1 you"),
    (r"\bhers\b|\btheirs\b", "yours"),
    (r"\b(his|her|their)\b", "your"),
    (r"\bhe\b|\bshe\b|\bhim\b|\bthem\b", "you"),
)
MIRROR = {
    "i": "you", "i'm": "you are", "i've": "you have", "me": "you", "my": "your", "mine": "yours", "am": "are",
    "we": "you", "our": "your", "us": "us", "you": "we", "your": "our", "yours": "ours",
}  # fmt: skip
LOWERED = re.compile(
    r"(an?|the|one|no|what|this|that|it|in|on|at|new|full|you|your|our|we|they|there|for|from|of|to)", re.IGNORECASE
)
TELLS_OF_SELF = re.compile(r"(And |But )?(I|My|It|We|Our|The|This|There|Nobody|No|On|Two|That)\b")
COMMON = re.compile(
    r"that|this|with|have|from|they|what|when|your|then|will|been|were|them|there|would|about|which|could|their"
)


@dataclass(frozen=True)
class View:
    """What somebody at the desk sees when a reply is due.

    `askable` holds, for each thing that the customer tells only when asked and did not tell yet, the words of questions
    that reach it, and `untold` its key. `brief` tells the case in whole sentences, where somebody wrote it down.
    """

    customer: str
    turn: str
    kind: str
    number: int
    last: bool
    unfinished: bool
    heard: tuple[str, ...]
    topics: tuple[str, ...]
    records: tuple[Record, ...]
    policy: tuple[PolicySection, ...]
    options: tuple[Option, ...]
    pledges: tuple[Pledge, ...]
    askable: tuple[tuple[str, ...], ...]
    untold: tuple[str, ...]
    brief: Brief | None
    done: tuple[DeskStep, ...]
    written: tuple[str, ...]

    @property
    def says(self) -> str:
        """What the customer said last."""
        return self.heard[-1]


def see(conversation: Conversation) -> View:
    """Return what can be seen before the next reply."""
    case, number = conversation.scenario, conversation.next_reply
    told = {key for said in conversation.said for key in said.told}
    untold = [fact for fact in case.hidden if fact.key not in told]
    return View(
        customer=case.customer.name,
        turn=case.probes[number - 1].key,
        kind=case.probes[number - 1].kind,
        number=number,
        last=number == len(case.probes),
        unfinished=is_unfinished(case, conversation.said),
        heard=conversation.says,
        topics=case.topics,
        records=case.records,
        policy=case.policy,
        options=tuple(option for remedy in case.remedies for option in remedy.options),
        pledges=case.pledges,
        askable=tuple(fact.opened_by for fact in untold),
        untold=tuple(fact.key for fact in untold),
        brief=load_briefs().get(case.key),
        done=conversation.desk,
        written=tuple(turn.words for turn in conversation.turns),
    )


def nearest(texts: Sequence[str], words: str) -> list[int]:
    """Return the places of texts by how many of these words they share, the most first."""
    wanted = content_words(words)
    shared = [len(wanted & content_words(text)) for text in texts]
    return sorted(range(len(texts)), key=lambda place: (-shared[place], place))


def content_words(text: str) -> frozenset[str]:
    """Return the words that tell what a text is about."""
    words = re.findall(r"[\w£']+", text.casefold())
    return frozenset(
        word for word in words if (len(word) >= SHORT or word[:1] in "£0123456789") and not COMMON.fullmatch(word)
    )


def fill_slots(view: View, done: Sequence[DeskStep], wording: int) -> dict[str, str]:
    """Return what stands in each slot now; a slot that nothing fills is absent."""
    records = {record.key: record for record in view.records}
    looked = [records[step.what] for step in done if step.do == "look_up"]
    read = [section for section in view.policy if ("read_policy", section.key) in named(done)]
    forbidden = [option for option in view.options if option.standing == "forbidden"]
    offered = [option for step in done if step.do == "offer" for option in view.options if option.what == step.what]
    promised = [pledge for step in done if step.do == "promise" for pledge in view.pledges if pledge.key == step.what]
    near = nearest([one.label for one in forbidden], " ".join(view.heard))
    slots = {
        "name": view.customer,
        "topic": view.brief.topic if view.brief else topic_of(view),
        "felt": view.brief.felt[(wording + view.number) % len(view.brief.felt)] if view.brief else "",
        "said": _said_back(view),
        "record": _name(looked[-1], view.brief) if looked else "",
        "fact": _fact(looked, view),
        "section": re.sub(r"^\W*\d+\W+", "", read[-1].title) if read else "",
        "rule": _pick([section.text for section in read], view, LONGEST_FACT),
        "question": _question(view, wording),
        "offer": _small(say_to_you(offered[-1].label)) if offered else "",
        "pledge": _small(promised[-1].label.rstrip(".")) if promised else "",
        "refused": _small(say_to_you(forbidden[near[0]].label)) if forbidden else "",
    }
    return {slot: words for slot, words in slots.items() if words}


def named(done: Iterable[DeskStep]) -> set[tuple[str, str]]:
    """Return what was done at a desk as pairs."""
    return {(step.do, step.what) for step in done}


def topic_of(view: View) -> str:
    """Return the word of the case that the customer uses most, of those that stand on the desk as well."""
    heard = " ".join(view.heard).casefold()
    labels = " ".join(record.label for record in view.records).casefold()
    words = [topic.casefold() for topic in view.topics if topic.isalpha()]
    words = [word for word in words if word in labels] or words
    counts = [len(re.findall(rf"\b{re.escape(word)}\b", heard)) for word in words]
    return words[counts.index(max(counts))] if words else "matter"


def say_to_you(label: str) -> str:
    """Turn what is noted about the customer into words said to them."""
    for pattern, words in TO_YOU:
        label = re.sub(pattern, words, label, flags=re.IGNORECASE)
    return label.rstrip(".")


def say_back(sentence: str) -> str:
    """Turn a sentence of the customer round, as somebody says it back to them."""
    sentence = re.sub(r"^(And|But|So),? ", "", sentence)
    sentence = re.sub(r"\b(from|of|to|with|for|told) you\b", r"\1 us", sentence)
    words = [MIRROR.get(word.casefold(), word) for word in sentence.split()]
    return _small(" ".join(words).rstrip(".!?"))


def _name(record: Record, brief: Brief | None) -> str:
    known = brief.records.get(record.key) if brief else None
    return known.name if known else f"the entry “{record.label}”"


def _fact(looked: Sequence[Record], view: View) -> str:
    """Return what the brief tells of these records and nobody told yet; then what the records themselves say."""
    known = view.brief.records if view.brief else {}
    told = "\n".join(view.written).casefold()
    facts = [fact for record in looked if record.key in known for fact in known[record.key].facts]
    fresh = [fact for fact in facts if fact.casefold() not in told]
    if fresh:
        return fresh[nearest(fresh, view.says)[0]]
    return _pick([record.text for record in looked], view, LONGEST_FACT)


def _said_back(view: View) -> str:
    if view.brief and view.turn in view.brief.said:
        return view.brief.said[view.turn]
    sentences = [one for one in _sentences(view.says) if SHORT < len(one.split()) <= LONGEST_SAID and "?" not in one]
    sentences = [one for one in sentences if '"' not in one and ":" not in one and TELLS_OF_SELF.match(one)]
    if not sentences:
        return ""
    best = nearest(sentences, " ".join((*view.topics, *view.heard[:-1])))
    return say_back(sentences[best[0]])


def _pick(texts: Sequence[str], view: View, longest: int) -> str:
    """Return the sentence of these texts that is nearest to what the customer says and was not told yet."""
    told = "\n".join(view.written).casefold()
    sentences = [
        one.rstrip(".")
        for text in texts
        for one in _sentences(text)
        if FEWEST_IN_FACT <= len(one.split()) <= longest and one.count('"') % 2 == 0
        if one.rstrip(".").casefold() not in told
    ]
    return _small(sentences[nearest(sentences, view.says)[0]]) if sentences else ""


def _question(view: View, wording: int) -> str:
    """Return a question that reaches something untold."""
    if not view.askable:
        return ""
    if view.brief and view.untold[0] in view.brief.questions:
        return view.brief.questions[view.untold[0]]
    phrases = view.askable[0]
    asking = [one for one in phrases if one.startswith(ASKING)]
    open_ended = [one for one in asking if one.split()[-1] in ENDS_OPEN]
    fitting = sorted(open_ended or asking or phrases, key=lambda one: (-len(one), one))[: 3 if asking else 1]
    phrase = fitting[(wording + view.number) % len(fitting)]
    if not asking:
        return f"is there something about this that I should know: {phrase}"
    ending = {"spend": " it on"}.get(phrase.split()[-1], " it") if open_ended else ""
    return phrase + ending


def _sentences(text: str) -> list[str]:
    return [one.strip() for one in re.split(r"(?<=[.!?])[\"']?\s+", text) if one.strip()]


def _small(text: str) -> str:
    """Lower the first letter, where that is no name or figure."""
    first = text.split(maxsplit=1)[0] if text else ""
    return text[0].lower() + text[1:] if LOWERED.fullmatch(first) else text
