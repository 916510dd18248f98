"""The author's desk: what is read, tried and changed there, by whom, and what is never lost."""

import re
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from web.author_pages import (
    BACKEND,
    DESK,
    changed_statement,
    held,
    marked,
    page,
    path_of,
    publish_changed,
    save,
    sign_in,
    untouched,
)
from web.finished_sittings import OWNER_OF

from poise.content.editing import mark_of, piece_of, put_piece, write_piece
from poise.content.library import Library
from poise.storage import authoring, records
from poise.storage.authoring import By


class TestComingIn:
    def test_only_who_is_signed_in_and_works_for_an_organisation_comes_in(self, digest: str, client: Client) -> None:
        for path in (DESK, f"{DESK}{digest}/", path_of(digest, "statements", "x")):
            assert client.get(path).status_code == 302
        client.force_login(User.objects.create_user("alone@example.org"), backend=BACKEND)
        assert client.get(DESK).status_code == 403

    def test_the_way_to_it_stands_on_the_hirers_desk(self, author: Client) -> None:
        assert f'href="{DESK}"' in page(author, "/desk/")

    def test_nothing_of_it_is_kept_by_a_browser_or_found_by_a_search(self, author: Client, draft: str) -> None:
        for path in (DESK, f"{DESK}{draft}/", f"{DESK}{draft}/check/", f"{DESK}nothing/"):
            response = author.get(path)
            assert "no-store" in response["Cache-Control"]
            assert "noindex" in response["X-Robots-Tag"]

    def test_every_form_needs_its_secret(self, draft: str, library: Library) -> None:
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(User.objects.get(username=OWNER_OF.format("harbour")), backend=BACKEND)
        key = library.statements[0].key
        for path in (f"{DESK}{draft}/discard/", path_of(draft, "statements", key, "delete/")):
            assert strict.post(path).status_code == 403
        refused = strict.post(path_of(draft, "statements", key, "edit/"), {"text": "My <i>long</i> text."})
        assert refused.status_code == 403
        assert "My &lt;i&gt;long&lt;/i&gt; text." in refused.content.decode()
        assert piece_of(held(draft), "statements", key) is not None


class TestAnotherHouse:
    def test_sees_no_draft_and_no_version_of_this_one(self, draft: str, digest: str, library: Library) -> None:
        other, key = sign_in("other"), library.statements[0].key
        paths = ["", "check/", "publish/", "discard/", "find/?words=a", "in/statements/", "in/statements/add/"]
        paths += [f"in/statements/at/{key}/{more}" for more in ("", "edit/", "delete/", "preview/")]
        for path in paths:
            shown = page(other, f"{DESK}{draft}/{path}", 404)
            assert "We do not know this library" in shown
        assert "Draft from" not in page(other, DESK)
        made = publish_changed(draft, "harbour-1")
        for path in ("", "check/", "in/statements/", f"in/statements/at/{key}/"):
            page(other, f"{DESK}{made}/{path}", 404)
        assert "harbour-1" not in page(other, DESK)
        assert "harbour-1" in page(sign_in(), DESK)
        page(other, f"{DESK}{digest}/")

    def test_changes_nothing_of_this_one(self, draft: str, library: Library) -> None:
        other, statement = sign_in("other"), library.statements[0]
        before, ident = held(draft), f"{DESK}{draft}/"
        text = write_piece(changed_statement(library, "I was never here."))
        forms = {
            f"{ident}in/statements/at/{statement.key}/edit/": {"text": text, "mark": mark_of(statement)},
            f"{ident}in/statements/at/{statement.key}/delete/": {"mark": mark_of(statement)},
            f"{ident}in/statements/add/": {"text": text, "mark": ""},
            f"{ident}publish/": {"version": "x", "name": "x", "note": "x", "seen": "0"},
            f"{ident}discard/": {},
        }
        for path, form in forms.items():
            assert other.post(path, form).status_code == 404, path
        assert held(draft) == before
        made = publish_changed(draft, "harbour-1")
        assert other.post(f"{DESK}{made}/begin/").status_code == 404
        assert other.post(f"{DESK}{made}/position/", {"position": "desk", "use": "this"}).status_code == 404
        assert authoring.named_library("other", "desk") is None
        with pytest.raises(authoring.UnknownEditionError):
            authoring.set_version("other", "desk", made)

    def test_may_give_its_version_the_same_name(self, draft: str, digest: str) -> None:
        publish_changed(draft, "2027-01")
        by = By("Eve", "eve@other.example", timezone.now())
        mine = authoring.begin_draft("other", digest, by)

        def change(library: Library) -> Library:
            return put_piece(library, "statements", changed_statement(library, "Same."), library.statements[0].key)

        authoring.change_draft("other", mine.key, change, by)
        made = authoring.publish_draft("other", mine.key, 1, "2027-01", "n", by)
        assert made.organisation.key == "other"


class TestReading:
    def test_a_version_shows_how_many_there_are_of_each(self, author: Client, digest: str, library: Library) -> None:
        shown = page(author, f"{DESK}{digest}/")
        for name, number in (("Statements", len(library.statements)), ("Customers", len(library.scenarios))):
            assert f'{name} <span class="number">{number}</span>' in shown
        assert "Comes with Poise" in page(author, DESK)

    def test_words_and_quality_narrow_a_list(self, author: Client, digest: str, library: Library) -> None:
        statement = library.statements[0]
        words = " ".join(reversed(statement.text.strip(".").split()[-3:])).upper()
        shown = page(author, f"{DESK}{digest}/in/statements/?words={words}&quality={statement.quality}")
        assert statement.text in shown
        other = next(one.key for one in library.qualities if one.key != statement.quality)
        assert "Nothing holds" in page(author, f"{DESK}{digest}/in/statements/?words={statement.key}&quality={other}")
        assert statement.text in page(author, f"{DESK}{digest}/find/?words={statement.key}")

    def test_every_piece_of_a_long_list_is_on_some_page(self, author: Client, digest: str, library: Library) -> None:
        first = page(author, f"{DESK}{digest}/in/statements/")
        last = int(re.findall(r"Page 1 of (\d+)", first)[0])
        pages = [
            first,
            *(page(author, f"{DESK}{digest}/in/statements/?page={number}") for number in range(2, last + 1)),
        ]
        shown = [key for one in pages for key in re.findall(r"/in/statements/at/(\w+)/\"", one)]
        assert shown == [statement.key for statement in library.statements]

    @pytest.mark.parametrize(
        "section",
        ["statements", "blocks", "situations", "scenarios", "jobs", "blueprints", "qualities", "conditions", "claims"],
    )
    def test_each_kind_of_piece_is_shown_as_its_text(self, author: Client, digest: str, section: str) -> None:
        piece = getattr(records.library(digest), section)[-1]
        assert write_piece(piece) in page(author, path_of(digest, section, piece.key))
        assert piece.key in page(author, f"{DESK}{digest}/in/{section}/?page=99")

    @pytest.mark.parametrize("section", ["beliefs", "consent", "appraisal", "voice", "reference"])
    def test_what_there_is_one_of_is_shown_too(self, author: Client, digest: str, section: str) -> None:
        assert write_piece(getattr(records.library(digest), section)) in page(author, path_of(digest, section, section))

    def test_a_piece_names_who_names_it(self, author: Client, digest: str, library: Library) -> None:
        block = library.blocks[0]
        shown = page(author, path_of(digest, "statements", block.statements[0]))
        assert path_of(digest, "blocks", block.key) in shown

    @pytest.mark.parametrize("path", ["in/nothing/", "in/statements/at/nothing/", "in/voice/", "in/voice/at/other/"])
    def test_what_is_not_there_is_said_to_be_not_there(self, author: Client, digest: str, path: str) -> None:
        assert "This piece is not here" in page(author, f"{DESK}{digest}/{path}", 404)

    @pytest.mark.parametrize("ident", ["draft-", "draft-x", "x" * 64, "..%2f"])
    def test_odd_addresses_lead_nowhere(self, author: Client, ident: str) -> None:
        assert author.get(f"{DESK}{ident}/").status_code == 404

    @pytest.mark.parametrize("asked", ["page=x", "page=-1", "quality=<script>", "words=" + "a" * 5000])
    def test_odd_questions_break_nothing(self, author: Client, digest: str, asked: str) -> None:
        assert "<script>" not in page(author, f"{DESK}{digest}/in/statements/?{asked}")

    def test_what_nobody_types_is_refused_at_the_gate(self, author: Client, digest: str) -> None:
        for address in ("%00/", "draft-%00/", f"{digest}/in/statements/?words=%00"):
            assert author.get(f"{DESK}{address}").status_code == 400


class TestPreview:
    def test_a_candidate_would_see_this_and_nothing_is_stored(
        self, author: Client, digest: str, library: Library
    ) -> None:
        situation, block, case = library.situations[0], library.blocks[0], library.scenarios[0]
        form, job, condition = library.knowledge[0], library.jobs[0], library.conditions[0]
        texts = {one.key: one.text for one in library.statements}
        rated = next(one for one in library.statements if one.rated)
        expected = {
            path_of(digest, "situations", situation.key): [situation.text, *(one.text for one in situation.reactions)],
            path_of(digest, "blocks", block.key): [texts[key] for key in block.statements],
            path_of(digest, "statements", rated.key): [rated.text, "mostly"],
            path_of(digest, "scenarios", case.key): [case.scene, case.losing_costs, case.probes[0].says[0]],
            path_of(digest, "knowledge", form.key): [form.about, *(f"{one.asks}</legend>" for one in form.questions)],
            path_of(digest, "attention", library.attention[0].key): [library.attention[0].text],
            path_of(digest, "jobs", job.key): [job.preview.opening, job.preview.best, job.preview.worst],
            path_of(digest, "conditions", condition.key): [condition.asks, *condition.levels],
        }
        for path, words in expected.items():
            shown = page(author, f"{path}preview/")
            assert "Preview. Nothing is stored." in shown
            for one in words:
                assert one in shown
            main = shown[shown.index("<main") : shown.index("</main>")]
            assert "<form" not in main
            assert author.post(f"{path}preview/", {"answer_x": "1"}).status_code == 405

    def test_it_tells_nothing_that_a_candidate_would_not_be_told(
        self, author: Client, digest: str, library: Library
    ) -> None:
        case, situation = library.scenarios[0], library.situations[0]
        shown = page(author, path_of(digest, "scenarios", case.key, "preview/"))
        for hidden in (*case.truth, *(one.about for one in case.hidden), *(one.why for one in case.remedies)):
            assert hidden not in shown
        shown = page(author, path_of(digest, "situations", situation.key, "preview/"))
        assert not any(reaction.why in shown for reaction in situation.reactions)
        form = library.knowledge[0]
        shown = page(author, path_of(digest, "knowledge", form.key, "preview/"))
        assert not any(question.why in shown for question in form.questions)

    def test_what_no_candidate_sees_alone_has_none(self, author: Client, digest: str, library: Library) -> None:
        page(author, path_of(digest, "interview", library.interview[0].key, "preview/"), 404)


class TestEditing:
    def test_a_changed_piece_is_in_the_draft_and_nowhere_else(
        self, author: Client, draft: str, digest: str, library: Library
    ) -> None:
        statement = library.statements[0]
        path = path_of(draft, "statements", statement.key)
        save(author, f"{path}edit/", statement.text, "I answer letters on the day they come.")
        assert held(draft).statements[0].text == "I answer letters on the day they come."
        assert held(draft).statements[1:] == library.statements[1:]
        records.library.cache_clear()
        assert records.library(digest) == library
        shown = page(author, path)
        assert "changed in this draft" in shown
        assert "Saved in this draft" in shown
        overview = page(author, f"{DESK}{draft}/")
        assert "(text)" in overview
        assert "owner@harbour.example" in overview

    def test_a_version_cannot_be_edited(self, author: Client, digest: str, library: Library) -> None:
        statement = library.statements[0]
        path = path_of(digest, "statements", statement.key)
        shown = page(author, path)
        assert "edit/" not in shown
        assert "delete/" not in shown
        page(author, f"{path}edit/", 404)
        assert author.post(f"{path}edit/", {"text": write_piece(statement), "mark": ""}).status_code == 404

    def test_a_fault_is_told_with_its_line_and_the_text_stays(
        self, author: Client, draft: str, library: Library
    ) -> None:
        statement = library.statements[0]
        path = path_of(draft, "statements", statement.key, "edit/")
        shown = save(author, path, f"pole: {statement.pole}", "pole: hgih\nmood: sunny", 422)
        assert "2 things to mend" in shown
        assert re.search(r"Line 3</span> pole: expected 'high' or 'low'<code class=\"quote\">pole: hgih</code>", shown)
        assert re.search(r"Line 4</span> mood: is not a known field", shown)
        assert f"text: {statement.text}" in shown
        assert held(draft) == untouched(library, draft)

    def test_a_new_piece_is_added_and_another_taken_out(self, author: Client, draft: str, library: Library) -> None:
        add = f"{DESK}{draft}/in/statements/add/"
        like = library.statements[3]
        form = marked(author, f"{add}?like={like.key}")
        assert form["mark"] == ""
        text = form["text"].replace("key: \n", "key: patience_new\n").replace(like.text, "I wait.")
        assert author.post(add, {"text": text, "mark": ""}).status_code == 303
        assert author.post(add, {"text": text, "mark": ""}).status_code == 303, "a second click"
        found = [one for one in held(draft).statements if one.key == "patience_new"]
        assert [one.text for one in found] == ["I wait."]
        again = author.post(add, {"text": text.replace("I wait.", "I do not."), "mark": ""})
        assert again.status_code == 422
        assert "is the key of another statement" in unescape(again.content.decode())
        path = path_of(draft, "statements", "patience_new", "delete/")
        assert author.post(path, marked(author, path)).status_code == 303
        assert held(draft) == untouched(library, draft)

    def test_an_empty_form_does_not_pass(self, author: Client, draft: str) -> None:
        for section in ("statements", "blocks", "situations", "interview", "attention", "conditions", "claims"):
            path = f"{DESK}{draft}/in/{section}/add/"
            assert author.post(path, marked(author, path)).status_code == 422

    def test_a_piece_gets_another_key_in_its_place(self, author: Client, draft: str, library: Library) -> None:
        statement = library.statements[2]
        path = path_of(draft, "statements", statement.key, "edit/")
        save(author, path, f"key: {statement.key}", "key: renamed")
        assert held(draft).statements[2].key == "renamed"
        assert len(held(draft).statements) == len(library.statements)
        taken = path_of(draft, "statements", "renamed", "edit/")
        assert "is the key of another statement" in save(
            author, taken, "key: renamed", f"key: {library.statements[0].key}", 422
        )

    def test_every_piece_comes_back_as_it_was(self, author: Client, draft: str, library: Library) -> None:
        sections = ("situations", "scenarios", "jobs", "blueprints")
        for path in [
            *(path_of(draft, section, getattr(library, section)[0].key, "edit/") for section in sections),
            *(path_of(draft, section, section, "edit/") for section in ("beliefs", "voice", "reference")),
        ]:
            form = marked(author, path)
            assert author.post(path, {**form, "text": form["text"].replace("\n", "\r\n")}).status_code == 303
        assert held(draft) == untouched(library, draft)


class TestTwoPeople:
    def test_the_second_sees_both_texts_and_nothing_is_lost(self, draft: str, library: Library) -> None:
        ada, bo = sign_in(), sign_in()
        statement = library.statements[0]
        path = path_of(draft, "statements", statement.key, "edit/")
        first, second = marked(ada, path), marked(bo, path)
        assert (
            ada.post(path, {**first, "text": first["text"].replace(statement.text, "Ada’s words.")}).status_code == 303
        )
        mine = {**second, "text": second["text"].replace(statement.text, "Bo’s <b>words</b>.")}
        response = bo.post(path, mine)
        assert response.status_code == 409
        shown = response.content.decode()
        assert "Somebody else changed this piece" in shown
        assert "Ada’s words." in shown
        assert "Bo’s &lt;b&gt;words&lt;/b&gt;." in shown
        assert held(draft).statements[0].text == "Ada’s words."
        mark = re.search(r'name="mark" value="(\w*)"', shown)
        assert mark is not None
        assert bo.post(path, {**mine, "mark": mark[1]}).status_code == 303
        assert held(draft).statements[0].text == "Bo’s <b>words</b>."

    def test_other_pieces_of_the_draft_are_not_in_the_way(self, draft: str, library: Library) -> None:
        ada, bo = sign_in(), sign_in()
        paths = [path_of(draft, "statements", library.statements[number].key, "edit/") for number in (0, 1)]
        forms = [marked(ada, paths[0]), marked(bo, paths[1])]
        for client, path, form, number in zip((ada, bo), paths, forms, (0, 1), strict=True):
            text = form["text"].replace(library.statements[number].text, f"Words {number}.")
            assert client.post(path, {**form, "text": text}).status_code == 303
        assert [one.text for one in held(draft).statements[:2]] == ["Words 0.", "Words 1."]

    def test_the_same_text_twice_is_no_quarrel(self, draft: str, library: Library) -> None:
        ada, bo = sign_in(), sign_in()
        statement = library.statements[0]
        path = path_of(draft, "statements", statement.key, "edit/")
        form = marked(ada, path)
        form["text"] = form["text"].replace(statement.text, "The same words.")
        assert [client.post(path, form).status_code for client in (ada, bo)] == [303, 303]

    def test_what_was_deleted_meanwhile_can_be_brought_back(self, draft: str, library: Library) -> None:
        ada, bo = sign_in(), sign_in()
        statement = library.statements[0]
        path = path_of(draft, "statements", statement.key)
        form = marked(bo, f"{path}edit/")
        assert ada.post(f"{path}delete/", marked(ada, f"{path}delete/")).status_code == 303
        form["text"] = form["text"].replace(statement.text, "Still here.")
        response = bo.post(f"{path}edit/", form)
        assert response.status_code == 409
        assert "deleted this piece" in response.content.decode()
        assert bo.post(f"{path}edit/", {**form, "mark": ""}).status_code == 303
        assert held(draft).statements[-1].text == "Still here."

    def test_a_changed_piece_is_not_deleted_unseen(self, draft: str, library: Library) -> None:
        ada, bo = sign_in(), sign_in()
        statement = library.statements[0]
        path = path_of(draft, "statements", statement.key)
        form = marked(bo, f"{path}delete/")
        save(ada, f"{path}edit/", statement.text, "Better words.")
        assert bo.post(f"{path}delete/", form).status_code == 409
        assert held(draft).statements[0].text == "Better words."

    def test_the_words_outlive_being_signed_out(self, draft: str, library: Library) -> None:
        path = path_of(draft, "statements", library.statements[0].key, "edit/")
        response = Client().post(path, {"text": "Not <b>lost</b>.", "mark": ""})
        assert response.status_code == 403
        assert "Not &lt;b&gt;lost&lt;/b&gt;." in response.content.decode()
        assert "no-store" in response["Cache-Control"]
        assert f"/sign-in/?next={path.replace('/', '%2F')}" in response.content.decode()

    def test_the_words_outlive_a_draft_that_is_gone(self, draft: str, library: Library) -> None:
        author = sign_in()
        path = path_of(draft, "statements", library.statements[0].key, "edit/")
        form = marked(author, path)
        authoring.discard_draft("harbour", draft.removeprefix("draft-"))
        response = author.post(path, {**form, "text": "key: mine\ntext: Not lost."})
        assert response.status_code == 404
        assert "Not lost." in response.content.decode()
