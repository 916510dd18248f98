"""Positions at the desk: made in two steps, a study at first, and never changed behind somebody's back."""

import pytest
from django.test import Client
from web.desk_visits import form_of, post, send, shown, signed_in

from poise.storage import positions, records
from poise.storage.auditing import list_deeds

NEW = "/desk/positions/new/"
MADE = "/desk/positions/spring-desk/"
SETTINGS = f"{MADE}settings/"


@pytest.fixture
def owner(digest: str) -> Client:  # noqa: ARG001  the library must be there
    return signed_in("owner")


@pytest.fixture
def made(owner: Client) -> Client:
    place = post(owner, f"{NEW}complaints_desk/", {"name": " Spring  desk ", "blueprint": "complaints_desk"})
    assert place == MADE
    return owner


class TestMaking:
    def test_every_job_that_is_offered_can_be_made(self, owner: Client) -> None:
        for key in ("complaints_desk", "hotel_reception"):
            assert f'href="{NEW}{key}/"' in shown(owner, NEW)
            page = shown(owner, f"{NEW}{key}/")
            assert "It begins as a study" in page
            assert "for learning" not in page  # practice is offered to nobody who hires
        post(owner, f"{NEW}hotel_reception/", {"name": "Night desk", "blueprint": "open_door"})
        assert "Night desk" in shown(owner, "/desk/positions/")

    def test_what_is_wrong_is_told_beside_its_field_and_nothing_is_lost(self, owner: Client) -> None:
        page = post(owner, f"{NEW}complaints_desk/", {"name": " ", "blueprint": "complaints_practice"}, 422)
        assert "Write what the position is called" in page
        assert "Choose one of the sittings" in page
        long = post(owner, f"{NEW}complaints_desk/", {"name": "x" * 201, "blueprint": "complaints_desk"}, 422)
        assert "x" * 201 in long
        assert "201 characters" in long
        assert [one.name for one in records.list_positions("harbour")] == ["Complaints desk"]

    def test_two_of_one_name_have_two_addresses(self, made: Client) -> None:
        again = post(made, f"{NEW}complaints_desk/", {"name": "Spring desk", "blueprint": "complaints_desk"})
        assert again == "/desk/positions/spring-desk-2/"

    def test_a_name_in_other_letters_has_an_address_too(self, owner: Client) -> None:
        place = post(owner, f"{NEW}complaints_desk/", {"name": "客服", "blueprint": "complaints_desk"})
        assert place == "/desk/positions/position/"
        assert "客服" in shown(owner, place)

    def test_it_begins_as_a_study_and_says_what_that_means(self, made: Client) -> None:
        page = shown(made, MADE)
        assert "This is a study" in page
        assert "hidden from everybody who is over them" in page
        assert positions.find_position("harbour", "spring-desk").view.mode == "study"

    def test_a_hirer_makes_one_and_an_interviewer_does_not(self, digest: str) -> None:  # noqa: ARG002
        assert signed_in("hirer").get(NEW).status_code == 200
        assert signed_in("interviewer").get(NEW).status_code == 403


class TestSettings:
    def test_an_owner_switches_to_selection_with_a_reason_that_is_kept(self, made: Client) -> None:
        action = f"{MADE}mode/"
        assert "It is recorded with your name" in send(made, SETTINGS, action, {"reason": " "}, 422)
        send(made, SETTINGS, action, {"reason": "Twelve incumbents sat and found it fair."})
        page = shown(made, MADE)
        assert "Twelve incumbents sat and found it fair." in page
        assert "This is a study" not in page
        deed = next(one for one in list_deeds("harbour") if one.deed == "mode_set")
        assert (deed.account, deed.about) == ("owner@harbour.example", "position:spring-desk")
        assert deed.detail == {"mode": "selection", "reason": "Twelve incumbents sat and found it fair."}

    def test_before_that_it_says_what_is_not_known(self, made: Client) -> None:
        page = shown(made, SETTINGS)
        assert "The figures are provisional" in page
        assert "How well it foretells work is unknown" in page

    def test_a_hirer_may_not_switch(self, made: Client) -> None:  # noqa: ARG002  the position must be there
        hirer = signed_in("hirer")
        page = shown(hirer, SETTINGS)
        assert "Only an owner can change this" in page
        assert f'action="{MADE}mode/"' not in page
        post(hirer, f"{MADE}mode/", {"reason": "I want to.", "mode": "selection"}, 403)

    def test_of_two_windows_the_second_is_told_and_loses_nothing(self, made: Client) -> None:
        action = f"{MADE}name/"
        stale = form_of(shown(made, SETTINGS), action)
        send(made, SETTINGS, action, {"name": "Summer desk"})
        page = post(made, action, {**stale, "name": "Autumn desk"}, 409)
        assert "Somebody else changed this position" in page
        assert 'value="Autumn desk"' in page
        assert positions.find_position("harbour", "spring-desk").view.name == "Summer desk"
        fresh = form_of(page, action)
        post(made, action, {**fresh, "name": "Autumn desk"})
        assert positions.find_position("harbour", "spring-desk").view.name == "Autumn desk"

    def test_ranks_and_the_first_view_are_switched_on_and_off(self, made: Client) -> None:
        send(made, SETTINGS, f"{MADE}ranks/", {"reason": "We have forty people for one place."})
        send(made, SETTINGS, f"{MADE}blind/", {})
        found = positions.find_position("harbour", "spring-desk").view
        assert (found.ranked_by, found.ranked_reason) == (
            "owner@harbour.example",
            "We have forty people for one place.",
        )
        assert found.blind_first_view
        send(made, SETTINGS, f"{MADE}ranks/", {"reason": "It misleads."})
        send(made, SETTINGS, f"{MADE}blind/", {})
        found = positions.find_position("harbour", "spring-desk").view
        assert (found.ranked_at, found.blind_first_view) == (None, False)

    def test_another_house_does_not_find_it(self, made: Client) -> None:  # noqa: ARG002
        other = signed_in("owner", "other")
        for path in (MADE, SETTINGS):
            assert "We do not know this position" in shown(other, path, 404)
        post(other, f"{MADE}close/", {"do": "close"}, 404)
        assert positions.find_position("harbour", "spring-desk").view.closed_at is None
