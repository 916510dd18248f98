"""What candidates wait for is counted with the answers that they got: have every count of those who asked made anew."""

from django.db import migrations, models


def count_anew(apps, schema_editor):
    sittings = apps.get_model("storage", "Sitting").objects
    asking = apps.get_model("storage", "Event").objects.filter(kind__in=["reading_contested", "help_asked"])
    for found in (asking, apps.get_model("storage", "Answer").objects.all()):
        sittings.filter(pk__in=found.values("sitting")).update(stood_at=0)


class Migration(migrations.Migration):

    dependencies = [("storage", "0007_outlines")]

    operations = [
        migrations.AddField("sitting", "requests", models.PositiveSmallIntegerField(default=0)),
        migrations.RunPython(count_anew, migrations.RunPython.noop),
    ]
