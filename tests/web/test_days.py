"""Days and times on the pages: days as people write them, and no time of day without its zone."""

import re
from pathlib import Path

import poise.web
from poise.web.audit_pages import _say

TEMPLATES = Path(poise.web.__file__).with_name("templates")
DATE = re.compile(r'\|date:"([^"]*)"')


def test_no_time_of_day_stands_without_its_zone() -> None:
    pages = [path.read_text(encoding="utf-8") for path in TEMPLATES.rglob("*.*")]
    times = [written for page in pages for written in DATE.findall(page) if re.search("[gGhHi]", written)]
    assert times
    assert [written for written in times if not written.endswith(" T")] == []


def test_no_day_is_cut_from_a_moment() -> None:
    assert [path.name for path in TEMPLATES.rglob("*.html") if 'slice:":10"' in path.read_text(encoding="utf-8")] == []


def test_the_trail_writes_a_stored_moment_as_people_do() -> None:
    assert _say("2026-12-02T09:05:07.123456+00:00") == "2 Dec 2026, 09:05 UTC"
    assert _say("2026-12-02") == "2026-12-02"
    assert (_say(None), _say(3)) == ("none", "3")


def test_the_trail_writes_keys_in_words_and_leaves_what_people_wrote() -> None:
    assert _say("rather_yes") == "rather yes"
    assert _say("invite see_results decide") == "invite, see results, decide"
    for written in ("ada_q@harbour.example", "Ask ada_q first.", "Complaints desk", "selection"):
        assert _say(written) == written
