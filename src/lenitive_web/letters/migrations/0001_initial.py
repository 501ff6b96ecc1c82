"""What was written in letters, what became of them, and the book of partners."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from lenitive_web.append_only import append_only


class Migration(migrations.Migration):
    """Three tables; two of them only grow."""

    initial = True

    dependencies = [
        ("ledger", "0002_only_grows"),
        ("people", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="LetterStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "sort",
                    models.CharField(
                        choices=[
                            ("necessity", "Letter of medical necessity"),
                            ("appeal", "Appeal"),
                            ("referral", "Letter to a partner"),
                        ],
                        max_length=20,
                    ),
                ),
                ("about", models.CharField(max_length=120)),
                ("kind", models.CharField(choices=[("sent", "Sent"), ("answered", "Answered")], max_length=10)),
                ("on", models.DateField()),
                ("to_name", models.CharField(blank=True, max_length=200)),
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="letter_steps", to="ledger.patient"
                    ),
                ),
            ],
            options={
                "ordering": ("on", "pk"),
            },
        ),
        migrations.CreateModel(
            name="LetterEdition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "sort",
                    models.CharField(
                        choices=[
                            ("necessity", "Letter of medical necessity"),
                            ("appeal", "Appeal"),
                            ("referral", "Letter to a partner"),
                        ],
                        max_length=20,
                    ),
                ),
                ("about", models.CharField(help_text="the procedure, or the partner of the plan", max_length=120)),
                ("edition", models.PositiveIntegerField()),
                ("written", models.JSONField(default=dict)),
                ("to_name", models.CharField(blank=True, max_length=200)),
                ("to_address", models.TextField(blank=True, max_length=600)),
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="letter_editions", to="ledger.patient"
                    ),
                ),
            ],
            options={
                "ordering": ("edition",),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("patient", "sort", "about", "edition"), name="one_edition_one_number"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Partner",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("work", models.CharField(blank=True, max_length=200, verbose_name="what they do")),
                ("address", models.TextField(blank=True, max_length=600, verbose_name="address")),
                (
                    "practice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="partners", to="people.practice"
                    ),
                ),
            ],
            options={
                "ordering": ("name",),
                "constraints": [models.UniqueConstraint(fields=("practice", "name"), name="one_partner_one_name")],
            },
        ),
        append_only("letters_letteredition"),
        append_only("letters_letterstep"),
    ]
