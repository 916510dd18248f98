"""The organisation's terms, its audit trail, and a sitting that is deleted before its time."""

from datetime import timedelta
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from web.finished_sittings import PASSWORD, begin_invited, publish, walk

from poise.content.library import Library
from poise.hiring.refusal import RefusedError
from poise.hiring.terms import Terms, check_terms
from poise.roleplay.understanding import Reader
from poise.storage import records, reports
from poise.storage.auditing import Doer, list_deeds, record_deed
from poise.storage.deciding import decide
from poise.storage.erasure import export_sitting
from poise.storage.models import Organisation, Sitting
from poise.storage.transaction import writing

HOUSE = "harbour"
PAGE = "/desk/organisation/"
GIVEN = {"answer_days": "7", "words_days": "90", "sitting_days": "200", "contact": "people@harbour.example"}


@pytest.fixture
def digest(db: None, library: Library) -> str:  # noqa: ARG001  the database must be there
    digest = publish(library)
    records.add_member(HOUSE, "analyst@harbour.example", PASSWORD, "analyst")
    return digest


def signed_in(role: str) -> Client:
    client = Client()
    user = User.objects.get(username=f"{role}@harbour.example")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def seen(client: Client) -> str:
    page = client.get(PAGE).content.decode()
    return page.split('name="seen" value="')[1].split('"')[0]


class TestTerms:
    def test_an_owner_changes_them_and_the_trail_says_so_without_the_address(self, digest: str) -> None:  # noqa: ARG002
        owner = signed_in("owner")
        assert owner.post(PAGE, GIVEN | {"seen": seen(owner)}).status_code == 303
        row = Organisation.objects.get(key=HOUSE)
        assert (row.answer_days, row.words_days, row.sitting_days, row.contact) == (7, 90, 200, GIVEN["contact"])
        (deed,) = list_deeds(HOUSE)
        assert (deed.deed, deed.detail["words_days"], deed.detail["contact_changed"]) == ("changed_terms", 90, True)
        assert GIVEN["contact"] not in str(deed)

    def test_everything_that_is_wrong_is_said_beside_its_field(self, digest: str) -> None:  # noqa: ARG002
        owner = signed_in("owner")
        wrong = {"answer_days": "0", "words_days": "9999", "sitting_days": "soon", "contact": "nobody"}
        page = unescape(owner.post(PAGE, wrong | {"seen": seen(owner)}).content.decode())
        assert "Give a whole number of days." in page
        wrong["sitting_days"] = "5"
        page = unescape(owner.post(PAGE, wrong | {"seen": seen(owner)}).content.decode())
        for told in ("This is 0.", "This is 9,999.", "not an e-mail address", 'value="nobody"'):
            assert told in page
        assert Organisation.objects.get(key=HOUSE).answer_days == 14

    def test_of_two_tabs_the_second_is_told(self, digest: str) -> None:  # noqa: ARG002
        owner = signed_in("owner")
        opened = seen(owner)
        owner.post(PAGE, GIVEN | {"seen": opened})
        late = owner.post(PAGE, GIVEN | {"answer_days": "3", "seen": opened})
        assert late.status_code == 409
        page = late.content.decode()
        assert "Somebody else changed the terms" in page
        assert 'value="3"' in page
        assert owner.post(PAGE, GIVEN | {"seen": opened}).status_code == 303  # the same again

    def test_nobody_shuts_themselves_out_by_the_second_step(self, digest: str) -> None:  # noqa: ARG002
        owner = signed_in("owner")
        response = owner.post(PAGE, GIVEN | {"seen": seen(owner), "needs_second_factor": "on"})
        assert response.status_code == 422
        assert "your own account first" in response.content.decode()
        assert owner.get(PAGE).status_code == 200

    @given(st.integers(-9, 99), st.integers(-9, 4000), st.integers(-9, 4000))
    def test_what_is_taken_fits_the_table(self, answer: int, words: int, sitting: int) -> None:
        terms = Terms(answer, words, sitting, "", needs_second_factor=False)
        fits = 1 <= answer <= 90 and 1 <= words <= sitting <= 3650
        try:
            assert check_terms(terms, lambda _: True) == terms
        except RefusedError:
            assert not fits
        else:
            assert fits


class TestTheTrail:
    def test_it_goes_page_by_page_and_by_thing(self, digest: str) -> None:  # noqa: ARG002
        row, now = Organisation.objects.get(key=HOUSE), timezone.now()
        with writing():
            for number in range(150):
                doer = Doer("Ann <i>Okafor</i>", "ann@harbour.example", now + timedelta(seconds=number))
                record_deed(row, doer, "decided", f"sitting:{number % 2}", outcome="invite")
        analyst = signed_in("analyst")
        page = analyst.get("/desk/audit/").content.decode()
        assert page.count("<tr>") == 101
        assert "Ann &lt;i&gt;Okafor" in page
        older = unescape(page.split('rel="next" href="')[1].split('"')[0])
        assert analyst.get(older).content.decode().count("<tr>") == 51
        assert analyst.get("/desk/audit/?about=sitting:1").content.decode().count("<tr>") == 76
        for odd in ("x", "9" * 40, "-1"):
            assert analyst.get(f"/desk/audit/?before={odd}").status_code == 200
        assert signed_in("hirer").get("/desk/audit/").status_code == 403


class TestDeleting:
    @pytest.fixture
    def key(self, digest: str, library: Library, reader: Reader) -> str:
        opened = begin_invited(digest, HOUSE, "Bo Lindgren")
        walk(opened, library, reader)
        reports.make_report(HOUSE, opened.sitting.key, timezone.now())
        doer = Doer("Ann", "ann@harbour.example", timezone.now())
        decide(HOUSE, opened.sitting.key, "later", "Ask again in May.", expected=0, report=1, doer=doer)
        return opened.sitting.key

    def test_an_owner_deletes_a_sitting_and_the_trail_keeps_that_it_was(self, key: str) -> None:
        page = f"/desk/candidates/{key}/delete/"
        assert signed_in("hirer").post(page).status_code == 403
        owner = signed_in("owner")
        assert "Nobody can bring it back" in owner.get(page).content.decode()
        assert Sitting.objects.filter(key=key).exists()
        assert owner.post(page).status_code == 303
        assert not Sitting.objects.filter(key=key).exists()
        deeds = list_deeds(HOUSE, about=f"sitting:{key}")
        assert [one.deed for one in deeds] == ["deleted_sitting", "decided"]
        assert owner.post(page).status_code == 404

    def test_a_person_takes_all_of_it_with_them(self, key: str) -> None:
        held = export_sitting(key, HOUSE)
        assert [one["reason"] for one in held["decisions"]] == ["Ask again in May."]
        assert held["reports"][0]["printed"]["observations"] > 0
