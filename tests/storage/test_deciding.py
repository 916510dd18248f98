"""A person decides, with a reason; of two who decide at once the second is told, and nothing is lost."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone
from web.finished_sittings import begin_invited, publish, walk

from poise.content.library import Library
from poise.hiring.deciding import UnknownChoiceError
from poise.hiring.modes import ReasonMissingError
from poise.roleplay.understanding import Reader
from poise.sitting.journal import UnknownSittingError
from poise.storage.auditing import Doer, list_deeds
from poise.storage.deciding import (
    DecidedMeanwhileError,
    DecisionView,
    NothingToDecideError,
    ReportChangedError,
    decide,
    judge,
    list_decisions,
    list_judgements,
)
from poise.storage.models import Position
from poise.storage.records import sitting_record
from poise.storage.reports import make_report
from poise.storage.seeing import may_see_result, sight_of
from poise.storage.views import MembershipView, OrganisationView

HOUSE = "harbour"


def doer(name: str) -> Doer:
    return Doer(name, f"{name.lower()}@harbour.example", timezone.now())


def member(name: str, role: str = "hirer", house: str = HOUSE) -> MembershipView:
    return MembershipView(OrganisationView(house, house, is_open_door=False), role, f"{name.lower()}@harbour.example")


@pytest.fixture
def finished(transactional_db: None, library: Library, reader: Reader) -> str:  # noqa: ARG001  threads write
    opened = begin_invited(publish(library), HOUSE, "Bo Lindgren")
    walk(opened, library, reader)
    make_report(HOUSE, opened.sitting.key, timezone.now())
    return opened.sitting.key


def put(sitting: str, name: str, outcome: str, expected: int = 0, report: int = 1) -> DecisionView:
    return decide(
        HOUSE, sitting, outcome, f"Because {name} says so.", expected=expected, report=report, doer=doer(name)
    )


class TestDeciding:
    def test_a_decision_stands_with_reason_report_and_trail(self, finished: str) -> None:
        put(finished, "Ann", "invite")
        put(finished, "Ben", "offer", expected=1)
        assert [(one.number, one.outcome, one.by, one.report) for one in list_decisions(HOUSE, finished)] == [
            (2, "offer", "Ben", 1),
            (1, "invite", "Ann", 1),
        ]
        trail = list_deeds(HOUSE, about=f"sitting:{finished}")
        assert [(one.by, one.deed, one.detail["outcome"]) for one in trail] == [
            ("Ben", "decided", "offer"),
            ("Ann", "decided", "invite"),
        ]
        assert "Because" not in str([one.detail for one in trail])

    def test_who_decides_second_without_having_seen_the_first_is_told(self, finished: str) -> None:
        put(finished, "Ann", "invite")
        with pytest.raises(DecidedMeanwhileError, match="Ann decided a moment ago") as told:
            put(finished, "Ben", "decline")
        assert told.value.latest.outcome == "invite"
        assert len(list_decisions(HOUSE, finished)) == 1

    def test_of_two_at_the_same_moment_one_decides(self, finished: str) -> None:
        ready = Barrier(2)

        def race(name: str) -> str:
            ready.wait(timeout=10)
            try:
                return put(finished, name, "invite").by
            except DecidedMeanwhileError as told:
                return f"after {told.latest.by}"
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as two:
            said = sorted(two.map(race, ("Ann", "Ben")))
        winner = list_decisions(HOUSE, finished)
        assert len(winner) == 1
        assert said == sorted([winner[0].by, f"after {winner[0].by}"])

    def test_a_second_click_changes_nothing(self, finished: str) -> None:
        assert put(finished, "Ann", "invite") == put(finished, "Ann", "invite")
        assert len(list_decisions(HOUSE, finished)) == 1

    def test_a_report_that_was_made_anew_must_be_looked_at(self, finished: str) -> None:
        with pytest.raises(ReportChangedError):
            put(finished, "Ann", "invite", report=0)

    @pytest.mark.parametrize(
        ("outcome", "reason", "error"),
        [
            ("reject", "A reason", UnknownChoiceError),
            ("invite", "  ", ReasonMissingError),
            ("invite", "x" * 1201, ReasonMissingError),
        ],
    )
    def test_what_is_not_a_decision_is_refused(
        self, finished: str, outcome: str, reason: str, error: type[Exception]
    ) -> None:
        with pytest.raises(error):
            decide(HOUSE, finished, outcome, reason, expected=0, report=1, doer=doer("Ann"))
        assert not list_decisions(HOUSE, finished)

    def test_nothing_is_decided_without_a_report_or_elsewhere(self, library: Library, finished: str) -> None:
        begun = begin_invited(library.hash, HOUSE, "Ada Quist").sitting.key
        with pytest.raises(NothingToDecideError, match="not finished"):
            put(begun, "Ann", "invite")
        with pytest.raises(UnknownSittingError):
            decide("other", finished, "invite", "x", expected=0, report=1, doer=doer("Ann"))


class TestSeeing:
    def test_each_role_sees_what_it_may(self, finished: str) -> None:
        sitting = sitting_record(finished, HOUSE)
        sights = {role: sight_of(member("Ann", role), sitting) for role in ("owner", "hirer", "interviewer", "analyst")}
        assert sights == {"owner": "named", "hirer": "named", "interviewer": "hidden", "analyst": "hidden"}
        assert not may_see_result(member("Ann", "owner", "other"), sitting)

    def test_where_the_view_comes_first_each_must_give_their_own(self, finished: str) -> None:
        Position.objects.update(blind_first_view=True)
        sitting = sitting_record(finished, HOUSE)
        ann, ben = member("Ann"), member("Ben")
        assert sight_of(ann, sitting) == "judge first"
        first = judge(HOUSE, finished, "rather_yes", "She was kind on the phone.", doer("Ann"))
        assert may_see_result(ann, sitting)
        assert not may_see_result(ben, sitting)
        assert judge(HOUSE, finished, "rather_no", "On second thoughts.", doer("Ann")) == first
        assert list_judgements(HOUSE, finished) == [first]

    @pytest.mark.parametrize("role", ["owner", "hirer", "interviewer", "author"])
    def test_a_study_stays_hidden_from_the_bosses(
        self,
        role: str,
        library: Library,
        transactional_db: None,  # noqa: ARG002
    ) -> None:
        digest = publish(library)
        Position.objects.update(mode="study", mode_by="", mode_reason="", mode_at=None)
        sitting = begin_invited(digest, HOUSE, "Ada Quist").sitting
        assert sight_of(member("Ann", role), sitting) == "hidden"
        assert sight_of(member("Ann", "analyst"), sitting) == "pseudonymous"
