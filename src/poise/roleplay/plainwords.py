"""Plain words: what anybody may say about anything, so that a line made of them states no fact of its own.

No word here names a thing that can be bought, given, lost or promised, a person, a place, an amount or a time. These
lists only ever make a check stricter: a word that is missing costs a rewording, never a customer.
"""

import re


def _split(words: str) -> frozenset[str]:
    return frozenset(words.split())


FUNCTION_WORDS = _split("""
    a about above after again against all along already also although always am among an and another any anybody
    anyone anything anyway are around as at away be because been before behind being below between both but by
    can cannot could did do does doing done down during each either else enough even ever every everybody
    everyone everything few for from had has have having he her here hers herself him himself his how however i
    if in indeed instead into is it its itself just least less let like many may maybe me might mine more most
    much must my myself neither never no nobody none nor not nothing now of off often on once only onto or other
    others otherwise ought our ours ourselves out over own perhaps quite rather really same shall she should
    since so some somebody someone something somehow sometimes soon still such than that the their theirs them
    themselves then there these they thing this those though through thus till to together too towards under
    unless until up upon us very was we well were what whatever when whenever where whether which while who
    whoever whole whom whose why will with within without would yes yet you your yours yourself one ones ain t s
    d m ll ve re o
""")

_PLAIN = """
    able absolute absurd accept act actual admit afraid agree ah allow almost alone alright amaze anger angry
    annoy answer apart apology apologise appear appreciate argue ask assume attention attitude aware awful bad
    barely become began begin begun behave believe best better big bit bitter blame bother brief bring bright
    brilliant brush business busy call calm came care careful carry case catch caught certain chance change
    cheer choice choose chose chosen clear clever close cold come comfort common concern confuse consider
    content continue conversation count couple course crazy cross curious cut deal dear decent decide deep
    depend deserve difference different difficult direct disappoint discuss disgust doubt dreadful drive drop
    dull dumbfound ear earlier ease easy effort embarrass end endless enjoy entire equal especially everyday
    exact exactly excellent except excuse exhaust expect explain extreme eye face fact fair faith fall fancy far
    fast fault fed feel felt figure final find fine finish first fit fix follow force forever forget forgot
    forgotten form forth forward found frank fresh friendly front frustrate full fun funny furious further gain
    game gave generous gentle genuine get getting give given gives glad go goes going gone good got grateful
    great grow guess habit hand handle happen happy hard hardly hate head hear heard heart help helpful hey hold
    honest honestly hope hopeful horrible human idea ignore imagine important impossible impress improve inch
    inside insist interest joke keep kept kind kindly knew know known lack last late later laugh lead learn
    leave left lesson level life light likely line listen little live long longer look lose lot loud low luck
    made main make making manner matter mean meant meet mention mere mess met middle mind minor miss mistake mix
    moment mood mouth move mystery naturally near nearly neat necessary need nerve new next nice noise normal
    notice nonsense obvious odd offend oh ok okay old open opinion order ordinary outrageous pace pain part
    particular pass past patience patient pay people perfect perhaps person personal pick piece plain plan play
    plea please pleasant pleasure plenty point polite poor possible practical prefer prepare pretend pretty
    problem promise proper properly proud prove pull pure push put quarrel question quick quickly quiet race
    raise ran reach read ready real realise reason reasonable reckon refuse regard relax relieve remain remark
    remember remind repeat reply respect rest result ridiculous right rough rude run rush sad said same sat
    satisfy save saw say says seem seen see sense sentence serious serve service set settle several shame shape
    share short shout show shown sick side sigh sign silence silly simple simply sincere sit situation slow
    small smart smooth solve somewhat sorry sort sound speak special spend spirit spoke spoken spot stage stand
    standard start state stay step stick stood stop story straight straightforward strange stress strong stuck
    stuff subject such sudden suggest suit suppose sure surely surprise sweet take taken talk task teach tell
    terrible test thank thanks think thorough thought tire tired together told tone took top topic total touch
    tough treat trouble true trust truth try tried turn unacceptable unbelievable understand understood unfair
    unhappy unpleasant upset use useful usual utter value view wait want warm waste way wear weigh welcome
    wonder word wording work worried worry worse worst worth wrong apparently basically besides completely
    concerning eventually fully gladly hello hi hmm hopefully literally mainly obviously particularly plainly
    possibly probably rarely seriously sincerely somewhere thankfully truly ugh um unfortunately wow yeah
    anymore anywhere elsewhere everywhere nowhere meanwhile whichever nonetheless regardless customer customers
    side attempt answerable bare blunt bound chat comment courteous curt decency delight dignity effortless
    empty excuse fob forgive fuss gesture grasp grip honour hurry impatient kindness lecture manners mercy
    misunderstand nod pity pleased politeness pronto proof push respond response reassure scold sensible shrug
    shut soothe stall stubborn sympathy tact temper tongue unheard weary wit wise
"""

TIME_WORDS = _split("""
    second minute hour day week weekend fortnight month year decade today tomorrow yesterday tonight morning
    noon midday afternoon evening night midnight o'clock monday tuesday wednesday thursday friday saturday
    sunday january february march april june july august september october november december spring summer
    autumn winter christmas easter ago overnight lunchtime
""")

_COUNTED = (
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
)
NUMBER_WORDS = {word: str(value) for value, word in enumerate(_COUNTED)} | {
    "thirty": "30",
    "forty": "40",
    "fifty": "50",
    "sixty": "60",
    "seventy": "70",
    "eighty": "80",
    "ninety": "90",
    "hundred": "100",
    "thousand": "1000",
    "million": "1000000",
    "dozen": "12",
    "half": "1/2",
    "quarter": "1/4",
    "twice": "2x",
    "double": "2x",
    "thrice": "3x",
    "triple": "3x",
    "third": "3rd",
    "fourth": "4th",
    "fifth": "5th",
    "sixth": "6th",
    "seventh": "7th",
    "eighth": "8th",
    "ninth": "9th",
    "tenth": "10th",
}

REMEDY_WORDS = _split("""
    refund reimburse repay compensate compensation voucher coupon credit discount rebate replace replacement
    exchange repair free gift goodwill money cash cheque payment deposit upgrade collect courier deliver
    delivery ship warranty guarantee fee price pound euro dollar penny cent percent manager supervisor boss
    director review complaint complain lawyer solicitor court police newspaper ombudsman regulator sue legal
    bank card account contract cancel cancellation escalate transfer callback email phone media twitter facebook
    online website star
""")

META_WORDS = _split("""
    ai artificial intelligence model assistant chatbot bot robot prompt instruction instruct reword rephrase
    rewrite rewritten paraphrase simulate simulation simulated roleplay fictional scenario openai json token
    system user dialogue grammar output script translate translation version programme
""")

MILD_WORDS = _split("damn damned dammit bloody hell crap crappy blast blasted darn darned flipping sod bugger goddamn")

INSULTS = _split("""
    idiot idiotic imbecile moron moronic stupid dumb dim thick fool foolish clown useless worthless incompetent
    inept pathetic clueless brainless gormless ignorant lazy hopeless liar lying cheat cheater crook thief
    thieves scum loser losers parrot puppet monkey muppet donkey sheep peasant amateur cretin halfwit nitwit
    simpleton twit prat dolt wally disgrace vermin rat snake pig cow dog slave child toddler baby
""")

OBSCENE = _split("""
    fuck fucking fucker fucked shit shitty bullshit bastard bitch arse arsehole ass asshole cunt piss pissed
    prick dick dickhead wank wanker twat tosser bollocks whore slut cock tits kill murder shoot stab punch
    strangle beat burn rape bomb
""")

NEGATIONS = _split("not no never nobody none nothing nor neither cannot nowhere without hardly")

_SHORT_FORMS = (
    (re.compile(r"\bcan't\b"), "can not"),
    (re.compile(r"\bcannot\b"), "can not"),
    (re.compile(r"\bwon't\b"), "will not"),
    (re.compile(r"\bshan't\b"), "shall not"),
    (re.compile(r"n't\b"), " not"),
    (re.compile(r"'(?:s|m|re|ve|ll|d)\b"), ""),
)
_ENDINGS = _split("ingly edly ings ness ing ied ies ily ed es ly s y")
_LONGEST_FIRST = sorted(_ENDINGS, key=lambda one: (-len(one), one))
_LEAST_STEM = 3


def straighten(text: str) -> str:
    """Return a text with plain quotation marks, apostrophes and spaces."""
    table = str.maketrans({"\u2019": "'", "\u2018": "'", "\u201c": '"', "\u201d": '"', "\u00a0": " "})
    return text.translate(table)


def words_of(text: str) -> list[str]:
    """Return the words of a text in small letters, short forms written out."""
    plain = straighten(text).casefold()
    for pattern, full in _SHORT_FORMS:
        plain = pattern.sub(full, plain)
    return re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)?", plain)


def stem(word: str) -> str:
    """Return a word without its ending, rough and the same for every form of it that matters here."""
    bare = word.removesuffix("'s").removesuffix("'")
    for ending in _LONGEST_FIRST:
        if bare.endswith(ending) and len(bare) - len(ending) >= _LEAST_STEM:
            bare = bare.removesuffix(ending)
            break
    if len(bare) > _LEAST_STEM and bare[-1] == bare[-2] and bare[-1] not in "aeiou":
        bare = bare[:-1]
    return bare.removesuffix("e") if len(bare) > _LEAST_STEM else bare


def stems_of(text: str) -> frozenset[str]:
    """Return the stems of a text's words."""
    return frozenset(stem(word) for word in words_of(text))


FUNCTION_STEMS = frozenset(stem(word) for word in FUNCTION_WORDS)
PLAIN_STEMS = FUNCTION_STEMS | stems_of(_PLAIN)
TIME_STEMS = frozenset(stem(word) for word in TIME_WORDS)
REMEDY_STEMS = frozenset(stem(word) for word in REMEDY_WORDS)
META_STEMS = frozenset(stem(word) for word in META_WORDS)
