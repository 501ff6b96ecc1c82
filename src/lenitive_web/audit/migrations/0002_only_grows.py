"""Events are never changed or removed."""

from django.db import migrations

from lenitive_web.append_only import append_only


class Migration(migrations.Migration):
    """The database refuses it."""

    dependencies = [("audit", "0001_initial")]
    operations = [append_only("audit_event")]
