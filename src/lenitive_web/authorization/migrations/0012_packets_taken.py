"""Who took the payer's copy although something was open, and why."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from lenitive_web.append_only import append_only


class Migration(migrations.Migration):
    """One table that only grows."""

    dependencies = [
        ("authorization", "0011_what_the_answer_was"),
        ("ledger", "0002_only_grows"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PacketTaken",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(help_text="the procedure that is asked for", max_length=120)),
                (
                    "number_open",
                    models.PositiveIntegerField(
                        help_text="how many criteria and entries were open; 0 without a policy"
                    ),
                ),
                ("why", models.CharField(max_length=500, verbose_name="why it is taken so")),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="packets_taken", to="ledger.patient"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "packets taken",
                "ordering": ("-pk",),
            },
        ),
        append_only("authorization_packettaken"),
    ]
