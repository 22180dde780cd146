"""Sessions that live in memory, sealed under a key that only the cookie holds.

The cookie is 32 random bytes. HKDF (RFC 5869) derives two things from it: the name of the entries
in the cache, and the key of the box. Whoever reads the cache finds boxes of a few fixed sizes under
random names, and nothing that yields a cookie.

Entries of one session, under the same id:

- the box: JSON with the data, the end of the session and the check of the PIN, padded to a
  multiple of 1 KiB. It lives until that end, at most 12 hours after the session began.
- the *awake* mark, renewed by every request that loads the session, gone after 15 minutes
  without one. Without it, a session with a PIN is locked, and one without is over.
- the *tries*: wrong PINs so far. Kept beside the box, where the cache counts atomically, so that
  concurrent guesses cannot share one count. It also marks a session that has not ended.
- the *page entries*: what pages need so that Back works (`page_entries`). They live and end with
  the session: behind the lock they wait for the PIN, and without one they are gone when it is.
- the *undo entry*: what undoes the last step, for some seconds.
"""

import base64
import binascii
import hmac
import logging
import secrets
import time
from typing import Any, cast

from django.conf import settings
from django.contrib.sessions.backends.base import CreateError, SessionBase, UpdateError
from django.core.cache import BaseCache, caches

from safety_app.page_entries import PageEntries, UndoEntry
from safety_app.vault import boxes, codes
from safety_app.vault.encoding import make_context, pad, unpad
from safety_app.vault.errors import VaultError

SECRET_SIZE = 32
PAGE = 1024  # boxes grow in steps of this many bytes
MAX_PIN_TRIES = 5
_CONTEXT = make_context("session")
_log = logging.getLogger("django.security.SuspiciousSession")


class SessionStore(SessionBase):
    """The session engine. `session_key` is the cookie: 43 characters of base64url.

    While it is `locked`, the session looks empty to everyone until the PIN is given.
    """

    def __init__(self, session_key: str | None = None) -> None:
        self._cache: BaseCache = caches[settings.SESSION_CACHE_ALIAS]
        self._end: int | None = None
        self._pin: list[str] | None = None
        self._locked = False
        super().__init__(session_key)

    # Keys

    def _validate_session_key(self, key: str | None) -> bool:
        """Only what `_get_new_session_key` could have made; anything else counts as no cookie."""
        return _secret(key) is not None

    def _get_new_session_key(self) -> str:
        # 256 random bits do not collide, so the store is not asked.
        return base64.urlsafe_b64encode(secrets.token_bytes(SECRET_SIZE)).rstrip(b"=").decode()

    async def _aget_new_session_key(self) -> str:
        return self._get_new_session_key()

    def _names(self, session_key: str) -> tuple[str, str, str]:
        """The cache's names for the box, the awake mark and the tries."""
        name = boxes.derive(_known(session_key), "session id").hex()
        return f"s{name}", f"a{name}", f"t{name}"

    # What SessionBase asks for

    def exists(self, session_key: str | None) -> bool:
        """Whether this cookie has a session, locked or awake."""
        if session_key is None or _secret(session_key) is None:
            return False
        box_name, _, tries = self._names(session_key)
        return len(self._cache.get_many([box_name, tries])) == 2

    def create(self) -> None:
        """A new cookie, saved at once, with the end and the PIN that this session had, if any."""
        if self._locked:
            # Somebody signs in over a locked session: theirs starts from scratch.
            self._end = self._pin = None
            self._locked = False
        while True:
            self._session_key = self._get_new_session_key()
            try:
                self.save(must_create=True)
            except CreateError:
                continue
            self.modified = True
            return

    def save(self, must_create: bool = False) -> None:
        """Seal and store.

        Raises UpdateError if the session has ended meanwhile, so that a slow request cannot
        revive what a sign-out removed; CreateError for a cookie that is in use.
        """
        if self.session_key is None:
            self.create()
            return
        data = self._content(no_load=must_create)
        if self.session_key is None:  # loaded just now, and found to be over
            raise UpdateError
        if self._locked and not must_create:
            # What is behind the lock must not be overwritten: this becomes another session.
            locked = self.session_key
            self.create()
            self.delete(locked)
            return
        box_name, awake, tries = self._names(self.session_key)
        left = self._seconds_left()
        box = self._sealed(data)
        if left <= 0:
            self.delete(self.session_key)
        elif must_create:
            if not self._cache.add(box_name, box, left):
                raise CreateError
            self._cache.set(tries, 0, left)
            self._cache.set(awake, 1, min(left, settings.SESSION_IDLE_SECONDS))
        else:
            if not self._cache.touch(tries, left):
                raise UpdateError
            self._cache.set(box_name, box, left)
            self._cache.touch(awake, min(left, settings.SESSION_IDLE_SECONDS))
            # `delete` removes the mark first and the box last: however the two interleave, a
            # session that was ended stays ended.
            if self._cache.get(tries) is None:
                self._cache.delete(box_name)
                raise UpdateError

    def load(self) -> dict[str, Any]:
        """The data; {} if there is no session, if it is over, or while it is locked."""
        session_key = self.session_key
        if session_key is None:
            return {}
        box_name, awake, tries = self._names(session_key)
        entries = self._entries(session_key, settings.SESSION_IDLE_SECONDS)
        found = self._cache.get_many([box_name, tries, entries.counter])
        content = self._opened(found.get(box_name)) if tries in found else None
        if content is None or content["end"] <= time.time():
            self.delete(session_key)
            self._reset()
            return {}
        self._end, self._pin = content["end"], content["pin"]
        if not self._cache.touch(awake, settings.SESSION_IDLE_SECONDS):
            if self._pin is None:
                self.delete(session_key)
                self._reset()
            else:
                self._locked = True
            return {}
        if entries.counter in found and self._pin is None:
            entries.stay()
        return cast(dict[str, Any], content["data"])

    def delete(self, session_key: str | None = None) -> None:
        """Remove every entry of this session, or of the given one. Idempotent."""
        session_key = session_key or self.session_key
        if session_key is None or _secret(session_key) is None:
            return
        box_name, awake, tries = self._names(session_key)
        self._cache.delete(tries)
        self._cache.delete(awake)
        self._cache.delete(box_name)
        self._entries(session_key).clear()
        self._undo(session_key).remove()

    def flush(self) -> None:
        """End the session: nothing stays in the cache, and the cookie is deleted."""
        super().flush()
        self._end = self._pin = None
        self._locked = False

    async def aflush(self) -> None:
        await super().aflush()
        self._end = self._pin = None
        self._locked = False

    def get_expire_at_browser_close(self) -> bool:
        """Always: the cookie has no expiry date, whatever `set_expiry` says about the data."""
        return True

    async def aget_expire_at_browser_close(self) -> bool:
        return True

    @classmethod
    def clear_expired(cls) -> None:
        """Nothing to do: the cache expires its entries."""

    def encode(self, session_dict: dict[str, Any]) -> str:
        """The box as text. Needs a session key."""
        return base64.b64encode(self._sealed(session_dict)).decode()

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        """Undo `encode`; {} for anything that does not open with this cookie."""
        try:
            box = base64.b64decode(session_data)
        except (ValueError, binascii.Error):
            box = b""
        content = self._opened(box)
        return {} if content is None else cast(dict[str, Any], content["data"])

    # What pages keep

    @property
    def page_entries(self) -> PageEntries | None:
        """Where pages keep what they need; None while the session is locked, and without one.

        With a PIN they live until the session's end, since the lock has to bring them back;
        without one for 15 minutes, renewed like the session.
        """
        if self.locked or self.session_key is None:
            return None
        idle: int = settings.SESSION_IDLE_SECONDS
        return self._entries(self.session_key, self._seconds_left() if self.has_pin else idle)

    @property
    def undo_entry(self) -> UndoEntry | None:
        """Where what undoes the last step is kept for some seconds; None as for page entries."""
        if self.locked or self.session_key is None:
            return None
        return self._undo(self.session_key)

    def _undo(self, session_key: str) -> UndoEntry:
        return UndoEntry(self._cache, _known(session_key), self._names(session_key)[2])

    def _entries(self, session_key: str, seconds: int = 0) -> PageEntries:
        alive = self._names(session_key)[2]
        return PageEntries(self._cache, _known(session_key), alive, seconds)

    # Lock and PIN

    @property
    def locked(self) -> bool:
        """Whether the session is waiting for its PIN."""
        self._content()
        return self._locked

    @property
    def has_pin(self) -> bool:
        """Whether a PIN was chosen, whether or not the session is locked."""
        self._content()
        return self._pin is not None

    @property
    def tries_left(self) -> int:
        """How many more wrong PINs are allowed."""
        if self.session_key is None:
            return 0
        used = self._cache.get(self._names(self.session_key)[2], MAX_PIN_TRIES)
        return max(0, MAX_PIN_TRIES - cast(int, used))

    def set_pin(self, pin: str) -> None:
        """Set the PIN of this session. Only a keyed check of it is kept, inside the box."""
        self._content()
        salt = secrets.token_hex(16)
        self._pin = [salt, _pin_check(salt, pin)]
        self.modified = True

    def lock_now(self) -> bool:
        """Lock at once. Returns False and does nothing for a session without a PIN."""
        self._content()
        if self.session_key is None or self._pin is None:
            return False
        if self.modified:
            self.save()
        self._cache.delete(self._names(self.session_key)[1])
        self._lock_in_memory()
        return True

    def unlock(self, pin: str) -> bool:
        """Unlock the session; False for a wrong PIN. The fifth wrong one ends it."""
        if not self.locked or self.session_key is None or self._pin is None:
            return False
        _, awake, tries = self._names(self.session_key)
        try:
            used = self._cache.incr(tries)
        except ValueError:  # ended by another request
            used = MAX_PIN_TRIES + 1
        salt, check = self._pin
        right = hmac.compare_digest(_pin_check(salt, pin), check)
        if used > MAX_PIN_TRIES or (used == MAX_PIN_TRIES and not right):
            self.flush()
            return False
        if not right:
            return False
        try:
            self._cache.decr(tries, used)
        except ValueError:
            self.flush()
            return False
        self._cache.set(awake, 1, settings.SESSION_IDLE_SECONDS)
        self._locked = False
        del self._session_cache  # the next access loads it
        for key in settings.SESSION_ENDS_AT_LOCK:
            self.pop(key, None)
        return True

    # Inside

    def _content(self, *, no_load: bool = False) -> dict[str, Any]:
        """The data, loaded once, along with the attributes that come with it."""
        return cast(dict[str, Any], self._get_session(no_load))  # type: ignore[attr-defined]

    def _seconds_left(self) -> int:
        """Until the end of the session, or until an earlier one set by `set_expiry`."""
        now = int(time.time())
        if self._end is None:
            self._end = now + settings.SESSION_COOKIE_AGE
        return min(self._end - now, self.get_expiry_age())

    def _sealed(self, data: dict[str, Any]) -> bytes:
        self._end = self._end or int(time.time()) + settings.SESSION_COOKIE_AGE
        text = self.serializer().dumps({"data": data, "end": self._end, "pin": self._pin})
        padded = pad(text, (len(text) // PAGE + 1) * PAGE)
        return boxes.seal_box(self._box_key(), padded, _CONTEXT)

    def _opened(self, box: object) -> dict[str, Any] | None:
        """The content of a box; None if there is none, or if it does not open with this cookie."""
        if not isinstance(box, bytes):
            return None
        try:
            content = self.serializer().loads(unpad(boxes.open_box(self._box_key(), box, _CONTEXT)))
        except VaultError:
            _log.warning("Session data corrupted")
            return None
        return cast(dict[str, Any], content)

    def _box_key(self) -> bytes:
        return boxes.derive(_known(self.session_key), "session box")

    def _reset(self) -> None:
        """Become a new session without a cookie: a foreign or dead cookie is never adopted."""
        self._session_key = None
        self._end = self._pin = None
        self._locked = False

    def _lock_in_memory(self) -> None:
        self._session_cache: dict[str, Any] = {}
        self.modified = False
        self._locked = True


def _pin_check(salt: str, pin: str) -> str:
    """The check of a PIN, however it was typed."""
    typed = codes.fold_digits(pin)
    return boxes.derive(bytes.fromhex(salt), "session pin", typed).hex()


def _secret(key: str | None) -> bytes | None:
    """The 32 bytes of a cookie; None for anything that is not exactly such a cookie."""
    if not isinstance(key, str) or len(key) != 43 or not key.isascii():
        return None
    try:
        secret = base64.urlsafe_b64decode(key + "=")
    except (ValueError, binascii.Error):
        return None
    # Decoding is lenient, and several cookies must not name one session.
    exact = base64.urlsafe_b64encode(secret).rstrip(b"=").decode() == key
    return secret if exact and len(secret) == SECRET_SIZE else None


def _known(key: str | None) -> bytes:
    secret = _secret(key)
    if secret is None:
        raise VaultError("session: no cookie")
    return secret
