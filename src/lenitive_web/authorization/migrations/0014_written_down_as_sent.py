"""With which step, written down by hand, a request left although something was open."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """One column that may be empty, so that the table keeps its rows and its refusal to change."""

    dependencies = [("authorization", "0013_sent_although_open"), ("ledger", "0002_only_grows")]

    operations = [
        migrations.AddField(
            model_name="packettaken",
            name="step",
            field=models.ForeignKey(
                help_text="the entry that says it was sent, if that was written down by hand",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="ledger.entry",
            ),
        ),
    ]
