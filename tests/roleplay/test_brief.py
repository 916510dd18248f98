"""Briefs: each shipped case has one, and it says nothing that the case does not hold."""

import re
from pathlib import Path

import pytest

from poise.content.library import Library
from poise.content.scenario import Scenario
from poise.content.source import LibraryError
from poise.roleplay.conversation import begin
from poise.roleplay.hearing import opened_by, words_of
from poise.roleplay.representatives import decide, load_representatives, see
from poise.roleplay.representatives.brief import Brief, load_briefs

SAID_BACK = {"opening", "two_messages", "illogical"}


def test_every_shipped_case_has_a_brief_of_its_own(library: Library) -> None:
    assert set(load_briefs()) == {case.key for case in library.scenarios}


@pytest.mark.parametrize("brief", load_briefs().values(), ids=lambda brief: brief.case)
def test_a_brief_names_what_the_case_has_and_no_other_figure(brief: Brief, library: Library) -> None:
    case = library.find(Scenario, brief.case)
    assert set(brief.records) == {record.key for record in case.records}
    assert set(brief.questions) == {fact.key for fact in case.hidden}
    assert set(brief.said) >= {probe.key for probe in case.probes if probe.kind in SAID_BACK}
    assert set(brief.said) <= {probe.key for probe in case.probes}
    known = repr(case.model_dump())
    for record in case.records:
        for fact in brief.records[record.key].facts:
            assert set(re.findall(r"\d[\d.:]*\d|\d", fact)) <= set(re.findall(r"\d[\d.:]*\d|\d", known)), fact


@pytest.mark.parametrize("brief", load_briefs().values(), ids=lambda brief: brief.case)
def test_a_question_of_a_brief_reaches_what_it_asks_for(brief: Brief, library: Library) -> None:
    case = library.find(Scenario, brief.case)
    for fact in case.hidden:
        assert fact.key in opened_by(" ".join(words_of(brief.questions[fact.key])), [fact])


def test_a_case_without_a_brief_is_told_from_its_desk(library: Library) -> None:
    case = library.scenarios[0].model_copy(update={"key": "copied_case"})
    view = see(begin(case, 1))
    assert view.brief is None
    assert decide(load_representatives()[0], view).words


def test_what_is_wrong_in_a_brief_is_named_with_its_file(tmp_path: Path) -> None:
    (tmp_path / "lamp.yaml").write_text("case: lamp\ntopic: lamp\nfelt: []\nsaid: {}\nrecords: {}\nquestions: {}\n")
    with pytest.raises(LibraryError, match=r"lamp.yaml:3: felt"):
        load_briefs(tmp_path)
