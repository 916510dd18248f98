"""The hirer's desk: who comes in, what they see, and what they never see."""

import re
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from jobfit.typed_sittings import HOTHEAD
from web.finished_sittings import PASSWORD, begin_invited, begin_open, invite, publish, walk

from poise.content.library import Library
from poise.roleplay.understanding import Reader
from poise.storage import doors, records
from poise.storage.doors import OpenedSitting
from poise.storage.erasure import delete_sitting

HIRER = "hirer@harbour.example"
DESK = "/desk/"


@pytest.fixture
def digest(db: None, library: Library) -> str:  # noqa: ARG001  the database must be there
    return publish(library)


@pytest.fixture
def hirer(digest: str, client: Client) -> Client:  # noqa: ARG001  the account must be there
    client.force_login(User.objects.get(username=HIRER), backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def finished(digest: str, library: Library, reader: Reader) -> OpenedSitting:
    opened = begin_invited(digest, "harbour", "Bo Lindgren")
    walk(opened, library, reader, HOTHEAD)
    return opened


def page_of(opened: OpenedSitting) -> str:
    return reverse("candidate", args=(opened.sitting.key,))


def try_password(client: Client, password: str, **more: str):  # type: ignore[no-untyped-def]  # noqa: ANN201  a test response
    return client.post("/sign-in/", {"username": HIRER, "password": password, **more})


class TestComingIn:
    def test_the_right_password_leads_to_the_desk(self, digest: str, client: Client) -> None:  # noqa: ARG002
        response = try_password(client, PASSWORD)
        assert (response.status_code, response["Location"]) == (302, DESK)
        assert client.get(DESK).status_code == 200

    def test_the_wrong_password_is_answered_in_words(self, digest: str, client: Client) -> None:  # noqa: ARG002
        response = try_password(client, "wrong")
        assert response.status_code == 200
        assert "do not belong together" in response.content.decode()
        assert client.get(DESK).status_code == 302

    def test_an_unknown_account_is_answered_with_the_same_words(self, digest: str, client: Client) -> None:  # noqa: ARG002
        pages = [
            client.post("/sign-in/", {"username": name, "password": "wrong"}).content.decode()
            for name in (HIRER, "nobody@harbour.example")
        ]
        bare = [re.sub(r'(?:value|nonce)="[^"]*"', "", page).replace("nobody@", "hirer@") for page in pages]
        assert bare[0] == bare[1]

    def test_five_wrong_passwords_close_the_account_for_a_while(self, digest: str, client: Client) -> None:  # noqa: ARG002
        statuses = [try_password(client, "wrong").status_code for _ in range(5)]
        assert statuses == [200, 200, 200, 200, 429]
        closed = try_password(client, PASSWORD)
        assert closed.status_code == 429
        assert "closed for 15 minutes" in closed.content.decode()
        assert client.get(DESK).status_code == 302

    def test_somebody_else_can_still_come_in(self, digest: str, client: Client) -> None:  # noqa: ARG002
        for _ in range(5):
            try_password(client, "wrong")
        other = client.post("/sign-in/", {"username": "hirer@other.example", "password": PASSWORD})
        assert other.status_code == 302

    @pytest.mark.parametrize(
        "forged", ["https://evil.example/", "//evil.example/desk/", "javascript:alert(1)", "https:evil.example"]
    )
    def test_a_forged_next_is_not_followed(self, forged: str, digest: str, client: Client) -> None:  # noqa: ARG002
        assert try_password(client, PASSWORD, next=forged)["Location"] == DESK

    def test_a_local_next_is_followed(self, finished: OpenedSitting, client: Client) -> None:
        asked = client.get(page_of(finished))
        assert asked.status_code == 302
        assert asked["Location"] == f"/sign-in/?next={page_of(finished)}"
        assert "no-store" in asked["Cache-Control"]
        form = client.get(asked["Location"]).content.decode()
        assert f'name="next" value="{page_of(finished)}"' in form
        assert try_password(client, PASSWORD, next=page_of(finished))["Location"] == page_of(finished)

    def test_signing_out_takes_a_post(self, hirer: Client) -> None:
        assert hirer.get("/sign-out/").status_code == 405
        assert hirer.get(DESK).status_code == 200
        assert hirer.post("/sign-out/").status_code == 302
        assert hirer.get(DESK).status_code == 302

    def test_signing_out_needs_the_form(self, digest: str) -> None:  # noqa: ARG002
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(User.objects.get(username=HIRER), backend="django.contrib.auth.backends.ModelBackend")
        assert strict.post("/sign-out/").status_code == 403
        assert strict.get(DESK).status_code == 200

    def test_somebody_without_an_organisation_is_told_so(self, digest: str, client: Client) -> None:  # noqa: ARG002
        client.force_login(
            User.objects.create_user("alone@example.org"), backend="django.contrib.auth.backends.ModelBackend"
        )
        response = client.get(DESK)
        assert response.status_code == 403
        assert "does not belong to any organisation" in response.content.decode()
        assert "no-store" in response["Cache-Control"]


class TestTheList:
    def test_an_empty_desk_says_so(self, hirer: Client) -> None:
        assert "Nobody is here yet" in hirer.get(DESK).content.decode()

    def test_candidates_stand_in_alphabetical_order_with_how_far_they_are(
        self, hirer: Client, finished: OpenedSitting, digest: str, library: Library, reader: Reader
    ) -> None:
        invite("harbour", "Zoë Adler")
        begun = begin_invited(digest, "harbour", "ada Quist")
        walk(begun, library, reader, until="situation")
        page = unescape(hirer.get(DESK).content.decode())
        places = [page.index(name) for name in ("ada Quist", "Bo Lindgren", "Zoë Adler")]
        assert places == sorted(places)
        assert re.search(r"Begun, about \d+ minutes left", page)
        assert page.count("Invited, not begun") == 1
        assert page_of(finished) in page
        assert page_of(begun) in page
        assert page.count("/desk/candidates/") == 2

    def test_a_withdrawn_invitation_is_called_that(self, hirer: Client) -> None:
        token = invite("harbour", "Zoë Adler")
        found = doors.find_invitation(token, timezone.now()).invitation
        assert found is not None
        doors.revoke_invitation("harbour", found.number, timezone.now())
        assert "Invitation withdrawn" in hirer.get(DESK).content.decode()

    def test_nobody_of_another_house_is_listed(self, hirer: Client, digest: str) -> None:
        begin_invited(digest, "other", "Stranger Jones")
        begin_open(digest)
        page = hirer.get(DESK).content.decode()
        assert "Stranger" not in page
        assert "Nobody is here yet" in page


class TestACandidate:
    def test_the_evidence_is_followed_down_to_the_sentence(self, hirer: Client, finished: OpenedSitting) -> None:
        response = hirer.get(page_of(finished))
        assert response.status_code == 200
        assert "no-store" in response["Cache-Control"]
        page = unescape(response.content.decode())
        for turn in HOTHEAD:
            assert turn.words in page
        assert "Hit back with a rude or mocking remark." in page
        assert "Level 0 of 4" in page

    def test_it_says_what_it_is_before_anything_else(self, hirer: Client, finished: OpenedSitting) -> None:
        page = hirer.get(page_of(finished)).content.decode()
        box = page[page.index('class="box"') : page.index("</section>")]
        for words in ("You decide, with a reason", "provisional", "Nobody yet knows", "alphabetical order"):
            assert words in box
        assert page.index('class="box"') < page.index('class="verdict')
        for once in ("not yet been measured on real people", "No study has compared them", "There are no norms"):
            assert page.count(once) == 1
        words = re.sub(r"<[^>]*>", "", page)
        assert "%" not in words
        assert "unfit" not in words.lower()

    def test_it_speaks_of_the_candidate_and_not_to_them(
        self, hirer: Client, finished: OpenedSitting, library: Library
    ) -> None:
        page = unescape(hirer.get(page_of(finished)).content.decode())
        bare = re.sub(r"<details class=\"quiet\"><summary>All that.*?</details>", "", page, flags=re.DOTALL)
        for text in (
            *(line for one in library.qualities for line in (one.strong, one.middling, one.weak)),
            *(library.jobs[0].summary, *(moment.asks for one in library.scenarios for moment in one.moments)),
            *(words.words for words in HOTHEAD),
            "You decide, with a reason",
            "before you conclude anything",
            "before you use it",
        ):
            bare = bare.replace(text, "")
        said = re.sub(r"<article class=\"talk\".*?</article>", "", bare, flags=re.DOTALL)
        said = re.sub(r"<(blockquote|p class=\"asks[^>]*)>.*?</(blockquote|p)>|<[^>]*>", " ", said, flags=re.DOTALL)
        assert "You said" not in said
        assert "Your report" not in said
        assert "you are willing" not in said
        assert "you do not want" not in said
        assert "The candidate said" in said

    def test_must_haves_stand_before_the_rest(self, hirer: Client, finished: OpenedSitting) -> None:
        page = hirer.get(page_of(finished)).content.decode()
        demands = page[page.index('<ul class="demands">') :]
        marks = ["must-have" in one for one in demands[: demands.index("</ul>")].split("<li>")[1:]]
        assert any(marks)
        assert marks == sorted(marks, reverse=True)

    def test_an_unfinished_sitting_shows_how_far_it_is_and_no_result(
        self, hirer: Client, digest: str, library: Library, reader: Reader
    ) -> None:
        opened = begin_invited(digest, "harbour", "Ada Quist")
        walk(opened, library, reader, until="willingness")
        response = hirer.get(page_of(opened))
        assert response.status_code == 200
        page = response.content.decode()
        assert re.search(r"Begun, about \d+ minutes? left", page)
        for word in ("verdict", 'class="chart', "Composure", "likely"):
            assert word not in page
        assert HOTHEAD[0].words not in page

    @pytest.mark.parametrize("whose", ["other", "open", "nobody"])
    def test_whoever_is_not_of_this_house_is_not_found(
        self, whose: str, hirer: Client, digest: str, library: Library, reader: Reader
    ) -> None:
        keys = {"nobody": "0" * 32}
        for name, opened in (("other", begin_invited(digest, "other", "Stranger Jones")), ("open", begin_open(digest))):
            keys[name] = opened.sitting.key
            if name == whose:
                walk(opened, library, reader, until="meet")
        response = hirer.get(reverse("candidate", args=(keys[whose],)))
        assert response.status_code == 404
        page = response.content.decode()
        assert "We do not know this candidate" in page
        assert "Stranger" not in page
        assert "no-store" in response["Cache-Control"]

    def test_each_hirer_sees_their_own(self, finished: OpenedSitting, client: Client) -> None:
        statuses = {}
        for house in ("harbour", "other"):
            client.force_login(
                User.objects.get(username=f"hirer@{house}.example"),
                backend="django.contrib.auth.backends.ModelBackend",
            )
            statuses[house] = client.get(page_of(finished)).status_code
        assert statuses == {"harbour": 200, "other": 404}

    def test_a_deleted_sitting_is_gone_here_too(self, hirer: Client, finished: OpenedSitting) -> None:
        delete_sitting(finished.sitting.key, finished.sitting.organisation)
        assert hirer.get(page_of(finished)).status_code == 404
        assert "Bo Lindgren" not in hirer.get(DESK).content.decode()

    def test_nothing_is_taken_by_post(self, hirer: Client, finished: OpenedSitting) -> None:
        assert hirer.post(page_of(finished)).status_code == 405

    def test_the_personal_link_is_not_shown_to_a_hirer(self, hirer: Client, finished: OpenedSitting) -> None:
        for page in (hirer.get(DESK), hirer.get(page_of(finished))):
            assert finished.resume_token not in page.content.decode()

    def test_membership_that_ended_ends_the_desk(self, hirer: Client, finished: OpenedSitting) -> None:
        user = User.objects.get(username=HIRER)
        user.is_active = False
        user.save()
        assert records.membership(user.pk) is None
        assert hirer.get(page_of(finished)).status_code in (302, 403)
