"""With which sending a request left although something was open."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """One column that may be empty, so that the table keeps its rows and its refusal to change."""

    dependencies = [("authorization", "0012_packets_taken")]

    operations = [
        migrations.AddField(
            model_name="packettaken",
            name="sending",
            field=models.ForeignKey(
                help_text="with which it left, if it was sent",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="authorization.sending",
            ),
        ),
    ]
