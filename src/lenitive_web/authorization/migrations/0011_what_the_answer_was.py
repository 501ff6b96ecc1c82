"""A task that is done says what the answer was."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One column."""

    dependencies = [("authorization", "0010_sending_to_payers")]

    operations = [
        migrations.AddField(
            model_name="task",
            name="answer",
            field=models.TextField(
                blank=True,
                default="",
                help_text="as it was heard; a clinician makes it a fact of the chart",
                verbose_name="what the answer was",
            ),
            preserve_default=False,
        ),
    ]
