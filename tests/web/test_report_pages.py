"""A person's own report as a page, and as one file that needs nothing beside it."""

import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from jobfit.typed_sittings import AT, HOTHEAD, SAINT, Turn
from web.finished_sittings import begin_open, publish, walk

from poise.content.library import Library
from poise.jobfit.demand import Verdict
from poise.jobfit.report import Report, report
from poise.jobfit.willing import Fit
from poise.roleplay.understanding import Reader
from poise.sitting.decisions import erase_texts
from poise.sitting.state import fold
from poise.storage.doors import OpenedSitting
from poise.storage.journal import DjangoJournal
from poise.web.report_layout import ReportLaid, lay_report

MARKUP = 'Look <script>alert("x")</script> & <b>listen</b>, please. When do you need the lamp?'


class _Words(HTMLParser):
    """Keeps what people read, without tags, styles and pictures."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, _attrs: object) -> None:
        self.hidden += tag in {"style", "script"}

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in {"style", "script"}

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.words.append(data)


def read(page: str) -> str:
    parser = _Words()
    parser.feed(page)
    return re.sub(r"\s+", " ", " ".join(parser.words))


@pytest.fixture
def digest(db: None, library: Library) -> str:  # noqa: ARG001  the database must be there
    return publish(library)


@pytest.fixture
def hothead(digest: str, library: Library, reader: Reader) -> OpenedSitting:
    opened = begin_open(digest)
    walk(opened, library, reader, HOTHEAD)
    return opened


def address(opened: OpenedSitting) -> str:
    return reverse("report", args=(opened.resume_token,))


def made_from(opened: OpenedSitting, library: Library) -> Report:
    journal = DjangoJournal(opened.sitting.organisation)
    return report(fold(journal.read(opened.sitting.key)), library, journal.texts(opened.sitting.key))


def test_the_page_shows_every_reply_and_every_quote(hothead: OpenedSitting, library: Library, client: Client) -> None:
    response = client.get(address(hothead))
    assert response.status_code == 200
    words = read(response.content.decode())
    for turn in HOTHEAD:
        assert turn.words in words
    quotes = [q for one in made_from(hothead, library).qualities for trace in one.traces for q in trace.quotes]
    assert quotes
    for quote in quotes:
        assert quote.words in words


def test_every_quote_links_to_a_reply_that_is_on_the_page(hothead: OpenedSitting, client: Client) -> None:
    page = client.get(address(hothead)).content.decode()
    links = set(re.findall(r'href="#([^"]+)"', page)) - {"main"}
    ids = re.findall(r'id="([^"]+)"', page)
    assert {f"turn-late_lamp-{number}" for number in (1, 6)} <= links
    assert links <= set(ids)
    assert len(ids) == len(set(ids))


def test_the_line_of_the_rubric_and_its_certainty_are_printed(hothead: OpenedSitting, client: Client) -> None:
    words = read(client.get(address(hothead)).content.decode())
    assert "Hit back with a rude or mocking remark. Level 0 of 4, read" in words


def test_everything_that_was_observed_can_be_followed(hothead: OpenedSitting, library: Library, client: Client) -> None:
    page = client.get(address(hothead)).content.decode()
    made = made_from(hothead, library)
    assert page.count('<li class="trace">') == sum(len(one.traces) for one in made.qualities)
    words = read(page)
    for one in made.qualities:
        assert one.name in words
        assert one.practise in words
        assert (one.words if one.enough else one.why_not) in words


def test_every_bar_has_its_words(hothead: OpenedSitting, client: Client) -> None:
    page = client.get(address(hothead)).content.decode()
    charts = re.findall(r"<svg class=\"chart.*?</svg>", page, re.DOTALL)
    assert len(charts) > 50
    for chart in charts:
        assert 'role="img"' in chart
        assert re.search(r"<title>[^<]+</title><desc>[^<]+</desc>", chart)


def test_it_claims_no_more_than_it_may(hothead: OpenedSitting, library: Library, client: Client) -> None:
    words = read(client.get(address(hothead)).content.decode())
    for claim in library.claims:
        assert words.count(claim.text) == 1, claim.key
        assert words.count(claim.rests_on) == 1, claim.key
    assert "%" not in words
    assert "per cent" not in words
    assert "unfit" not in words.lower()
    assert "None of these, as far as was seen today" in words


def test_what_a_person_wrote_stays_words(digest: str, library: Library, reader: Reader, client: Client) -> None:
    opened = begin_open(digest)
    walk(opened, library, reader, (Turn(SAINT[0].desk, MARKUP), *SAINT[1:]))
    page = client.get(address(opened)).content.decode()
    assert "<script>alert" not in page
    assert "<b>listen" not in page
    assert MARKUP in unescape(page)


def test_the_page_is_kept_out_of_caches_and_has_no_inline_style(hothead: OpenedSitting, client: Client) -> None:
    response = client.get(address(hothead))
    assert "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] in {"no-referrer", "same-origin"}
    page = response.content.decode()
    assert not re.search(r'\sstyle="|<style|\son[a-z]+="', page)


def test_an_unfinished_sitting_leads_to_what_is_due(
    digest: str, library: Library, reader: Reader, client: Client
) -> None:
    opened = begin_open(digest)
    walk(opened, library, reader, until="willingness")
    response = client.get(address(opened))
    assert response.status_code == 303
    assert response["Location"] == reverse("step", args=(opened.resume_token, "willingness"))


def test_a_link_that_leads_nowhere_shows_nobody(hothead: OpenedSitting, client: Client) -> None:
    response = client.get(reverse("report", args=(hothead.resume_token[:-1] + "_",)))
    assert response.status_code == 404
    assert HOTHEAD[0].words not in read(response.content.decode())


def test_nothing_can_be_sent_to_a_report(hothead: OpenedSitting, client: Client) -> None:
    assert client.post(address(hothead)).status_code == 405


def test_looking_stores_nothing(hothead: OpenedSitting, client: Client) -> None:
    journal = DjangoJournal(hothead.sitting.organisation)
    before = list(journal.read(hothead.sitting.key))
    client.get(address(hothead))
    assert list(journal.read(hothead.sitting.key)) == before


def test_erased_words_are_named_as_erased(hothead: OpenedSitting, client: Client) -> None:
    journal = DjangoJournal(hothead.sitting.organisation)
    state = fold(journal.read(hothead.sitting.key))
    bars = re.findall(r'class="band"[^>]+', client.get(address(hothead)).content.decode())
    journal.erase_texts(hothead.sitting.key, state.version, erase_texts(AT)(state))
    page = client.get(address(hothead)).content.decode()
    for turn in HOTHEAD:
        assert turn.words not in unescape(page)
    assert "Your words were erased, as you wished or because their time was over." in page
    assert "Erase my words" not in page
    assert bars
    assert re.findall(r'class="band"[^>]+', page) == bars


class TestStandingAlone:
    def test_it_holds_all_that_it_needs(self, hothead: OpenedSitting, library: Library) -> None:
        page = render_to_string("web/report/standalone.html", {"report": made_from(hothead, library)})
        assert "--accent:" in page
        assert ".quality" in page
        assert not re.search(r"<(link|script|img|iframe|base)\b|@import|url\(|https?://", page)
        assert not re.search(r'(href|src|action)="(?!#)', page)
        words = read(page)
        for turn in HOTHEAD:
            assert turn.words in words

    def test_it_does_not_promise_that_nobody_else_sees_it(self, hothead: OpenedSitting, library: Library) -> None:
        page = render_to_string("web/report/standalone.html", {"report": made_from(hothead, library)})
        assert "Nobody else sees this report" not in page
        assert "Ask the person who invited you" in page

    def test_it_says_the_same_as_the_page(self, hothead: OpenedSitting, library: Library, client: Client) -> None:
        alone = render_to_string("web/report/standalone.html", {"report": made_from(hothead, library)})
        online = client.get(address(hothead)).content.decode()
        cut = [page[page.index('id="qualities"') : page.index('id="contest"')] for page in (alone, online)]
        assert read(cut[0]) == read(cut[1])


class TestLayout:
    """The order and the wording, on reports that are put together for the purpose."""

    @pytest.fixture
    def made(self, hothead: OpenedSitting, library: Library) -> Report:
        return made_from(hothead, library)

    @staticmethod
    def with_jobs(made: Report, verdict: Verdict, fit: Fit) -> ReportLaid:
        jobs = tuple(replace(job, verdict=verdict, fit=fit) for job in made.jobs)
        return lay_report(replace(made, jobs=jobs, none_of_these=True))

    def test_strengths_stand_first_and_what_lacks_evidence_last(self, made: Report) -> None:
        lacking = replace(made.qualities[3], enough=False, why_not="It did not come up.", mean=9.0)
        laid = lay_report(replace(made, qualities=(*made.qualities[:3], lacking, *made.qualities[4:])))
        means = [one.view.mean for one in laid.qualities]
        assert means == sorted(means, reverse=True)
        assert [one.view.key for one in laid.lacking] == [lacking.key]
        assert lacking.name not in laid.strengths
        assert {one.key for one in (*laid.practise_first, *laid.practise_later)} == {one.key for one in made.qualities}
        page = render_to_string("web/report/parts/qualities.html", {"laid": laid})
        assert page.index("Not enough evidence") > page.index(laid.qualities[-1].view.words)
        assert "It did not come up." in page
        assert lacking.words not in page

    def test_able_and_unwilling_is_said_plainly(self, made: Report) -> None:
        laid = self.with_jobs(made, "likely meets", "unwilling")
        assert len(laid.able_unwilling) == 6
        words = read(render_to_string("web/report/parts/jobs.html", {"laid": laid}))
        assert "Likely able, but you do not want the conditions" in words
        assert all(job.view.name in words for job in laid.able_unwilling)
        assert laid.answer.title == "None of these, as far as was seen today"

    def test_where_evidence_is_lacking_none_of_these_is_not_said(self, made: Report) -> None:
        laid = self.with_jobs(made, "not enough evidence", "willing")
        assert laid.ending == "too little"
        words = read(render_to_string("web/report/parts/answer.html", {"laid": laid}))
        assert "None of these" not in words
        assert "Too little was seen to give an answer" in words

    def test_kinds_that_disagree_are_named(self, made: Report) -> None:
        apart = tuple(replace(one, kinds_disagree=True) for one in made.qualities)
        laid = lay_report(replace(made, qualities=apart))
        page = render_to_string("web/report/parts/qualities.html", {"laid": laid})
        assert page.count("The kinds of evidence disagree.") == 12

    def test_must_haves_stand_first(self, made: Report) -> None:
        for job in lay_report(made, "hirer").jobs:
            musts = [one.view.must_have for one in job.demands]
            assert musts == sorted(musts, reverse=True)
