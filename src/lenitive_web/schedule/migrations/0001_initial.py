"""Rooms and bookings as they began; steps only grow."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from lenitive_web.append_only import append_only


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("ledger", "0002_only_grows"),
        ("people", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Place",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, verbose_name="room")),
                (
                    "imaging",
                    models.CharField(
                        choices=[
                            ("fluoroscopy", "Fluoroscopy"),
                            ("ct", "CT"),
                            ("ultrasound", "Ultrasound"),
                            ("none", "No imaging"),
                        ],
                        max_length=20,
                        verbose_name="imaging",
                    ),
                ),
                (
                    "practice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="places", to="people.practice"
                    ),
                ),
            ],
            options={
                "ordering": ("name", "pk"),
            },
        ),
        migrations.CreateModel(
            name="Booking",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(help_text="counts the bookings of one patient")),
                ("kind", models.CharField(max_length=120)),
                ("body", models.JSONField()),
                ("starts_at", models.DateTimeField(verbose_name="begins")),
                ("ends_at", models.DateTimeField(verbose_name="ends")),
                ("escort", models.CharField(blank=True, max_length=120, verbose_name="who takes the patient home")),
                ("exception", models.TextField(blank=True, help_text="why it is done although a gate is closed")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("booked", "Booked"),
                            ("prepared", "Checked, not signed"),
                            ("signed", "Signed, not checked"),
                            ("ready", "Ready"),
                            ("timed_out", "In progress"),
                            ("recorded", "In recovery"),
                            ("discharged", "Gone home"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="booked",
                        max_length=20,
                    ),
                ),
                (
                    "version",
                    models.PositiveIntegerField(
                        default=1, help_text="grows with each change, so that two editors are told"
                    ),
                ),
                (
                    "exception_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "operator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="operates",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="operator",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="bookings", to="ledger.patient"
                    ),
                ),
                (
                    "practice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="bookings", to="people.practice"
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bookings",
                        to="schedule.place",
                        verbose_name="room",
                    ),
                ),
            ],
            options={
                "ordering": ("starts_at", "pk"),
            },
        ),
        migrations.CreateModel(
            name="Step",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "name",
                    models.CharField(
                        choices=[
                            ("checklist", "Checklist"),
                            ("consent", "Consent"),
                            ("time_out", "Time-out"),
                            ("record", "Record"),
                            ("recovery", "Recovery"),
                            ("discharge", "Discharge"),
                        ],
                        max_length=20,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("body", models.JSONField()),
                (
                    "booking",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="schedule.booking"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ("pk",),
            },
        ),
        migrations.AddConstraint(
            model_name="place",
            constraint=models.UniqueConstraint(fields=("practice", "name"), name="one_place_one_name"),
        ),
        migrations.AddIndex(
            model_name="booking",
            index=models.Index(fields=["practice", "starts_at"], name="schedule_bo_practic_27bbcb_idx"),
        ),
        migrations.AddConstraint(
            model_name="booking",
            constraint=models.UniqueConstraint(fields=("patient", "number"), name="one_booking_one_number"),
        ),
        append_only("schedule_step"),
    ]
