"""Changes tables of another app, as a later migration of its own would."""

import os

from django.db import migrations

ALL = {
    "careful": "ALTER TABLE alerts_alert ADD COLUMN example boolean NOT NULL DEFAULT 1",
    "careless": "DELETE FROM alerts_blindindexentry",
}


class Migration(migrations.Migration):
    dependencies = [("alerts", "0001_initial")]
    operations = [migrations.RunSQL(ALL[os.environ["EXAMPLE"]])]
