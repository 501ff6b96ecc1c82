"""Registration numbers and a logo on the letter head."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Two columns more."""

    dependencies = [
        ("practice", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="letterhead",
            name="logo",
            field=models.BinaryField(help_text="a PNG, drawn anew from the file that was given", null=True),
        ),
        migrations.AddField(
            model_name="letterhead",
            name="registrations",
            field=models.TextField(blank=True, max_length=400, verbose_name="other registration numbers"),
        ),
    ]
