"""What nobody in good faith sends: pieces of addresses, header values, fields and bodies.

All of it comes from a `random.Random`, so the same seed makes the same requests.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from urllib.parse import quote, quote_from_bytes

# Whatever is reflected without being escaped makes this a tag or an attribute of a page.
MARK = "zq9x"
EVIL = "evil.example"

_MARKUP = [
    f'"><{MARK} onload=1>', f"'><{MARK}>", f'" {MARK}=1 x="', f"' {MARK}=1 x='", f" {MARK}=1 ",
    f"</textarea><{MARK}>", f"</title><{MARK}>", f"--><{MARK}>", f"]]><{MARK}>", f"<{MARK}",
    f"&lt;{MARK}&gt;", f"&#60;{MARK}&#62;", f"<!--<{MARK}-->", f"\x3c{MARK}\x0b/>", f"＜{MARK}＞",
    f"[{MARK}](javascript:{MARK})", f"<javascript:{MARK}>", f"![x](//{EVIL}/{MARK})",
    f"[x]: //{EVIL} '\"><{MARK}>'", f"[x](</\"><{MARK}>)", f"`<{MARK}>`", f"    <{MARK}>",
    f"javascript:{MARK}", f"data:text/html,<{MARK}>", f"//{EVIL}/{MARK}", f"https:{EVIL}",
    f"/\\{EVIL}", f"http://{EVIL}@testserver/", "{{ request }}", "{% load x %}", "{0.__class__}",
    "%(x)s", "%s%n%d", "%", "$" + "{7*7}", "' OR 1=1 --", "'; DROP TABLE x; --", "`id`",
    "$(id)", "../../../../etc/passwd", "..\\..\\x", "C:\\x", "/dev/zero", "file:///etc/passwd",
    f"a\r\nSet-Cookie: {MARK}=1", f"a\nLocation: //{EVIL}", "=1+1", "@SUM(1)", "-1+1", "\t=1",
]  # fmt: skip
_NUMBERS = [
    "-1", "0", "1", "00", "007", "1.5", "1e9", "1e400", "inf", "-inf", "NaN", "0x1f", "1_000", "+1",
    " 1 ", "１２", "²", "٣٤", "१", "Ⅷ", "½", "一", str(2**31), str(2**62), str(2**63 - 1),
    str(2**63), str(2**64), "9" * 19, "9" * 400, "9" * 5000, "2026-02-30", "0000-00-00",
    "0001-01-01", "9999-12-31", "10000-01-01", "2026-1-1", "٢٠٢٦-٠١-٠١", "12:61", "24:00",
    "2026-W01-1", "2026-01-01T00:00", "-0", "True", "None", "null", "[]", "{}", "on", "undefined",
]  # fmt: skip
_LETTERS = [
    "", " ", "\t", "\n", "\r", "\x0b\x0c", "\x00", "a\x00b", "\x7f", "\x85", "\xa0", "\u2028",
    "\u200b", "\u200e\u202e\u2066\u2069", "\ufeff", "\ufffd", "\uffff", "\U0010ffff", "\ue000",
    "\u0301", "e\u0301" * 40, "Z" + "\u0336" * 500, "ﷺ" * 60, "ß", "İ", "ı", "\u212a", "ﬀ", "Ａ",
    "👩‍👩‍👧‍👦", "🇫🇷🇫", "\U000e0041\U000e007f", "ا" * 30, "ไทย", "漢字", "\x1b[31m", "a" * 101,
    "a" * 300, "a" * 5_000, "é" * 20_001, "06 39 98 12 34", "+33639981234", "a@" + "b." * 60 + "c",
    "AB-123-CD", "xn--" + "9" * 60, "http://" + "a." * 300, "https://[::1", "https://[v1.x]/",
    "https://a:99999/", "https://a:b/", "mailto:a?b", "@" * 300, "." * 300, "-" * 300, "_" * 300,
]  # fmt: skip
_DEEP = ["[", "(", "{", ">", "*", "_", "<", "[a](", "![", "`", "~", "> - ", "1. ", "#", "|", "\\"]
_OTHER_FIELDS = [
    "s", "step", "next", "carry_to", "unlock", "csrfmiddlewaretoken", "clear", "send", "enter",
    "offered", "another", "pin", "code", "undo", "page", "language", "q", "action", "_method",
    "own_button", "id", "pk", "role", "is_moderator", "member", "organisation", "state", "text",
]  # fmt: skip

Text = str


def text(random: Random) -> Text:
    """A value of a field. A lone surrogate is allowed: `encoded` makes malformed UTF-8 of it."""
    kind = random.random()
    if kind < 0.35:
        return random.choice(_MARKUP)
    if kind < 0.6:
        return random.choice(_NUMBERS)
    if kind < 0.85:
        return random.choice(_LETTERS)
    if kind < 0.92:
        return random.choice(_DEEP) * random.choice((3, 50, 2_000))
    if kind < 0.93:
        return "".join(chr(random.randrange(0xD800, 0xE000)) for _ in range(3))
    if kind < 0.94:
        return random.choice(_MARKUP) + "a" * random.choice((70_000, 270_000))
    return "".join(random.choice(random.choice((_MARKUP, _NUMBERS, _LETTERS))) for _ in range(3))


def field_name(random: Random) -> Text:
    """The name of a field that the form may have or not."""
    if random.random() < 0.7:
        return random.choice(_OTHER_FIELDS)
    return random.choice(_OTHER_FIELDS) + random.choice(("[]", "[0]", "-0", "-999", ".x", "__in"))


def encoded(value: Text) -> str:
    """Percent-encoded, lone surrogates too."""
    return quote_from_bytes(value.encode("utf-8", "surrogatepass"), safe="")


def path_part(random: Random) -> str:
    """What stands in the place of a number or a word in an address, as WSGI hands it over."""
    value = random.choice(
        (
            random.choice(_NUMBERS)[:300],
            random.choice(_LETTERS)[:300],
            random.choice(_MARKUP),
            "..", ".", "%2e%2e", "%00", ";x=y", "a/b", "//", "es", "fr", "pt-br", "xx", "zh_Hans",
            str(2**62 + random.randrange(2**62)),
        )
    )  # fmt: skip
    raw = value.encode("utf-8", "surrogatepass")
    return (raw + random.choice((b"", b"", b"", b"\xff", b"\xc0\xaf"))).decode("latin-1")


def query(random: Random) -> str:
    """What follows the question mark."""
    if random.random() < 0.6:
        return ""
    if random.random() < 0.2:
        return random.choice(
            (
                "%",
                "%00",
                "%ff",
                "&" * 500,
                "s",
                "s=" + "A" * 22,
                "s=%ED%A0%80",
                "a=1&" * 300,
                "\xff",
            )
        )
    names = [random.choice(_OTHER_FIELDS) for _ in range(random.randrange(1, 4))]
    return "&".join(f"{quote(name)}={encoded(text(random)[:400])}" for name in names)


_HEADERS: dict[str, list[str]] = {
    "HTTP_HOST": [EVIL, "testserver:99999", "testserver:", "", "[::1", "testserver\x00", "a" * 300,
                  "x.onion", "testserver@" + EVIL, "TESTSERVER", "testserver."],
    "HTTP_ACCEPT_LANGUAGE": ["xx;q=2,fr-FR;q=1,es\t;q=0", "*", "fr" * 300, "-", "a" * 600, "pt-br",
                             "zh-hans-x-" + "a" * 50, "en;q=é", ",,,,;q=,", "../../etc", "\xff"],
    "HTTP_X_FORWARDED_HOST": [EVIL, "x, y", "\xff"],
    "HTTP_X_FORWARDED_PROTO": ["https", "http", "javascript", "https, http", "\xff"],
    "HTTP_X_FORWARDED_FOR": ["127.0.0.1", "::1", "x" * 200, EVIL],
    "HTTP_X_FORWARDED_PORT": ["0", "99999", "x"],
    "HTTP_X_HTTP_METHOD_OVERRIDE": ["DELETE"],
    "HTTP_COOKIE": ["s=x; s=y; c=; =; __Host-s=1", "s=" + "A" * 43, "c=" + "a" * 9000, "\xff=\xfe",
                    '"', "s=%00; django_language=../../x", "s=\x00", ";" * 900, 's="\\000"'],
    "HTTP_RANGE": ["bytes=0-0,5-1,-", "bytes=0-", "bytes=-1", "bytes=" + "0-1," * 300, "x=1"],
    "HTTP_REFERER": [f"http://{EVIL}/", "http://testserver/\xff", "http://[", "x" * 900, "//x:y/",
                     "http://testserver/en/lock/?next=//" + EVIL, f"http://testserver/<{MARK}>"],
    "HTTP_ORIGIN": ["null", f"https://{EVIL}", "http://testserver", "http://[", "\xff"],
    "HTTP_USER_AGENT": [f"<{MARK}>", "\xff", "a" * 900],
    "HTTP_ACCEPT": ["*", "x/y;q=z", f"text/<{MARK}>", "application/json"],
    "HTTP_ACCEPT_ENCODING": ["gzip, br;q=0.0001, *;q=x", "identity;q=0, *;q=0", "\xff"],
    "HTTP_IF_NONE_MATCH": ['W/"x", *', "*", '"', "x" * 900],
    "HTTP_IF_MODIFIED_SINCE": ["Thu, 99 Foo 9999 99:99:99 GMT", "9" * 300],
    "HTTP_IF_UNMODIFIED_SINCE": ["Thu, 01 Jan 1970 00:00:00 GMT"],
    "HTTP_AUTHORIZATION": ["Basic \xff", "Bearer " + "a." * 300, "Negotiate"],
    "HTTP_SEC_FETCH_SITE": ["cross-site", "none", "x"],
    "HTTP_SEC_PURPOSE": ["prefetch"],
    "HTTP_EXPECT": ["100-continue", "x"],
    "HTTP_TRANSFER_ENCODING": ["chunked", "chunked, chunked"],
    "HTTP_X_CSRFTOKEN": ["x" * 64, "\xff"],
    "HTTP_X_REQUESTED_WITH": ["XMLHttpRequest"],
    "CONTENT_LENGTH": ["abc", "-1", "", "0", "1", "99999999999", "9" * 400, "１", " 5"],
    "CONTENT_TYPE": ["", "x", "/", "text/html; charset=utf-7", "application/json",
                     "multipart/mixed", "x; a*=x'y'z", "x; charset=idna",
                     "application/x-www-form-urlencoded; charset=utf-16", "multipart/form-data",
                     "multipart/form-data; boundary=", "multipart/form-data; boundary=" + "a" * 300,
                     "multipart/form-data; boundary=\xff", "application/x-www-form-urlencoded\x00",
                     "multipart/form-data; boundary=\"a\"; charset=idna", "; " * 300],
}  # fmt: skip


def headers(random: Random, most: int = 3) -> dict[str, str]:
    """Some headers, as WSGI names them."""
    names = random.sample(sorted(_HEADERS), random.randrange(most + 1))
    return {name: random.choice(_HEADERS[name]) for name in names}


def form(fields: list[tuple[str, Text]]) -> bytes:
    """A form as browsers send it, with values that they would not."""
    return "&".join(f"{encoded(name)}={encoded(value)}" for name, value in fields).encode()


FORM = "application/x-www-form-urlencoded"
BOUNDARY = "b0undary"


def multipart(fields: list[tuple[str, Text]], files: list[tuple[str, str, bytes]]) -> bytes:
    """A form with files: name, file's name, content."""
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode(
            "utf-8", "surrogatepass"
        )
        for name, value in fields
    ]
    for name, file_name, content in files:
        head = f'Content-Disposition: form-data; name="{name}"; filename="{file_name}"'
        kind = "Content-Type: application/octet-stream"
        start = f"--{BOUNDARY}\r\n{head}\r\n{kind}\r\n\r\n".encode("utf-8", "surrogatepass")
        parts.append(start + content + b"\r\n")
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


_FILES = [
    b"", b"\x00", b"\xff\xfe\x00", b"[" * 3_000, b"{" * 3_000, b'{"a":' * 900, b"[]", b"{}",
    b"null",
    b"1e400", b"NaN", b'{"services": [{"name": null, "id": 1e999}]}', b'{"a": "\\ud800"}',
    b'[{"id": {"id": []}, "name": ["x"], "locations": "x"}]', b'"' + b"a" * 70_000 + b'"',
    b'msgid ""\nmsgstr ""\n', b'msgid "a\nmsgstr', b'msgid "a"\nmsgstr[9] "b"\n',
    b"#, fuzzy\n" * 99,
    b'msgctxt "x"\nmsgid "%(a)s"\nmsgstr "%(b)s"\n', b"PK\x03\x04", b"\x89PNG\r\n\x1a\n", b"%PDF-1",
    b"\x1f\x8b\x08\x00", b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///x'>]>&b;",
    b"age-encryption.org/v1\n", b"nightjar", b"\xef\xbb\xbf{}",
    b"{" + b'"a":1,' * 5_000 + b'"a":1}',
]  # fmt: skip


def file(random: Random) -> bytes:
    """The content of a file."""
    if random.random() < 0.2:
        return random.randbytes(random.choice((1, 64, 4_000)))
    return random.choice(_FILES)


def broken_multipart(random: Random, fields: list[tuple[str, Text]]) -> bytes:
    """A form with files whose structure does not hold."""
    whole = multipart(fields[:5], [("file", text(random)[:200], file(random))])
    at = random.randrange(len(whole))
    how: list[Callable[[], bytes]] = [
        lambda: whole[:at],
        lambda: whole[:at] + b"\x00" + whole[at:],
        lambda: whole.replace(b"\r\n", b"\n"),
        lambda: whole.replace(b"form-data", b"form-data; name*=utf-8''%ff%00"),
        lambda: whole.replace(b"filename=", b"filename*=x'y'"),
        lambda: whole.replace(b"\r\n\r\n", b"\r\nContent-Transfer-Encoding: base64\r\n\r\n"),
        lambda: whole.replace(b"octet-stream", b"octet-stream; charset=idna"),
        lambda: whole.replace(b"Content-Disposition", b"X" * 5_000),
        lambda: whole.replace(BOUNDARY.encode() + b"--", b""),
        lambda: (b"--" + BOUNDARY.encode() + b"\r\n") * 900,
        lambda: whole + whole,
    ]
    return random.choice(how)()


_JSON = [b"{}", b"[" * 5_000, b'{"a":' * 5_000, b'"\\ud800"', b"nul", b"\x00", b"1" * 5_000]


def body(random: Random, fields: list[tuple[str, Text]]) -> tuple[str, bytes]:
    """A content type and a body that may go with it."""
    kind = random.random()
    if kind < 0.35:
        return FORM, form([*fields, (field_name(random), text(random))])
    if kind < 0.7:
        return f"multipart/form-data; boundary={BOUNDARY}", broken_multipart(random, fields)
    if kind < 0.8:
        return "application/json", random.choice(_JSON)
    if kind < 0.9:
        return FORM, random.choice((b"%", b"&" * 5_000, b"=" * 900, b"a=%ff", b"\xff", b"a\x00=b"))
    return FORM, b"&".join(b"%s=%d" % (random.choice((b"a", b"b")), i) for i in range(500))
