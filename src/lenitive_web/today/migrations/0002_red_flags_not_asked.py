"""How many red flags nobody fully asked about, for one line on the first page."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One number more for each glance."""

    dependencies = [
        ("ledger", "0002_only_grows"),
        ("people", "0001_initial"),
        ("today", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="glance",
            name="unasked",
            field=models.PositiveSmallIntegerField(default=0, help_text="so many red flags nobody fully asked about"),
        ),
        migrations.AddIndex(
            model_name="glance",
            index=models.Index(fields=["practice", "unasked", "patient"], name="glances_by_red_flags_unasked"),
        ),
    ]
