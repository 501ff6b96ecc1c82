"""The tables as they began."""

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
            name="Event",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(verbose_name="when")),
                ("role", models.CharField(max_length=20, verbose_name="role")),
                ("address", models.GenericIPAddressField(null=True, verbose_name="from")),
                ("action", models.CharField(max_length=60, verbose_name="what")),
                ("patient", models.UUIDField(null=True, verbose_name="patient")),
                ("about", models.CharField(blank=True, max_length=200, verbose_name="about")),
                ("previous", models.CharField(max_length=64)),
                ("hash", models.CharField(max_length=64, unique=True)),
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
                    "practice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.practice"
                    ),
                ),
            ],
            options={
                "ordering": ("-pk",),
                "indexes": [
                    models.Index(fields=["practice", "-id"], name="audit_event_practic_94ec4e_idx"),
                    models.Index(fields=["patient", "-id"], name="audit_event_patient_33659b_idx"),
                ],
            },
        ),
    ]
