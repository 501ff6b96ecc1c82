"""Documents that the front desk scans."""

from django.db import migrations, models

from lenitive_web.append_only import append_only


class Migration(migrations.Migration):
    """One column more; the table goes on refusing changes."""

    dependencies = [("attachments", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="attachment",
            name="is_from_desk",
            field=models.BooleanField(default=False, help_text="scanned where nobody reads what it says"),
        ),
        migrations.AlterField(
            model_name="attachment",
            name="about",
            field=models.CharField(
                choices=[
                    ("imaging", "Imaging"),
                    ("electrodiagnostic", "Electrodiagnosis"),
                    ("laboratory", "Laboratory"),
                    ("letter", "Letter"),
                    ("photograph", "Photograph"),
                    ("card", "Insurance card"),
                    ("other", "Other"),
                ],
                max_length=20,
                verbose_name="what it is about",
            ),
        ),
        append_only("attachments_attachment"),
    ]
