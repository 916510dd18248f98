from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from web.conftest import TOKEN, Person

from poise.storage.demo import ORGANISATION, POSITION, Demo
from poise.storage.doors import find_invitation, invite, revoke_invitation


def _invite(days: float = 1) -> str:
    now = timezone.now()
    return invite(
        ORGANISATION, POSITION, "Ama Boateng", now=now - timedelta(days=3), expires_at=now + timedelta(days=days)
    )


def test_the_first_page_says_what_it_is_and_shows_the_three_doors(demo: Demo) -> None:
    page = Client().get("/").content.decode()
    assert demo.invitation not in page
    for words in ("Is it for me?", "I have an invitation", "Sign in to your desk", "Most people need up to"):
        assert words in page


@pytest.mark.usefixtures("demo")
def test_the_open_door_begins_a_sitting_and_leads_to_a_personal_link() -> None:
    client = Client()
    response = client.post("/begin/")
    assert response.status_code == 303
    assert TOKEN.search(response["Location"])
    onward = client.get(response["Location"])
    assert onward.status_code == 303
    assert onward["Location"].endswith("/at/preview")
    assert "Six jobs, one real week each" in client.get(onward["Location"]).content.decode()


def test_reading_the_doors_begins_nothing(demo: Demo) -> None:
    assert Client().get("/begin/").status_code == 405
    Client().get(f"/i/{demo.invitation}/")
    found = find_invitation(demo.invitation, timezone.now())
    assert found.invitation is not None
    assert found.invitation.sitting is None


def test_an_invitation_says_who_invites_and_always_leads_to_the_same_sitting(demo: Demo) -> None:
    page = Client().get(f"/i/{demo.invitation}/").content.decode()
    assert "Harbour &amp; Hill Home invites you" in page
    assert "Complaints desk, spring intake" in page
    first = Client().post(f"/i/{demo.invitation}/")["Location"]
    second = Client().post(f"/i/{demo.invitation}/")["Location"]
    assert first == second
    assert "Go on from where you stopped" in Client().get(f"/i/{demo.invitation}/").content.decode()
    assert "A week in this job" in Client().get(f"{first}at/preview").content.decode()


def test_a_finished_invitation_points_to_the_personal_link_and_not_to_the_report(demo: Demo) -> None:
    client = Client()
    found = TOKEN.search(client.post(f"/i/{demo.invitation}/")["Location"])
    assert found is not None
    Person(client, found[1]).walk("finished")
    for response in (client.get(f"/i/{demo.invitation}/"), client.post(f"/i/{demo.invitation}/")):
        assert response.status_code == 410
        assert (
            "use your personal link" in response.content.decode()
            or "at your personal link" in response.content.decode()
        )
        assert found[1] not in response.content.decode()


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize("method", ["get", "post"])
def test_invitations_that_are_closed_say_why_and_what_to_do(method: str) -> None:
    expired, revoked = _invite(days=-1), _invite()
    found = find_invitation(revoked, timezone.now())
    assert found.invitation is not None
    revoke_invitation(ORGANISATION, found.invitation.number, timezone.now())
    for token, status, words in (
        (expired, 410, "Ask the person who invited you for a new link"),
        (revoked, 410, "was withdrawn"),
        ("x" * 43, 404, "We do not know this invitation"),
    ):
        response = getattr(Client(), method)(f"/i/{token}/")
        assert response.status_code == status
        assert words in response.content.decode()
        assert "Ama Boateng" not in response.content.decode()


@pytest.mark.parametrize(
    "around", ["{}", "  {} ", "http://127.0.0.1:8000/i/{}/", "http://x.example/i/{}", "http://x/i/\n{}/"]
)
def test_a_pasted_link_is_understood_however_it_was_copied(demo: Demo, around: str) -> None:
    response = Client().post("/invitation/", {"link": around.format(demo.invitation)})
    assert response.status_code == 303
    assert response["Location"] == f"/i/{demo.invitation}/"


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize("pasted", ["", "hello", "https://elsewhere.example/", "<script>alert(1)</script>"])
def test_what_is_no_invitation_is_said_beside_the_field_with_the_paste_kept(pasted: str) -> None:
    response = Client().post("/invitation/", {"link": pasted})
    page = response.content.decode()
    assert response.status_code == 422
    assert 'aria-invalid="true"' in page
    assert "<script>alert" not in page


def test_pages_whose_address_is_a_key_are_kept_private(demo: Demo, person: Person) -> None:
    for path in (f"/i/{demo.invitation}/", person.path(), f"/s/{person.token}/link/", f"/i/{'x' * 43}/"):
        response = Client().get(path)
        assert response["Referrer-Policy"] == "same-origin"
        assert "no-store" in response["Cache-Control"]
        assert "noindex" in response["X-Robots-Tag"]
        policy = response["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
