"""A library that asks questions on a text and holds attention checks, built around what the starter library shares."""

from collections.abc import Mapping
from typing import Any

from sitting.plain_reader import PlainReader

from poise.content.blueprint import Blueprint, Practice, Seconds
from poise.content.knowledge import KnowledgeForm
from poise.content.library import Library
from poise.content.quality import Beliefs, KindOfKnowledge
from poise.content.situation import Situation
from poise.content.statement import AttentionCheck
from poise.sitting import decisions as d
from poise.sitting.journal import Decide
from poise.sitting.simulee import START
from poise.sitting.state import State
from poise.sitting.steps import Step, blueprint_of, question_pages, rated_pages

READER = PlainReader()
FORM, ASKS_ALL, ASKS_NONE = "orchard_parcels", "asks_all", "asks_none"
CHECKS = (("asked_partly", "Please choose “partly” here.", 2), ("asked_exactly", "Please choose “exactly” here.", 4))
BELIEF = KindOfKnowledge(discrimination=1.2, step=0.8, method_variance=0.4, source="Made up for the tests.")


def question(key: str, quality: str, section: str, asks: str, answers: tuple[str, ...], right: int) -> dict[str, Any]:
    why = f"The text says so under {section}."
    return {
        "key": key, "quality": quality, "section": section, "asks": asks, "answers": answers, "right": right, "why": why
    }  # fmt: skip


def form() -> KnowledgeForm:
    """Return a form of six questions, so of one full page and one that is not."""
    questions = (
        question("until", "policy", "claims", "Until when may a bruised crate be reported?",
                 ("The same day", "Within two days", "Within a week"), 1),
        question("proof", "policy", "claims", "What must the customer send with the report?",
                 ("Nothing", "The receipt", "A photograph of the crate", "The crate itself"), 2),
        question("short", "expertise", "weights", "A crate of 10 kg weighs 9.6 kg. What follows?",
                 ("It is within the allowed loss", "The customer gets a new crate", "The price falls by 4 %"), 0),
        question("pears", "expertise", "weights", "Which fruit may lose the most weight on the way?",
                 ("Apples", "Pears", "Plums", "Quinces", "All the same"), 2),
        question("goodwill", "judgement", "claims", "A loyal customer reports a crate on the third day. Who decides?",
                 ("The desk", "The packing hall", "Nobody: it is refused"), 1),
        question("weigh", "policy", "weights", "Where is a crate weighed?",
                 ("At the customer’s door", "On the van", "In the packing hall"), 2),
    )  # fmt: skip
    return KnowledgeForm.model_validate(
        {
            "key": FORM,
            "title": "Parcels from the orchard",
            "about": "Tallow Hill Orchard sends fruit in crates. This is what its desk works by.",
            "jobs": ["complaints_desk"],
            "fictional": True,
            "sections": [
                {
                    "key": "claims",
                    "title": "1. When fruit arrives bruised",
                    "text": "A bruised crate is reported within two days, with a photograph.\n\nLater reports go to the"
                    " packing hall. It decides case by case, and looks at how long somebody has bought from us.",
                },
                {
                    "key": "weights",
                    "title": "2. Weights",
                    "text": "Every crate is weighed in the packing hall. On the way fruit loses water: apples, pears"
                    " and quinces up to 5 %, plums up to 8 %. A crate within these limits counts as full.",
                },
            ],
            "questions": questions,
        }
    )


def blueprint(starter: Library, key: str, **more: tuple[str, ...]) -> Blueprint:
    """Return a blueprint with three pages of rated statements (4, 4 and 1), one block and one situation."""
    return Blueprint(
        key=key,
        title="Looking things up",
        jobs=("complaints_desk",),
        blocks=1,
        minimum_per_quality=0,
        rated=tuple(one.key for one in starter.statements if one.rated)[:9],
        situations=(starter.situations[0].key,),
        customers=(),
        practice=Practice(statements=("I wait.", "I ask.", "I act.")),
        seconds=Seconds(preview=1, consent=1, practice=1, block=20, rated=7, situation=60, customer=300, condition=8),
        **more,
    )


def build_knowledge_library(starter: Library, belief: KindOfKnowledge | None = BELIEF) -> Library:
    """Return the starter library with a form, two attention checks and two blueprints more."""
    parts = {name: getattr(starter, name) for name in Library.model_fields}
    parts["key"] = "asking"  # published beside the starter, it is not what new sittings begin with
    parts["beliefs"] = Beliefs.model_validate(starter.beliefs.model_dump() | {"knowledge": belief})
    parts["knowledge"] = (form(),)
    parts["attention"] = tuple(AttentionCheck(key=key, text=text, answer=answer) for key, text, answer in CHECKS)
    asks_all = blueprint(starter, ASKS_ALL, knowledge=(FORM,), attention=tuple(key for key, _, _ in CHECKS))
    parts["blueprints"] = (*starter.blueprints, asks_all, blueprint(starter, ASKS_NONE))
    return Library(**parts)


def beginning(library: Library) -> list[Decide]:
    """Return the answers to all that comes before the first statement."""
    return [
        d.see_preview(library, START),
        d.give_consent(library, library.consent.version, START),
        d.choose_accommodations(library, {}, START),
        d.finish_practice(library, START),
    ]


def answer_step(library: Library, state: State, step: Step, answers: Mapping[str, int] | None = None) -> Decide:
    """Return an answer to a step: the middle or first one, but for the lines and questions that `answers` names."""
    answers = answers or {}
    if step.kind == "rated":
        keys = rated_pages(blueprint_of(state, library))[step.number - 1]
        return d.rate_statements(library, step.number, {key: answers.get(key, 2) for key in keys}, START)
    if step.kind == "block":
        return d.rank_block(library, step.what, (0, 1, 2), START)
    if step.kind == "situation":
        reactions = library.find(Situation, step.what).reactions
        return d.rate_situation(library, step.what, {one.key: 2 for one in reactions}, START)
    if step.kind == "knowledge":
        page = question_pages(library.find(KnowledgeForm, step.what))[step.number - 1]
        given = {one.key: answers.get(one.key, 0) for one in page}
        return d.answer_questions(library, step.what, step.number, given, START)
    return d.state_willingness(library, {one.key: 2 for one in library.conditions}, START)
