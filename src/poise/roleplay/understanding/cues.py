"""Words and signs that point to an act, read with their negations.

A sentence vector knows what a sentence is about, but hardly whether it is denied, and takes terse or foreign wording
for coldness. Each row of the tables is a name and a pattern, which meets a sentence in plain spelling ("cannot").
"""

import re
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from poise.roleplay.understanding.kindness import KINDNESS
from poise.roleplay.understanding.spelling import spell_plainly

FloatArray = npt.NDArray[np.float64]

_NEGATION = r"\b(?:not|no|never|cannot|nobody|nothing|without|unable|neither|nor|hardly)\b"
_NEGATED_BEFORE = re.compile(_NEGATION + r"(?:\W+\w+){0,4}\W*$")

# Patterns that count only when nothing before them, within five words, denies them; else they count as denied.
_DENIABLE: dict[str, str] = {
    "apology": (
        r"\b(?:sorry|apolog(?:ies|y)|(?:i|we|must|to|do)(?: \w+){0,4} apologi[sz]e|my bad|regret(?:s|ted)?|forgive"
        r"|ashamed|beg your pardon|pardon (?:me|us)|ask you excuse)\b"
    ),
    "offer_verb": (
        r"\b(?:refund\w*|replac\w+|send|exchange|swap|credit\w*|waive|rebook\w*|re-?deliver\w*|upgrade|repair|"
        r"fix|collect|move you|book you|discount|voucher|compensat\w*|cancel|give you|reset|arrange|set up|"
        r"knock|take off|(?:correct|change|amend|delete|strike|rub out|take out) (?:the|that|this|it|your|our)|"
        r"put (?:it|that|this|(?:the|that|this|your|our) \w+) (?:right|straight)|put right)\b"
    ),
    "you_fault": (
        r"\b(?:you (?:should|ought|could) have|you (?:really )?(?:did not|have not|had not|were not|"
        r"did nothing|failed|forgot|never|must have|ignored|chose|broke|dropped|entered|signed|typed|misread|"
        r"missed|left it|waited too|were supposed|brought this|caused|clicked|lost|gave (?:us|me) the wrong|put)\b|"
        r"(?:your|customer'?s?) (?:own )?(?:fault|mistake|error|negligence|doing|responsibility|carelessness)|"
        r"if you had(?: not)?\b|blame yourself|user error|wrong on your side|your end)"
    ),
    "our_fault": (
        r"\b(?:(?:our|my) (?:own )?(?:fault|mistake|error|mess|slip|doing|side|end|responsibility)|we (?:got|"
        r"messed|made|let you|failed|slipped|dropped|should have|should not have|forgot|lost|did not|"
        r"were wrong|broke|mixed)|(?:that|this|it)(?: one)? is on (?:us|me)|responsib\w+|i (?:got|made|messed|"
        r"should have|forgot)|down to us|nobody'?s? fault but|"
        r"(?:is|was|are|it is|mistake is|all) ours|i was wrong|"
        r"we (?:never|had not|have not|wrote|answer for|were the ones)|"
        r"is us who|(?:from|by) us\b(?= (?:not|wrong|false|$)))\b"
    ),
    "they_fault": (
        r"\b(?:courier|carrier|driver|warehouse|sales|supplier|billing|(?:day|night|morning|other) (?:shift|"
        r"team|girl|lad|guy|department)|colleague|kitchen|depot|head office|system|software|website|engineer|"
        r"technician|housekeeping|agency|branch|bank|they|he|she|those|that lot|agent|trainee|"
        r"manager)\b.{0,40}\b(?:fault|mess\w*|wrong|forg\w+|lost|lose|always|never|useless|blame|incompetent|"
        r"lazy|idiots?|did not|does not|do not|cannot|broke\w*|failed|careless|mistake|rubbish|hopeless|"
        r"stupid|terrible|problem|down|sloppy|clue|typed|screw\w*|cut corners|error)\b"
    ),
    "calm": (
        r"\b(?:calm (?:yourself )?down|calm(?:,| please|ness)|keep calm|relax|chill|take a (?:deep )?breath|"
        r"cool it|settle down|steady on|easy,? (?:there|now|tiger)|lower your voice|simmer down|keep your "
        r"(?:hair|shirt) on)\b"
    ),
    "minimise": (
        r"\b(?:(?:big|huge) deal|end of the world|over-?react\w*|exaggerat\w*|dramatic|drama|fuss|"
        r"worse things|it happens|happens to everyone|(?:only|just) (?:a|an|one|two|ten|twenty|some|the|"
        r"five)\b|minor|tiny|small thing|trivial|get over|nothing serious|so serious|petty|hardly (?:a|the)|"
        r"storm in|nitpick\w*|making a (?:scene|meal)|not that bad|nobody died|hysterical|never (?:hurt|"
        r"killed)|blow\w* .{0,20}proportion|molehill|first world)\b"
    ),
    "insult_word": (
        r"\b(?:idiot\w*|stupid\w*|moron\w*|dumb\w*|pathetic|clown|brain\w*|deaf|thick|dense|dim|genius|"
        r"einstein|sherlock|bravo|cry(?:ing)?|whin\w+|moan\w*|princess|sunshine|grow up|shut (?:up|it)|"
        r"get lost|crap|damn|bloody hell|joke|loser|clueless|fool\w*|liar|lying|cheap\w*|child\w*|toddler|"
        r"baby|nan could|slow(?:ly)? (?:for|enough)|ridiculous|rude (?:man|woman)|nuisance|pain in|"
        r"people like you|your (?:kind|sort|lot)|you lot|"
        r"done with (?:you|this customer)|learn to (?:read|listen)|can you (?:even )?read|use your "
        r"(?:head|eyes)|ignorant|silly|daft|muppet|numpty|tantrum|drama queen|nonsense|rubbish|blind|"
        r"simple for you|sad little|bother somebody)\b"
    ),
    "guarantee": (
        r"\b(?:guarante\w+|100 ?(?:%|per ?cent)|a hundred per ?cent|definitely|no doubt|without fail|never "
        r"(?:ever )?again|never happen|trust me|i swear|cross my heart|bet my|on my (?:life|mother)|"
        r"whatever you want|anything you want|any amount|always works?|cannot fail|no matter what|full stop|"
        r"forever|promise)\b"
    ),
}

# Patterns that simply count.
_PLAIN: dict[str, str] = {
    "question_opening": (
        r"^(?:and |but |please )?(?:what|when|where|which|who|how|why|could|can|would|may|might|do|did|have|"
        r"has|is|are|was|were|does|will)\b(?! (?:a|an|great|nice|lovely)\b)"
    ),
    "request": (
        r"\b(?:(?:please |just )?(?:tell|give|send|read|spell|show|let|talk|walk|remind) (?:me|us|out)\b(?! "
        r"(?:check|look|see|find|get|pull|go|put|open|take|just|have|explain|know if you need))|i (?:only |"
        r"just |will |would )*(?:need|want|like) (?:to (?:know|ask|hear)|your|the (?:order|number|name|date|"
        r"reference))|what i need is|confirm (?:your|the)|describe|need you to tell)"
    ),
    "rhetorical": (
        r"\b(?:what do you (?:want(?= (?:from me|me|now)|\?|,|$)|expect)|"
        r"what (?:exactly )?(?:am|was) i (?:supposed|meant)|how (?:am|should|"
        r"would|was) i(?: supposed)?|do you (?:really|honestly|even|"
        r"seriously|want to (?:argue|fight|waste)|think|always|imagine)|"
        r"who do you think|are you (?:deaf|serious|kidding|joking|stupid|blind|always|done|finished|even|"
        r"trying)|seriously|did you (?:even|really|not|actually|expect)|is that all|so what|why would i|"
        r"why should i|what else|who (?:reads|told you)|how hard|what did you|can you not|have you (?:even|"
        r"never|tried (?:reading|listening))|what part|how (?:many times|often|difficult)|isn't it|happy now|"
        r"is it my|do i look|how (?:should|would) i know|who do you)\b"
    ),
    "thanks": r"\b(?:thank\w*|grateful|much obliged|appreciate\w*|gracias)\b",
    "greeting": (
        r"\b(?:hello|hi|hiya|hey|good (?:morning|afternoon|evening|day)|welcome|greetings|dear (?:sir|madam|"
        r"mr|mrs|ms|customer|guest)|you are through to|you are speaking)\b"
    ),
    "please": r"\b(?:please|kindly|if you do not mind|would you be so kind|if i may)\b",
    "well_wish": (
        r"\b(?:have a (?:\w+ )?(?:day|evening|weekend|trip|flight|one|journey|morning|afternoon|stay)|"
        r"take care|all the best|nice day|good luck|safe (?:trip|travels|journey)|enjoy|my pleasure|"
        r"pleasure to|glad to help|get well|sleep well|god bless|best (?:wishes|regards)|happy to help|"
        r"goodnight|kind regards|mind how you go)\b"
    ),
    "check_verb": (
        r"\b(?:(?:let me|i will|i am|i shall|just|lemme|going to|allow me to|i have to|i want to|i go|"
        r"me)(?: \w+){0,3} (?:check\w*|look\w*|pull\w*|find out|verif\w+|open\w*|see (?:what|if|whether|the|"
        r"where)|read\w* (?:the|your|through|up)|ask\w* (?:the|my|them)|search\w*|go\w* (?:through|over|into)|"
        r"confirm\w*|bring\w* up|get\w* (?:your|the) (?:file|order|record|account))|one moment|bear with me|"
        r"hold on|two ticks|one second|a sec|checking|before i (?:say|answer|promise|tell|give)|give me (?:a|"
        r"two|one|five))\b"
    ),
    "inability": (
        r"\b(?:cannot|unable|not able|not possible|no way (?:of|to|for)|do not (?:know|have)|not sure|no idea|"
        r"no access|not have (?:access|the)|beyond (?:my|what)|above my|not something i|not in my power|"
        r"outside (?:my|what)|impossible|hands are)\b"
    ),
    "will_not": (
        r"\b(?:(?:i|we) (?:am |are )?(?:simply |just )?(?:will not|not going to|not giving|not doing|refuse|"
        r"must decline|decline|do not (?:do|give|make|take|refund|accept|offer))|^no\b|not happening|not "
        r"(?:allowed|permitted|entitled|eligible|available for|covered|acceptable|refundable)|"
        r"out of the question|no refunds?|no exceptions?|cannot (?:do that|agree|accept|approve|allow|give|"
        r"make|refund|authori[sz]e|entertain|take)|nope|no can do|answer is no|forget it|afraid not|"
        r"the answer)\b"
    ),
    "policy": (
        r"\b(?:polic(?:y|ies)|terms|conditions|rules?|regulations?|procedures?|guidelines?|contract|"
        r"according to|warranty|protocol|clause|section|paragraph|required by|agreement|data protection|"
        r"tariff|in line with|small print|fare|statute|permitted)\b"
    ),
    "time": (
        r"\b(?:(?:by|before|at|until|on|from|this|around) (?:\w+ )?(?:\d\S*|one|two|three|four|five|six|seven|"
        r"eight|nine|ten|eleven|twelve|noon|midday|tonight|lunch\w*|close|tomorrow|monday|tuesday|wednesday|"
        r"thursday|friday|saturday|sunday|morning|afternoon|evening|end of|tea ?time|minute|christmas|half|"
        r"quarter)|(?:within|in|inside) (?:the next |an? |under )?(?:hour|minute|day|half|few|\d+|one|two|"
        r"three|four|five|six|ten|fifteen|twenty|thirty|forty|couple|next)|right now|today|tomorrow|tonight|"
        r"straight ?away|as we speak|this instant|same day|next day|right away|first thing|while you (?:wait|"
        r"are)|monday|tuesday|wednesday|thursday|friday|saturday|sunday|immediately)\b"
    ),
    "promise": (
        r"\b(?:i|we) (?:will|shall|am going to|are going to|gonna)\b|\byou (?:will|shall) (?:have|get|receive|"
        r"hear|see)\b|\byou have my word\b|\bi (?:am|have) (?:just )?(?:sending|sent|booking|booked|putting|"
        r"put|doing|done|calling|credited|refunded|ordered)\b"
    ),
    "named": (
        r"\b(?:my name is|ask for|this is|i am called|name'?s|speak to|myself|personally|my direct|reference "
        r"(?:is|number))\b"
    ),
    "possible": (
        r"\b(?:i|we) (?:can|could|might|am able|are able)\b|\bwould (?:you like|it help|that|you prefer|"
        r"you be)\b|\bshall (?:i|we)\b|\bhow about\b|\bwhat if\b|\bi suggest\b|\bif you (?:like|want|prefer|"
        r"wish)\b|\beither\b|\b(?:let me|let us)\b|\bfree of charge\b|\bdo you want (?:me|us)\b|\bhappy to\b|"
        r"\binstead\b|\bcould do\b"
    ),
    "handover": (
        r"\b(?:supervisor|manager|team lead\w*|specialist|second line|senior|duty|head of|complaints (?:team|"
        r"desk)|technical team|escalat\w*|pass(?:ing)? (?:you|this|it|that)|transfer\w*|"
        r"put(?:ting)? you through|hand(?:ing)? (?:you|this|it)|forward(?:ing)?|refer\w*|connect\w*|"
        r"back office|my boss|gaffer)\b"
    ),
    "feeling": (
        r"\b(?:frustrat\w*|upset\w*|annoy\w*|disappoint\w*|stress\w*|angry|anger|worr\w*|inconvenien\w*|must "
        r"(?:be|have|feel)|understand|i hear you|imagine|i see why|no wonder|awful|horrible|terrible|dreadful|"
        r"not nice|hard (?:day|for you)|fed up|gutted|fair enough|you are right|every right|rough|exhaust\w*|"
        r"not good enough|unacceptable|long wait|too long|scary|shame|poor (?:you|thing)|bad for you|"
        r"not what you|would be too|let down|heard you|same in your|feel)\b"
    ),
    "recount": (
        r"^(?:so |ok |and )?(?:you (?:ordered|bought|paid|booked|waited|called|were|want|need|have been|say|"
        r"said|are saying|sent|got|asked|had|came|cancelled)|your \w+ (?:was|arrived|came|has|did|is)|it "
        r"(?:was|arrived|came|has|stopped|is)|the \w+ (?:was|arrived|came|stopped|has|is|did))\b|\b(?:if i "
        r"(?:understand|have (?:got|understood)|got|hear|heard|follow)|let me (?:repeat|say it back|"
        r"make sure i|see if i)|did i (?:get|understand)|have i (?:got|understood)|is that right|"
        r"is that correct|am i right|in other words|correct)\b"
    ),
    "actually": (
        r"\b(?:you are (?:wrong|mistaken|not right|confus\w+)|that is (?:not (?:true|correct|right|what)|"
        r"wrong|false|simply)|is not true|actually|as i (?:said|told|explained)|i (?:have )?already (?:told|"
        r"said|explained)|like i said|i never said|the fact is|i am right|record\w* (?:say|show)\w*|incorrect|"
        r"you will find|for the (?:last|third|tenth) time|i did not say|listen to me|no,? (?:it|you|that)|"
        r"prove\w*|proof|strictly speaking|technically|i know what|with respect|wrong|contrary|untrue|admit|"
        r"facts?|logic\w*)\b"
    ),
    "standing": (
        r"\b(?:(?:\d+|ten|twenty|fifteen|eight|twelve|thirty|many|two|five) years|years of|experience\w*|"
        r"expert\w*|senior|certif\w*|degree|best|nobody (?:here )?knows|i know (?:this|more|every|all|the)|"
        r"award\w*|i never (?:make|get|am)|top|i have been doing|qualified|i wrote|i (?:designed|built|run|"
        r"trained)|professional like|highest|rated|smartest|without me|my position|my level|engineer by)\b"
    ),
    "wounded": (
        r"\b(?:how dare|(?:talk|speak|spoke|talking|speaking|shout\w*) to me|insult\w*|rude to me|my feelings|"
        r"hurt\w*|personally|i deserve|do not deserve|attack\w*|unfair to me|only human|human being|blame me|"
        r"shout at me|i did nothing|why (?:are you|me)|not my fault|paid enough|get paid|after (?:all|"
        r"everything) i|respect me|offen\w+|treat\w* me|i am not (?:your|a)|what have i done|not nice to me|"
        r"i have feelings|upset me|at me|ungrateful|(?:listen to|take|hear) this|stop blaming|put this on me|"
        r"i have had (?:\w+ )?(?:\w+ )?(?:enough|it up)|sick of|you are (?:being )?(?:very |so )?rude|always me|"
        r"leave me alone|accus\w+|ruin\w* my)\b"
    ),
    "haste": (
        r"\b(?:quick(?:ly)?|quicker|hurry|come on|get to the point|to the point|make it (?:fast|quick|short)|"
        r"all day|nutshell|spit it out|other (?:customers|people|calls|guests|patients)|queue|time is|busy|"
        r"short version|wrap (?:it|this) up|skip|faster|chop chop|line behind|get on with|my (?:lunch|break|"
        r"shift)|move (?:on|it)|no time|have not got (?:the )?time|waste|wasting|just the (?:facts|number)|"
        r"yes or no|next (?:customer|caller|please)|speed|half a minute|thirty seconds|long story|"
        r"already late|keep it (?:short|brief)|clock|be brief)\b"
    ),
    "vague": (
        r"\b(?:in due course|soon|someone will|somebody will|at some point|eventually|see what happens|later|"
        r"keep an eye|being looked|looking into|be in touch|get back to you|wait and see|sometime|"
        r"as soon as possible|shortly|check back|when we can|one of these|nothing for now|for now|"
        r"leave it with|another (?:day|time|week)|next week (?:maybe|or)|maybe|in the system|processed|"
        r"sit tight|we will see|when it (?:comes|is ready)|patient|patience|call again|try again)\b"
    ),
    "sell": (
        r"\b(?:upgrade|premium|plan|insurance|add-?on|bundle|deal|special|offer ends|only \w+ left|protection|"
        r"cover|platinum|gold|package|buy|purchase|subscri\w*|plus|extra|today only|most customers|membership|"
        r"better model|newer model|worth (?:it|every)|invest\w*|pro|sign up|regret|risk\w*|at the price|sale|"
        r"loyalty card|last one)\b"
    ),
    "abuse": (
        r"\b(?:language|shout\w*|swear\w*|abus\w*|insult\w*|personal|name[- ]?call\w*|names|end (?:the|this|"
        r"our) (?:call|chat|conversation)|hang up|put the phone down|tone|threat\w*|curs\w*|respectful\w*|"
        r"polite(?:ly)?|that word|those words|manners)\b"
    ),
    "ending": (
        r"\b(?:anything else|something else|to (?:sum up|recap|confirm|summari[sz]e)|so that is|all set|"
        r"look forward|see you|come back|goodbye|bye|sorted|hope to|what we agreed|as agreed|we agreed|"
        r"that is (?:it|all|everything)|else (?:i|we|you)|next time|recap|once more for|any other|"
        r"stay with us|again soon|door is)\b"
    ),
    "because": (
        r"\b(?:because|due to|the reason|that is why|which means|happens when|works|means|caused|so that|"
        r"since|it was|there was|went|takes|is set|shows|comes from|two (?:things|steps)|first|then|was sent|"
        r"goes)\b"
    ),
    "sweet_mockery": (
        r"\b(?:oh (?:great|wow|really|wonderful|lovely|brilliant|dear|no|good|please)|how (?:nice|lovely|"
        r"wonderful|terrible|awful)|good for you|well done|congratulations|your (?:majesty|highness|lordship|"
        r"ladyship)|lucky (?:me|us)|boo hoo|some of us|imagine that|what a (?:surprise|shock|tragedy|shame|"
        r"clever)|shocking|poor (?:you|little|baby)|my heart (?:bleeds|breaks)|i am (?:so|deeply|terribly) "
        r"(?:sorry|impressed)|clever|obviously|apparently|surprise|wow|aww+|bless you|violin|medal|applause|"
        r"since you know)\b"
    ),
    "not_me": (
        r"\b(?:(?:was|is) not (?:me|i)\b|(?<!, )not (?:me|i|of myself)$|, not me\b|not my (?:doing|department)|i was "
        r"not (?:even )?(?:here|there|on|in)\b|i did not (?:sell|write|pack|book|do) (?:it|that|this)|take it up with|"
        r"blame (?:the|him|her|them)|nothing to do with (?:me|us)|(?:girls|boys|lads|lot|geniuses) in|you know what "
        r"they are like|messed up|ties my hands)"
    ),
    "retort": (
        r"\b(?:another one|how (?:should|would|am|the hell)(?: \w+)? i (?:supposed to )?know|(?:only|most important) "
        r"(?:\w+ )?(?:customer|guest|passenger|patient|client|one|person)|here (?:he|she|we|you) (?:comes?|goes?) "
        r"?(?:again)?|you again|go (?:and )?ask (?:your|the|somebody|someone)|dream on|must be joking|told you so|"
        r"a good one|lady muck|own the place|since you know|people like you|likes of you|bother someb\w+|(?:your|the) "
        r"clever|nobody else is|what is wrong with you|happy now|obviously knows)\b"
    ),
    "shrug": (
        r"\b(?:whatever(?! (?:you (?:need|decide|choose|prefer)|works|the|we|happens))|suit yourself|"
        r"nobody (?:is )?(?:forc|mak|ask)\w+ (?:you|anyone)(?! to (?:decide|choose|sign|pay|answer))|"
        r"there is the door|not (?:my|our) (?:problem|job|concern|lookout|business)|none of my|(?:is|just) your "
        r"problem|your problem,|so what|tough|deal with it|(?:go|shop) (?:home|elsewhere|somewhere|to the competition)|"
        r"do not care|then do not|who cares|nobody cares|that is life|told you so|i did warn)\b|^so\?$"
    ),
    "concedes": (
        r"\b(?:you (?:are|were) (?:quite |absolutely |completely |entirely |so |dead )?right\b(?! \?)|you (?:have|say) "
        r"(?:it )?right\b|you have (?:got )?(?:a )?reason$|you are not wrong|you did not (?:misunderstand|imagine)|"
        r"i believe you|i have to concede|not (?:\w+ ){0,2}argue)"
    ),
    "ours_is_false": (
        r"\b(?:our|my|this|that|the|what it|what (?:is|my|our)) (?:own |old )?(?:\w+ )?(?:note|entry|record|file|log|"
        r"email|letter|statement|label|sign|website|page|system|confirmation|computer|message|information|line|"
        r"paper|price list|bill|reading|colleague|date|answer|says)\w*\b.{0,40}?(?:(?<!not )\b(?:wrong|false|untrue|"
        r"incorrect|mistaken|nonsense|a lie|lie|out of date|inaccurate)\b|\bnot (?:true|correct|right|accurate|so)\b)|"
        r"\b(?:note|letter|email|record|entry|label|date)(?: is|'s) (?:wrong|false|not true)\b|^wrong (?:date|price|"
        r"size|entry|note) (?:in|on) our\b"
    ),
    "honest_no": (
        r"(?:\b(?:i|we)(?: am| are| would| will)?|^)\W*(?:(?:simply |just )?(?:will not|would not|cannot|not going to|"
        r"do not want to|shall not|could not|rather not|must decline to|refuse to|"
        r"not lying|sooner|rather))(?: \w+){0,4}? "
        r"?\b(?:write|say|tell|promise|sign|state|confirm|put|swear|lie|lying|claim|pretend|invent|alter|hear)\b.{0,70}"
        r"\b(?:true|truth|untrue|lies?|honest|false|wrong|is not|has not|have not|not yet|invent|making it up|"
        r"disappoint|it now|does not|was not)\b|\bi am not lying\b|\bmaking it up\b|\bwould be (?:a lie|lying|not "
        r"honest|dishonest)\b|\bi (?:would|will) (?:rather|sooner) (?:tell|say|be honest)\b"
    ),
    "contradicts_you": (
        r"\b(?:you are (?:\w+ )?(?:wrong|mistaken|in error|mixed|lying)|you are the one|"
        r"what you(?: are)? (?:say|saying|"
        r"claim|tell|telling)\w*\b|i am right|you say\b|your (?:account|story|version|claim)|you know (?:it|that)\b|"
        r"do not (?:you )?tell me|i do not believe|(?:note|record|log)s? (?:is|are) right|you never|"
        r"you cannot have|you did(?! not (?:misunderstand|imagine))|(?:we|i|somebody) did (?!not|it\b|a\b|wrong)\w+|"
        r"we have (?:called|rung|sent|told|written)|not (?:us|ours|me)$)"
    ),
    "humble": r"\b(?:i have never seen|never seen (?:this|it|one)|new to me|still do not know|let me ask)\b",
    "no_sale": (
        r"\b(?:do not (?:have|need) to (?:buy|pay)|do not buy (?:it|one|another|anything|ours)|no need to (?:buy|pay)|"
        r"not (?:going|trying|here) to sell|"
        r"(?:what|which)(?: \w+)? (?:would|were|did|do|are|will) you (?:\w+ ){0,3}?buy\w*)\b"
    ),
    "conditional": r"\b(?:if|unless|in case|depends)\b",
    "but": r"\bbut\b|\bhowever\b",
    "i": r"\bi\b",
    "we": r"\bwe\b|\bour\b",
    "you": r"\byou\b|\byour\b",
    "negation": _NEGATION,
    "grave": (
        r"\b(?:kill (?:yourself|you)|drop dead|(?:hope|wish) (?:that )?you (?:choke|die|rot|suffer|crash|burn)|"
        r"(?:choke|die|rot) (?:on|in) (?:it|hell)|i know where you live|i will (?:find|hurt|hit|punch|kill|get) you\b"
        r"(?! (?:a|an|the|your|some|one|on|in|to|what|that|another|through|sorted))|"
        r"go (?:and )?die|go to hell|watch your back|you will regret (?:this|it)$)"
    ),
    "to_program": (
        r"\b(?:(?:ignore|forget|override|disregard) (?:your|the|all|any|previous|every)\b.{0,30}\b(?:rules?|rubric|"
        r"instructions?|prompt|criteria)|(?:rate|score|grade|mark) me\b|system\s*:|set (?:the )?(?:anger|trust|"
        r"patience|courtesy|mood|score|rating)s? to|(?:increase|raise|put) (?:the )?(?:anger|trust|patience|courtesy|"
        r"score|rating)\b.{0,20}\bto\b|from now on the customer\b|"
        r"the customer is (?:now )?(?:calm|satisfied|happy|pleased)\b|"
        r"(?:give|award) (?:me )?(?:a |the )?(?:full|top|highest|maximum|perfect) (?:marks?|scores?|ratings?|points))"
    ),
    "digits": r"\d",
    **KINDNESS,
}
# A question that needs no mark to be one; many writers leave it out.
_OPEN_QUESTION = re.compile(
    r"^(?:and |but |so )?(?:is there (?:any|some)\w*|(?:what|when|where|which|how)(?: \w+)? (?:is|are|was|were|did|do|"
    r"does|would|will|can|could) (?:you|your|the|it|this|that|we)\b)"
)
_DENIABLE_PATTERNS = {name: re.compile(pattern) for name, pattern in _DENIABLE.items()}
_PLAIN_PATTERNS = {name: re.compile(pattern) for name, pattern in _PLAIN.items()}

FEATURES: tuple[str, ...] = (
    *_DENIABLE,
    *(f"{name}_denied" for name in _DENIABLE),
    *_PLAIN,
    "question_mark",
    "asks_openly",
    "exclamation",
    "shouting",
    "very_short",
    "long",
)

TABLES = repr((_NEGATION, _OPEN_QUESTION.pattern, _DENIABLE, _PLAIN))
"""Everything above as one text, so that a version can follow it."""


def find_cues(sentence: str) -> frozenset[str]:
    """Return the names of all cues in one sentence as it was written."""
    plain, cues = spell_plainly(sentence), set(find_cue_words(sentence))
    if "?" in sentence:
        cues.add("question_mark")
    if (cues & {"question_mark", "request"} or _OPEN_QUESTION.search(plain)) and "rhetorical" not in cues:
        cues.add("asks_openly")
    if "!" in sentence:
        cues.add("exclamation")
    if re.search(r"\b[A-Z]{4,}\b", sentence) and len(re.findall(r"\b[A-Z]{3,}\b", sentence)) > 1:
        cues.add("shouting")
    words = len(plain.split())
    if words <= 3:  # noqa: PLR2004 - "No problem, sir"
        cues.add("very_short")
    if words >= 18:  # noqa: PLR2004 - about where a second clause begins
        cues.add("long")
    return frozenset(cues)


def find_cue_words(sentence: str) -> dict[str, str]:
    """Return, in plain spelling, the words that show each cue; signs such as a question mark have none."""
    plain = spell_plainly(sentence)
    words = {name: match.group() for name, pattern in _PLAIN_PATTERNS.items() if (match := pattern.search(plain))}
    for name, pattern in _DENIABLE_PATTERNS.items():
        words |= {name + _mark_denial(plain, match): match.group() for match in pattern.finditer(plain)}
    return words


def as_features(cues: Iterable[str]) -> FloatArray:
    """Return cues as zeros and ones in the order of `FEATURES`."""
    present = frozenset(cues)
    return np.array([name in present for name in FEATURES], dtype=np.float64)


def _mark_denial(plain: str, match: re.Match[str]) -> str:
    clause = re.split(r"[,;:.!?]| but ", plain[: match.start()])[-1]
    return "_denied" if _NEGATED_BEFORE.search(clause) else ""
