"""A refusal is for the one who asked, also at an address that anybody may read and keep."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address", ["/en/", "/en/r/7/", "/en/services/", "/en/doctor/", "/en/find/"]
)
@pytest.mark.parametrize("query", ["?q=%ff", "?%00", "?" + "&" * 500])
def test_what_cannot_be_read_is_never_stored(nobody: Client, address: str, query: str) -> None:
    answer = nobody.get(address + query)
    assert answer.status_code == 400
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Robots-Tag"] == "noindex"
    assert len(answer.content) == 12_288
    assert "Content-Encoding" not in answer


def test_neither_is_what_is_not_there(nobody: Client) -> None:
    answer = nobody.get("/en/r/77777/", headers={"accept-encoding": "gzip"})
    assert answer.status_code == 404
    assert answer["Cache-Control"] == "no-store"
    assert "Content-Encoding" not in answer
    assert len(answer.content) == 12_288
