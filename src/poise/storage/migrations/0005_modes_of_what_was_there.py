"""Positions from before modes existed were for selection: say so, so that nobody loses sight of their candidates."""

from django.db import migrations
from django.utils import timezone

REASON = "This position was in use before modes were recorded."


def keep_in_selection(apps, schema_editor):
    positions = apps.get_model("storage", "Position")
    positions.objects.update(mode="selection", mode_by="Poise", mode_reason=REASON, mode_at=timezone.now())
    sittings = apps.get_model("storage", "Sitting")
    sittings.objects.filter(position__isnull=False).update(purpose="selection")


class Migration(migrations.Migration):

    dependencies = [("storage", "0004_hirers_desk")]

    operations = [migrations.RunPython(keep_in_selection, migrations.RunPython.noop)]
