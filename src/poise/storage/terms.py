"""The terms of an organisation, changed by its owners."""

from collections.abc import Callable
from dataclasses import asdict
from hashlib import sha256

from poise.hiring.refusal import OvertakenError
from poise.hiring.terms import Terms, check_terms
from poise.storage.auditing import Doer, Plain, record_deed
from poise.storage.models import Organisation
from poise.storage.transaction import writing
from poise.storage.views import OrganisationView, view_organisation


def terms_of(view: OrganisationView) -> Terms:
    """Return the terms of an organisation."""
    return Terms(view.answer_days, view.words_days, view.sitting_days, view.contact, view.needs_second_factor)


def mark_terms(view: OrganisationView) -> str:
    """Return a mark of how the terms stand, so that a form can say what it was filled in from."""
    return sha256(repr(terms_of(view)).encode()).hexdigest()[:16]


def change_terms(
    organisation: str, terms: Terms, seen: str, doer: Doer, is_address: Callable[[str], bool]
) -> OrganisationView:
    """Set the terms; the trail holds what changed, but not the address.

    Raises
    ------
    RefusedError
        Something is wrong with them; nothing was stored.
    OvertakenError
        Somebody else changed them after they were looked at; nothing was stored.
    """
    check_terms(terms, is_address)
    with writing():
        row = Organisation.named(organisation)
        before = view_organisation(row)
        if mark_terms(before) != seen and terms_of(before) != terms:
            raise OvertakenError("Somebody else changed the terms after you opened this page; nothing was stored.")
        given, stood = asdict(terms), asdict(terms_of(before))
        changed = {name: value for name, value in given.items() if value != stood[name]}
        if not changed:
            return before
        for name, value in changed.items():
            setattr(row, name, value)
        row.save(update_fields=list(changed))
        told: dict[str, Plain] = {name: value for name, value in changed.items() if name != "contact"}
        if "contact" in changed:
            told["contact_changed"] = True
        record_deed(row, doer, "changed_terms", "", **told)
        return view_organisation(row)
