"""Who stood on a page of a list: kept with the event, and never changed or removed."""

import django.db.models.deletion
from django.db import migrations, models

from lenitive_web.append_only import append_only


class Migration(migrations.Migration):
    """A table of whom each event showed."""

    dependencies = [("audit", "0002_only_grows")]

    operations = [
        migrations.CreateModel(
            name="Shown",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("patient", models.UUIDField(verbose_name="patient")),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="shown", to="audit.event"
                    ),
                ),
            ],
            options={
                "ordering": ("patient",),
                "constraints": [
                    models.UniqueConstraint(fields=("patient", "event"), name="shown_once"),
                ],
            },
        ),
        append_only("audit_shown"),
    ]
