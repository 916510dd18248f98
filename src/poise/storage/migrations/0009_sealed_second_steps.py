"""Seal the keys of second steps that were stored as they are, and leave a note that their traces are to be wiped."""

from collections.abc import Callable

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from poise.storage.sealing import SECOND_STEP, is_sealed, seal, unseal
from poise.storage.traces import leave_traces


def seal_all(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    if _turn_all(apps, lambda text: text if is_sealed(text) else seal(text, SECOND_STEP)):
        leave_traces()


def unseal_all(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    _turn_all(apps, lambda text: unseal(text, SECOND_STEP))


def _turn_all(apps: Apps, turn: Callable[[str], str]) -> int:
    """Turn the secret of every second step, and return how many changed."""
    changed = 0
    for row in apps.get_model("mfa", "Authenticator").objects.filter(type__in=("totp", "recovery_codes")):
        kept = dict(row.data)
        row.data |= {name: turn(kept[name]) for name in ("secret", "seed") if name in kept}
        if "migrated_codes" in kept:
            row.data["migrated_codes"] = [turn(code) for code in kept["migrated_codes"]]
        if row.data != kept:
            row.save(update_fields=["data"])
            changed += 1
    return changed


class Migration(migrations.Migration):

    dependencies = [
        ("mfa", "0003_authenticator_type_uniq"),
        ("storage", "0008_what_is_waited_for"),
    ]

    operations = [migrations.RunPython(seal_all, unseal_all)]
