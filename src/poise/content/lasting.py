"""How long a sitting takes, and what is wrong with the knowledge forms and attention checks that it asks."""

from collections.abc import Iterator

from poise.content.blueprint import Blueprint
from poise.content.knowledge import KnowledgeForm
from poise.content.library import Library
from poise.content.unread import Unread

RATED_ON_A_PAGE = 4
"""So many singly rated statements stand on a page; an attention check comes on top of them."""


def questions_asked(blueprint: Blueprint, library: Library) -> int:
    """Return how many questions on knowledge a sitting asks."""
    return sum(len(library.find(KnowledgeForm, key).questions) for key in blueprint.knowledge)


def seconds_in_all(blueprint: Blueprint, library: Library) -> int:
    """Return how long a sitting takes most people, as estimated, with everything that is asked."""
    each = blueprint.seconds
    counted = each.knowledge * questions_asked(blueprint, library) + each.condition * len(library.conditions)
    return blueprint.total_seconds + counted


def check_asked(blueprint: Blueprint, library: Library, unread: Unread | None = None) -> Iterator[str]:
    """Say what is wrong with the knowledge forms and attention checks of a blueprint, as far as they could be read."""
    unread = unread or Unread()
    for what, section, named, known in (
        ("knowledge form", "knowledge", blueprint.knowledge, [form.key for form in library.knowledge]),
        ("attention check", "attention", blueprint.attention, [check.key for check in library.attention]),
    ):
        for key in named:
            if key not in known and not unread.may_hold(section, key):
                yield f"{what} {key!r} is not known; there are: {', '.join(sorted(known)) or 'none'}"
    if blueprint.knowledge and library.beliefs.knowledge is None and not unread.lacks("beliefs"):
        yield "asks questions on knowledge, and the beliefs do not say how they work: see knowledge in beliefs.yaml"
    pages = -(-blueprint.rated_number // RATED_ON_A_PAGE)
    if len(blueprint.attention) > pages:
        found = f"{len(blueprint.attention)} attention checks on {pages} pages of rated statements"
        yield f"has {found}; at most one a page"
