"""A browser without script, out of the standard library: cookies, forms, redirects."""

import http.client
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin, urlsplit

Fields = list[tuple[str, str]]

USER_AGENT = "Zanzibarquill/7.31 (Osmiridium)"
FORWARDED_FOR = "203.0.113.77"


@dataclass
class Form:
    """One form: where it goes, and what is filled in already."""

    action: str
    fields: Fields = field(default_factory=list)


class _Reader(HTMLParser):
    """Collects forms, links and the text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.words: list[str] = []
        self._open: Form | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = Form(given.get("action", ""))
            self.forms.append(self._open)
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag == "input" and self._open is not None and given.get("type") == "hidden":
            self._open.fields.append((given["name"], given.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@dataclass(frozen=True)
class Page:
    """An answer: where it came from, its status, and what it holds."""

    path: str
    status: int
    body: bytes

    def _read(self) -> _Reader:
        reader = _Reader()
        reader.feed(self.body.decode("utf-8", "replace"))
        return reader

    @property
    def text(self) -> str:
        """The text, without markup, in single spaces."""
        return " ".join(" ".join(self._read().words).split())

    @property
    def links(self) -> list[str]:
        """The targets of all links, from the root of the site."""
        return [urljoin(self.path, link) for link in self._read().links]

    def form(self, action: str = "") -> Form:
        """The form whose action ends so; without one, the form that posts to this page itself."""
        for form in self._read().forms:
            target = urljoin(self.path, form.action)
            if target.endswith(action) if action else target == self.path:
                return form
        raise LookupError(f"no form for {action or 'itself'} on {self.path} ({self.status})")


class Browser:
    """One person's browser. `host` is the site's name, if it is not this machine's."""

    def __init__(self, port: int, host: str = "") -> None:
        self.port, self.host = port, host
        self.cookies: dict[str, str] = {}

    def get(self, path: str) -> Page:
        """Follow a link."""
        return self._fetch("GET", path, b"", {})

    def fill(self, page: Page, fields: dict[str, str] | Fields, *, action: str = "") -> Page:
        """Fill in a form of a page and send it."""
        form = page.form(action)
        given = list(fields.items()) if isinstance(fields, dict) else fields
        names = {name for name, _value in given}
        kept = [(name, value) for name, value in form.fields if name not in names]
        path = urljoin(page.path, form.action) if form.action else page.path
        return self.post(path, [*kept, *given])

    def post(self, path: str, fields: Fields) -> Page:
        """Post fields as a form does."""
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._fetch("POST", path, urlencode(fields).encode(), kind)

    def send_file(self, page: Page, raw: bytes) -> Page:
        """Send a file with the form of a page that takes one."""
        parts = [
            f"--edge\r\nContent-Disposition: form-data; name={name}\r\n\r\n{value}\r\n".encode()
            for name, value in page.form().fields
        ]
        head = b"--edge\r\nContent-Disposition: form-data; name=file; filename=notes.bin\r\n\r\n"
        body = b"".join([*parts, head, raw, b"\r\n--edge--\r\n"])
        kind = {"Content-Type": "multipart/form-data; boundary=edge"}
        return self._fetch("POST", page.path, body, kind)

    def upload(self, path: str, text: str) -> int:
        """Post a file, as a form of ours never does; the status of the answer."""
        body = (
            "--edge\r\nContent-Disposition: form-data; name=q; filename=note.txt\r\n\r\n"
            f"{text}\r\n--edge--\r\n"
        ).encode()
        return self._fetch(
            "POST", path, body, {"Content-Type": "multipart/form-data; boundary=edge"}
        ).status

    def _fetch(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Page:
        for _hop in range(6):
            status, location, read = self._once(method, path, body, headers)
            if location is None or status not in (301, 302, 303, 307, 308):
                return Page(urlsplit(path).path, status, read)
            path = urljoin(path, location)
            if status < 307:
                method, body, headers = "GET", b"", {}
        raise RuntimeError(f"too many redirects, last {path}")

    def _once(
        self, method: str, path: str, body: bytes, headers: dict[str, str]
    ) -> tuple[int, str | None, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        host = self.host or f"127.0.0.1:{self.port}"
        origin = {"Origin": f"http://{host}"} if method == "POST" else {}
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            connection.request(
                method,
                path,
                body or None,
                {
                    "User-Agent": USER_AGENT,
                    "X-Forwarded-For": FORWARDED_FOR,
                    "Host": host,
                    "Referer": f"http://{host}{path}",
                    "Cookie": cookies,
                    **origin,
                    **headers,
                },
            )
            answer = connection.getresponse()
            read = answer.read()
        finally:
            connection.close()
        for line in answer.headers.get_all("Set-Cookie", []):
            name, _equals, rest = line.partition("=")
            value = rest.split(";", 1)[0].strip('"')
            if value:
                self.cookies[name] = value
            else:
                self.cookies.pop(name, None)
        return answer.status, answer.headers.get("Location"), read
