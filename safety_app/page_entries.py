"""Page entries: what a page needs to be shown again, sealed in memory beside its session.

A form is answered with a redirect to a page whose address ends in `?s=<id>`; what was typed waits
here under that id, so that Back finds a page and never asks to send a form again.

Each session has 16 places, taken in turns: the seventeenth entry replaces the first. The last eight
that hold something half written are passed over, so that looking around never ends a draft. Like
the session's own box, an entry is sealed under a key that only the cookie holds. Its name in the
cache is derived from the cookie and the place, so that all of them can be removed without a list,
and so that names neither tell the session nor how many there are. The key also depends on the id,
and the context on where the entry belongs, so an id from elsewhere opens nothing.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import re
from typing import Any, cast

from django.core.cache import BaseCache

from safety_app.vault import boxes
from safety_app.vault.encoding import make_context, pad, unpad
from safety_app.vault.errors import VaultError

PLACES, MOST_SPARED = 16, 8
SIZES = (4 * 1024, 16 * 1024, 64 * 1024)  # bytes of a padded entry
ID_SIZE = 16
PARAMETER = "s"
_QUERY = re.compile(r"s=[A-Za-z0-9_-]{22}(&step=[1-5])?")
_SPARED = make_context("spared page entries")
_LOOK_AGAIN = 60  # seconds: lifetimes are renewed at most this often


class PageEntries:
    """The entries of one session.

    `secret` is its cookie, 32 bytes. `alive` is the name of a cache entry that exists for as long
    as the session has not ended. `seconds` is how long an entry lives.
    """

    def __init__(self, cache: BaseCache, secret: bytes, alive: str, seconds: int) -> None:
        self._cache, self._secret, self._alive = cache, secret, alive
        self._seconds = seconds
        self.counter = f"n{boxes.derive(secret, 'page entries').hex()}"
        self._spared_name = f"d{boxes.derive(secret, 'spared page entries name').hex()}"

    def add(self, where: str, content: dict[str, Any], *, spared: bool = False) -> str | None:
        """Keep JSON content for a page. Returns its id; None if it is too long or the session over.

        `where` is what the id is good for, such as a path. With `spared`, others replace it only
        when there are more than eight such.
        """
        try:
            text = _padded(content)
        except VaultError:
            return None
        raw = bytearray(os.urandom(ID_SIZE))
        raw[0] = raw[0] & 0xF0 | self._next_place(spared=spared)
        self._store(bytes(raw), where, text)
        return None if self._is_over() else _encoded(bytes(raw))

    def get(self, where: str, entry_id: str) -> dict[str, Any] | None:
        """The content; None for an id of elsewhere, one that was replaced, or anything made up."""
        raw = _decoded(entry_id)
        box = None if raw is None else self._cache.get(self._name(raw[0] & 0x0F))
        if raw is None or not isinstance(box, bytes):
            return None
        try:
            opened = boxes.open_box(self._key(raw), box, _context(where))
            return cast(dict[str, Any], json.loads(unpad(opened)))
        except VaultError:
            return None

    def replace(self, where: str, entry_id: str, content: dict[str, Any]) -> bool:
        """Put other content under an id that opens. False if it does not, or if it is too long."""
        raw = _decoded(entry_id)
        if raw is None or self.get(where, entry_id) is None:
            return False
        try:
            self._store(raw, where, _padded(content))
        except VaultError:
            return False
        return not self._is_over()

    def remove(self, where: str, entry_id: str) -> None:
        """Remove one entry, if the id opens it."""
        raw = _decoded(entry_id)
        if raw is not None and self.get(where, entry_id) is not None:
            place = raw[0] & 0x0F
            self._cache.delete(self._name(place))
            places = self._spared_places()
            if place in places:
                self._spare([other for other in places if other != place])

    def clear(self) -> None:
        """Remove all of them."""
        self._cache.delete_many([self.counter, self._spared_name, *map(self._name, range(PLACES))])

    def stay(self) -> None:
        """Let all of them live on from now, as their session does. Call it only if there are any.

        Once a minute is enough, so they live up to a minute longer than their session.
        """
        lifetime = self._seconds + _LOOK_AGAIN
        if self._cache.add(f"r{self.counter}", 1, _LOOK_AGAIN):
            for name in [self.counter, self._spared_name, *map(self._name, range(PLACES))]:
                self._cache.touch(name, lifetime)

    def _next_place(self, *, spared: bool) -> int:
        """0 to 15 in turns, but for those that are spared; the cache counts atomically, so two
        tabs never get the same."""
        places = self._spared_places()
        self._cache.add(self.counter, 0, self._seconds)
        try:
            place = self._cache.incr(self.counter) % PLACES
            while place in places:
                place = self._cache.incr(self.counter) % PLACES
        except ValueError:  # it expired, or the session ended, in between
            return 0
        if spared:
            self._spare([*places, place][-MOST_SPARED:])
        return place

    def _spared_places(self) -> list[int]:
        """The places that are passed over, the oldest first."""
        box = self._cache.get(self._spared_name)
        if not isinstance(box, bytes):
            return []
        try:
            return list(unpad(boxes.open_box(self._spared_key(), box, _SPARED)))
        except VaultError:
            return []

    def _spare(self, places: list[int]) -> None:
        text = pad(bytes(places), PLACES)
        box = boxes.seal_box(self._spared_key(), text, _SPARED)
        self._cache.set(self._spared_name, box, self._seconds)

    def _spared_key(self) -> bytes:
        return boxes.derive(self._secret, "spared page entries")

    def _store(self, raw: bytes, where: str, text: bytes) -> None:
        box = boxes.seal_box(self._key(raw), text, _context(where))
        self._cache.set(self._name(raw[0] & 0x0F), box, self._seconds)

    def _is_over(self) -> bool:
        """Whether the session ended meanwhile; then nothing stays."""
        if self._cache.get(self._alive) is not None:
            return False
        self.clear()
        return True

    def _name(self, place: int) -> str:
        return f"e{boxes.derive(self._secret, 'page entry name', place).hex()}"

    def _key(self, raw: bytes) -> bytes:
        return boxes.derive(self._secret, "page entry", raw)


class UndoEntry:
    """What undoing a session's last step needs, such as a note that was deleted: one at a time.

    Sealed and padded like a page entry, under a name and a key of its own. It goes after some
    seconds, whatever else the session does, and with the session. `secret` and `alive` are as
    those of `PageEntries`.
    """

    def __init__(self, cache: BaseCache, secret: bytes, alive: str) -> None:
        self._cache, self._alive = cache, alive
        self._name = f"u{boxes.derive(secret, 'undo entry name').hex()}"
        self._key = boxes.derive(secret, "undo entry")

    def keep(self, content: dict[str, Any], seconds: int) -> bool:
        """Keep JSON content instead of what there was. False if it is too long: nothing is kept."""
        try:
            box = boxes.seal_box(self._key, _padded(content), make_context("undo entry"))
        except VaultError:
            self.remove()
            return False
        self._cache.set(self._name, box, seconds)
        if self._cache.get(self._alive) is None:  # the session ended meanwhile
            self.remove()
            return False
        return True

    def content(self) -> dict[str, Any] | None:
        """What was kept; None if there is nothing, or its time is over."""
        box = self._cache.get(self._name)
        if not isinstance(box, bytes):
            return None
        try:
            opened = boxes.open_box(self._key, box, make_context("undo entry"))
            return cast(dict[str, Any], json.loads(unpad(opened)))
        except VaultError:
            return None

    def remove(self) -> None:
        """Keep nothing any more."""
        self._cache.delete(self._name)


def _context(where: str) -> bytes:
    return make_context("page entry", where)


def padded_size(content: dict[str, Any]) -> int:
    """How many bytes an entry with this content takes; 0 if it is too long for one."""
    try:
        return len(_padded(content))
    except VaultError:
        return 0


def _padded(content: dict[str, Any]) -> bytes:
    """The content as JSON, in one of SIZES. Raises VaultError if it does not fit."""
    try:
        text = json.dumps(content, separators=(",", ":")).encode()
    except TypeError:  # SQLite stores any type in any column
        raise VaultError("entry: not JSON") from None
    return pad(text, next((size for size in SIZES if len(text) < size), SIZES[-1]))


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decoded(entry_id: str) -> bytes | None:
    """The bytes of an id; None for what is none."""
    if len(entry_id) != 22 or not entry_id.isascii():
        return None
    try:
        raw = base64.urlsafe_b64decode(entry_id + "==")
    except (ValueError, binascii.Error):
        return None
    return raw if len(raw) == ID_SIZE and _encoded(raw) == entry_id else None


def address_part(query: str) -> str:
    """`?s=<id>`, with `&step=<1 to 5>` if there is one; empty for any other query of an address."""
    return f"?{query}" if _QUERY.fullmatch(query) else ""
