"""What the person themselves reads: strengths first, nothing kept from them, and no forbidden word anywhere."""

from dataclasses import asdict, replace

import pytest
from jobfit.conftest import Sat

from poise.content.library import Library
from poise.content.quality import QUALITIES
from poise.jobfit.interview import plan_interview
from poise.jobfit.letter import MET, Letter, write_letter
from poise.jobfit.report import report
from poise.jobfit.wording import check_told, find_forbidden, told_in


@pytest.fixture(params=["saint", "hothead", "rude_at_a_good_desk"])
def sat(request: pytest.FixtureRequest) -> Sat:
    found: Sat = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def letter(sat: Sat, library: Library) -> Letter:
    return write_letter(sat.report, library, plan_interview(sat.state, library, "complaints_desk"))


def test_each_quality_stands_in_one_part_as_the_hirer_sees_it(sat: Sat, letter: Letter) -> None:
    parts = {
        "towards the high pole": letter.strengths,
        "in between": letter.between,
        "towards the low pole": letter.with_room,
    }
    for one in sat.report.qualities:
        part = parts[one.leaning] if one.enough else letter.not_seen
        assert one.key in [told.key for told in part]
    told = (*letter.strengths, *letter.between, *letter.with_room, *letter.not_seen)
    assert sorted(one.key for one in told) == sorted(QUALITIES)


def test_every_verdict_and_every_question_of_the_hirer_is_told(sat: Sat, letter: Letter, library: Library) -> None:
    for job, told in zip(sat.report.jobs, letter.jobs, strict=True):
        assert told.headline == job.headline
        assert len(told.better) == len(job.better)
        for demand, said in zip(job.demands, told.demands, strict=True):
            assert MET[demand.verdict] in said.words
            assert said.compensation == demand.compensation
    about = " ".join(letter.interview)
    for question in plan_interview(sat.state, library, "complaints_desk").questions:
        assert question.name in about
        assert question.core or question.why in about


def test_conditions_that_are_not_wanted_are_told_with_the_answer(saint: Sat, library: Library) -> None:
    state = replace(saint.state, willingness={one.key: 0 for one in library.conditions})
    letter = write_letter(report(state, library, saint.texts), library)
    assert all(job.conditions for job in letter.jobs)
    assert all("You said: no. That is " in one for job in letter.jobs for one in job.conditions)


def test_the_saint_reads_strengths_and_the_hothead_the_sentence_that_counted(
    saint: Sat, hothead: Sat, library: Library
) -> None:
    good, hot = write_letter(saint.report, library), write_letter(hothead.report, library)
    assert len(good.best) == 3
    assert len(hot.best) < 3
    assert list(good.as_dict())[:3] == ["opening", "best", "strengths"]
    composure = next(one for one in hot.with_room if one.key == "composure")
    assert composure.evidence[0].quotes == ("Are you stupid, or can you not read?",)
    assert composure.evidence[0].place == "First conversation, sixth reply"
    assert len(hot.practise) == 3
    assert good.contest


def test_the_work_is_told_as_its_preview_does(saint: Sat, library: Library) -> None:
    [work] = write_letter(replace(saint.report, job="hotel_reception"), library).work
    preview = next(job.preview for job in library.jobs if job.key == "hotel_reception")
    assert (work.opening, work.best, work.worst) == (preview.opening, preview.best, preview.worst)


class TestWording:
    def test_nothing_that_is_told_is_forbidden(self, sat: Sat, letter: Letter, library: Library) -> None:
        guide = plan_interview(sat.state, library, "complaints_desk")
        for made in (sat.report.as_dict(), letter.as_dict(), asdict(guide)):
            assert check_told(made) == []
            assert len(list(told_in(made))) > 30

    def test_claims_come_from_the_library_alone(self, sat: Sat, letter: Letter, library: Library) -> None:
        assert letter.claims == sat.report.claims == library.claims
        assert any("Nobody yet knows how well these results predict" in one.text for one in letter.claims)

    @pytest.mark.parametrize(
        "said",
        [
            "An unfit person.",
            "This predicts success at work.",
            "A scientifically proven result.",
            "Validity is high.",
            "She should not be hired.",
            "We recommend the first candidate.",
            "Better than 80 of 100 people.",
        ],
    )
    def test_what_must_not_be_said_is_found_wherever_it_stands(self, said: str, saint: Sat) -> None:
        assert list(find_forbidden(said))
        first, *others = saint.report.qualities
        made = replace(saint.report, qualities=(replace(first, words=said), *others))
        assert [wrong for wrong in check_told(made.as_dict()) if wrong.startswith("qualities[0].words: ")]

    @pytest.mark.parametrize("said", ["The voucher is valid until May.", "Evidence for this job.", "A person decides."])
    def test_plain_words_are_let_through(self, said: str) -> None:
        assert not list(find_forbidden(said))

    def test_what_people_said_is_theirs(self, hothead: Sat) -> None:
        places = [where for where, _ in told_in(hothead.report.as_dict())]
        assert not [where for where in places if where.endswith((".reply", ".last_words")) or "quotes" in where]
