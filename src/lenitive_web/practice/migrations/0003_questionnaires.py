"""What patients are asked."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """One table more."""

    dependencies = [
        ("people", "0001_initial"),
        ("practice", "0002_letter_head_in_full"),
    ]

    operations = [
        migrations.CreateModel(
            name="Questionnaires",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("withheld", models.JSONField(default=list)),
                (
                    "practice",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="questionnaires", to="people.practice"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "questionnaires",
            },
        ),
    ]
