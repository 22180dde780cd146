"""`make audit`: red for a known hole and for whatever is no answer; loud where nobody answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from deploy.release import audit
from deploy.release.audit import NotReached, NotUnderstood, Package, holes, locked
from tests.seizure.server import free_port

PACKAGES = [Package("argon2-cffi", "25.1.0"), Package("idna", "3.10")]
KNOWN = {"vulns": [{"id": "GHSA-known"}]}


@contextmanager
def source(answer: object, status: int = 200) -> Iterator[str]:
    """A server that answers the same whatever it is asked."""
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_no_known_hole() -> None:
    with source({"results": [KNOWN, {}, {}]}) as address:
        assert holes(PACKAGES, address) == []


def test_a_known_hole_is_named() -> None:
    with source({"results": [KNOWN, {}, {"vulns": [{"id": "GHSA-1"}]}]}) as address:
        assert holes(PACKAGES, address) == ["idna 3.10: GHSA-1"]


def test_an_accepted_one_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(audit.ACCEPTED, "GHSA-1", "nothing here calls it")
    with source({"results": [KNOWN, {}, {"vulns": [{"id": "GHSA-1"}]}]}) as address:
        assert holes(PACKAGES, address) == []


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ({"results": [KNOWN, {}]}, 200),  # one is missing
        ({"results": [{}, {}, {}]}, 200),  # it knows of no hole where there are many
        ({"results": [KNOWN, {"vulns": "none"}, {}]}, 200),
        ({"results": [KNOWN, {"vulns": [{}]}, {}]}, 200),
        ({"results": [KNOWN, None, {}]}, 200),
        ({}, 200),
        ([], 200),
        (b"<html>Sign in to the network</html>", 200),
        ({"results": [KNOWN, {}, {}]}, 500),
    ],
)
def test_what_is_no_answer_is_red(answer: object, status: int) -> None:
    with source(answer, status) as address, pytest.raises(NotUnderstood):
        holes(PACKAGES, address)


def test_where_nobody_answers_it_passes_and_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    address = f"http://127.0.0.1:{free_port()}/"
    with pytest.raises(NotReached):
        holes(PACKAGES, address)
    monkeypatch.setattr(audit, "SOURCE", address)
    audit.main()
    assert "NOTHING WAS AUDITED" in capsys.readouterr().out


@pytest.mark.parametrize("raised", [NotUnderstood("odd"), None])
def test_anything_else_ends_with_an_error(
    monkeypatch: pytest.MonkeyPatch, raised: Exception | None
) -> None:
    def asked(*arguments: object) -> list[str]:
        if raised:
            raise raised
        return ["idna 3.10: GHSA-1"]

    monkeypatch.setattr(audit, "holes", asked)
    with pytest.raises(SystemExit, match="AUDIT FAILED"):
        audit.main()


def test_every_package_of_the_lock_file_is_asked_about() -> None:
    packages = locked((audit.ROOT / "uv.lock").read_text())
    assert {"django", "cryptography", "pyrage", "pytest"} <= {one.name for one in packages}
    assert "nightjar" not in {one.name for one in packages}
