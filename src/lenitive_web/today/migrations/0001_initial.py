"""The tables as they began."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("ledger", "0002_only_grows"),
        ("people", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Glance",
            fields=[
                (
                    "patient",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="glance",
                        serialize=False,
                        to="ledger.patient",
                    ),
                ),
                ("version", models.BigIntegerField(help_text="the chart's version that was looked at")),
                ("day", models.DateField()),
                ("release", models.CharField(max_length=40)),
                ("rank", models.PositiveSmallIntegerField(help_text="the worst alert: 0 an emergency, 9 none")),
                (
                    "problem",
                    models.CharField(
                        blank=True, help_text="the kind of error that kept it from being read", max_length=80
                    ),
                ),
                ("body", models.JSONField()),
                (
                    "practice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.practice"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["practice", "rank", "patient"], name="today_glanc_practic_6f6e7e_idx"),
                    models.Index(
                        fields=["practice", "day", "release", "problem"], name="today_glanc_practic_873c96_idx"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Owed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=20)),
                ("due", models.DateField(null=True)),
                ("body", models.JSONField()),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="ledger.patient"
                    ),
                ),
                (
                    "practice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.practice"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "owed",
                "indexes": [models.Index(fields=["practice", "kind", "due"], name="today_owed_practic_6a5d58_idx")],
            },
        ),
    ]
