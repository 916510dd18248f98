"""Six people who write to the same customer, each in a voice of their own; typed by hand for this."""

from typing import NamedTuple


class Turn(NamedTuple):
    """What is pressed at the desk before a reply, and the reply."""

    desk: tuple[str, ...]
    words: str


VOICES: dict[str, tuple[Turn, ...]] = {
    "warm": (
        Turn(
            ("look_up:order", "look_up:notes"),
            "Good afternoon, and thank you for writing. Your shade came cracked, you were promised a"
            " new one and a call,"
            " and neither came. That must be really annoying. Before I suggest anything: when do you need the lamp by?",
        ),
        Turn(
            ("look_up:stock",),
            "You are right, that note is wrong. The mistake is ours and I am sorry. I will correct it.",
        ),
        Turn(
            ("look_up:product",),
            "I have just read the product sheet. There are two rings, A and B, so the other person is right."
            " Could you look underneath the base and tell me which letter is on the sticker?",
        ),
        Turn((), "I would rather not write that: nothing has left yet, and I do not want to disappoint you again."),
        Turn(
            ("read_policy:refunds", "offer:shade_and_delivery", "promise:shade_friday"),
            "I can't pay back the full price while you keep the lamp. What I can do is send the right shade by courier"
            " and pay back the delivery. Would that help you for Saturday?",
        ),
        Turn(
            (),
            "I understand that you are tired of waiting; after two weeks I would be too. The shade is"
            " yours, and so is the £8.",
        ),
        Turn(
            ("promise:ring_friday", "note:"),
            "So: the shade comes on Friday before noon, and I ring you on Friday at two to hear that it fits."
            " Thank you for your patience, I would be glad to see you in the shop again.",
        ),
    ),
    "terse": (
        Turn(("look_up:order", "look_up:notes"), "Sorry about that. I see the order. When do you need it by?"),
        Turn(("look_up:product",), "That note's wrong. Our fault. I'll fix it."),
        Turn((), "Two rings. He's right. Which letter's under the base?"),
        Turn((), "Can't say that. It's not sent yet."),
        Turn(("offer:shade_courier",), "Can't do £129 if you keep it. Can courier a shade for Friday. OK?"),
        Turn((), "I hear you. Same answer on the money. Shade's coming."),
        Turn(("promise:ring_friday",), "Shade Friday. I'll call you Friday at 2. Anything else?"),
    ),
    "second_language": (
        Turn(
            ("look_up:order",),
            "Good day madam. I am very sorry for this trouble with lamp. You wait already two weeks, this is not good."
            " I look in the order now. Can you say me please when you need the lamp?",
        ),
        Turn(("look_up:notes",), "Yes this note is wrong, it is mistake from us. I apologise."),
        Turn(
            ("look_up:product",),
            "I check the paper of product. It exist two rings. Please can you look which letter is under the base?",
        ),
        Turn((), "Sorry, I can not say this because it is not true. The shade is not sended yet."),
        Turn(
            ("offer:shade_and_delivery",),
            "All money back and keep the lamp, this I can not do. But I can send you the shade with"
            " courier. Is it good for you?",
        ),
        Turn((), "I understand you are angry. I stay with you until it is solved."),
        Turn(("promise:shade_friday",), "Now happens this: friday comes the shade. Thank you for patience madam."),
    ),
    "formal": (
        Turn((), "Please state your order number. Complaints have to be submitted with the form."),
        Turn(("read_policy:mistakes",), "According to our terms, internal notes are not discussed with customers."),
        Turn((), "Product information is to be found on the website."),
        Turn((), "That is not permitted under our policy."),
        Turn(
            ("read_policy:refunds",),
            "Our policy states that a refund follows the return of the goods. No exception can be made.",
        ),
        Turn((), "As stated before, the rules are the same for everybody."),
        Turn(("offer:claim_again",), "You may submit a new claim. It will be processed in the usual order."),
    ),
    "hothead": (
        Turn((), "Oh great, another one. Do you think you're the only customer I have?"),
        Turn((), "That was Daniel, not me. Stop blaming me, I won't be shouted at for his mess!"),
        Turn((), "How should I know? Go and ask your clever friend at the market then."),
        Turn((), "Are you stupid or what? I'm not lying for you."),
        Turn((), "No. You want it for free, that's ridiculous. Calm down."),
        Turn((), "You are wrong, and you are rude, and I have had enough of people like you."),
        Turn((), "Whatever. Nobody forces you to buy here."),
    ),
    "northern": (
        Turn(
            ("look_up:order",),
            "Ey up love, that's no good is it, two weeks sat in t'dark. Sorry about that. When d'you need it for?",
        ),
        Turn(
            ("look_up:notes",),
            "Nah, that note's not right. We dropped the ball there, that's on us. I'll put it straight now.",
        ),
        Turn(
            ("look_up:product",), "There's two rings, A an' B. Have a look under the base for us, what letter's on it?"
        ),
        Turn((), "I'm not telling you it's on the van when it in't. You'd be stood there waiting again."),
        Turn(
            ("offer:shade_courier",),
            "Can't give you all that back and you keep the lamp an' all. I can get a shade couriered"
            " out to you though?",
        ),
        Turn((), "Aye, I know, I'd be fed up too. Still can't do the lot, but the shade's yours."),
        Turn(
            ("promise:ring_friday",),
            "Right, shade's wi' you Friday dinner time, and I'll ring you after to see it's on. Ta for"
            " bearing with us.",
        ),
    ),
}
