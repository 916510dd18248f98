"""The author's desk: hostile text, what the check says of a draft, and what publishing does."""

import re

from django.test import Client
from django.utils import timezone
from web.author_pages import (
    DESK,
    held,
    marked,
    page,
    path_of,
    publish_changed,
    save,
    untouched,
)
from web.finished_sittings import begin_invited, begin_open, invite

from poise.content.library import Library
from poise.storage import authoring, doors, records
from poise.storage.authoring import By
from poise.storage.models import Draft, PublishedLibrary
from poise.web.author_access import draft_ident
from poise.web.publishing import library_for, library_in_use

HOSTILE = [
    ("", "there is no text yet"),
    ("<script>alert(1)</script>", "expected one piece with the fields"),
    ("- a\n- b", "found a list"),
    ("a: &x [1]\nb: *x", "anchors (&amp;) and aliases (*)"),
    ("a: &a [1,1]\nb: &b [*a,*a]\nc: &c [*b,*b]", "anchors"),
    ("key: !!python/object/apply:os.system ['id']", "tags (!)"),
    ("key: !secret x", "tags (!)"),
    ("key: a\n---\nkey: b", "second document"),
    ("[" * 5000, "nested more than"),
    ("{a: " * 5000, "nested more than"),
    ("key: [", "is not valid YAML"),
    ("key: a\nkey: b", "is not valid YAML"),
    ("\tkey: a", "is not valid YAML"),
    ("? [a, b]\n: c", "is not a known field"),
    ("? {a: b}\n: c", "is not valid YAML: found unhashable key"),
    ("key: 2001-99-99", "key: "),
    ("ease: " + "9" * 6000, "ease: "),
    ("ease: 0x" + "f" * 6000, "ease: "),
    ('key: "a\\0b"', "key: "),
    ("key: a\x00b", "could not be read"),
    ("key: a\ufffdb", "could not be read"),
    ("x" * 150_001, "150,001 characters; at most 150,000"),
    ("<<: {key: a}", "is missing"),
    ("%YAML 9.9\n---\na: b", "YAML"),
]
UNSTORABLE = [
    ("text", '"a \\ud800 b"', "text: "),
    ("text", '"a \\0 b"', "cannot be shown"),
    ("ease", ".nan", "ease"),
    ("ease", ".inf", "ease"),
]


class TestHostileText:
    def test_gets_a_kind_answer_and_stores_nothing(self, author: Client, draft: str) -> None:
        before = held(draft)
        for text, told in HOSTILE:
            response = author.post(f"{DESK}{draft}/in/statements/add/", {"text": text, "mark": ""})
            shown = response.content.decode()
            assert response.status_code == 422, text[:40]
            assert told in shown, text[:40]
            assert "Your text is below" in shown
            assert "<script>alert" not in shown
        assert held(draft) == before

    def test_what_could_not_be_stored_is_refused(self, author: Client, draft: str, library: Library) -> None:
        path = path_of(draft, "statements", library.statements[0].key, "edit/")
        form = marked(author, path)
        for field, value, told in UNSTORABLE:
            line = rf"^{field}: .*(\n  .*)*"
            text = re.sub(line, lambda _found, new=f"{field}: {value}": new, form["text"], flags=re.MULTILINE)  # type: ignore[misc]
            response = author.post(path, {**form, "text": text})
            assert response.status_code == 422
            assert told in response.content.decode()
        assert held(draft) == untouched(library, draft)

    def test_a_number_that_is_none_is_refused_where_no_limit_stands(self, author: Client, draft: str) -> None:
        path = path_of(draft, "beliefs", "beliefs", "edit/")
        form = marked(author, path)
        text = re.sub(r"^conversation_variance: .*$", "conversation_variance: .inf", form["text"], flags=re.MULTILINE)
        response = author.post(path, {**form, "text": text})
        assert response.status_code == 422
        assert "not finite" in response.content.decode()

    def test_markup_is_shown_as_words_everywhere(self, author: Client, draft: str, library: Library) -> None:
        bad = "<script>alert(1)</script><img src=x onerror=alert(2)>{{ 7*7 }}"
        situation, statement = library.situations[0], library.statements[0]
        save(author, path_of(draft, "statements", statement.key, "edit/"), statement.text, f"'{bad}'")
        form = marked(author, path_of(draft, "situations", situation.key, "edit/"))
        text = form["text"].replace(f"title: {situation.title}", f"title: '{bad}'")
        assert (
            author.post(path_of(draft, "situations", situation.key, "edit/"), {**form, "text": text}).status_code == 303
        )
        paths = [
            f"{DESK}{draft}/in/statements/",
            f"{DESK}{draft}/find/?words=onerror",
            *(path_of(draft, "situations", situation.key, more) for more in ("", "preview/", "edit/", "delete/")),
            *(path_of(draft, "statements", statement.key, more) for more in ("", "preview/", "edit/", "delete/")),
        ]
        for path in paths:
            shown = author.get(path).content.decode()
            assert "<script>alert" not in shown, path
            assert "<img src=x" not in shown, path
        assert "{{ 7*7 }}" in author.get(paths[0]).content.decode()

    def test_two_million_letters_are_too_large_and_another_encoding_is_not_read(
        self, author: Client, draft: str
    ) -> None:
        path = f"{DESK}{draft}/in/statements/add/"
        response = author.post(path, {"text": "x" * 2_000_000})
        assert response.status_code == 413
        assert "too much at once" in response.content.decode()
        author.raise_request_exception = False
        strange = author.generic(
            "POST", path, b"text=x", content_type="application/x-www-form-urlencoded; charset=utf-16"
        )
        assert strange.status_code == 400
        invalid = author.generic("POST", path, b"text=key:+caf%E9", content_type="application/x-www-form-urlencoded")
        assert invalid.status_code == 422
        assert "could not be read" in invalid.content.decode()


class TestChecking:
    def test_all_that_is_wrong_stands_on_one_page_with_the_way_to_it(
        self, author: Client, draft: str, library: Library
    ) -> None:
        block = library.blocks[0]
        for key in block.statements[:2]:
            path = path_of(draft, "statements", key, "delete/")
            author.post(path, marked(author, path))
        shown = page(author, f"{DESK}{draft}/check/")
        for key in block.statements[:2]:
            assert f"statement '{key}' is not known" in shown
        assert path_of(draft, "blocks", block.key) in shown
        assert "to mend" in shown
        assert "It cannot be published yet" in page(author, f"{DESK}{draft}/publish/")
        form = {"version": "x", "name": "Ada", "note": "n", "seen": "2"}
        assert author.post(f"{DESK}{draft}/publish/", form).status_code == 422
        assert Draft.objects.count() == 1

    def test_a_version_can_be_checked_too(self, author: Client, digest: str) -> None:
        assert "to mend" in page(author, f"{DESK}{digest}/check/")


class TestPublishing:
    def change(self, author: Client, draft: str, library: Library) -> None:
        statement = library.statements[0]
        save(author, path_of(draft, "statements", statement.key, "edit/"), statement.text, "I read each letter twice.")

    def test_a_draft_becomes_a_version_with_name_person_and_note(
        self, author: Client, draft: str, digest: str, library: Library
    ) -> None:
        self.change(author, draft, library)
        shown = page(author, f"{DESK}{draft}/publish/")
        assert "end on the version they began with" in shown
        assert library.statements[0].key in shown
        seen = re.search(r'name="seen" value="(\d+)"', shown)
        assert seen is not None
        form = {"version": "2027-01", "name": "Ada Quist", "note": "Plainer <b>words</b>.", "seen": seen[1]}
        response = author.post(f"{DESK}{draft}/publish/", form)
        assert response.status_code == 303
        row = PublishedLibrary.objects.get(version="2027-01")
        assert (row.published_by, row.account) == ("Ada Quist", "owner@harbour.example")
        assert (row.came_from, row.organisation.key) == (digest, "harbour")
        history = page(author, DESK)
        for words in ("Version 2027-01", "Ada Quist", "owner@harbour.example", "Plainer <b>words</b>.", "from version"):
            assert words in history
        assert Draft.objects.count() == 0
        version = page(author, response["Location"])
        assert "What changed against version" in version
        assert "(text)" in version
        made = records.library(row.hash)
        assert made.statements[0].text == "I read each letter twice."
        assert (made.key, made.comparable_with) == ("own_harbour", ())

    def test_what_is_missing_is_said_and_the_rest_is_kept(self, author: Client, draft: str, library: Library) -> None:
        self.change(author, draft, library)
        form = {"version": "2027-01", "name": "Ada Quist", "note": "Plainer words.", "seen": "1"}
        for field, value, told in (
            ("version", " ", "Give the new version a name"),
            ("version", "x" * 61, "at most 60"),
            ("version", "a\nb", "on one line"),
            ("name", "", "Write your name"),
            ("name", "x" * 201, "at most 200"),
            ("note", "", "Write what changed"),
            ("note", "x" * 2001, "at most 2000"),
            ("seen", "999", "after you opened this page"),
            ("seen", "x", "after you opened this page"),
            ("seen", "9" * 50, "after you opened this page"),
        ):
            response = author.post(f"{DESK}{draft}/publish/", {**form, field: value})
            shown = response.content.decode()
            assert response.status_code == (409 if field == "seen" else 422)
            assert told in shown
            for other in {"version", "name", "note"} - {field}:
                assert form[other] in shown
        assert Draft.objects.count() == 1

    def test_an_unchanged_draft_and_a_taken_name_are_refused(
        self, author: Client, draft: str, library: Library
    ) -> None:
        form = {"version": "2027-01", "name": "Ada", "note": "n", "seen": "0"}
        assert "Nothing was changed" in author.post(f"{DESK}{draft}/publish/", form).content.decode()
        self.change(author, draft, library)
        taken = author.post(f"{DESK}{draft}/publish/", {**form, "version": library.version, "seen": "1"})
        assert "already" in taken.content.decode()
        assert PublishedLibrary.objects.count() == 1

    def test_sittings_stay_on_their_version_and_new_ones_begin_as_before(self, digest: str, draft: str) -> None:
        running = begin_open(digest).sitting
        made = publish_changed(draft, "2027-01")
        found = records.sitting_record(running.key, running.organisation)
        assert found.library == digest
        assert library_in_use() == digest, "what one organisation publishes is nobody else's"
        client = Client()
        for token in (invite("harbour", "Ann"), invite("other", "Ben")):
            assert client.post(f"/i/{token}/").status_code == 303
            invitation = doors.find_invitation(token, timezone.now()).invitation
            assert invitation is not None
            assert invitation.sitting is not None
            assert invitation.sitting.library == digest != made

    def test_a_version_says_whether_its_scores_compare(self, author: Client, draft: str, library: Library) -> None:
        asked = library.blueprints[0].situations[0]
        path = path_of(draft, "situations", asked, "edit/")
        form = marked(author, path)
        why = re.sub(r"(?m)^    why: .*(\n      .*)*", "    why: Nobody is helped by it.", form["text"], count=1)
        assert author.post(path, {**form, "text": why}).status_code == 303
        shown = page(author, f"{DESK}{draft}/publish/")
        assert "Scores compare</strong> with those of version" in shown
        by = By("Ada", "ada@harbour.example", timezone.now())
        first = authoring.publish_draft("harbour", draft.removeprefix("draft-"), 1, "first", "Reasons.", by)
        assert records.library(first.hash).comparable_with == (library.version,)
        again = draft_ident(authoring.begin_draft("harbour", first.hash, by))
        path = path_of(again, "situations", asked, "edit/")
        form = marked(author, path)
        text = re.sub(r"(?m)^text: .*(\n  .*)*", "text: It rains.", form["text"], count=1)
        assert author.post(path, {**form, "text": text}).status_code == 303
        shown = page(author, f"{DESK}{again}/publish/")
        assert "Scores do not compare</strong> with those of version first" in shown
        assert "people rate it as it stands" in shown
        second = authoring.publish_draft("harbour", again.removeprefix("draft-"), 1, "second", "Rain.", by)
        assert records.library(second.hash).comparable_with == ()

    def test_a_position_may_name_the_new_version(self, author: Client, digest: str, draft: str) -> None:
        before = begin_invited(digest, "harbour", "Early Bird").sitting
        made = publish_changed(draft, "2027-01")
        response = author.post(f"{DESK}{made}/position/", {"position": "desk", "use": "this"}, follow=True)
        assert "New sittings for Complaints desk begin with version 2027-01" in response.content.decode()
        tokens = {name: invite(name, "Ann") for name in ("harbour", "other")}
        client = Client()
        for token in tokens.values():
            assert "minutes" in client.get(f"/i/{token}/").content.decode()
            assert client.post(f"/i/{token}/").status_code == 303
        found = {name: doors.find_invitation(token, timezone.now()).invitation for name, token in tokens.items()}
        began = {name: one.sitting.library for name, one in found.items() if one and one.sitting}
        assert began == {"harbour": made, "other": digest}
        assert records.sitting_record(before.key, "harbour").library == digest
        author.post(f"{DESK}{made}/position/", {"position": "desk", "use": "shipped"})
        (position,) = records.list_positions("harbour")
        assert library_for(position) == digest

    def test_a_version_without_the_blueprint_cannot_be_named(self, author: Client, draft: str) -> None:
        path = path_of(draft, "blueprints", "complaints_desk", "delete/")
        author.post(path, marked(author, path))
        made = publish_changed(draft, "no-desk")
        shown = author.post(
            f"{DESK}{made}/position/", {"position": "desk", "use": "this"}, follow=True
        ).content.decode()
        assert "has no blueprint complaints_desk" in shown
        assert authoring.named_library("harbour", "desk") is None

    def test_a_draft_is_thrown_away_after_a_question(self, author: Client, draft: str) -> None:
        assert "gone for good" in page(author, f"{DESK}{draft}/discard/")
        assert Draft.objects.count() == 1
        assert author.post(f"{DESK}{draft}/discard/").status_code == 303
        assert Draft.objects.count() == 0

    def test_a_draft_is_begun_by_a_press_and_from_an_own_version_too(
        self, author: Client, digest: str, draft: str
    ) -> None:
        assert author.get(f"{DESK}{digest}/begin/").status_code == 405
        made = publish_changed(draft, "2027-01")
        response = author.post(f"{DESK}{made}/begin/")
        assert response.status_code == 303
        assert "Draft from version 2027-01" in page(author, response["Location"])
