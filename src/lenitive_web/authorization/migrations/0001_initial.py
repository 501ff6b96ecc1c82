"""Tasks as they began."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("ledger", "0002_only_grows"),
        ("people", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Task",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(help_text="the procedure that is asked for", max_length=120)),
                ("what", models.TextField(verbose_name="what is missing")),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="until when")),
                ("made_at", models.DateTimeField()),
                (
                    "ending",
                    models.CharField(blank=True, choices=[("done", "Done"), ("dropped", "Not needed")], max_length=10),
                ),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "assigned_to",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tasks",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who sees to it",
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tasks", to="ledger.patient"
                    ),
                ),
                (
                    "practice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tasks", to="people.practice"
                    ),
                ),
            ],
            options={
                "ordering": (models.OrderBy(models.F("due_on"), nulls_last=True), "pk"),
                "indexes": [
                    models.Index(fields=["practice", "ending", "due_on"], name="authorizati_practic_bfa61b_idx")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ending", "")),
                        fields=("patient", "kind", "what"),
                        name="one_open_task_for_one_question",
                    )
                ],
            },
        ),
    ]
