"""What is past its term is deleted, with a line in the trail that holds a key and counts."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from sitting.test_journal import name, rated

from poise.sitting.events import ReadingContested, SittingOpened
from poise.sitting.journal import Change
from poise.storage import doors
from poise.storage.journal import DjangoJournal, Entry
from poise.storage.models import Answer, AuditEntry, Decision, Event, Invitation, Mail, Sitting, Text
from poise.storage.outbox import put_mail
from poise.storage.retention import Deleted, delete_past_term
from poise.storage.transaction import writing

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(settings, "POISE_DATA", tmp_path)
    return tmp_path


@pytest.fixture
def sitting(library_hash: str, now: datetime) -> str:
    key, at = name(), now.isoformat()
    opened = SittingOpened(at=at, library=library_hash, blueprint="complaints_desk", seed=7, door="open")
    change = Change((opened, rated(1).model_copy(update={"at": at})), {name(): "zebra words"})
    DjangoJournal("harbour", Entry(position="desk", candidate_name="Ada Quill")).open(key, change)
    return key


def trail() -> list[tuple[str, str, dict[str, object]]]:
    return list(AuditEntry.objects.order_by("pk").values_list("deed", "about", "detail"))


def test_words_go_first_and_the_sitting_later(sitting: str, now: datetime) -> None:
    assert delete_past_term(now + 179 * DAY) == Deleted(0, 0, 0)
    assert delete_past_term(now + 180 * DAY) == Deleted(1, 0, 0)
    assert delete_past_term(now + 200 * DAY) == Deleted(0, 0, 0)
    assert not Text.objects.exists()
    assert [event.kind for event in DjangoJournal("harbour").read(sitting)][-1] == "text_erased"
    assert delete_past_term(now + 364 * DAY) == Deleted(0, 0, 0)
    assert delete_past_term(now + 365 * DAY) == Deleted(0, 1, 0), "the erasing itself began no term anew"
    assert not Sitting.objects.exists()
    assert not Event.objects.exists()
    about = f"sitting:{sitting}"
    assert trail() == [
        ("deleted_words", about, {"texts": 1}),
        ("deleted_sitting", about, {"events": 3, "texts": 0}),
    ]


def test_a_decision_and_a_contest_keep_what_is_needed(sitting: str, now: datetime) -> None:
    row = Sitting.objects.get()
    said = {"organisation": row.organisation, "sitting": row, "by": "Ben", "account": "ben"}
    Decision.objects.create(**said, number=1, outcome="go_on", reason="Well done.", report=1, at=now + 100 * DAY)
    assert delete_past_term(now + 200 * DAY) == Deleted(0, 0, 0)
    contested = ReadingContested(at=(now + 150 * DAY).isoformat(), scenario="s", moment="m", text=name())
    DjangoJournal("harbour").append(sitting, 2, Change((contested,), {contested.text: "I do not agree."}))
    assert delete_past_term(now + 900 * DAY) == Deleted(0, 0, 0), "somebody still waits for an answer"
    Answer.objects.create(**said, kind="contest", about="s/m", words="We looked at it.", at=now + 900 * DAY)
    assert delete_past_term(now + 900 * DAY) == Deleted(0, 1, 0)


def test_each_organisation_has_its_own_terms(sitting: str, now: datetime) -> None:
    owner = Sitting.objects.get(key=sitting).organisation
    owner.words_days, owner.sitting_days = 1, 2
    owner.save()
    assert delete_past_term(now + DAY) == Deleted(1, 0, 0)
    assert delete_past_term(now + 2 * DAY) == Deleted(0, 1, 0)


def test_an_invitation_that_nobody_used_goes_with_its_letters(library_hash: str, now: datetime) -> None:  # noqa: ARG001  its rows must be there
    doors.invite("harbour", "desk", "Eve", now=now, expires_at=now + DAY)
    row = Invitation.objects.get()
    with writing():
        put_mail(row, "invitation", "k", "eve@example.com", ("An invitation", "Open the link"), now)
    assert delete_past_term(now + 180 * DAY) == Deleted(0, 0, 0)
    assert delete_past_term(now + 181 * DAY) == Deleted(0, 0, 1)
    assert not Invitation.objects.exists()
    assert not Mail.objects.exists()
    assert trail()[-1] == ("deleted_invitation", f"invitation:{row.pk}", {})
