"""What the server keeps of HTTP, and how it begins and ends."""

import http.client
import signal
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from tests.seizure.client import Browser
from tests.seizure.server import Server
from tests.served.network import Network, started

pytestmark = pytest.mark.thorough
GET = "GET {} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


def exchange(port: int, raw: bytes) -> bytes:
    """What comes back until the server closes, or is silent for a second."""
    with socket.create_connection(("127.0.0.1", port), 20) as place:
        place.sendall(raw)
        place.settimeout(3)
        got = b""
        try:
            while part := place.recv(65536):
                got += part
        except TimeoutError:
            pass
        return got


def test_head_has_every_header_and_no_body(network: Network) -> None:
    with closing(http.client.HTTPConnection("127.0.0.1", network.server.port)) as connection:
        for path in ("/en/", "/healthz", "/en/in/", "/robots.txt", "/en/nothing/"):
            connection.request("GET", path)
            whole = connection.getresponse()
            length = len(whole.read())
            connection.request("HEAD", path)  # on the same connection: a body would break it
            head = connection.getresponse()
            assert (head.status, head.read()) == (whole.status, b"")
            assert head.headers["Content-Length"] == str(length)


def test_nothing_names_the_program(network: Network) -> None:
    for raw in (GET.format("/en/"), GET.format("/%"), "x\r\n\r\n", "GET / HTTP/1.1\r\nA\r\n\r\n"):
        got = exchange(network.server.port, raw.encode()).lower()
        assert b"waitress" not in got
        assert b"\r\nserver:" not in got
        assert b"\r\nvia:" not in got


def test_requests_in_one_go_are_answered_in_order(network: Network) -> None:
    raw = "".join(map(GET.format, ("/healthz", "/robots.txt", "/healthz")))
    got = exchange(network.server.port, raw.encode())
    assert got.count(b"HTTP/1.1 200 OK") == 3
    assert got.index(b"User-agent") < got.rindex(b"HTTP/1.1")


def test_what_follows_a_refused_body_is_no_request(network: Network) -> None:
    head = f"POST /en/in/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {2**30}\r\n\r\n"
    got = exchange(network.server.port, (head + GET.format("/robots.txt")).encode())
    assert got.count(b"HTTP/1.1 ") == 1
    assert b"User-agent" not in got


def test_whoever_is_told_to_stop_finishes_what_is_under_way(tmp_path: Path) -> None:
    server = Server(tmp_path)
    server.prepare()
    server.start()
    assert server.process
    with ThreadPoolExecutor(8) as pool:
        raw = GET.format("/en/apply/").encode()
        sent = [pool.submit(exchange, server.port, raw) for _ in range(8)]
        time.sleep(0.05)
        server.process.send_signal(signal.SIGTERM)
        replies = [one.result(30) for one in sent]
    assert server.process.wait(20) == 0
    assert all(not one or one.endswith(b"-->") for one in replies)
    assert any(replies)
    assert (tmp_path / "logs" / "stderr.log").read_text() == ""


def test_memory_is_never_dumped(network: Network) -> None:
    assert network.server.process
    limits = Path(f"/proc/{network.server.process.pid}/limits").read_text()
    [line] = [one for one in limits.splitlines() if one.startswith("Max core file size")]
    assert set(line.split()[4:6]) <= {"0", "1"}


def test_the_log_is_empty(network: Network) -> None:
    for log in (network.server.folder / "logs").iterdir():
        assert log.read_text() == ""


def test_the_days_first_request_has_housekeeping_done_by_another_process(tmp_path: Path) -> None:
    """The server goes on after that process has ended."""
    yesterday = (
        "import datetime; from safety_app.privacy.models import ClockTrust;"
        "ClockTrust.objects.update(trusted_on=datetime.date.today() - datetime.timedelta(days=1))"
    )
    seen = (
        "import datetime; from safety_app.privacy.models import ClockTrust;"
        "print(ClockTrust.objects.get().trusted_on == datetime.date.today())"
    )
    with started(tmp_path) as running:
        server = running.server
        server.stop()
        server.run("manage.py", "shell", "-v", "0", "-c", yesterday)
        server.start()
        for _ in range(60):
            assert Browser(server.port).get("/healthz").status == 200
            if server.run("manage.py", "shell", "-v", "0", "-c", seen).strip() == "True":
                break
            time.sleep(0.5)
        else:
            pytest.fail("nobody did the housekeeping")
        time.sleep(2)
        assert server.process is not None
        assert server.process.poll() is None
        assert Browser(server.port).get("/en/").status == 200
        assert (server.folder / "logs" / "stderr.log").read_text() == ""
