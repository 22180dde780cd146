"""Posting leaves no trace of who posted: only tables of alerts and labels are written."""

import re

from django.db import connection
from django.test.utils import CaptureQueriesContext

from alerts.models import Alert

_WRITING = r"INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM|REPLACE INTO"
WRITES = re.compile(rf"\s*(?:{_WRITING})\s+\"?(\w+)", re.IGNORECASE)
READS = re.compile(r"\s*(?:SELECT|SAVEPOINT|RELEASE SAVEPOINT|BEGIN|COMMIT|PRAGMA)\b", re.I)
REPORT = {
    "what": ["threats", "client"],
    "level": "2",
    "country": "FR",
    "region": "FR-IDF",
    "identifier-0-kind": "phone",
    "identifier-0-value": "06 39 98 45 67",
    "text": "He waited outside.",
    "send": "1",
}


def test_a_whole_post_writes_alerts_and_labels_only(member):
    client = member.sign_in()
    client.get("/en/a/new/")
    before = Alert.objects.count()
    with CaptureQueriesContext(connection) as queries:
        response = client.post("/en/a/new/", REPORT)
    assert response.status_code in {200, 302}
    assert Alert.objects.count() == before + 1
    tables = set()
    for query in queries:
        match = WRITES.match(query["sql"])
        assert match or READS.match(query["sql"]), query["sql"]
        if match:
            tables.add(match[1])
    assert tables == {"alerts_alert", "alerts_blindindexentry"}
