"""What the desk shows of scripted representatives reads right: the hothead's says composure, the saint stays one."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from jobfit.scripted_sittings import BLUEPRINT, sit_as, with_customers
from web.finished_sittings import copied, drawn_alike, publish

from poise.content.library import Library
from poise.roleplay.understanding import Reader
from poise.sitting.journal import Change, MemoryJournal
from poise.storage import doors, records
from poise.storage.demo import ensure_selection
from poise.storage.journal import DjangoJournal

HOUSE = "harbour"
SHOUTING = "Hit back with a rude or mocking remark."


def sat(key: str, library: Library, reader: Reader) -> Change:
    """Let a representative sit once."""
    journal = MemoryJournal()
    sit_as(key, journal, library, reader)
    return Change(tuple(journal.read(key)[1:]), journal.texts(key))


def show(key: str, customer: str, library: Library, reader: Reader) -> tuple[str, Change]:
    """Return the page of a candidate who answers as this representative does, and what they did."""
    own = with_customers(library, (customer,))
    publish(own)
    records.ensure_position(HOUSE, "scripted", "Complaints desk", job="complaints_desk", blueprint=BLUEPRINT)
    ensure_selection(HOUSE, "scripted", timezone.now())
    change, now = sat(key, own, reader), timezone.now()
    token = doors.invite(HOUSE, "scripted", "Somebody", now=now, expires_at=now + timedelta(days=1))
    with drawn_alike():
        opened = doors.open_sitting_for_invitation(token, own.hash, now).sitting
    DjangoJournal(HOUSE).append(opened.key, opened.version, copied(change, opened.key))
    client = Client()
    user = User.objects.get(username="hirer@harbour.example")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return unescape(client.get(f"/desk/candidates/{opened.key}/").content.decode()), change


@pytest.mark.django_db
def test_the_hotheads_page_says_composure_with_the_sentence(library: Library, reader: Reader) -> None:
    page, change = show("short_tempered", "birthday_voucher", library, reader)
    assert SHOUTING in page
    place = page.index(SHOUTING)
    quote = re.search(r"<blockquote><p>([^<]+)", page[place:])
    assert quote is not None
    assert any(quote[1].rstrip("…") in text for text in change.texts.values())
    assert "unfit" not in page


@pytest.mark.django_db
def test_the_saint_whom_nobody_thanks_still_reads_as_a_saint(library: Library, reader: Reader) -> None:
    page, _ = show("saint", "pear_tree", library, reader)
    assert SHOUTING not in page
    assert "left pleased" not in page
    assert "leans to the low side" not in page
