"""The tables can be led forwards from nothing and back to nothing, with rows in, on both databases."""

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from pytest_django import DjangoDbBlocker
from sitting.test_journal import AT, name, rated
from storage.databases import BOTH, POSTGRESQL, default_database, new_database, parse_url
from storage.small_library import build_library

from poise.settings.database import read_database
from poise.sitting.events import SittingOpened
from poise.sitting.journal import Change
from poise.storage import authoring, doors, erasure, records
from poise.storage.authoring import By
from poise.storage.journal import DjangoJournal, Entry
from poise.storage.sealing import SECOND_STEP, WEBHOOK, is_sealed, unseal
from poise.storage.traces import wipe_left_traces


@pytest.fixture(params=BOTH)
def empty(request: pytest.FixtureRequest, tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A database without any table."""
    on_server = request.param == POSTGRESQL
    values = parse_url(new_database(uuid.uuid4().hex)) if on_server else read_database(tmp_path)
    with default_database(values), django_db_blocker.unblock():
        yield


def steps() -> list[str]:
    loader = MigrationLoader(connection)
    (last,) = loader.graph.leaf_nodes("storage")
    return [step for app, step in loader.graph.forwards_plan(last) if app == "storage"]


def go_to(*points: str | None) -> None:
    """Lead the tables to each of these steps in turn, and none is before the first."""
    for point in points:
        MigrationExecutor(connection).migrate([("storage", point)])


def tables() -> set[str]:
    return {table for table in connection.introspection.table_names() if table.startswith("storage_")}


def fill(now: datetime) -> str:
    """Put rows into the tables and return the key of a sitting with words."""
    records.library.cache_clear()
    records.ensure_organisation("open_door", "Is it for me?", is_open_door=True)
    records.ensure_organisation("harbour", "Harbour")
    records.ensure_position("harbour", "desk", "Desk", job="complaints_desk", blueprint="complaints_desk")
    records.add_member("harbour", "ada@harbour.example", "a long secret", "hirer")
    digest = records.publish_library("open_door", build_library(), now)
    doors.invite("harbour", "desk", "Ada", now=now, expires_at=now + timedelta(days=1))
    authoring.begin_draft("harbour", digest, By("Ada", "ada@harbour.example", now))
    opened = SittingOpened(at=AT, library=digest, blueprint="complaints_desk", seed=1, door="invitation")
    sitting = name()
    change = Change((opened, rated(1)), {name(): "my own words"})
    DjangoJournal("harbour", Entry("", "desk", "Ada")).open(sitting, change)
    return sitting


def test_the_tables_are_led_back_and_forth_with_rows_in(empty: None, now: datetime) -> None:  # noqa: ARG001  it must be there
    call_command("migrate", verbosity=0, interactive=False)
    before, whole = tables(), steps()
    sitting = fill(now)
    kept = erasure.export_sitting(sitting, "harbour")
    go_to(whole[0], whole[-1])
    assert tables() == before
    after = erasure.export_sitting(sitting, "harbour")
    assert (after["events"], after["texts"]) == (kept["events"], kept["texts"]), (
        "what the first step knew is still there"
    )
    go_to(None)
    assert tables() == set()


def test_the_keys_of_second_steps_are_sealed_and_their_traces_wiped(
    empty: None,  # noqa: ARG001  it must be there
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(settings, "POISE_DATA", tmp_path)
    call_command("migrate", verbosity=0, interactive=False)
    sealing = steps().index("0009_sealed_second_steps")
    before = steps()[sealing - 1]
    go_to(before)
    secret, seed = "PLANTEDSECRETJBSWY3DPEHPK3PXP234", "5eed" * 20
    plain = [{"secret": secret}, {"seed": seed, "used_mask": 3}]
    user = User.objects.create_user("ada")
    for kind, data in zip(("totp", "recovery_codes"), plain, strict=True):
        Authenticator.objects.create(user=user, type=kind, data=data)
    go_to(steps()[-1])
    stored = list(Authenticator.objects.order_by("pk").values_list("data", flat=True))
    assert stored[1]["used_mask"] == 3
    assert [unseal(stored[0]["secret"], SECOND_STEP), unseal(stored[1]["seed"], SECOND_STEP)] == [secret, seed]
    assert wipe_left_traces()
    kept = str(stored).encode() + b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert secret.encode() not in kept
    assert seed.encode() not in kept
    go_to(before)
    assert list(Authenticator.objects.order_by("pk").values_list("data", flat=True)) == plain


def test_the_secrets_of_webhooks_are_sealed(
    empty: None,  # noqa: ARG001  it must be there
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    now: datetime,
) -> None:
    monkeypatch.setattr(settings, "POISE_DATA", tmp_path)
    call_command("migrate", verbosity=0, interactive=False)
    sealing = steps().index("0011_sealed_webhooks")
    before = steps()[sealing - 1]
    go_to(before)
    then = MigrationLoader(connection).project_state(("storage", before)).apps
    house = then.get_model("storage", "Organisation").objects.create(key="harbour", name="Harbour")
    hooks = then.get_model("storage", "Webhook").objects
    hooks.create(organisation=house, uuid=uuid.uuid4(), url="https://a.example", secret="5ecret" * 7, created_at=now)
    go_to(steps()[-1])
    stored = hooks.get().secret
    assert is_sealed(stored)
    assert unseal(stored, WEBHOOK) == "5ecret" * 7
    assert wipe_left_traces()
    assert b"5ecret" * 7 not in b"".join(path.read_bytes() for path in tmp_path.iterdir())
    go_to(before)
    assert hooks.get().secret == "5ecret" * 7
