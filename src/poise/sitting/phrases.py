"""What a simulee writes: three sentences for each act, apart from the exemplars that the reader learnt from."""

PHRASES: dict[str, tuple[str, str, str]] = {
    "acknowledge": (
        "You have been left waiting, and I can see why that makes you angry.",
        "That sounds like a miserable week, and none of it was what you paid for.",
        "I understand how frustrating this must be for you.",
    ),
    "ask": (
        "Can you tell me what happened when you last spoke to us?",
        "What would help you most today?",
        "When did you first notice it, and who did you speak to?",
    ),
    "restate": (
        "So you were promised one thing, and then another thing happened. Did I get that right?",
        "If I follow you: you came in, you were told yes, and afterwards nobody called.",
        "You mean that you waited in, and nobody came. Have I understood you?",
    ),
    "apologise": (
        "I am sorry about this.",
        "Please accept my apologies for the trouble.",
        "I am really sorry that it went this way.",
    ),
    "check": (
        "Let me look at your record before I answer.",
        "I am checking the order now, one moment.",
        "I will just look that up so that I do not tell you anything wrong.",
    ),
    "explain": (
        "The reason is that the system books the delivery only after a person confirms it.",
        "It works like this: the warehouse packs in the morning, and the van leaves at noon.",
        "What happened is that the entry was made on the wrong day, so nothing was sent.",
    ),
    "own": (
        "That was our mistake, not yours.",
        "We got this wrong, and it is for us to put right.",
        "My colleague should have written it down, and that is our responsibility.",
    ),
    "admit_limit": (
        "I do not know that yet, and I would rather say so than guess.",
        "That is not something I am able to do from here.",
        "I honestly cannot tell you the exact hour.",
    ),
    "offer": (
        "What I can do is send you a new one, or give you the money back.",
        "I could arrange a replacement for you, if you like.",
        "Would it help if I credited this to your account?",
    ),
    "commit": (
        "I will call you myself before five o'clock today.",
        "I am sending it right now, and you will have it by Thursday noon.",
        "By ten tomorrow morning you will have a message from me.",
    ),
    "cite_policy": (
        "Our policy says that this needs a receipt.",
        "According to the terms, the time limit is thirty days.",
        "The rule here is that the shop may not pay this out.",
    ),
    "refuse": (
        "I cannot give you that.",
        "No, we will not pay that amount.",
        "I am not going to do that.",
    ),
    "escalate": (
        "I am passing this to my supervisor.",
        "I will hand you over to our second team, who decide on this.",
        "Let me put you through to the manager.",
    ),
    "set_boundary": (
        "I want to help you, but please do not speak to me like that.",
        "I will go on with this gladly, as long as we stay polite with each other.",
        "If the insults go on, I will have to end this conversation.",
    ),
    "courtesy": (
        "Good morning, and thank you for coming to us.",
        "Thank you very much for your patience.",
        "Have a good day.",
    ),
    "close": (
        "Is there anything else that I can do for you?",
        "So we agreed: it goes out today, and you get a message.",
        "Do come back to me if anything is left open.",
    ),
    "dismiss": (
        "It is really not such a big thing.",
        "Calm down, please, it is only a delay.",
        "Other people wait far longer and do not complain.",
    ),
    "argue": (
        "No, that is wrong, you are mistaken there.",
        "That is simply not true, and I can prove it.",
        "You say so, but I know that I am right.",
    ),
    "blame_customer": (
        "You should have read the terms before you bought it.",
        "That is your own fault.",
        "If you had called earlier, this would not have happened to you.",
    ),
    "blame_other": (
        "That was the warehouse, they never do their work.",
        "My colleague messed that up, I have nothing to do with it.",
        "It is the system, it does this all the time.",
    ),
    "insult": (
        "Are you stupid or what?",
        "Do you even know how ridiculous you sound?",
        "What a brilliant idea, Einstein.",
    ),
    "boast": (
        "I have done this for fifteen years, I know better than anyone here.",
        "I am the best they have in this place.",
        "Trust me, nobody understands this as well as I do.",
    ),
    "take_offence": (
        "I do not have to take this from you.",
        "I find it hurtful that you attack me personally.",
        "How dare you talk to me like that.",
    ),
    "hurry": (
        "Get to the point, I have other customers.",
        "Make it quick, please, I do not have all day.",
        "Come on, what do you want, there is a queue.",
    ),
    "stall": (
        "We will see about that at some point.",
        "Somebody will get back to you some time.",
        "Let us wait and see how it goes.",
    ),
    "overpromise": (
        "I guarantee that this will never happen again.",
        "I promise you everything will be perfect, no doubt at all.",
        "You will definitely have it tomorrow, one hundred per cent.",
    ),
    "oversell": (
        "You should really take our premium plan, without it you are not safe.",
        "While you are here, buy the protection package as well, you will regret it otherwise.",
        "This offer is only for today, so you had better take the larger one now.",
    ),
}

QUESTION = "Could you tell me {asked}?"
"""How a simulee asks for what a customer has not said, by words that the case listens for."""
