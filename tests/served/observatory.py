"""The score that the MDN HTTP Observatory gives an answer, by its published rules.

The rules are those of mdn-http-observatory 1.4.10: a hundred points, points
taken off for what is wrong, and points on top for what is better than it has to be, once nothing
has cost more than ten. What an answer cannot show is not counted: the list of preloaded sites, and
how the certificate was checked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser

LEAST_FOR_EXTRA = 90
SIX_MONTHS = 15_768_000
_BROAD = frozenset(
    {"ftp:", "http:", "https:", "*", "http://*", "http://*.*", "https://*", "https://*.*"}
)
_INLINE = frozenset({"'unsafe-inline'", "data:"})
_PRIVATE = frozenset(
    {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}
)
Policy = dict[str, set[str]]


@dataclass
class Answer:
    """What came back over TLS: headers with small names, each as often as it was sent."""

    headers: list[tuple[str, str]]
    html: str

    def first(self, name: str) -> str:
        return next((value for key, value in self.headers if key == name), "").strip()

    def every(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key == name]


class _Scripts(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[dict[str, str | None]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "script":
            self.found.append(dict(attrs))


def score(answer: Answer) -> tuple[int, dict[str, int]]:
    """The score, and what each rule gave or took."""
    points = {
        "content-security-policy": _csp(answer),
        "cookies": _cookies(answer),
        "cross-origin-resource-sharing": _cors(answer),
        "referrer-policy": _referrer(answer),
        "strict-transport-security": _hsts(answer),
        "subresource-integrity": _integrity(answer),
        "x-content-type-options": 0 if answer.first("x-content-type-options") == "nosniff" else -5,
        "x-frame-options": _frames(answer),
        "cross-origin-resource-policy": _resource_policy(answer),
    }
    plain = 100 + sum(one for one in points.values() if one < 0)
    return (100 + sum(points.values()) if plain >= LEAST_FOR_EXTRA else max(plain, 0)), points


def _policy(answer: Answer) -> Policy:
    policy: Policy = {}
    for directive in ";".join(answer.every("content-security-policy")).split(";"):
        name, *sources = directive.split()[:1] + directive.split()[1:] or [""]
        if name:
            policy.setdefault(name.lower(), set()).update(sources)
    return policy


def _csp(answer: Answer) -> int:
    policy = _policy(answer)
    if not policy:
        return -25
    default = policy.get("default-src", {"*"})
    scripts, styles = policy.get("script-src", default), policy.get("style-src", default)
    objects = policy.get("object-src", default)
    passive = policy.get("img-src", default) | policy.get("media-src", default)
    everything = set().union(*policy.values())
    if scripts & (_BROAD | _INLINE) or objects & _BROAD:
        return -20
    if any(one.startswith(("http:", "ftp:")) for one in everything - passive):
        return -20
    if "'unsafe-eval'" in scripts | styles:
        return -10
    if any(one.startswith(("http:", "ftp:")) for one in passive):
        return -10
    if styles & (_BROAD | _INLINE):
        return 0
    return 10 if default == {"'none'"} else 5


def _cookies(answer: Answer) -> int:
    cookies = [
        {part.partition("=")[0].strip().lower(): part.partition("=")[2] for part in one.split(";")}
        for one in answer.every("set-cookie")
    ]
    if not cookies:
        return 0
    if any("secure" not in one for one in cookies):
        return -40
    if any(one.get("samesite", "lax").lower() not in {"lax", "strict", "none"} for one in cookies):
        return -20
    if any("httponly" not in one for one in cookies):
        return -30
    return 5 if all(one.get("samesite") for one in cookies) else 0


def _cors(answer: Answer) -> int:
    allowed = answer.first("access-control-allow-origin")
    return -50 if allowed and answer.first("access-control-allow-credentials") == "true" else 0


def _referrer(answer: Answer) -> int:
    named = [one.strip().lower() for one in answer.first("referrer-policy").split(",") if one]
    if not named:
        return 0
    return 5 if named[-1] in _PRIVATE else -5


def _hsts(answer: Answer) -> int:
    age = re.search(r"max-age=\"?(\d+)", answer.first("strict-transport-security"))
    if not age:
        return -20
    return 0 if int(age[1]) >= SIX_MONTHS else -10


def _integrity(answer: Answer) -> int:
    scripts = [one for one in _Scripts(answer.html).found if one.get("src")]
    foreign = [one for one in scripts if re.match(r"//|https?:", one["src"] or "")]
    if foreign:
        return -50  # there is none here; the published rules are milder to some
    return 5 if any(one.get("integrity") for one in scripts) else 0


def _frames(answer: Answer) -> int:
    if "frame-ancestors" in _policy(answer):
        return 5
    return 0 if answer.first("x-frame-options").lower() in {"deny", "sameorigin"} else -20


def _resource_policy(answer: Answer) -> int:
    said = answer.first("cross-origin-resource-policy").lower()
    if said in {"same-origin", "same-site"}:
        return 10
    return 0 if said in {"", "cross-origin"} else -5
