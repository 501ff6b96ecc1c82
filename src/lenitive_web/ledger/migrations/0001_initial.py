"""The tables as they began."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Patient",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="identifier"),
                ),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("birth_date", models.DateField(blank=True, null=True, verbose_name="day of birth")),
                (
                    "last_entry",
                    models.BigIntegerField(default=0, help_text="the number of the latest entry: the chart's version"),
                ),
                ("last_entry_at", models.DateTimeField(blank=True, help_text="when that entry was written", null=True)),
                (
                    "practice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="patients", to="people.practice"
                    ),
                ),
            ],
            options={
                "ordering": ("name", "pk"),
            },
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("table", models.CharField(max_length=30)),
                ("fact_id", models.CharField(max_length=120)),
                ("true_on", models.DateField(null=True)),
                ("recorded_at", models.DateTimeField()),
                ("source", models.CharField(max_length=200)),
                ("body", models.JSONField()),
                ("supersedes", models.CharField(blank=True, max_length=120)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="entries", to="ledger.patient"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "entries",
                "ordering": ("pk",),
            },
        ),
        migrations.CreateModel(
            name="RequestMade",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=120)),
                ("recorded_at", models.DateTimeField()),
                ("body", models.JSONField()),
                ("withdrawn", models.BooleanField(default=False)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="requests", to="ledger.patient"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "requests made",
                "ordering": ("pk",),
            },
        ),
        migrations.AddIndex(
            model_name="patient",
            index=models.Index(fields=["practice", "name"], name="ledger_pati_practic_fc70c7_idx"),
        ),
        migrations.AddIndex(
            model_name="patient",
            index=models.Index(fields=["practice", "birth_date"], name="ledger_pati_practic_d96664_idx"),
        ),
        migrations.AddIndex(
            model_name="patient",
            index=models.Index(fields=["practice", "-last_entry_at"], name="ledger_pati_practic_a3111b_idx"),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.UniqueConstraint(fields=("patient", "fact_id"), name="one_fact_one_id"),
        ),
    ]
