"""Addresses of profiles, messengers and payment pages, read for whom they are about.

What counts is the path or the one field of the query that names somebody, never digits or words
from elsewhere in the address. An address that names nobody (a video, a group, a share) is refused.
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.utils.translation import gettext_lazy as _

from alerts.identifiers.accounts import read_account, read_upi
from alerts.identifiers.emails import ascii_domain, normalise_email, readable_domain
from alerts.identifiers.handles import handle, similar_handle
from alerts.identifiers.identifier import Identifier, IdentifierError
from alerts.identifiers.phones import normalise_phone
from alerts.identifiers.sites import (
    NO_SUBDOMAIN,
    OWN_SUBDOMAIN,
    REDIRECT_PATHS,
    REDIRECTS,
    SCHEMES,
    SHORT_LINKS,
    SITES,
    Site,
)
from alerts.identifiers.text import plain

LONGEST = 10_000
_MOST_FIELDS, _DEEPEST = 60, 4
_MAX_PATH = 150

_SCHEME = re.compile(r"^([a-z][a-z0-9+.-]{1,20}):(?:/{0,3})", re.IGNORECASE)
_HOST = r"(?:[^\s/@:.,;()<>\"'?#&=]+\.)+[^\W\d_][^\s/@:.,;()<>\"'?#&=]+"
BARE_ADDRESS = re.compile(rf"^{_HOST}(?::\d{{1,5}})?[/?#]")
_NUMBER_SCHEMES = frozenset(("tel", "sms", "smsto", "callto", "facetime", "facetime-audio", "wtai"))
_NUMBER_SCHEMES |= {"imessage", "facetime-prompt", "sms-private"}
_UPI_SCHEMES = frozenset(
    ("upi", "phonepe", "paytmmp", "tez", "gpay", "bhim", "credpay", "mobikwik")
)
_EMAIL_SCHEMES = frozenset(("mailto", "xmpp", "im", "sip", "sips", "gtalk", "msnim"))
_PHONE_SCHEMES = frozenset(("whatsapp", "viber", "sgnl", "signal"))
_WEB = frozenset(("http", "https"))
# In front of a host, where they change nothing.
_FRONT = re.compile(
    r"^(?:www\d?|m|mobile|web|old|new|np|amp|mbasic|touch|l|lm|pay|app|[a-z]{2}|[a-z]{2}-[a-z]{2})"
    r"\.(?=[^.]+\.)"
)
_BEHIND = "u user users profile profiles profil perfil member members model models escort escorts "
_BEHIND += "view author people add pub id"
_PEOPLE = frozenset(_BEHIND.split())
_NAMED = ("username", "user", "u", "uid", "id", "profile", "member", "n", "name", "user_id")
_TRACKING = re.compile(
    r"^(?:utm_|fb|ig|mc_|_|ref|src|source|lang|hl|locale|country|s$|t$|si$|share|mibextid|rdid|"
    r"gclid|feature|app|igsh|xmt|slof|page$|sort|amount|ved|usp)"
)
_SCRIPT = re.compile(r"\.(?:php|aspx?|html?|cgi|jsp)$", re.IGNORECASE)
_NUMBER = re.compile(r"^\+?[\d ().-]{5,24}$")
_ID = re.compile(r"^(?:.+?[.-])?(\d{6,20})$")


def read_link(text: str, country: str | None = None, depth: int = 0) -> Identifier | None:
    """The identifier a link is about; None when `text` is no link.

    Raises IdentifierError for a link that names nobody or cannot be read.
    """
    if len(text) > LONGEST:
        raise IdentifierError(_("This is too long."))
    scheme = _SCHEME.match(text)
    name = scheme.group(1).lower() if scheme else ""
    rest = text[scheme.end() :] if scheme else text
    if name in _UPI_SCHEMES:
        return _upi(urlsplit("https://x/" + rest))
    if name in _NUMBER_SCHEMES:
        if "@" in unquote(rest):  # an Apple account
            return _address(unquote(re.split(r"[?;&]", rest, maxsplit=1)[0]))
        return normalise_phone(unquote(re.split(r"[?;&:]", rest, maxsplit=1)[0]), country)
    if name in _EMAIL_SCHEMES:
        address = unquote(re.split(r"[?;]", rest, maxsplit=1)[0])
        return _address(address or _fields(urlsplit("https://x/" + rest).query).get("to", ""))
    if name == "skype":
        return handle("username", re.split(r"[?;]", unquote(rest), maxsplit=1)[0], "skype")
    if name == "matrix":
        return _matrix("@" + unquote(rest).split("?", 1)[0].removeprefix("u/"))
    if name in _PHONE_SCHEMES:
        return _messenger(urlsplit("https://x/" + rest))
    if name == "line":
        return _of_host("line.me", urlsplit("https://x/" + rest), country, depth)
    if name in SCHEMES:
        return _of_app(SCHEMES[name], rest, country, depth)
    if not (name in _WEB or BARE_ADDRESS.match(text) or is_own_host(text)):
        return None
    try:
        parts = urlsplit("https://" + rest if name in _WEB else "https://" + text)
        host = ascii_domain(unquote(parts.hostname or ""))
        return _of_host(host, parts, country, depth)
    except IdentifierError:
        raise
    except ValueError:  # from urllib: brackets that are no IPv6 address, too many query fields
        raise IdentifierError(_("This address cannot be read.")) from None


def is_own_host(text: str) -> bool:
    """Whether a host alone names somebody: xyz.t.me, www.xyz.example."""
    lowered = text.lower()
    own = OWN_SUBDOMAIN.match(lowered)
    return bool(own and own.group(1) not in NO_SUBDOMAIN) or (
        lowered.startswith("www.") and lowered.count(".") > 1
    )


def _of_app(host: str, rest: str, country: str | None, depth: int) -> Identifier:
    """ "tg://resolve?domain=xyz", "instagram://user?username=xyz", "fb://profile/123"."""
    parts = urlsplit("https://x/" + rest)
    fields = _fields(parts.query)
    if fields.get("phone"):
        return _whole_phone(fields["phone"])
    for name in ("domain", "username", "screen_name", "user_id", "id", "uid"):
        if fields.get(name):
            return _of_host(host, urlsplit("https://x/" + fields[name]), country, depth)
    segments = [part for part in parts.path.split("/") if part]
    if len(segments) > 1:
        return _of_host(host, urlsplit("https://x/" + segments[-1]), country, depth)
    raise _nobody()


def _of_host(host: str, parts: SplitResult, country: str | None, depth: int) -> Identifier:
    target = _redirected(host, parts)
    if target and depth < _DEEPEST:
        found = read_link(target, country, depth + 1)
        if found is None:
            raise _nobody()
        return found
    own = OWN_SUBDOMAIN.match(host)
    if own and own.group(1) not in NO_SUBDOMAIN:
        name, site = own.groups()
        if site == "bsky.social":
            return handle("username", host, "bsky.app")
        return handle("username", name, site, host if site != "t.me" else "")
    for _round in range(3):
        if host in SITES or host.count(".") < 2:
            break
        host = _FRONT.sub("", host)
    segments = _segments(parts)
    written_to = _written_to(host, segments, parts)
    if written_to:
        return written_to
    account = _account_in([*segments, *unquote(parts.fragment).split("/")])
    if account:
        return account
    if host in (
        "wa.me",
        "whatsapp.com",
        "api.whatsapp.com",
        "signal.me",
        "viber.click",
        "viber.me",
    ):
        return _messenger(parts)
    if host in ("chat.whatsapp.com", "signal.group"):
        raise _nobody()
    if host in ("matrix.to", "app.element.io", "element.io") or "/#/" in parts.geturl():
        match = re.search(r"@[^/?#\s]+:[^/?#\s]+", unquote(parts.fragment))
        if match:
            return _matrix(match.group())
    if host in ("line.me", "lin.ee"):
        return _line(segments)
    site = SITES.get(host) or SITES.get(".".join(host.split(".")[-2:]))
    if site is None and re.fullmatch(r"pinterest\.(?:[a-z]{2}|com?\.[a-z]{2})", host):
        site = SITES["pinterest.com"]
    return _of_site(site, segments, parts) if site else _of_unknown(host, segments, parts)


def _written_to(host: str, segments: list[str], parts: SplitResult) -> Identifier | None:
    """Whom a page of a mail provider that begins a message writes to."""
    writes = {"compose", "mail", "deeplink"} & {part.lower() for part in segments}
    if not (writes or host.startswith(("mail.", "outlook."))):
        return None
    fields = _fields(parts.query)
    to = next(
        (fields[name] for name in ("to", "email", "mailto") if "@" in fields.get(name, "")), ""
    )
    return _address(to.removeprefix("mailto:")) if to else None


def _upi(parts: SplitResult) -> Identifier:
    """ "upi://pay?pa=name@bank&pn=…", and the apps that have a scheme of their own for it."""
    address = _fields(parts.query).get("pa", "")
    if not re.fullmatch(r"[\w.-]{2,64}@[A-Za-z]{2,20}", address):
        raise IdentifierError(_("This address does not say who is paid."))
    return read_upi(address)


def _segments(parts: SplitResult) -> list[str]:
    return [part for part in unquote(parts.path).split("/") if part.strip(" @")]


def _redirected(host: str, parts: SplitResult) -> str:
    """The address that this one only leads to, or empty."""
    host = host.removeprefix("www.")
    if host == "web.archive.org":
        match = re.match(r"^/web/[^/]+/(.+)$", parts.path)
        return match.group(1) if match else ""
    if host.endswith(".safelinks.protection.outlook.com"):
        host = "safelinks.protection.outlook.com"
    if re.fullmatch(r"google\.(?:[a-z]{2}|com?\.[a-z]{2})", host):
        host = "google.com"
    names = REDIRECTS.get(host)
    path = parts.path.strip("/").lower()
    if names is None or path.rsplit("/", 1)[-1] not in REDIRECT_PATHS:
        return ""
    fields = _fields(parts.query)
    return next((fields[name] for name in names if fields.get(name)), "")


def _of_site(site: Site, segments: list[str], parts: SplitResult) -> Identifier:
    """A profile on a well-known site."""
    kind = "username"
    if site.host == "t.me":
        number = next((part for part in segments if re.fullmatch(r"\+\d{7,15}", part)), "")
        if number:
            return normalise_phone(number, None)
        fragment = re.match(r"^/?(?:im\?p=)?@(\w{3,64})", unquote(parts.fragment))
        if fragment:
            return handle(kind, fragment.group(1), site.host)
        if parts.hostname and parts.hostname.startswith("web."):
            raise _nobody()
    at = next((part for part in segments if part.startswith("@") and len(part) > 1), "")
    if at:
        return handle(kind, _bare(at), site.host)
    lowered = [part.lower() for part in segments]
    if site.host == "youtube.com" and lowered[:1] == ["channel"] and len(segments) > 1:
        name = _bare(segments[1])
        return handle(kind, name, site.host, f"youtube.com/channel/{name}", case_counts=True)
    for place, part in enumerate(lowered):
        if part in site.behind and place + 1 + site.behind[part] < len(segments):
            name = segments[place + 1 + site.behind[part]]
            if part == "stories" and name.lower() == "highlights":
                break
            return handle(kind, _bare(name), site.host)
    if site.host == "facebook.com" and lowered[:1] == ["p"] and len(segments) > 1:
        numbered = _ID.match(segments[1])
        if numbered:
            return handle(kind, numbered.group(1), site.host)
    fields = _fields(parts.query)
    if lowered[-1:] == ["login"] and fields.get("next"):
        path = fields["next"]
        wanted = urlsplit(path if "://" in path else f"https://{site.host}/{path.lstrip('/')}")
        return _of_site(site, _segments(wanted), wanted._replace(query=""))
    script = not segments or lowered[0] in site.nobody or bool(_SCRIPT.search(lowered[0]))
    no_profile = {"photo", "photo.php", "watch", "share", "sharer.php", "sharer", "reel", "events"}
    if script and lowered[:1] and lowered[0] not in no_profile:
        for field in site.query:
            if fields.get(field):
                return handle(kind, _bare(fields[field]), site.host)
    if site.host == "facebook.com" and lowered[:1] == ["groups"] and "user" in lowered[:-1]:
        return handle(kind, _bare(segments[lowered.index("user") + 1]), site.host)
    if site.host == "onlyfans.com" and len(segments) > 1 and segments[0].isdecimal():
        return handle(kind, _bare(segments[1]), site.host)
    if not site.bare or not segments or script or lowered[0] in site.behind:
        raise _nobody()
    name = _bare(segments[0])
    if site.host == "t.me" and segments[0].startswith("+"):
        raise _nobody()  # an invitation
    return handle(kind, name, site.host)


def _of_unknown(host: str, segments: list[str], parts: SplitResult) -> Identifier:
    """A page on any other site: a name where the address says that one follows, else the page."""
    site = readable_domain(host)
    at = next((part for part in segments if part.startswith("@") and len(part) > 1), "")
    if at:
        name = _bare(at)
        return handle("username", name, host, f"{site}/@{name}")
    fields = _fields(parts.query)
    if len(segments) > 1 and segments[-2].lower() in _PEOPLE and not fields:
        return handle("username", _bare(segments[-1]), host, f"{site}/u/{_bare(segments[-1])}")
    place = next((at for at, part in enumerate(segments[:-1]) if part.lower() in _PEOPLE), None)
    if place is not None and len(segments) <= place + 3 and not _SCRIPT.search(segments[-1]):
        name = _bare(segments[place + 1])
        return handle("username", name, host, f"{site}/u/{name}")
    if not segments or _SCRIPT.search(segments[-1]) or segments[-1].lower() in _PEOPLE:
        named = next((fields[name] for name in _NAMED if fields.get(name)), "")
        if named:
            return handle("username", _bare(named), host, f"{site}/u/{_bare(named)}")
    kept = sorted((key, value) for key, value in fields.items() if not _TRACKING.match(key))
    query = "&".join(f"{_safe(key)}={_safe(value)}" for key, value in kept)
    if len(segments) == 1 and not query:
        name = _bare(segments[0])
        is_short = host in SHORT_LINKS
        return handle("username", name, host, f"{site}/{name}", case_counts=is_short)
    return _page(host, site, segments, query)


def _page(host: str, site: str, segments: list[str], query: str) -> Identifier:
    """A whole page as identifier: an advertisement, somebody's own site."""
    path = "/".join(map(_safe, segments)) + (f"?{query}" if query else "")
    if len(path) > _MAX_PATH:
        raise IdentifierError(_("This address is too long, and no name was found in it."))
    similar = similar_handle(path or site, has_site=True)
    # Small and capital letters can be two pages; a check finds the other one as similar.
    return Identifier("username", f"{host}/{path}/", f"{site}/{path}", similar)


def _safe(text: str) -> str:
    """A part of an address that reads as itself when it is read again."""
    return re.sub(r"[\s@:;\\<>\"%+&=#?/~]+", "_", plain(text))


def _messenger(parts: SplitResult) -> Identifier:
    """A number in the path, in the field `phone` or `number`, or behind # (Signal)."""
    fields = _fields(parts.query)
    pieces = [unquote(piece) for piece in (*parts.path.split("/"), *parts.fragment.split("/"))]
    for field in ("phone", "number", "contact"):
        if fields.get(field):
            return _whole_phone(fields[field])
    is_product = "/p/" in parts.path
    if is_product:  # the number of the product, and perhaps that of whoever sells it
        pieces = pieces[pieces.index("p") + 2 :]
    for piece in pieces:
        if _NUMBER.match(piece.strip()):
            return _whole_phone(piece)
    for name in ("message", "qr", "eu"):
        if name in pieces[:-1]:
            code = pieces[pieces.index(name) + 1]
            host = "signal.me/#eu" if name == "eu" else f"wa.me/{name}"
            return handle("username", code, host, case_counts=True)
    if is_product:
        raise IdentifierError(_("This address is of a product. There is no phone number in it."))
    raise IdentifierError(_("This address does not have a phone number in it."))


def _whole_phone(text: str) -> Identifier:
    """Messengers write the number with its country code, with or without a plus."""
    digits = re.sub(r"\D", "", plain(text)).removeprefix("00")
    return normalise_phone("+" + digits, None)


def _line(segments: list[str]) -> Identifier:
    last = segments[-1] if segments else ""
    if last.startswith("~"):
        return handle("username", last[1:], "line.me", f"line.me/ti/p/{last}")
    if last.startswith("@"):
        return handle("username", last, "line.me", f"line.me/R/ti/p/{last}")
    if "p" in segments[:-1]:
        return handle("username", last, "line.me", f"line.me/ti/p/{last}", case_counts=True)
    raise _nobody()


def _matrix(text: str) -> Identifier:
    name = text.strip().lower().lstrip("@")
    if ":" not in name:
        raise _nobody()
    return handle("username", name, "matrix")


def _address(text: str) -> Identifier:
    return normalise_email(text.split("/", 1)[0])


def _account_in(pieces: list[str]) -> Identifier | None:
    """An address of crypto money in the path of an explorer."""
    for piece in pieces:
        if len(piece) > 24:
            account = read_account(piece)
            if account:
                return account
    return None


def _fields(query: str) -> dict[str, str]:
    """The first value of each field."""
    fields: dict[str, str] = {}
    for name, value in parse_qsl(query.replace(";", "&"), max_num_fields=_MOST_FIELDS):
        fields.setdefault(name.lower(), value.strip())
    return fields


def _bare(value: str) -> str:
    """Without signs that have a meaning in addresses, so that reading it again is the same."""
    return re.sub(r"[\s/?#:@\\%&=<>\"$]+", "", plain(value)).strip(".")


def _nobody() -> IdentifierError:
    return IdentifierError(_("This address does not have a user name in it."))
