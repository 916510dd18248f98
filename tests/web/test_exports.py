"""Tables that leave Poise: what is in them, what never is, and who gets them."""

import csv
from io import BytesIO, StringIO

import pyarrow.parquet as pq
import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from jobfit.typed_sittings import HOTHEAD, SAINT
from web.author_pages import sign_in
from web.finished_sittings import begin_invited, invite, walk

from poise.content.library import Library
from poise.content.quality import QUALITIES
from poise.hiring.exporting import COLUMNS, TABLES, Exported, defuse, lay_rows
from poise.integrations.tables import write_csv, write_parquet
from poise.roleplay.understanding import Reader
from poise.storage.auditing import list_deeds
from poise.storage.models import Invitation, Member, Position

NAME = '=HYPERLINK("https://evil.example")'


@given(st.text(max_size=30))
def test_no_cell_is_taken_for_a_formula_and_no_word_is_lost(words: str) -> None:
    made = defuse(words)
    assert isinstance(made, str)
    assert not made.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert made.endswith(words)


@given(st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)))
def test_a_name_comes_back_from_a_csv_as_it_went(names: list[str]) -> None:
    rows = lay_rows("candidates", [Exported(name, "", "", "", "invited") for name in names])
    read = csv.DictReader(StringIO(write_csv(COLUMNS["candidates"], rows).decode("utf-8-sig"), newline=""))
    assert sorted(row["name"].removeprefix("'") for row in read) == sorted(name.removeprefix("'") for name in names)


def test_a_table_of_nobody_has_its_columns() -> None:
    for table in TABLES:
        assert write_csv(COLUMNS[table], []).decode("utf-8-sig").strip() == ",".join(COLUMNS[table])
        assert pq.read_table(BytesIO(write_parquet(COLUMNS[table], []))).column_names == list(COLUMNS[table])


class TestPages:
    @pytest.fixture
    def hirer(self, digest: str, library: Library, reader: Reader, mode: str) -> Client:
        chosen = {"mode": mode, "mode_by": "Ada", "mode_reason": "To choose.", "mode_at": timezone.now()}
        Position.objects.filter(organisation__key="harbour").update(**chosen)
        walk(begin_invited(digest, "harbour", "Bo Lindgren"), library, reader)
        invite("harbour", NAME)
        walk(begin_invited(digest, "other", "Somebody Else"), library, reader, HOTHEAD)
        return sign_in()

    def read(self, client: Client, table: str) -> list[dict[str, str]]:
        answer = client.get(f"/desk/export/{table}.csv")
        assert answer.status_code == 200
        return list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"), newline="")))

    @pytest.mark.parametrize("mode", ["selection"])
    def test_figures_have_their_intervals_and_no_words(self, hirer: Client) -> None:
        qualities = self.read(hirer, "qualities")
        assert [row["quality"] for row in qualities] == list(QUALITIES)
        assert all(float(row["low_end"]) < float(row["mean"]) < float(row["high_end"]) for row in qualities)
        demands = self.read(hirer, "demands")
        assert {row["job"] for row in demands} == {"complaints_desk"}
        assert {row["verdict"] for row in demands} <= {"likely meets", "open", "likely not yet", "not enough evidence"}
        candidates = self.read(hirer, "candidates")
        assert [(row["name"], row["state"]) for row in candidates] == [
            (f"'{NAME}", "invited"),
            ("Bo Lindgren", "finished"),
        ]
        invited = Invitation.objects.get(candidate_name=NAME)
        invited.revoked_at = timezone.now()
        invited.save()
        assert [row["state"] for row in self.read(hirer, "candidates")] == ["withdrawn", "finished"], "as at the desk"
        everything = str([qualities, demands, candidates])
        assert not any(turn.words[:30] in everything for turn in SAINT if turn.words)
        table = pq.read_table(BytesIO(hirer.get("/desk/export/qualities.parquet").content))
        assert table.column("mean").to_pylist() == [float(row["mean"]) for row in qualities]
        assert [one.deed for one in list_deeds("harbour")][:1] == ["exported"]

    @pytest.mark.parametrize("mode", ["study"])
    def test_of_a_study_bosses_get_no_figures_and_analysts_no_names(self, hirer: Client) -> None:
        assert self.read(hirer, "qualities") == []
        assert [row["name"] for row in self.read(hirer, "candidates")] == [f"'{NAME}", "Bo Lindgren"]
        Member.objects.filter(organisation__key="harbour").update(role="analyst")
        assert len(self.read(hirer, "qualities")) == len(QUALITIES)
        told = str([self.read(hirer, table) for table in TABLES])
        assert "Bo Lindgren" not in told
        assert NAME not in told

    @pytest.mark.parametrize("mode", ["selection"])
    def test_a_blind_first_view_is_not_seen_around(self, hirer: Client) -> None:
        Position.objects.filter(organisation__key="harbour").update(blind_first_view=True)
        assert self.read(hirer, "qualities") == self.read(hirer, "demands") == []

    @pytest.mark.parametrize("mode", ["selection"])
    def test_the_page_offers_what_there_is(self, hirer: Client) -> None:
        page = hirer.get("/desk/export/?position=desk").content.decode()
        assert all(f"/desk/export/{table}.csv?position=desk" in page for table in TABLES)
        assert hirer.get("/desk/export/secrets.csv").status_code == 404
        assert hirer.get("/desk/export/candidates.exe").status_code == 404
        for role in ("interviewer", "author"):
            Member.objects.filter(organisation__key="harbour").update(role=role)
            assert hirer.get("/desk/export/candidates.csv").status_code == 403
