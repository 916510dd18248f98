"""Reports on paper: the figures of the report, the words of the person, and the same bytes every time."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import pypdfium2
import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from jobfit.typed_sittings import HOTHEAD, SAINT, Turn
from web.finished_sittings import HIRER_OF, PASSWORD, begin_invited, begin_open, publish, walk

from poise.content.library import Library
from poise.jobfit.correcting import ERASED, ContestView, CorrectionView
from poise.jobfit.interview import plan_interview
from poise.jobfit.letter import write_letter
from poise.jobfit.report import Report, report
from poise.roleplay.understanding import Reader
from poise.sitting.state import fold
from poise.storage import records
from poise.storage.doors import OpenedSitting
from poise.storage.journal import DjangoJournal
from poise.storage.models import Sitting
from poise.web.printing.papers import print_candidate, print_guide, print_hirer
from poise.web.report_ground import say_ground
from poise.web.report_layout import lay_report

GROUND = "Computed from 143 stored events."
MARKUP = '#eval("1+1") $x^2$ *Look*, please: \\ @here <b>listen</b>. When do you need the lamp? ' + "y" * 600


def read(pdf: bytes) -> list[str]:
    """Return the words of each page without any space, as lines break where they must."""
    with pypdfium2.PdfDocument(pdf) as document:
        pages = [page.get_textpage().get_text_bounded() for page in document]
    return [bare(page.replace("\x02", "-")) for page in pages]


def bare(words: str) -> str:
    return re.sub(r"[\s\u200b\ufffe]", "", words)


@pytest.fixture
def digest(db: None, library: Library) -> str:  # noqa: ARG001  the database must be there
    return publish(library)


@pytest.fixture
def hothead(digest: str, library: Library, reader: Reader) -> OpenedSitting:
    opened = begin_open(digest)
    walk(opened, library, reader, HOTHEAD)
    return opened


@pytest.fixture
def finished(digest: str, library: Library, reader: Reader) -> OpenedSitting:
    opened = begin_invited(digest, "harbour", "Bo Lindgren")
    walk(opened, library, reader, HOTHEAD)
    Sitting.objects.update(purpose="selection")
    return opened


def made_from(opened: OpenedSitting, library: Library) -> Report:
    journal = DjangoJournal(opened.sitting.organisation)
    return report(fold(journal.read(opened.sitting.key)), library, journal.texts(opened.sitting.key))


def print_own(made: Report, library: Library, ground: str = GROUND) -> bytes:
    return print_candidate(lay_report(made), ground, write_letter(made, library))


def test_it_holds_the_figures_of_the_report(hothead: OpenedSitting, library: Library) -> None:
    made = made_from(hothead, library)
    laid = lay_report(made)
    words = "".join(read(print_own(made, library)))
    for job in laid.jobs:
        for demand in job.demands:
            row = f"{demand.view.name}{'must-have' if demand.view.must_have else ''}{demand.asked}({demand.passes})"
            assert bare(f"{row}{demand.seen or 'not enough'}{demand.view.verdict}") in words
        for condition in job.conditions:
            assert bare(f"said: “{condition.view.said}”") in words
            assert bare(condition.view.figure) in words
    for quality in laid.qualities:
        for seen in (one for one in quality.kinds if one.view.observations):
            ends = [f"{end:+.1f}".replace("-", "−") for end in (seen.view.low, seen.view.high)]
            steps = re.sub("[+−]0.0", "0.0", " to ".join(ends))
            assert bare(f"{seen.name}, {seen.counted}{steps}") in words
    for talk in laid.conversations:
        for one in talk.remedies:
            assert bare(f"{one.view.label}{one.standing}") in words


def test_it_holds_every_reply_every_trace_and_every_claim(hothead: OpenedSitting, library: Library) -> None:
    made = made_from(hothead, library)
    words = "".join(read(print_own(made, library)))
    for turn in HOTHEAD:
        assert bare(turn.words) in words
    for quality in made.qualities:
        for trace in quality.traces:
            assert bare(trace.asks) in words
            assert bare(trace.reads if trace.kind == "customers" else trace.done) in words
            assert bare(trace.place) in words
            assert all(bare(f"“{quote.words}”") in words for quote in trace.quotes)
    for claim in made.claims:
        assert bare(claim.text) in words
    for told in (line for work in write_letter(made, library).work for line in (*work.days, work.worst)):
        assert bare(told) in words


def test_the_first_page_says_what_it_cannot_say_and_how_to_contest(hothead: OpenedSitting, library: Library) -> None:
    made = made_from(hothead, library)
    laid = lay_report(made)
    own, hirers = read(print_own(made, library)), read(print_hirer(laid, "Bo Lindgren", "Complaints desk", GROUND))
    assert all(bare(claim) in own[0] for claim in laid.letter)
    assert bare("If a reading is wrong") in own[0]
    assert bare("Nobody knows yet how well it predicts success at work.") in hirers[0]
    assert bare("All of it is provisional.") in hirers[0]
    assert bare("contest") in hirers[0]
    for number, page in enumerate(own, start=1):
        assert page.endswith(f"{number}of{len(own)}")


def test_the_same_report_is_the_same_to_the_byte(hothead: OpenedSitting, library: Library) -> None:
    made = made_from(hothead, library)
    assert print_own(made, library) == print_own(made_from(hothead, library), library)
    assert print_own(made, library) != print_own(replace(made, observations=made.observations + 1), library)


def test_what_a_person_wrote_stays_words(digest: str, library: Library, reader: Reader) -> None:
    opened = begin_open(digest)
    walk(opened, library, reader, (Turn(SAINT[0].desk, MARKUP), *SAINT[1:]))
    assert bare(MARKUP) in "".join(read(print_own(made_from(opened, library), library)))


def test_what_people_said_of_a_reading_stands_on_paper(hothead: OpenedSitting, library: Library) -> None:
    made = made_from(hothead, library)
    contested = ContestView("2026-03-05T09:00:00+00:00", "I meant #none of that.")
    corrected = CorrectionView(
        0, None, "", "Ada", "2026-03-06T09:00:00+00:00", "Misread.", "Was level 0, then not scored."
    )
    quality = made.qualities[0]
    traces = tuple(
        replace(one, contested=(contested,), corrected=(corrected,), level=None) if one.kind == "customers" else one
        for one in quality.traces
    )
    talk = made.conversations[0]
    turns = tuple(replace(turn, legible=False, reply=ERASED) for turn in talk.turns)
    odd = replace(
        made,
        qualities=(replace(quality, traces=traces, kinds_disagree=True, enough=False), *made.qualities[1:]),
        conversations=(replace(talk, turns=turns, voices=("a model",)),),
        converged=False,
        none_of_these=False,
    )
    words = "".join(read(print_own(odd, library)))
    for told in (contested.words, corrected.words, ERASED, "Your words were erased", "The calculation did not settle"):
        assert bare(told) in words
    assert bare(lay_report(odd).conversations[0].about_voices) in words
    empty = replace(made, conversations=(), attention=None, finished_at="")
    assert read(print_own(empty, library))


def test_one_job_is_told_by_kind_of_evidence(finished: OpenedSitting, library: Library) -> None:
    made = made_from(finished, library)
    words = "".join(read(print_hirer(lay_report(made, "hirer"), "Bo Lindgren", "Complaints desk", GROUND)))
    [job] = lay_report(made, "hirer").jobs
    for demand in job.demands:
        kinds = "".join(f"{one.seen}{one.counted}" if one.seen else "nothing seen" for one in demand.kinds)
        assert bare(f"{demand.view.name}{kinds}{demand.view.compensation}") in words
    for other in job.view.better:
        assert all(bare(f"{reason.name}. {reason.words}") in words for reason in other.why)
    assert bare(GROUND) in words


def test_the_guide_holds_the_questions_and_nothing_of_what_was_seen(finished: OpenedSitting, library: Library) -> None:
    state = fold(DjangoJournal(finished.sitting.organisation).read(finished.sitting.key))
    guide = plan_interview(state, library, "complaints_desk")
    pages = read(print_guide(guide, "Bo Lindgren", "Complaints desk", datetime(2026, 3, 4, tzinfo=UTC)))
    assert len(pages) == len(guide.questions) + 2
    for page, question in zip(pages[1:], guide.questions, strict=False):
        assert all(bare(words) in page for words in (question.asks, *question.follow_ups, *question.anchors))
    assert "oftenmoments" not in "".join(pages)


class TestDownloads:
    def test_the_candidate_gets_their_own(self, hothead: OpenedSitting, library: Library, client: Client) -> None:
        response = client.get(reverse("report_pdf", args=(hothead.resume_token,)))
        assert response.status_code == 200
        assert response["Content-Type"] == "application/pdf"
        assert response["Content-Disposition"] == 'attachment; filename="poise-my-report.pdf"'
        assert "no-store" in response["Cache-Control"]
        made = made_from(hothead, library)
        events = DjangoJournal(hothead.sitting.organisation).read(hothead.sitting.key)
        assert response.content == print_own(made, library, say_ground(made, len(events)))

    def test_an_unfinished_sitting_leads_to_what_is_due(
        self, digest: str, library: Library, reader: Reader, client: Client
    ) -> None:
        opened = begin_open(digest)
        walk(opened, library, reader, until="willingness")
        response = client.get(reverse("report_pdf", args=(opened.resume_token,)))
        assert response["Location"] == reverse("step", args=(opened.resume_token, "willingness"))

    def test_who_was_invited_reads_what_others_see(self, finished: OpenedSitting, client: Client) -> None:
        words = "".join(read(client.get(reverse("report_pdf", args=(finished.resume_token,))).content))
        assert bare("All candidates are asked about") in words
        Sitting.objects.update(purpose="study")
        response = client.get(reverse("report_pdf", args=(finished.resume_token,)))
        assert bare("Whoever offers the job") not in "".join(read(response.content))

    def test_the_hirer_gets_those_of_their_own_organisation(self, finished: OpenedSitting, client: Client) -> None:
        sign_in(client, "harbour")
        response = client.get(address(finished))
        assert response.status_code == 200
        assert "no-store" in response["Cache-Control"]
        assert bare("Bo Lindgren") in read(response.content)[0]

    @pytest.mark.parametrize(("who", "status"), [("other", 404), ("", 302)])
    @pytest.mark.parametrize("paper", ["candidate_pdf", "guide_pdf"])
    def test_nobody_else_gets_them(
        self, who: str, status: int, paper: str, finished: OpenedSitting, client: Client
    ) -> None:
        if who:
            sign_in(client, who)
        assert client.get(address(finished, paper)).status_code == status

    def test_an_interviewer_gets_the_guide_and_not_the_result(self, finished: OpenedSitting, client: Client) -> None:
        records.add_member("harbour", HIRER_OF.format("interviews"), PASSWORD, "interviewer")
        sign_in(client, "interviews")
        assert client.get(address(finished)).status_code == 403
        response = client.get(address(finished, "guide_pdf"))
        assert response["Content-Type"] == "application/pdf"
        assert bare("Interview with Bo Lindgren") in read(response.content)[0]

    def test_a_result_of_a_study_is_not_handed_out(self, finished: OpenedSitting, client: Client) -> None:
        Sitting.objects.update(purpose="study")
        sign_in(client, "harbour")
        assert client.get(address(finished, "guide_pdf")).status_code == 409
        response = client.get(address(finished))
        assert response.status_code == 403
        assert response["Content-Type"].startswith("text/html")


def sign_in(client: Client, organisation: str) -> None:
    user = User.objects.get(username=f"hirer@{organisation}.example")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")


def address(opened: OpenedSitting, paper: str = "candidate_pdf") -> str:
    return reverse(paper, args=(opened.sitting.key,))
