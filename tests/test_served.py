"""What the real server answers to what only a server gets: odd headers, static files."""

import http.client
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.seizure.server import Server

pytestmark = pytest.mark.thorough

Answer = tuple[int, dict[str, str], str]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("served"))
    running.prepare()
    running.start()
    yield running
    running.stop()


def get(server: Server, path: str, **headers: str) -> Answer:
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)) as connection:
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        found = {name.lower(): value for name, value in response.getheaders()}
        return response.status, found, response.read().decode("utf-8", "replace")


@pytest.mark.parametrize(
    "name",
    ["SCRIPT_NAME", "Script-Name", "PATH_INFO", "Path-Info", "REMOTE_USER", "SERVER_NAME"]
    + ["wsgi.url_scheme", "X-Script-Name", "X-Forwarded-Host", "X-Forwarded-Prefix"],
)
def test_no_header_of_a_client_changes_a_link(server: Server, name: str) -> None:
    plain = get(server, "/en/")
    for value in ("//evil.example", "/en", "x" * 300, "/../.."):
        status, headers, page = get(server, "/en/", **{name: value})
        if name in {"SCRIPT_NAME", "PATH_INFO"} and status == 400:
            continue  # the server refuses such a request whole
        assert status == 200
        assert "evil.example" not in page
        assert "evil.example" not in str(headers)
        assert re.findall('href="[^"]*"', page) == re.findall('href="[^"]*"', plain[2])


def test_static_files_say_nothing_of_when_and_to_nobody_else(server: Server) -> None:
    _status, _headers, page = get(server, "/en/")
    files = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page))
    assert files
    for file in files:
        status, headers, _body = get(server, file)
        assert status == 200
        assert {"last-modified", "etag", "access-control-allow-origin"}.isdisjoint(headers)
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert "max-age" in headers["cache-control"]


def test_search_engines_are_asked_to_stay_away(server: Server) -> None:
    status, headers, body = get(server, "/robots.txt")
    assert (status, body) == (200, "User-agent: *\nDisallow: /\n")
    assert headers["content-type"].startswith("text/plain")


def test_every_page_is_isolated(server: Server) -> None:
    for path in ("/en/", "/en/in/", "/en/nothing/", "/healthz"):
        headers = get(server, path)[1]
        assert headers["cross-origin-embedder-policy"] == "require-corp"
        assert headers["cross-origin-opener-policy"] == "same-origin"


def test_the_log_is_empty(server: Server) -> None:
    for log in Path(server.folder / "logs").iterdir():
        assert "evil" not in log.read_text()
