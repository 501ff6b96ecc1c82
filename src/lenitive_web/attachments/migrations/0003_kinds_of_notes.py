"""Operative notes, notes of physical therapy and psychological evaluations are kinds of their own."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """More choices; the column stays as it is."""

    dependencies = [("attachments", "0002_from_the_desk")]

    operations = [
        migrations.AlterField(
            model_name="attachment",
            name="about",
            field=models.CharField(
                choices=[
                    ("imaging", "Imaging"),
                    ("electrodiagnostic", "Electrodiagnosis"),
                    ("laboratory", "Laboratory"),
                    ("operation", "Operative note"),
                    ("therapy", "Physical therapy notes"),
                    ("psychology", "Psychological evaluation"),
                    ("letter", "Letter"),
                    ("photograph", "Photograph"),
                    ("card", "Insurance card"),
                    ("other", "Other"),
                ],
                max_length=20,
                verbose_name="what it is about",
            ),
        ),
    ]
