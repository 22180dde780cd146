"""Finds the identifiers inside one line. What one step has read, the next ones do not see."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import unquote

from django.utils.translation import gettext_lazy as _

from alerts.identifiers.accounts import (
    UPI_BANKS,
    ibans_in,
    numbers_in,
    read_coin,
    read_key,
    read_upi,
)
from alerts.identifiers.emails import mistyped_emails, normalise_email
from alerts.identifiers.handles import handle
from alerts.identifiers.identifier import Identifier, IdentifierError, Piece
from alerts.identifiers.labels import ANY_NUMBER, FILLERS, ON, Label, label_of
from alerts.identifiers.links import BARE_ADDRESS, is_own_host, read_link
from alerts.identifiers.names import normalise_name
from alerts.identifiers.phones import normalise_phone
from alerts.identifiers.phones_in_text import PhoneFinder, read_plain
from alerts.identifiers.plates import looks_like_plate, normalise_plate, plates_in

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_AROUND_START, _AROUND_END = "<([{\"'`*|,;", ">)]}\"'`*|,;.!?:"

_AT = re.compile(r" ?[\[({<] ?(?:at|arobase|arroba|ät|chez|à|@) ?[\])}>] ?", re.IGNORECASE)
_DOT = re.compile(r" ?[\[({<] ?(?:dot|point|punkt|punto|ponto|\.) ?[\])}>] ?", re.IGNORECASE)
_SPOKEN = re.compile(
    r"([\w.+-]{1,64}) (?:at|arobase|arroba) "
    r"([\w-]{1,63}(?: (?:dot|point|punto) [\w-]{2,63}){1,3})\b",
    re.IGNORECASE,
)
_SPOKEN_DOT = re.compile(r" (?:dot|point|punto) ", re.IGNORECASE)
_SPACED_AT = re.compile(r"(?<=[\w]) @ (?=[\w-]{1,63}\.\w)")

_LABEL = re.compile(
    r"(?<![^\W_])([^\W\d_][^\W\d_-]{0,19}(?:[ -](?:me|app|tag|id|number|name))?)"
    r"(?: ?\.? ?[:=](?!//)[ @]*|/(?=\w))",
    re.I,
)
_WORD_BEFORE = re.compile(r"([^\W\d_]{1,20})[ .:=-]{0,4}$")
_TOKEN = re.compile(r"\S+")
_ACCOUNT = re.compile(r"^([^\W\d_]{2,20}) ?:? ?([\d .-]{16,50})$")
_QUOTED = re.compile(r"%(?:2[0B]|3A|2F|40)", re.IGNORECASE)
_DEFANGED = re.compile(r"\bhxxp(?=s?:)", re.IGNORECASE)
_ARROW = re.compile(r" ?(?:[→➡➜➔⇒👉]|[-=]>)+ ?")
_END_OF_NAME = re.compile(r"[,;|/]| {2,}|[^\W\d_]+ ?[:=]|$")
_INNER_LINK = re.compile(r"(?:https?|tg|whatsapp|viber|instagram)://", re.IGNORECASE)
_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]{1,20}:(?=\S)", re.IGNORECASE)
_EMAIL = re.compile(
    r"(?<![^\s@<>()\[\],;:\"|/\\=])[^\s@<>()\[\],;:\"|/\\=]{1,64}@[^\s@<>()\[\],;:\"'|/\\?&#=!]{3,2000}"
)
# How WhatsApp's own exports name a person.
_MESSENGER_ID = re.compile(r"^\+?(\d{7,15})@(?:c\.us|s\.whatsapp\.net)$")
_QUOTED_EMAIL = re.compile(r"\"([^\s\"@]{1,64})\"(?=@)")
_FEDIVERSE = re.compile(
    r"(?<![\w@.])@([\w.-]{1,64})@((?:[\w-]{1,63}\.){1,4}[^\W\d_]{2,24})(?![\w@])"
)
_MATRIX = re.compile(
    r"(?<![\w@.])@([\w.=/+-]{1,100}:(?:[\w-]{1,63}\.){1,4}[^\W\d_]{2,24})(?::\d{2,5})?(?![\w@])"
)
_UPI = re.compile(r"(?<![\w@.])([\w.-]{2,64}@[a-z]{2,20})(?![\w@.])", re.IGNORECASE)
_HANDLE = re.compile(r"(?<![\w@./])@([\w](?:[\w.-]{0,98}[\w])?_?)(?![\w@])")
_CASHTAG = re.compile(r"(?<![\w$£])[$£]([^\W\d_][\w-]{0,30})(?![\w$])")
_REDDIT = re.compile(r"(?<![\w/.])/?u/([\w-]{3,20})(?![\w/])")
_DISCORD_TAG = re.compile(r"(?<![\w@#])([\w.]{2,32}#\d{4})(?!\w)")


class LineReader:
    """Reads one line with plain signs. `country` and `kind` as for `reader.read`."""

    def __init__(self, line: str, country: str | None, kind: str = "") -> None:
        self._line = _without_disguise(line)
        self._country = country
        self._kind = kind
        self._open = self._line  # what no step has read yet; the rest is blank
        self._pieces: list[Piece] = []
        label = _LABEL.match(self._line)
        first = label_of(label.group(1)) if label else None
        self.label_kind = first.kind if first else ""
        self._rest_start = label.end() if label and first else 0

    def pieces(self) -> list[Piece]:
        """Everything found, in the order of the line."""
        phone = read_plain(self._line, self._country) if self._kind in ("", "phone") else None
        if phone:
            self._take(0, len(self._line), phone)
            return self._pieces
        self._read_mistyped_emails()
        self._read_tokens()
        self._read_written_names()
        self._read_accounts()
        self._read_phones()
        if self._open.strip():
            self._read_the_rest()
        return sorted(self._pieces, key=lambda piece: piece.start)

    def _read_the_rest(self) -> None:
        if self._kind not in ("phone", "email"):
            self._read_names()
            self._read_labelled()
        if self._kind in ("", "plate"):
            self._read_plates()

    def left(self) -> str:
        """The words that nothing was read from, without those that only name a kind."""
        words = re.sub(r"[^\w\s'-]+", " ", self._open).split()
        return " ".join(word for word in words if label_of(word) is None)

    def rest(self) -> str:
        """The line without a word in front that says what it is."""
        return self._line[self._rest_start :]

    def _take(
        self,
        start: int,
        end: int,
        *readings: Identifier,
        doubt: str | _StrPromise = "",
        is_weak: bool = False,
    ) -> None:
        typed = self._line[start:end].strip()
        self._pieces.append(Piece(start, end, typed, readings, doubt, is_weak))
        self._blank(start, end)

    def _blank(self, start: int, end: int) -> None:
        self._open = self._open[:start] + " " * (end - start) + self._open[end:]

    def _try(
        self, start: int, end: int, read: Callable[[], Identifier | None], *, ask: bool = False
    ) -> bool:
        """Take a piece if it can be read; with `ask`, also take it to say what is wrong."""
        try:
            identifier = read()
        except IdentifierError as error:
            if ask:
                self._take(start, end, doubt=error.message)
            return ask
        if identifier:
            self._take(start, end, identifier)
        return identifier is not None

    def _read_mistyped_emails(self) -> None:
        if "@" not in self._line:
            return
        for start, end, email in mistyped_emails(self._line):
            self._take(
                start, end, email, doubt=_("Did you mean %(email)s?") % {"email": email.shown}
            )

    def _read_tokens(self) -> None:
        """Links, e-mail addresses and addresses of crypto money: words with a form of their own."""
        for match in _TOKEN.finditer(self._open):
            token, start = match.group(), match.start()
            inner = _INNER_LINK.search(token)
            if inner:
                start += inner.start()
                token = token[inner.start() :]
            bare = token.lstrip(_AROUND_START)
            start += len(token) - len(bare)
            token = bare.rstrip(_AROUND_END)
            if len(token) < 3:
                continue
            if "://" in token:
                token = re.split(r"['\"<>|`]", token, maxsplit=1)[0]
            elif token.startswith("//"):
                token, start = token[2:], start + 2
            self._read_token(token, start)

    def _read_token(self, token: str, start: int) -> None:
        end = start + len(token)
        if token.endswith("://"):
            return
        if len(token) > 24 and self._try(start, end, lambda: read_coin(token) or read_key(token)):
            return
        scheme = _SCHEME.match(token)
        after = token[scheme.end() :] if scheme else token
        if scheme and len(after) > 24 and self._try(start, end, partial(read_coin, after)):
            return
        name = scheme.group()[:-1] if scheme else ""
        if scheme and not _is_scheme(name, after) and label_of(name):
            token, start = after, start + scheme.end()
        if _is_link(token) and self._try(
            start, end, partial(read_link, token, self._country), ask=True
        ):
            return
        if token.lower().startswith("live:") and self._try(
            start, end, partial(handle, "username", token, "skype")
        ):
            return
        number = _MESSENGER_ID.match(token)
        if number and self._try(start, end, partial(normalise_phone, "+" + number.group(1), None)):
            return
        if "@" in token and not token.startswith("@"):
            for match in _EMAIL.finditer(token):
                self._try(
                    start + match.start(),
                    start + match.end(),
                    partial(normalise_email, match.group()),
                    ask=not _UPI.fullmatch(token),
                )

    def _read_written_names(self) -> None:
        """@name@site, @name:server, name@bank, u/name: names that carry their site."""
        for pattern, site in ((_FEDIVERSE, ""), (_MATRIX, "matrix"), (_REDDIT, "reddit.com")):
            for match in pattern.finditer(self._open):
                name = match.group(1)
                host = site or match.group(2).lower()
                shown = "" if site else match.group()
                if host == "matrix":
                    name = name.lower()
                self._try(*match.span(), partial(handle, "username", name, host, shown))
        for match in _UPI.finditer(self._open):
            name = match.group(1).lower()
            local, _at, bank = name.partition("@")
            app = label_of(bank)
            if app and app.site:  # "xyz@instagram"
                self._try(*match.span(), partial(handle, app.kind, local, app.site))
                continue
            told = self._kind == "payment" or self.label_kind == "payment"
            if bank not in UPI_BANKS and not told:
                self._take(*match.span(), doubt=_("Check the part after the @."))
                continue
            self._take(*match.span(), read_upi(name))
        for match in _DISCORD_TAG.finditer(self._open):
            self._try(*match.span(), partial(handle, "username", match.group(1), "discord"))

    def _read_accounts(self) -> None:
        for start, end, found in ibans_in(self._open):
            if isinstance(found, IdentifierError):
                self._take(start, end, doubt=found.message)
            else:
                self._take(start, end, found)
        for start, end, identifier in numbers_in(self._open):
            self._take(start, end, identifier)
        account = _ACCOUNT.match(self._open)
        label = label_of(account.group(1)) if account else None
        if account and label and label.kind == "payment":
            digits = re.sub(r"\D", "", account.group(2))
            if 16 <= len(digits) <= 34:
                self._take(*account.span(2), Identifier("payment", digits, digits))

    def _read_phones(self) -> None:
        finder = PhoneFinder(
            self._open, self._country, self._kind, self._rest_start, self._is_told_phone
        )
        for piece in finder.pieces():
            self._pieces.append(piece)
            self._blank(piece.start, piece.end)

    def _is_told_phone(self, start: int) -> bool:
        word = self._word_before(start)
        label = label_of(word)
        return self._kind == "phone" or bool(
            label and label.kind == "phone" and word.lower() not in ANY_NUMBER
        )

    def _word_before(self, start: int) -> str:
        match = _WORD_BEFORE.search(self._line[max(0, start - 26) : start])
        return match.group(1) if match else ""

    # Names and plates

    def _read_names(self) -> None:
        """@name and $name, on the site that the word in front names, if one does."""
        for match in _HANDLE.finditer(self._open):
            label = label_of(self._word_before(match.start()))
            name, site = match.group(1), label.site if label else ""
            if name.lower().endswith(".bsky.social"):
                site = site or "bsky.app"
            self._take_name(match, site, "payment" if self._kind == "payment" else "username")
        for match in _CASHTAG.finditer(self._open):
            self._take_name(match, "cash.app", "payment")

    def _take_name(self, match: re.Match[str], site: str, kind: str) -> None:
        """Take a name, which on a site that nobody named may be of the other kind."""
        name = match.group(1)
        other = "username" if kind == "payment" else "payment"
        try:
            readings = [handle(kind, name, site)]
        except IdentifierError:
            return
        if not site:
            readings.append(handle(other, name))
        self._take(*match.span(), *readings)

    def _read_labelled(self) -> None:
        """What follows "Insta:", "plate:", "name:", or "insta" alone."""
        for match in _LABEL.finditer(self._open):
            label = label_of(match.group(1))
            if match.group().endswith("/") and not (label and label.site):
                continue
            if label and label.kind in ("username", "payment", "plate", "name"):
                self._read_after(label, match.end(), is_first=match.start() == 0)
        if self._kind not in ("", "username", "payment"):
            return
        words = [word for word in _TOKEN.finditer(self._open) if word.group() not in FILLERS]
        if len(words) == 3 and words[1].group() in ON:
            words = [words[2], words[0]]  # "xyz on insta"
        elif len(words) == 2 and words[1].group().startswith("("):
            words.reverse()  # "xyz (insta)"
        for before, word in zip(words, words[1:], strict=False):
            label = label_of(before.group().strip(":.()"))
            name = word.group().strip(_AROUND_START + _AROUND_END)
            is_pair = len(words) == 2 and not self._pieces
            is_name = any(map(str.isalpha, name)) and (is_pair or not name.isalpha())
            if label and label.site and len(before.group()) > 1 and len(name) > 2 and is_name:
                self._try(*word.span(), partial(handle, label.kind, name, label.site))

    def _read_after(self, label: Label, start: int, *, is_first: bool) -> None:
        until = _END_OF_NAME.search(self._open[start:])
        rest = self._open[start : start + (until.start() if until else 0)]
        match label.kind:
            case "name":
                self._try(start, start + len(rest), partial(normalise_name, rest))
            case "plate" if looks_like_plate(rest.strip()) or (is_first and len(rest) <= 12):
                self._try(start, start + len(rest), partial(normalise_plate, rest, self._country))
            case "username" | "payment":
                word = _TOKEN.search(rest)
                if word:
                    name = word.group().strip(_AROUND_START + _AROUND_END + "$@")
                    kind = self._kind if self._kind == "payment" else label.kind
                    self._try(
                        start + word.start(),
                        start + word.end(),
                        partial(handle, kind, name, label.site),
                    )

    def _read_plates(self) -> None:
        rest = self._open[self._rest_start :].strip()
        if not self._pieces and (looks_like_plate(rest) or " " not in rest):
            return  # the whole line may be one
        for plate in plates_in(self._open):
            reading = normalise_plate(plate.text, self._country)
            self._take(plate.start, plate.end, reading, is_weak=True)


def _without_disguise(line: str) -> str:
    """A line in which addresses written for people ("a (at) b (dot) c") are addresses again."""
    if "://" not in line and "@" not in line and _QUOTED.search(line):
        line = unquote(line)
    if "[.]" in line or "hxxp" in line.lower():
        line = _DEFANGED.sub("http", line.replace("[.]", "."))
    if "@" not in line or " @ " in line or "(@)" in line or "[@]" in line:
        line = _SPOKEN.sub(
            lambda match: f"{match.group(1)}@{_SPOKEN_DOT.sub('.', match.group(2))}", line
        )
        line = _AT.sub("@", line)
        line = _SPACED_AT.sub("@", line)
    line = _ARROW.sub(": ", line) if not line.isascii() or ">" in line else line
    if "@" in line:
        line = _DOT.sub(".", line)
        line = _QUOTED_EMAIL.sub(r"\1", line)
    return line


def _is_scheme(name: str, after: str) -> bool:
    """Whether "name:" begins an address, and is no word in front of something."""
    return name.lower() == "skype" or bool(re.match(r"//|\w+\?\w+=", after))


def _is_link(token: str) -> bool:
    scheme = _SCHEME.match(token)
    if scheme:
        name, after = scheme.group()[:-1].lower(), token[scheme.end() :]
        if label_of(name) is None or _is_scheme(name, after):
            return "." not in name or "//" in token
    return bool(BARE_ADDRESS.match(token)) or is_own_host(token)
