"""The table as it began; it only grows."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from lenitive_web.append_only import append_only


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ReadingChosen",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("point", models.CharField(help_text="the rows that the other reading changes", max_length=200)),
                ("otherwise", models.BooleanField(help_text="read otherwise than the knowledge base does")),
                ("reason", models.CharField(max_length=500)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "practice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="readings", to="people.practice"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "readings chosen",
                "ordering": ("pk",),
                "indexes": [models.Index(fields=["practice", "point"], name="readings_re_practic_dcec01_idx")],
            },
        ),
        append_only("readings_readingchosen"),
    ]
