"""Many requests at once, each on a connection of its own."""

import selectors
import socket
import time
from dataclasses import dataclass
from urllib.parse import urlencode

from tests.seizure.client import Browser


@dataclass
class Reply:
    """What one of them got, and after how many seconds since all were sent; 0 for no answer."""

    status: int = 0
    seconds: float = 0.0
    text: str = ""


def form(browser: Browser, path: str, fields: list[tuple[str, str]]) -> bytes:
    """A form as a browser sends it from a page of ours."""
    cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    body = urlencode(fields)
    return (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{browser.port}\r\n"
        f"Origin: http://127.0.0.1:{browser.port}\r\nCookie: {cookies}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


def burst(port: int, requests: list[bytes], most: float = 60) -> list[Reply]:
    """Send all at once; what came back within `most` seconds."""
    replies = [Reply() for _ in requests]
    began = time.monotonic()
    with selectors.DefaultSelector() as selector:
        for request, reply in zip(requests, replies, strict=True):
            place = socket.create_connection(("127.0.0.1", port))
            place.sendall(request)
            place.setblocking(False)
            selector.register(place, selectors.EVENT_READ, (reply, bytearray()))
        while selector.get_map() and time.monotonic() - began < most:
            for key, _events in selector.select(0.1):
                reply, got = key.data
                part = _read(key.fileobj)
                got += part
                if not part:
                    reply.seconds = time.monotonic() - began
                    reply.text = got.decode("utf-8", "replace")
                    reply.status = int(reply.text[9:12] or 0)
                    selector.unregister(key.fileobj)
                    key.fileobj.close()  # type: ignore[union-attr]
    return replies


def _read(place: object) -> bytes:
    assert isinstance(place, socket.socket)
    try:
        return place.recv(65536)
    except OSError:
        return b""
