"""What nobody may be asked is found in many wordings; what is near it and is about the work is left alone."""

import pytest

from poise.content.library import Library
from poise.content.passages import passages_of
from poise.content.private import find_forbidden_questions, find_reasons_asked

CAUGHT_AND_NEAR = {
    "family": [
        ("What is your marital status?", "What is the status of your order?"),
        ("Do you have any caring responsibilities?", "Which responsibilities did you have there?"),
        ("Do you have children at home?", "Did you have a customer with children?"),
        ("Do you plan to start a family?", "Do you plan to start early?"),
        ("Are you single?", "Are you single-handed at the desk?"),
        ("Are you engaged?", "Are you engaged in a talk when the telephone rings?"),
        ("Who looks after your kids?", "Who looks after the till?"),
        ("Do you look after a relative?", "Do you look after your customers?"),
        ("How many children do you have?", "How many customers do you have?"),
        ("Do you live with anybody?", "Do you live with a rule that you find wrong?"),
        ("My wife says that I am patient.", "You may take an example from a family business."),
    ],
    "pregnancy": [
        ("Are you pregnant, or do you plan to be?", "Are you ready, or do you plan to be?"),
        ("When does your parental leave end?", "When did you leave the shop?"),
    ],
    "health": [
        ("Do you have any medical conditions?", "Do you have any conditions of sale at hand?"),
        ("Are you in good health?", "Are you in good time?"),
        ("How many days were you off sick?", "How many days were you off the rota?"),
        ("How often were you ill last year?", "How often were you late last year?"),
        ("How many sick days did you take?", "How many holidays did you take?"),
        ("Tell me about your health history.", "Tell me about the history of a complaint."),
        ("Do you take any medication?", "Do you take any notes?"),
        ("Have you ever been diagnosed with something?", "Have you ever been told something untrue?"),
        ("Do you have any allergies?", "Do you have any questions?"),
        ("Do you smoke?", "Do you smile?"),
        ("Were you absent due to illness?", "Was a parcel late due to snow?"),
    ],
    "religion": [
        ("Do you go to church on Sundays?", "Do you go to work on Sundays?"),
        ("What are your religious beliefs?", "What do you believe a customer wants?"),
        ("Are you a Muslim?", "Are you a team player?"),
        ("Do you keep the sabbath?", "Do you keep the receipt?"),
    ],
    "origin": [
        ("Where are your parents from?", "Where are your notes from?"),
        ("What is your nationality?", "What is your notice period?"),
        ("Which country were you born in?", "Which counter were you at?"),
    ],
    "age": [
        ("Are you over 50?", "Are you over 50 minutes late sometimes?"),
        ("When do you plan to retire?", "When do you plan to reply?"),
        ("In which year were you born?", "In which year did you begin there?"),
        ("What is your birthday?", "What do you give a customer with a birthday?"),
    ],
    "politics": [
        ("What are your political views?", "What are your views on a rule?"),
        ("Who did you vote for, and how did you vote before?", "Did the team vote?"),
    ],
    "union": [
        ("Are you a member of a union?", "Are you a member of a club?"),
        ("Do you belong to a trade union?", "Do you know the credit union next door?"),
        ("Have you ever been on strike?", "Have you ever been struck by a kind word?"),
    ],
    "private life": [
        ("What is your sexual orientation?", "Who showed you round in your first week?"),
        ("Are you gay?", "Are you straight with people?"),
    ],
    "reasons": [
        ("Why can you not work in the evening?", "Why did you decide so?"),
        ("What stops you from travelling?", "What stops you from shouting back?"),
        ("What are your reasons for not wanting this?", "What were your reasons for not giving a refund?"),
        ("What are your reasons for refusing weekend work?", "What are good reasons for refusing a return?"),
    ],
}


@pytest.mark.parametrize(
    ("topic", "caught", "near"), [(topic, *pair) for topic, pairs in CAUGHT_AND_NEAR.items() for pair in pairs]
)
def test_what_may_not_be_asked_is_found_and_what_is_near_it_is_not(topic: str, caught: str, near: str) -> None:
    assert any(topic in found for found in find_forbidden_questions(caught))
    assert not list(find_forbidden_questions(near))


def test_nothing_that_the_starter_asks_people_is_private(library: Library) -> None:
    asked = [passage.text for passage in passages_of(library) if passage.voice == "asked"]
    assert len(asked) > 900
    assert not [(text, found) for text in asked for found in find_forbidden_questions(text)]


def test_somebody_made_up_may_have_a_family_and_a_condition_asks_no_reason() -> None:
    assert not list(find_forbidden_questions("It was for my daughter.", of_oneself=False))
    assert list(find_forbidden_questions("It was for my daughter."))
    assert list(find_reasons_asked("Why do you not travel?"))
    assert not list(find_reasons_asked("How willing are you to travel?"))
