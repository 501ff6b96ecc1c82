"""The tables of the services."""

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
            name="Client",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("is_active", models.BooleanField(default=True, verbose_name="may call")),
                (
                    "issuer",
                    models.CharField(
                        blank=True, help_text="`iss` of its tokens", max_length=300, null=True, unique=True
                    ),
                ),
                (
                    "keys",
                    models.JSONField(blank=True, default=list, help_text="its public keys (JWK), agreed beforehand"),
                ),
                (
                    "keys_url",
                    models.URLField(blank=True, help_text="`jku`: the only address at which its keys are fetched"),
                ),
                (
                    "fhir_servers",
                    models.JSONField(blank=True, default=list, help_text="where missing data may be fetched"),
                ),
                (
                    "origins",
                    models.JSONField(blank=True, default=list, help_text="web origins from which a browser may call"),
                ),
                ("token_hash", models.CharField(blank=True, max_length=64, null=True, unique=True)),
                ("token_until", models.DateTimeField(blank=True, null=True)),
                (
                    "scopes",
                    models.CharField(blank=True, help_text="SMART scopes, as `system/Observation.rs`", max_length=500),
                ),
                (
                    "account",
                    models.ForeignKey(
                        blank=True,
                        help_text="whose role decides what the client reads through the FHIR API; none: nothing",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "practice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="clients", to="people.practice"
                    ),
                ),
            ],
            options={
                "ordering": ("name", "pk"),
            },
        ),
        migrations.CreateModel(
            name="CardFeedback",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("service", models.CharField(max_length=60)),
                ("card", models.CharField(db_index=True, max_length=64)),
                ("outcome", models.CharField(max_length=20)),
                ("told", models.JSONField(help_text="the feedback as it came")),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="services.client"
                    ),
                ),
            ],
            options={
                "ordering": ("-pk",),
            },
        ),
        migrations.CreateModel(
            name="HookCall",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("service", models.CharField(max_length=60)),
                ("hook", models.CharField(max_length=40)),
                ("instance", models.UUIDField(db_index=True)),
                ("orders", models.PositiveIntegerField()),
                ("cards", models.PositiveIntegerField()),
                ("fetched", models.PositiveIntegerField()),
                ("assertions", models.JSONField(default=list, help_text="coverage assertion ids that were given out")),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="services.client"
                    ),
                ),
            ],
            options={
                "ordering": ("-pk",),
            },
        ),
        migrations.CreateModel(
            name="UsedToken",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token", models.CharField(help_text="hash of `jti`", max_length=64)),
                ("until", models.DateTimeField(db_index=True)),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="services.client"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("client", "token"), name="a_token_is_used_once")],
            },
        ),
    ]
