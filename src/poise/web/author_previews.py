"""A piece of a library as a candidate meets it, for its author; nothing of it is stored."""

from typing import Any

from poise.content.blueprint import Blueprint
from poise.content.job import ConditionAsked, Job
from poise.content.knowledge import KnowledgeForm
from poise.content.library import Library
from poise.content.piece import Piece
from poise.content.scenario import Scenario
from poise.content.situation import Situation
from poise.content.statement import AttentionCheck, Block, Statement
from poise.web.asking import HOW_GOOD, HOW_WILLING, LIKE_ME, ask, lay_cards
from poise.web.author_access import UnknownPieceError
from poise.web.weeks import lay_week

MINUTE = 60
Context = dict[str, Any]


def lay_preview(piece: Piece, library: Library) -> Context:
    """Return what the page says that a candidate would read. Raises UnknownPieceError for a piece that nobody meets."""
    match piece:
        case Block():
            texts = {one.key: one.text for one in library.statements}
            return {"shown": "block", "cards": lay_cards(tuple(texts.get(key, key) for key in piece.statements), None)}
        case Scenario():
            return {"shown": "customer", **_lay_case(piece, library)}
        case Job():
            return {"shown": "job", "job": piece, **lay_week(piece, library)}
        case _:
            return _lay_questions(piece)


def _lay_questions(piece: Piece) -> Context:
    match piece:
        case Statement() | AttentionCheck():
            rated = not isinstance(piece, Statement) or piece.rated
            return {"shown": "statement", "asked": [ask(piece.key, piece.text, LIKE_ME, None)], "rated_singly": rated}
        case Situation():
            asked = [ask(reaction.key, reaction.text, HOW_GOOD, None) for reaction in piece.reactions]
            return {"shown": "situation", "asked": asked}
        case KnowledgeForm():
            asked = [ask(question.key, question.asks, question.answers, None) for question in piece.questions]
            return {"shown": "knowledge", "form": piece, "asked": asked}
        case ConditionAsked():
            asked = [ask(piece.key, piece.asks, HOW_WILLING, None, hint=piece.name, more=piece.levels)]
            return {"shown": "condition", "asked": asked}
        case _:
            raise UnknownPieceError


def _lay_case(case: Scenario, library: Library) -> Context:
    """Return what the page says that a candidate reads before a customer comes in."""
    asks = {
        quality.key: list(dict.fromkeys(moment.asks for moment in case.moments if moment.quality == quality.key))
        for quality in library.qualities
    }
    return {
        "case": case,
        "rated": [(quality, asks[quality.key]) for quality in library.qualities if asks[quality.key]],
        "replies": len(case.probes),
        "minutes": -(-_seconds(case, library.blueprints) // MINUTE),
    }


def _seconds(case: Scenario, blueprints: tuple[Blueprint, ...]) -> int:
    """Return how long serving this customer takes by the first blueprint that names it; 0 where none does."""
    return next((one.seconds_for(case.key) for one in blueprints if case.key in one.everyone), 0)
