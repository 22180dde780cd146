"""Fill the database with alerts that end today, do the housekeeping, and say what it took.

    DATABASE_FILE=… python -m tests.alerts.housekeeping_worker ALERTS

Prints how many alerts are left, how large the file was, and by how much the process's peak grew.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.file_settings"

import django
from django.core.management import call_command
from django.db import connection

django.setup()

from alerts.models import Alert  # noqa: E402
from safety_app.locales.dates import today  # noqa: E402
from safety_app.privacy import storage  # noqa: E402
from safety_app.privacy.retention.housekeeping import housekeep  # noqa: E402
from tests.privacy.rewrite_worker import peak  # noqa: E402

FILL = """
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %s)
INSERT INTO alerts_alert (id, epoch, version, day, level, region, state, expires, card, body)
SELECT abs(random() / 2) + i, 1, 1, %s, 1, randomblob(16), 'new', %s, randomblob(1053),
randomblob(8221) FROM n
"""
LABELS = """
INSERT INTO alerts_blindindexentry (id, label, alert_id, epoch)
SELECT id, randomblob(16), id, 1 FROM alerts_alert
"""


def main(alerts: int) -> None:
    call_command("migrate", verbosity=0)
    day = today().isoformat()
    with connection.cursor() as cursor:
        cursor.execute(FILL, [alerts, day, day])
        cursor.execute(LABELS)
    storage.checkpoint_wal()
    size = Path(os.environ["DATABASE_FILE"]).stat().st_size
    before = peak()
    assert housekeep(today())
    print(Alert.objects.count(), size, peak() - before)


if __name__ == "__main__":
    main(int(sys.argv[1]))
