"""One served network for all tests of a file."""

from collections.abc import Iterator

import pytest
from django.conf import settings

from safety_app.sealed_sessions import SessionStore
from tests.served.network import Network, started


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    with started(tmp_path_factory.mktemp("network")) as running:
        yield running


@pytest.fixture
def member_session() -> str:
    """The cookie of a session that somebody has."""
    session = SessionStore()
    session["a"] = "b"
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"
