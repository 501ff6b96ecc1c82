"""The tables as they began; all of them only grow."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from lenitive_web.append_only import append_only


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("ledger", "0002_only_grows"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Attachment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "about",
                    models.CharField(
                        choices=[
                            ("imaging", "Imaging"),
                            ("electrodiagnostic", "Electrodiagnosis"),
                            ("laboratory", "Laboratory"),
                            ("letter", "Letter"),
                            ("photograph", "Photograph"),
                            ("other", "Other"),
                        ],
                        max_length=20,
                        verbose_name="what it is about",
                    ),
                ),
                ("region", models.CharField(blank=True, max_length=40, verbose_name="region")),
                ("title", models.CharField(blank=True, max_length=100, verbose_name="title")),
                ("day", models.DateField(verbose_name="day of the document")),
                ("kind", models.CharField(help_text="what the file was, by its own bytes", max_length=10)),
                ("pages", models.PositiveSmallIntegerField()),
                ("is_kept", models.BooleanField(help_text="the file is kept as it came, beside its pages")),
                ("because", models.JSONField(default=list, help_text="why it is not")),
                ("received_size", models.BigIntegerField()),
                ("received_sha256", models.CharField(max_length=64)),
                ("digests", models.JSONField()),
                ("digest", models.CharField(max_length=64)),
                ("recorded_at", models.DateTimeField()),
                ("is_from_patient", models.BooleanField(default=False)),
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="attachments", to="ledger.patient"
                    ),
                ),
            ],
            options={
                "ordering": ("-day", "-pk"),
            },
        ),
        migrations.CreateModel(
            name="Enclosure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(help_text="the procedure that is asked for", max_length=120)),
                ("shows", models.CharField(blank=True, max_length=300, verbose_name="what it shows")),
                ("is_out", models.BooleanField(default=False, help_text="it does not go along any more")),
                ("at", models.DateTimeField()),
                (
                    "attachment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="enclosures",
                        to="attachments.attachment",
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
        migrations.CreateModel(
            name="Look",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                (
                    "attachment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="look", to="attachments.attachment"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Piece",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField()),
                ("media", models.CharField(max_length=20)),
                ("width", models.PositiveSmallIntegerField(null=True)),
                ("height", models.PositiveSmallIntegerField(null=True)),
                ("words", models.TextField(blank=True, help_text="the words on a page, as far as the file gives them")),
                ("body", models.BinaryField()),
                (
                    "attachment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="pieces", to="attachments.attachment"
                    ),
                ),
            ],
            options={
                "ordering": ("number",),
            },
        ),
        migrations.CreateModel(
            name="Withdrawal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=300, verbose_name="reason")),
                ("at", models.DateTimeField()),
                (
                    "attachment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="withdrawal",
                        to="attachments.attachment",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="attachment",
            index=models.Index(fields=["patient", "-day"], name="documents_of_a_patient"),
        ),
        migrations.AddIndex(
            model_name="attachment",
            index=models.Index(fields=["patient", "received_sha256"], name="the_same_file"),
        ),
        migrations.AddConstraint(
            model_name="piece",
            constraint=models.UniqueConstraint(fields=("attachment", "number"), name="one_piece_one_number"),
        ),
        append_only("attachments_attachment"),
        append_only("attachments_piece"),
        append_only("attachments_withdrawal"),
        append_only("attachments_look"),
        append_only("attachments_enclosure"),
    ]
