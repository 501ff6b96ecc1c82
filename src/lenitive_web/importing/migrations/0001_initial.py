"""The tables of imports."""

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
            name="Received",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120)),
                ("size", models.BigIntegerField()),
                ("sha256", models.CharField(db_index=True, max_length=64)),
            ],
            options={
                "verbose_name_plural": "received",
                "ordering": ("pk",),
            },
        ),
        migrations.CreateModel(
            name="Part",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("body", models.BinaryField()),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="parts", to="importing.received"
                    ),
                ),
            ],
            options={
                "ordering": ("pk",),
            },
        ),
        migrations.CreateModel(
            name="RecordImport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address", models.GenericIPAddressField(null=True, verbose_name="from")),
                ("received_at", models.DateTimeField(verbose_name="received")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("reading", "Being read"),
                            ("read", "Waits for you"),
                            ("writing", "Being imported"),
                            ("stopped", "Stopped"),
                            ("done", "Done"),
                            ("empty", "Nothing to import"),
                            ("broken", "Could not be finished"),
                            ("discarded", "Thrown away"),
                        ],
                        default="reading",
                        max_length=20,
                        verbose_name="state",
                    ),
                ),
                ("changed_at", models.DateTimeField(verbose_name="last change")),
                ("records_read", models.PositiveIntegerField(default=0, verbose_name="records read so far")),
                (
                    "report",
                    models.JSONField(default=dict, help_text="what the reader says: counts, places and reasons"),
                ),
                ("problem", models.CharField(blank=True, max_length=300)),
                (
                    "worker",
                    models.CharField(blank=True, help_text="who works on it: machine, process, thread", max_length=120),
                ),
                ("beat_at", models.DateTimeField(help_text="when the worker last said that it is at work", null=True)),
                (
                    "attempts",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="how often work was taken up without getting on"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "practice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="imports", to="people.practice"
                    ),
                ),
            ],
            options={
                "ordering": ("-pk",),
            },
        ),
        migrations.AddField(
            model_name="received",
            name="record_import",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="files", to="importing.recordimport"
            ),
        ),
        migrations.CreateModel(
            name="StagedPatient",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("name", models.CharField(blank=True, max_length=200)),
                ("birth_date", models.DateField(null=True)),
                ("identifiers", models.JSONField(default=list)),
                (
                    "digest",
                    models.CharField(
                        db_index=True, help_text="of all that the upload says about the patient", max_length=64
                    ),
                ),
                ("facts", models.BinaryField(null=True)),
                ("counts", models.JSONField(default=dict)),
                (
                    "versions",
                    models.BooleanField(
                        default=True, help_text="whether a fact of the same id is another version of it"
                    ),
                ),
                (
                    "standing",
                    models.CharField(
                        choices=[
                            ("new", "New"),
                            ("known", "Already here"),
                            ("ask", "You decide"),
                            ("held", "Cannot be imported"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "why",
                    models.CharField(
                        choices=[
                            ("nobody_alike", "Nobody here is alike."),
                            ("identifier", "The same identifier."),
                            ("own_number", "The record was written by this clinic."),
                            ("same_record", "This very record was imported before."),
                            ("same_upload", "The same identifier as a patient before in this upload."),
                            ("alike", "Name and day of birth are alike, which proves nothing."),
                            ("differs", "The same identifier, but name or day of birth differ."),
                            ("several", "The identifiers belong to more than one patient here."),
                            ("no_name", "The record gives no name."),
                            ("no_person", "Nothing in the upload says who this is: there is no Patient record."),
                            ("two_births", "The upload gives two days of birth for this patient."),
                            ("not_born", "The day of birth has not come yet."),
                            ("bad_moment", "A record was written before the first or after the last day that is kept."),
                            ("bad_text", "A text holds the character U+0000, which no database keeps."),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "alike",
                    models.JSONField(default=list, help_text="numbers of patients here among whom a person decides"),
                ),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "not decided"),
                            ("new", "a new patient"),
                            ("existing", "a patient who is here"),
                            ("leave", "left out"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                ("typed_name", models.CharField(blank=True, max_length=200)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("waiting", "Waits"),
                            ("written", "Imported"),
                            ("same", "Nothing new"),
                            ("failed", "Failed"),
                            ("left", "Left out"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("problem", models.CharField(blank=True, max_length=300)),
                ("written", models.PositiveIntegerField(default=0)),
                ("there_before", models.PositiveIntegerField(default=0)),
                (
                    "left_out",
                    models.PositiveIntegerField(
                        default=0, help_text="older than what stands here, or corrected here since"
                    ),
                ),
                (
                    "chosen",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.patient"
                    ),
                ),
                (
                    "into",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.patient"
                    ),
                ),
                (
                    "match",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.patient"
                    ),
                ),
                (
                    "record_import",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="patients",
                        to="importing.recordimport",
                    ),
                ),
            ],
            options={
                "ordering": ("number",),
            },
        ),
        migrations.AddIndex(
            model_name="recordimport",
            index=models.Index(fields=["practice", "-id"], name="importing_r_practic_db6474_idx"),
        ),
        migrations.AddIndex(
            model_name="recordimport",
            index=models.Index(fields=["state"], name="importing_r_state_0530a2_idx"),
        ),
        migrations.AddIndex(
            model_name="stagedpatient",
            index=models.Index(fields=["record_import", "outcome", "number"], name="importing_s_record__386dd1_idx"),
        ),
        migrations.AddConstraint(
            model_name="stagedpatient",
            constraint=models.UniqueConstraint(
                fields=("record_import", "number"), name="one_staged_patient_one_number"
            ),
        ),
    ]
