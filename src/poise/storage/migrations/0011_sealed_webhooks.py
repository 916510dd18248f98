"""Seal the secrets that sign what webhooks are told, and leave a note that their traces are to be wiped."""

from collections.abc import Callable

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from poise.storage.sealing import WEBHOOK, is_sealed, seal, unseal
from poise.storage.traces import leave_traces


def seal_all(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    if _turn_all(apps, lambda text: text if is_sealed(text) else seal(text, WEBHOOK)):
        leave_traces()


def unseal_all(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    _turn_all(apps, lambda text: unseal(text, WEBHOOK))


def _turn_all(apps: Apps, turn: Callable[[str], str]) -> int:
    """Turn the secret of every webhook, and return how many changed."""
    changed = 0
    for row in apps.get_model("storage", "Webhook").objects.all():
        kept, row.secret = row.secret, turn(row.secret)
        if row.secret != kept:
            row.save(update_fields=["secret"])
            changed += 1
    return changed


class Migration(migrations.Migration):

    dependencies = [("storage", "0010_tallies")]

    operations = [
        migrations.AlterField("webhook", "secret", models.CharField(max_length=300)),
        migrations.RunPython(seal_all, unseal_all),
    ]
