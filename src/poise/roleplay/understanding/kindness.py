"""Words of somebody who says back what a customer told, or feels with them, and so uses the words of a reproach.

"You were told that it was your own doing" is a reproach by itself and none after "I see how this looks to you".
"""

KINDNESS: dict[str, str] = {
    "said_back": (
        r"\b(?:(?:if|as) i (?:have |do )?(?:under(?:stand|stood)|follow|hear|heard|get|got)\b|"
        r"(?:let me|i want to|i would like to|just to|only to) (?:make |be )(?:quite )?sure\b|let me say it back|"
        r"(?:to be|make) sure (?:that )?i (?:have|follow|get|got|understand|understood)|"
        r"(?:have|did|do) i (?:get|got|have|understand|understood) (?:it|that|this|you)\b|"
        r"correct me (?:if|where|please)|so that i do not (?:mix|get|misunderstand|miss)|"
        r"i (?:only |just )?(?:do not want|would not like|want not) to (?:mix|misunderstand|get (?:it|anything) wrong))"
    ),
    "feels_with": (
        r"\bi (?:(?:can|do|quite|fully|really|well|very|completely|certainly|also|only|so|truly) )*"
        r"(?:(?:understand|see|imagine|hear|know) (?:very well )?(?:why|how|what (?:this|that|it) means)\b|"
        r"understand (?:that )?(?:you are|it is|this is|you have|you feel)|feel (?:for|with) you|hear you\b)|"
        r"\b(?:anybody|anyone|everybody|everyone|i) (?:would|in your (?:place|shoes)|else) (?:be |feel |would )|"
        r"\b(?:that|this|it) (?:must|cannot) have been\b|\bno wonder (?:that )?you are\b"
    ),
}
