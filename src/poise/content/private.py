"""What nobody asks who considers people for work: their private life, and why they do not want something."""

import re
from collections.abc import Iterator


def _any_of(*patterns: str) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(patterns) + r")\b", re.IGNORECASE)


_KIN = (
    r"husband|wife|spouse|child|children|kids?|sons?|daughters?|baby|babies|parents|mother|father|boyfriend|girlfriend"
)
_DEPENDENTS = rf"(?:a |any |young |small |more )*(?:family|{_KIN}|partner|dependants?|dependents?|relatives?)"
_HOURS = (
    r"(?:evenings?|weekends?|nights?|shifts?|overtime|hours|travel\w*|stand(?:ing)?|lift(?:ing)?|(?:full|part)[- ]time)"
)
_PRIVATE = {
    "family": _any_of(
        rf"(?:my|your) (?:own )?(?:{_KIN}|marriage|divorce|partner|home life|private life)",
        r"(?:my|your) family\b(?! (?:business|firm|shop|company))",
        r"(?:are|were) you (?:married|single|divorced|engaged|widowed)(?![\w-])(?! (?:to|in|with|out)\b)",
        r"(?:are|were) you a (?:single )?(?:mother|father|parent|carer)",
        rf"(?:do|did|will) you (?:already |ever )?(?:have|want|plan|expect) (?:to (?:have|start) )?{_DEPENDENTS}",
        rf"how many (?:{_KIN}|dependants|dependents)|(?:{_KIN}|relatives?) (?:at home|who live with you)",
        rf"you (?:look|care|have to look|have to care|provide) (?:after|for) (?:your )?(?:own )?{_DEPENDENTS}",
        r"(?:caring|care|parental|domestic|family|home) (?:responsibilit\w+|dut(?:y|ies)|commitments?|obligations?)",
        r"(?:marital|family|relationship) status|(?:start|starting|have|having|raise|raising) a family|child ?care",
        r"(?:do you live|are you living) (?:alone|with (?:anyone|anybody|someone|somebody|others|a partner))",
    ),
    "pregnancy": _any_of(
        r"pregnan\w+|maternity|(?:paternity|parental) leave|(?:a|another) baby|expecting a child|trying for a child",
        r"contracepti\w+|miscarriages?|abortions?|fertility|ivf",
    ),
    "health": _any_of(
        r"(?:my|your) (?:health|illness(?:es)?|disabilit\w+|condition as a patient|doctors?|medicines?|medication|pills"
        r"|therapist|therapy|diagnos[ei]s|sick leave|back pain|weight|mental health|surgery|blood pressure)",
        r"(?:are|were|have) you (?:ever |often |been |currently |seriously )*(?:ill|sick|disabled|healthy|depressed"
        r"|in (?:therapy|hospital)|diagnosed|hospitali[sz]ed|addicted|a smoker)",
        r"(?:good|poor|bad|ill|perfect|full) health|in therapy|medically fit|on medication",
        r"(?:medical|health|mental|psychological|psychiatric) (?:conditions?|problems?|history|issues?|records?"
        r"|treatments?|troubles?|disorders?|illness(?:es)?|disabilit\w+)",
        r"off sick|sick (?:days?|leave|notes?|record)|sickness (?:record|absences?)",
        r"(?:absen\w+|days?|weeks?|time) (?:off |away )?(?:because of|due to|through|for|with) (?:illness|sickness)",
        r"how (?:often|many (?:days|times|weeks)) [^.?!]{0,25}\b(?:ill|sick|illness|sickness)",
        r"do you (?:take|use|need|depend on) [^.?!]{0,20}(?:medicines?|medication|tablets|pills)",
        r"do you (?:smoke|suffer from|drink alcohol|see a (?:doctor|therapist|psychologist))",
        r"(?:do|did) you have (?:an?|any) (?:illness|disease|allerg\w+|impairments?|handicaps?|injur(?:y|ies))",
        r"disabled|disabilit(?:y|ies)|depression|panic attacks?|burn-?out|autis\w+|adhd|drugs|alcoholi\w+|epilep\w+",
        r"chronic (?:pain|illness|condition|disease)|nervous breakdown|anxiety disorder|bipolar",
    ),
    "religion": _any_of(
        r"(?:my|your) (?:faith|religion|religious\w*|church|mosque|temple|synagogue|god|beliefs)",
        r"(?:are you|do you) (?:religious|pray|worship|believe in god|go to (?:church|mosque|mass|temple|synagogue))",
        r"(?:are|were) you (?:an? )?(?:christian|muslim|jew|jewish|hindu|buddhist|sikh|catholic|atheist)",
        r"religion|headscar(?:f|ves)|hijab|(?:what|which) (?:faith|church|denomination)|sabbath|ramadan",
        r"religious (?:beliefs?|holidays?|dut(?:y|ies)|views?|practices?|commitments?|reasons?)",
    ),
    "origin": _any_of(
        r"where (?:are|were|do) (?:you|your parents) (?:really |originally )?(?:from|born|come from)",
        r"(?:my|your) (?:nationality|citizenship|race|ethnic\w*|skin|mother tongue|native (?:language|country)"
        r"|first language|home country|country of (?:birth|origin)|place of birth|birthplace|accent|origins?)",
        r"(?:what|which) (?:nationality|race|ethnic\w*|country (?:are|were|do) you)|ethnic (?:group|origin|background)",
        r"are you (?:an? )?(?:foreigner|immigrant|refugee|native)|native speakers?",
    ),
    "age": _any_of(
        r"how old (?:are|were) you|(?:my|your) (?:age|age group|date of birth|year of birth|birthday|retirement)",
        r"(?:when|year) were you born|year did you (?:leave|finish) school|(?:what|which) age (?:are|group)",
        r"(?:am|am i|are you) too (?:old|young)|at (?:my|your) age|digital natives?",
        r"are you (?:over|under|above|below|older than|younger than) (?:\d\d|thirty|forty|fifty|sixty)(?= ?[?.,])",
        r"(?:when|how soon) (?:do|will) you (?:plan to )?retire|(?:close|near) to retir\w+",
    ),
    "politics": _any_of(
        r"(?:my|your) (?:politics|political \w+|vote)|political (?:views?|opinions?|beliefs?|part(?:y|ies))",
        r"(?:do|did|would|will) you vote|(?:which|what) party (?:do|did|would) you",
    ),
    "a trade union": _any_of(
        r"(?:trade|labou?r) unions?|union (?:members?|membership|representatives?|reps?|activit\w+)|works council",
        r"(?:join|joined|joining|member of|belong to|in) (?:a|any|the|your|my) union",
        r"you (?:ever )?(?:been|go|gone|went) on strike",
    ),
    "private life": _any_of(
        r"sexual (?:orientation|preferences?)|gender identity|sex life|love life",
        r"(?:are|were) you (?:gay|lesbian|bisexual|straight|transgender|trans|queer)(?![\w-])(?! with\b)",
    ),
}
_REASONS = _any_of(
    r"(?:why|for (?:what|which) reasons?)\b[^.?!]{0,60}\b(?:not|never|un(?:able|willing)|can't|cannot|couldn't|don't"
    rf"|won't|wouldn't)\b[^.?!]{{0,60}}\b{_HOURS}",
    r"what (?:stops|keeps|prevents|hinders) you from (?:work|travel|stand|lift|com)\w*",
    r"reasons? (?:why you|that you|for which you) (?:can|could|will|would|do)(?:not|n't| not)",
    r"reasons? (?:for|behind) (?:your |my )?(?:not|never) (?:want|wish|be|work|travel|stand|lift|com|accept|lik)\w*",
    rf"reasons? (?:for|behind) (?:your |my )?(?:not|never|refus\w+|avoid\w+|declin\w+) [^.?!]{{0,40}}\b{_HOURS}",
)
_ANY_REASON = re.compile(r"\bwhy\b|\breasons?\b|\bbecause of\b", re.IGNORECASE)


def find_forbidden_questions(text: str, *, of_oneself: bool = True) -> Iterator[str]:
    """Say where a text asks for what an employer may not ask, or has the reader tell it.

    Somebody made up may speak of their own family; so `of_oneself` is for texts in which the candidate is the "I".
    """
    for topic, pattern in _PRIVATE.items():
        for match in pattern.finditer(text):
            if match.group().casefold().startswith("my ") and not of_oneself:
                continue
            yield f"{match.group()!r} asks about {topic}; nothing private is asked"
    for match in _REASONS.finditer(text):
        yield f"{match.group()!r} asks for the reasons of a person; ask about the work only"


def find_reasons_asked(text: str) -> Iterator[str]:
    """Say where a question about a condition of work asks for a reason."""
    for match in _ANY_REASON.finditer(text):
        yield f"{match.group()!r} asks for a reason; a condition is asked about as such"
