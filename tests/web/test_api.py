"""The API: keys and scopes, other houses, studies, and input that no program should send."""

from typing import Any, cast

import pytest
import schemathesis
from django.contrib.auth.models import User
from django.core.cache import cache
from django.core.wsgi import get_wsgi_application
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance
from web.finished_sittings import begin_invited, walk

from poise.content.library import Library
from poise.hiring.keys import SCOPES, KeyRequest
from poise.hiring.roles import Deed
from poise.roleplay.understanding import Reader
from poise.sitting.contesting import contest_reading, list_moments
from poise.sitting.decisions import Written
from poise.sitting.journal import perform
from poise.sitting.state import fold
from poise.storage import keys, records
from poise.storage.auditing import Doer
from poise.storage.demo import CANDIDATE, Demo
from poise.storage.journal import DjangoJournal
from poise.storage.models import Position
from poise.storage.records import ensure_organisation, sitting_record
from poise.web.api import addresses

MAKER = "Ada Quist"
EXAMPLES = 15
LEFT_OUT = [negative_data_rejection, positive_data_acceptance]
"""Words in an address that nobody asks for are passed over; and a job that does not exist is refused as it must be."""


@pytest.fixture(autouse=True)
def _forget_calls(db: None) -> None:  # noqa: ARG001  calls are counted there
    cache.clear()


def make_key(organisation: str, *scopes: Deed) -> str:
    doer = Doer(MAKER, "ada@harbour.example", timezone.now())
    return keys.make_key(organisation, KeyRequest("Payroll", scopes or SCOPES), doer)


def call(key: str, path: str, body: dict[str, Any] | None = None, *, how: str = "") -> Any:
    client, headers = Client(), {"authorization": f"Bearer {key}"}
    address = f"/api/v1{path}"
    if how == "delete":
        return client.delete(address, headers=headers)
    if body is not None:
        return client.post(address, body, content_type="application/json", headers=headers)
    return client.get(address, headers=headers)


def test_a_key_says_what_it_may_do(demo: Demo) -> None:
    answer = call(make_key(demo.organisation, "invite"), "/key")
    assert answer.json()["scopes"] == ["invite"]
    assert answer.json()["organisation"] == demo.organisation


@pytest.mark.parametrize("key", ["", "poise_ab12cd34_" + "x" * 40, "x" * 5000, "poise_ab12cd34_é"])
def test_without_a_key_nothing_is_told(demo: Demo, key: str) -> None:  # noqa: ARG001  the house is there
    for path in ("/key", "/positions", "/candidates", "/audit", "/sittings/abc/report"):
        answer = call(key, path)
        assert answer.status_code == 401
        assert answer.json()["title"] == "A key is needed"
        assert answer["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    ("path", "scope"),
    [
        ("/positions", "see_positions"),
        ("/candidates", "see_candidates"),
        ("/audit", "see_audit"),
        ("/sittings/x", "see_candidates"),
        ("/sittings/x/report", "see_results"),
    ],
)
def test_each_call_needs_its_scope(demo: Demo, path: str, scope: Deed) -> None:
    without = make_key(demo.organisation, *(one for one in SCOPES if one != scope))
    refused = call(without, path)
    assert refused.status_code == 403
    assert scope in refused.json()["detail"]
    assert call(make_key(demo.organisation, scope), path).status_code in {200, 404}


def test_a_session_of_the_desk_is_no_key(demo: Demo) -> None:
    client = Client()
    client.force_login(User.objects.get(username=demo.hirer), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/api/v1/positions").status_code == 401


def test_a_withdrawn_or_late_key_opens_nothing(demo: Demo) -> None:
    key = make_key(demo.organisation)
    assert call(key, "/positions").status_code == 200
    keys.revoke_key(demo.organisation, key[6:14], Doer(MAKER, "", timezone.now()))
    assert call(key, "/positions").status_code == 401


def test_what_cannot_be_read_or_found_is_refused_in_the_same_shape(demo: Demo) -> None:
    client, sent = Client(), {"Authorization": f"Bearer {make_key(demo.organisation)}"}
    unread = client.post("/api/v1/positions", "{bad", content_type="application/json", headers=sent)
    unknown = client.get("/api/v1/nothing", headers=sent)
    for answer, status, words in ((unread, 400, "Send JSON"), (unknown, 404, "openapi.json")):
        told = answer.json()
        assert (answer.status_code, told["status"], told["faults"]) == (status, status, [])
        assert words in told["detail"]


class TestPeople:
    def test_a_person_is_invited_and_listed(self, demo: Demo) -> None:
        key = make_key(demo.organisation)
        made = call(key, f"/positions/{demo.position}/invitations", {"people": [{"name": " Noor Haddad "}], "days": 3})
        assert made.status_code == 201
        assert Client().get(made.json()[0]["link"]).status_code == 200
        listed = call(key, "/candidates").json()
        assert [one["name"] for one in listed["candidates"]] == ["Noor Haddad", CANDIDATE]
        number = listed["candidates"][0]["invitation"]
        assert call(key, f"/invitations/{number}", how="delete").status_code == 204
        assert call(key, "/invitations/987654", how="delete").status_code == 404
        assert call(key, "/candidates?state=withdrawn").json()["total"] == 1

    def test_everything_that_is_wrong_with_many_is_said_at_once_and_nobody_is_invited(self, demo: Demo) -> None:
        key = make_key(demo.organisation)
        people = [{"name": "A", "email": "nobody"}, {"name": "B"}, {"name": "C", "email": "c@example"}]
        refused = call(key, f"/positions/{demo.position}/invitations", {"people": people})
        assert [one["where"] for one in refused.json()["faults"]] == ["body.people.0.email", "body.people.2.email"]
        assert call(key, "/candidates").json()["total"] == 1

    def test_an_invitation_is_extended_and_nobody_without_an_address_reminded(self, demo: Demo) -> None:
        key = make_key(demo.organisation)
        number = call(key, "/candidates").json()["candidates"][0]["invitation"]
        before = call(key, "/candidates").json()["candidates"][0]["expires_at"]
        assert call(key, f"/invitations/{number}/extension", {"days": 90}).status_code == 204
        assert call(key, "/candidates").json()["candidates"][0]["expires_at"] > before
        assert call(key, f"/invitations/{number}/reminder", {}).status_code == 422
        assert call(key, "/invitations/987654/reminder", {}).status_code == 404

    def test_a_position_is_made_and_closed(self, demo: Demo) -> None:
        key = make_key(demo.organisation)
        offered = {one["key"]: one["sittings"][0]["key"] for one in call(key, "/jobs").json()}
        assert offered["complaints_desk"] == "complaints_desk"
        wanted = {"name": "Complaints desk, autumn", "job": "complaints_desk", "blueprint": "complaints_desk"}
        made = call(key, "/positions", wanted).json()
        assert (made["key"], made["mode"]) == ("complaints-desk-autumn", "study")
        assert [one["key"] for one in call(key, "/positions").json()] == [made["key"], demo.position]
        assert call(key, f"/positions/{made['key']}/close", {}).json()["closed_at"]
        refused = call(key, f"/positions/{made['key']}/invitations", {"people": [{"name": "A"}]})
        assert refused.status_code == 422
        wrong = call(key, "/positions", {**wanted, "job": "astronaut"})
        assert [one["where"] for one in wrong.json()["faults"]] == ["job"]

    def test_pages_hold_everybody_once(self, demo: Demo) -> None:
        key = make_key(demo.organisation)
        for number in range(5):
            call(key, f"/positions/{demo.position}/invitations", {"people": [{"name": f"Person {number}"}]})
        names: list[str] = []
        after: int | None = 0
        while after is not None:
            page = call(key, f"/candidates?most=2&after={after}").json()
            names += [one["name"] for one in page["candidates"]]
            after = page["next"]
        assert names == sorted(names, key=str.casefold)
        assert len(names) == 6

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"people": []},
            {"people": [{"name": "  "}]},
            {"people": [{"name": "x" * 201}]},
            {"people": [{"name": "A"}], "days": 0},
            {"people": [{"name": "A"}], "days": 9999},
            {"people": [{"name": "A"}] * 501},
            {"people": [{"name": "A", "email": "nobody"}]},
            {"people": [{"name": "A", "email": "a@example.org"}, {"name": "B", "email": "A@example.org"}]},
            {"people": [{"name": "A", "accommodations": ["tea"]}]},
        ],
    )
    def test_a_wrong_invitation_is_refused_and_says_where(self, demo: Demo, body: dict[str, Any]) -> None:
        answer = call(make_key(demo.organisation), f"/positions/{demo.position}/invitations", body)
        assert answer.status_code == 422
        assert answer.json()["faults"]
        assert all(fault["where"] and fault["what"] for fault in answer.json()["faults"])
        assert all(
            fault["where"].startswith("body.people") or fault["where"] == "body.days"
            for fault in answer.json()["faults"]
        )

    def test_another_house_is_not_there(self, demo: Demo) -> None:
        ensure_organisation("meadow", "Meadow")
        stranger = make_key("meadow")
        assert call(stranger, "/candidates").json()["total"] == 0
        assert call(stranger, f"/positions/{demo.position}/invitations", {"people": [{"name": "A"}]}).status_code == 404
        number = call(make_key(demo.organisation), "/candidates").json()["candidates"][0]["invitation"]
        assert call(stranger, f"/invitations/{number}", how="delete").status_code == 404


class TestResults:
    @pytest.fixture
    def sat(self, digest: str, library: Library, reader: Reader, purpose: str) -> str:
        at = timezone.now()
        chosen = {"mode": purpose, "mode_by": MAKER, "mode_reason": "To choose.", "mode_at": at}
        Position.objects.filter(organisation__key="harbour").update(**chosen)
        opened = begin_invited(digest, "harbour", "Bo Lindgren")
        walk(opened, library, reader)
        return opened.sitting.key

    @pytest.mark.parametrize("purpose", ["selection"])
    def test_a_report_is_data_with_its_uncertainty(self, sat: str) -> None:
        key = make_key("harbour")
        how_far = call(key, f"/sittings/{sat}").json()
        assert (how_far["percent"], how_far["purpose"]) == (100, "selection")
        told = call(key, f"/sittings/{sat}/report").json()["report"]
        assert told["provisional"] is True
        assert all(one["low_end"] < one["high_end"] for one in told["qualities"])
        ensure_organisation("meadow", "Meadow")
        assert call(make_key("meadow"), f"/sittings/{sat}").status_code == 404
        assert call(make_key("meadow"), f"/sittings/{sat}/report").status_code == 404

    @pytest.mark.parametrize("purpose", ["selection"])
    def test_a_decision_needs_a_person_and_what_they_saw(self, sat: str) -> None:
        key = make_key("harbour")
        (version,) = call(key, f"/sittings/{sat}/reports").json()
        assert len(version["digest"]) == 64
        made = {"outcome": "invite", "reason": "Calm with the angry one.", "by": "Ada", "seen": 0, "report": 1}
        for missing in ("reason", "by"):
            refused = call(key, f"/sittings/{sat}/decisions", {**made, missing: " "})
            assert refused.status_code == 422
            assert refused.json()["faults"][0]["where"].endswith(missing)
        assert call(key, f"/sittings/{sat}/decisions", made).status_code == 201
        overtaken = call(key, f"/sittings/{sat}/decisions", {**made, "outcome": "decline", "by": "Bo"})
        assert overtaken.status_code == 409
        assert "Ada decided a moment ago" in overtaken.json()["detail"]
        (stands,) = call(key, f"/sittings/{sat}/decisions").json()
        assert (stands["outcome"], stands["by"], stands["account"]) == ("invite", "Ada", f"key:{key[6:14]}")

    @pytest.mark.parametrize("purpose", ["selection"])
    def test_an_interview_is_planned_and_rated(self, sat: str) -> None:
        key = make_key("harbour")
        guide = call(key, f"/sittings/{sat}/guide").json()
        assert sum(one["core"] for one in guide["questions"]) == 4
        assert all(len(one["anchors"]) == 5 for one in guide["questions"])
        ratings = [{"question": one["key"], "level": 3, "notes": "An example."} for one in guide["questions"][:2]]
        assert call(key, f"/sittings/{sat}/ratings", {"by": "Ada", "ratings": ratings}).json() == {"kept": 2}
        assert len(call(key, f"/sittings/{sat}/reports").json()) == 1
        changed = [{**ratings[0], "level": 1}]
        assert call(key, f"/sittings/{sat}/ratings", {"by": "Ada", "ratings": changed}).status_code == 409
        again = [{**ratings[0], "level": 1, "seen": 1}]
        assert call(key, f"/sittings/{sat}/ratings", {"by": "Ada", "ratings": again}).status_code == 200
        wrong = call(key, f"/sittings/{sat}/ratings", {"by": "Ada", "ratings": [{"question": "nothing", "level": 1}]})
        assert wrong.status_code == 422
        assert "nothing" in wrong.json()["faults"][0]["what"]
        assert {one["by"] for one in call(key, "/audit").json()} >= {"Ada"}

    @pytest.mark.parametrize("purpose", ["selection"])
    def test_a_contested_reading_is_owed_and_corrected(self, sat: str) -> None:
        key = make_key("harbour")
        assert call(key, "/owed").json() == []
        journal = DjangoJournal("harbour")
        library_now = records.library(sitting_record(sat, "harbour").library)
        moment = next(one for one in list_moments(fold(journal.read(sat)), library_now) if one.rating)
        words = Written("I did ask first.", "contest-words", dict)
        perform(journal, sat, contest_reading(library_now, moment.name, words, timezone.now().isoformat()))
        (owed,) = call(key, "/owed").json()
        assert (owed["kind"], owed["about"], owed["overdue"]) == ("contest", moment.name, False)
        made = {"moment": moment.name, "level": 4, "reason": "They did ask.", "by": "Ada"}
        before = len(call(key, f"/sittings/{sat}/reports").json())
        assert call(key, f"/sittings/{sat}/corrections", made).status_code == 200
        assert len(call(key, f"/sittings/{sat}/reports").json()) >= before
        assert call(key, "/owed").json() == []
        overtaken = call(key, f"/sittings/{sat}/corrections", {**made, "level": 1, "by": "Bo"})
        assert overtaken.status_code == 409
        assert call(key, f"/sittings/{sat}/corrections", {**made, "moment": "no/such"}).status_code == 404

    @pytest.mark.parametrize("purpose", ["selection"])
    def test_nobody_answers_what_was_never_asked(self, sat: str) -> None:
        given = {"kind": "human_alternative", "words": "Come on Monday.", "by": "Ada"}
        assert call(make_key("harbour"), f"/sittings/{sat}/answers", given).status_code == 404

    @pytest.mark.parametrize("purpose", ["selection"])
    def test_a_report_is_handed_out_on_paper_and_a_sitting_deleted(self, sat: str) -> None:
        key = make_key("harbour")
        assert call(key, f"/sittings/{sat}/report.pdf").content.startswith(b"%PDF")
        assert call(key, f"/sittings/{sat}?by=%20", how="delete").status_code == 422
        assert call(key, f"/sittings/{sat}?by=Ada", how="delete").status_code == 204
        assert call(key, f"/sittings/{sat}").status_code == 404
        assert call(key, f"/sittings/{sat}?by=Ada", how="delete").status_code == 404
        assert call(key, "/audit").json()[0]["by"] == "Ada"

    @pytest.mark.parametrize("purpose", ["selection"])
    def test_a_table_is_exported(self, sat: str) -> None:
        key = make_key("harbour")
        answer = call(key, "/exports/qualities?kind=csv&position=desk")
        assert answer["Content-Type"].startswith("text/csv")
        assert answer.content.count(b"Bo Lindgren") == 12
        assert call(key, "/exports/qualities?kind=parquet").content[:4] == b"PAR1"
        assert call(key, "/exports/words").status_code == 422
        blind = make_key("harbour", "export")
        assert b"Bo Lindgren" not in call(blind, "/exports/qualities").content
        assert sat in call(key, "/exports/candidates").content.decode()

    @pytest.mark.parametrize("purpose", ["study"])
    def test_what_came_of_a_study_is_told_to_no_boss(self, sat: str) -> None:
        refused = call(make_key("harbour"), f"/sittings/{sat}/report")
        assert refused.status_code == 403
        assert "study" in refused.json()["detail"]

    @pytest.mark.parametrize("purpose", ["selection"])
    def test_a_blind_first_view_is_not_seen_around(self, sat: str) -> None:
        Position.objects.filter(organisation__key="harbour").update(blind_first_view=True)
        assert call(make_key("harbour"), f"/sittings/{sat}/report").status_code == 403


def test_too_many_calls_are_refused(demo: Demo, monkeypatch: pytest.MonkeyPatch) -> None:
    key = make_key(demo.organisation)
    monkeypatch.setattr(addresses.each_key, "num_requests", 3)
    assert [call(key, "/key").status_code for _ in range(5)] == [200, 200, 200, 429, 429]
    assert call(make_key(demo.organisation), "/key").status_code == 200


APP = get_wsgi_application()
DESCRIBED = schemathesis.openapi.from_dict(
    cast("dict[str, Any]", addresses.api.get_openapi_schema(path_prefix=addresses.PREFIX))
)
DESCRIBED.app = APP
OPERATIONS = [found.ok() for found in DESCRIBED.get_all_operations() if isinstance(found, Ok)]


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: f"{one.method} {one.path}")
@pytest.mark.parametrize("wrong", [False, True], ids=["as described", "not as described"])
def test_nothing_that_is_sent_is_an_error_of_the_server(demo: Demo, operation: Any, wrong: bool) -> None:  # noqa: FBT001  a table
    key = make_key(demo.organisation)
    mode = GenerationMode.NEGATIVE if wrong else GenerationMode.POSITIVE

    @given(operation.as_strategy(generation_mode=mode))
    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    def send(case: Any) -> None:
        cache.clear()
        case.call_and_validate(headers={"Authorization": f"Bearer {key}"}, excluded_checks=LEFT_OUT)

    send()


@pytest.mark.parametrize("path", ["/sittings/a%00b", "/audit?about=%00", "/candidates?position=%00"])
def test_a_character_that_no_database_takes_is_refused(demo: Demo, path: str) -> None:
    assert call(make_key(demo.organisation), path).status_code == 400


def test_what_a_session_may_send_holds_no_such_character_either(client: Client, demo: Demo) -> None:  # noqa: ARG001
    assert client.post("/invitation/", {"link": "a\0b"}).status_code in {200, 422}
    form = "application/x-www-form-urlencoded"
    assert client.post("/invitation/", "link=a%00b", content_type=form).status_code == 400


def test_the_document_is_there_for_everybody(client: Client) -> None:
    document = client.get("/api/v1/openapi.json").json()
    assert document["paths"].keys() >= {"/api/v1/positions", "/api/v1/sittings/{sitting}/report"}
    assert all("security" in one for path in document["paths"].values() for one in path.values())
