"""The table of candidates: what it tells of results and to whom, bands with ties, and how long thousands take."""

import re
import time
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from jobfit.typed_sittings import HOTHEAD
from web.desk_visits import send, shown, signed_in
from web.finished_sittings import begin_invited, invite, walk

from poise.content.library import Library
from poise.jobfit.outline import Outline, read_outline, write_outline
from poise.roleplay.understanding import Reader
from poise.storage.models import Invitation, Organisation, Position, PublishedLibrary, Sitting
from poise.storage.reports import make_report
from poise.storage.standing import catch_up

DESK = "/desk/positions/desk/"
ROW = re.compile(r'<tr>\s*<th scope="row">.*?</tr>', re.DOTALL)


@pytest.fixture
def selection(digest: str) -> str:
    Position.objects.update(mode="selection", mode_by="Ada", mode_reason="We hire.", mode_at=timezone.now())
    return digest


def rows(page: str) -> list[str]:
    return [re.sub(r"<[^>]+>|\s+", " ", one) for one in ROW.findall(page)]


def finish(digest: str, name: str, surplus: float, verdict: str = "open") -> Sitting:
    """Put somebody there who has finished, with a result of one line."""
    opened = begin_invited(digest, "harbour", name)
    row = Sitting.objects.get(key=opened.sitting.key)
    line = Outline(verdict, {verdict: 3}, tuple(surplus + step / 100 for step in range(-50, 51)))  # type: ignore[arg-type, dict-item]
    row.outline, row.finished_at, row.percent = write_outline(line), timezone.now(), 100
    row.save()
    return row


class TestResults:
    def test_a_finished_candidate_has_a_verdict_with_what_is_open(
        self, selection: str, library: Library, reader: Reader
    ) -> None:
        opened = begin_invited(selection, "harbour", "Bo Lindgren")
        walk(opened, library, reader, HOTHEAD)
        made = make_report("harbour", opened.sitting.key, timezone.now())
        kept = read_outline(Sitting.objects.get(key=opened.sitting.key).outline)
        view = next(one for one in made.report.jobs if one.key == "complaints_desk")
        assert kept is not None
        assert kept.verdict == view.verdict
        assert sum(kept.demands.values()) == len(view.demands)
        (row,) = rows(shown(signed_in("hirer"), DESK))
        assert view.verdict in row.lower()
        assert kept.say_demands() in row

    def test_it_is_narrowed_by_the_words_of_the_verdict(self, selection: str) -> None:
        finish(selection, "Ada Quill", 1.0, "likely meets")
        finish(selection, "Bo Lindgren", 0.0, "open")
        (row,) = rows(shown(signed_in("hirer"), f"{DESK}?verdict=likely+meets"))
        assert "Ada Quill" in row

    def test_nothing_of_a_study_is_shown_and_an_analyst_sees_no_name(self, digest: str) -> None:
        Position.objects.update(mode="study")
        row = finish(digest, "Ada Quill", 1.0, "likely meets")
        for role in ("owner", "hirer", "interviewer"):
            page = shown(signed_in(role), DESK)
            assert "Likely meets</strong>" not in page
            assert "Ada Quill" in page
        page = shown(signed_in("analyst"), DESK)
        assert "Ada Quill" not in page
        assert f"Person {row.key[:6].upper()}" in page
        assert "Likely meets</strong>" in page
        assert rows(shown(signed_in("analyst"), f"{DESK}?name=Ada")) == []

    def test_where_a_view_comes_first_the_verdict_does_not(self, selection: str) -> None:
        finish(selection, "Ada Quill", 1.0, "likely meets")
        Position.objects.update(blind_first_view=True)
        hirer = signed_in("hirer")
        for path in (DESK, f"{DESK}?verdict=likely+meets", "/desk/"):
            assert "Likely meets</strong>" not in shown(hirer, path)
        assert "Say what you think first" in shown(hirer, DESK)


class TestBands:
    def test_nobody_is_placed_while_it_is_provisional(self, selection: str) -> None:
        finish(selection, "Ada Quill", 5.0)
        page = shown(signed_in("hirer"), f"{DESK}?sort=bands")
        assert "band" not in page.lower()

    def test_an_owner_who_switched_it_on_is_named_with_the_reason_and_ties_stand_as_ties(self, selection: str) -> None:
        for name, surplus in (("Zoë", 5.0), ("Ada", 4.9), ("Bo", 0.0)):
            finish(selection, name, surplus)
        finish(selection, "Cy", 9.0, "not enough evidence")
        owner = signed_in("owner")
        send(owner, f"{DESK}settings/", f"{DESK}ranks/", {"reason": "Forty for one place."})
        page = shown(owner, f"{DESK}?sort=bands")
        told = rows(page)
        assert [one.split()[0] for one in told] == ["Ada", "Zoë", "Bo", "Cy"]
        assert ["First band, with 1 other" in one for one in told] == [True, True, False, False]
        assert "Second band" in told[2]
        assert "band" not in told[3]
        assert "Forty for one place." in page
        assert "Bands from the leader" not in shown(owner, "/desk/")


class TestThousands:
    def test_two_thousand_candidates_load_within_two_seconds(self, selection: str) -> None:
        first = finish(selection, "Person 0", 0.0)
        plant(first, 2_000)
        owner = signed_in("owner")
        owner.get(DESK)
        for path in ("/desk/", DESK, f"{DESK}?sort=progress&page=17", f"{DESK}?name=person+77"):
            began = time.process_time()
            page = shown(owner, path)
            assert time.process_time() - began < 2
            assert len(rows(page)) in {11, 50}

    def test_what_was_stored_before_figures_were_kept_is_caught_up_with(
        self, selection: str, library: Library, reader: Reader
    ) -> None:
        opened = begin_invited(selection, "harbour", "Ada Quill")
        walk(opened, library, reader, until="situation")
        kept = ("percent", "minutes_left", "stood_at")
        Sitting.objects.update(percent=0, minutes_left=0, stood_at=0)
        assert catch_up("harbour") == 1
        assert catch_up("harbour") == 0
        percent, minutes, stood = Sitting.objects.values_list(*kept).get()
        assert 0 < percent < 100
        assert f"about {minutes} minutes left" in shown(signed_in("hirer"), DESK)
        assert stood == Sitting.objects.get().version


def plant(like: Sitting, number: int) -> None:
    """Put many more there, who have finished alike."""
    now = timezone.now()
    owner, position = Organisation.objects.get(key="harbour"), Position.objects.get(organisation__key="harbour")
    held = PublishedLibrary.objects.get(hash=like.library.hash)
    made = Sitting.objects.bulk_create(
        Sitting(
            organisation=owner,
            key=f"{one:032x}",
            library=held,
            blueprint=like.blueprint,
            position=position,
            candidate_name=f"Person {one}",
            door="invitation",
            purpose="selection",
            resume_hash=f"{one:064x}",
            version=1,
            stood_at=1,
            percent=100,
            started_at=now,
            last_at=now,
            finished_at=now,
            outline=like.outline,
        )
        for one in range(1, number)
    )
    Invitation.objects.bulk_create(
        Invitation(
            organisation=owner,
            position=position,
            candidate_name=row.candidate_name,
            token_hash=f"{number:064d}",
            created_at=now,
            expires_at=now + timedelta(days=7),
            opened_at=now,
            sitting=row,
        )
        for number, row in enumerate(made)
    )


@pytest.mark.parametrize("path", ["?page=0", "?page=-1", "?page=9999999", "?sort=nothing&stage=x&verdict=y"])
def test_whatever_stands_in_the_address_there_is_a_page(path: str, digest: str) -> None:  # noqa: ARG001
    invite("harbour", "Ada Quill")
    client: Client = signed_in("owner")
    assert client.get(f"{DESK}{path}").status_code == 200
