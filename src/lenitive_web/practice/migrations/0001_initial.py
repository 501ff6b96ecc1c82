"""The tables as they began."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="LetterHead",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("lines", models.TextField(blank=True, max_length=600, verbose_name="name and address")),
                ("phone", models.CharField(blank=True, max_length=40, verbose_name="telephone")),
                ("fax", models.CharField(blank=True, max_length=40, verbose_name="fax")),
                ("npi", models.CharField(blank=True, max_length=10, verbose_name="national provider identifier")),
                ("state", models.CharField(blank=True, max_length=2, verbose_name="state, two letters")),
                ("site_of_service", models.CharField(blank=True, max_length=40, verbose_name="usual site of service")),
                (
                    "practice",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="letter_head", to="people.practice"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Payer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("programme", models.CharField(max_length=40, verbose_name="programme")),
                ("phone", models.CharField(blank=True, max_length=40, verbose_name="telephone for authorizations")),
                ("portal", models.URLField(blank=True, verbose_name="portal")),
                (
                    "practice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="payers", to="people.practice"
                    ),
                ),
            ],
            options={
                "ordering": ("name",),
                "constraints": [models.UniqueConstraint(fields=("practice", "name"), name="one_payer_one_name")],
            },
        ),
    ]
