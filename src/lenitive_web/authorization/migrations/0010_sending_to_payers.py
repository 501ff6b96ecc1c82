"""How payers are reached, what was sent to them, and answers to forms that came back."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """The tables for what leaves the clinic and what comes back."""

    dependencies = [
        ("authorization", "0001_initial"),
        ("ledger", "0002_only_grows"),
        ("people", "0001_initial"),
        ("practice", "0001_initial"),
        ("services", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="FormGiven",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=120)),
                ("canonical", models.CharField(help_text="address and version of the form", max_length=300)),
                ("form", models.JSONField()),
                ("asked", models.JSONField(help_text="what was asked for when it was handed out")),
                ("given_at", models.DateTimeField()),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="forms_given", to="ledger.patient"
                    ),
                ),
            ],
            options={
                "ordering": ("pk",),
            },
        ),
        migrations.CreateModel(
            name="AnswersReceived",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64)),
                ("body", models.JSONField()),
                ("received_at", models.DateTimeField()),
                (
                    "ending",
                    models.CharField(blank=True, choices=[("taken", "Taken"), ("dropped", "Not taken")], max_length=10),
                ),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="services.client"
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
                    "form",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="authorization.formgiven",
                    ),
                ),
            ],
            options={
                "ordering": ("pk",),
            },
        ),
        migrations.CreateModel(
            name="PayerConnection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("by_hand", models.BooleanField(default=True, verbose_name="by hand only")),
                ("base", models.CharField(blank=True, max_length=300, verbose_name="address of the payer’s endpoint")),
                (
                    "token_variable",
                    models.CharField(blank=True, max_length=80, verbose_name="variable that holds the token"),
                ),
                (
                    "identifier_system",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="address space of the payer’s identifier"
                    ),
                ),
                ("identifier", models.CharField(blank=True, max_length=80, verbose_name="the payer’s identifier")),
                (
                    "member_system",
                    models.CharField(blank=True, max_length=200, verbose_name="address space of its member numbers"),
                ),
                (
                    "notifier",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="services.client",
                        verbose_name="system whose notifications are believed",
                    ),
                ),
                (
                    "payer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="connection", to="practice.payer"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RequestingClinician",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("family", models.CharField(max_length=100, verbose_name="family name")),
                ("given", models.CharField(max_length=100, verbose_name="given names")),
                (
                    "npi",
                    models.CharField(
                        max_length=10,
                        validators=[django.core.validators.RegexValidator("^\\d{10}$", "Ten digits.")],
                        verbose_name="national provider identifier",
                    ),
                ),
                ("phone", models.CharField(max_length=40, verbose_name="telephone")),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requesting",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="physician",
                    ),
                ),
            ],
            options={
                "ordering": ("family", "given"),
            },
        ),
        migrations.CreateModel(
            name="Sending",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=120)),
                (
                    "ledger_request",
                    models.CharField(help_text="the request of the chart that this belongs to", max_length=120),
                ),
                ("number", models.CharField(max_length=64, unique=True)),
                (
                    "purpose",
                    models.CharField(
                        choices=[("request", "Request"), ("update", "Change"), ("cancellation", "Cancellation")],
                        max_length=20,
                    ),
                ),
                ("asked", models.JSONField(help_text="what is asked for")),
                ("submission", models.JSONField(help_text="who asks whom for what, without documents")),
                ("request_body", models.TextField()),
                ("inquiry_body", models.TextField()),
                ("left_out", models.JSONField(default=list, help_text="facts that could not be taken along")),
                ("made_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "Kept, not sent yet"),
                            ("sending", "Being sent"),
                            ("unanswered", "Could not be delivered"),
                            ("answered", "Answered"),
                            ("refused", "Refused as it is"),
                            ("stopped", "Stopped here"),
                        ],
                        default="queued",
                        max_length=20,
                    ),
                ),
                ("begun_at", models.DateTimeField(null=True)),
                ("leased_until", models.DateTimeField(help_text="until when somebody is at it", null=True)),
                ("tries", models.PositiveIntegerField(default=0)),
                ("tried_at", models.DateTimeField(null=True)),
                ("next_try_at", models.DateTimeField(null=True)),
                (
                    "ask_at",
                    models.DateTimeField(help_text="since when the payer is to be asked what became of it", null=True),
                ),
                ("problem", models.CharField(blank=True, max_length=40)),
                ("said", models.JSONField(default=list, help_text="the payer's words on a refusal")),
                ("answer_body", models.TextField(blank=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("decision", models.CharField(blank=True, max_length=40)),
                (
                    "step_digest",
                    models.CharField(blank=True, help_text="of the last step written into the chart", max_length=64),
                ),
                (
                    "connection",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="sendings",
                        to="authorization.payerconnection",
                    ),
                ),
                (
                    "earlier",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="later",
                        to="authorization.sending",
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="sendings", to="ledger.patient"
                    ),
                ),
                (
                    "practice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="sendings", to="people.practice"
                    ),
                ),
            ],
            options={
                "ordering": ("pk",),
            },
        ),
        migrations.AddConstraint(
            model_name="formgiven",
            constraint=models.UniqueConstraint(fields=("patient", "kind", "canonical"), name="one_form_is_kept_once"),
        ),
        migrations.AddConstraint(
            model_name="answersreceived",
            constraint=models.UniqueConstraint(fields=("form", "digest"), name="the_same_answers_come_once"),
        ),
        migrations.AddIndex(
            model_name="sending",
            index=models.Index(fields=["state", "next_try_at"], name="sendings_to_carry_on"),
        ),
        migrations.AddConstraint(
            model_name="sending",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("queued", "sending", "unanswered"))),
                fields=("patient", "kind"),
                name="one_open_sending_for_one_procedure",
            ),
        ),
    ]
