"""Files by which one network hands alerts to another: signed, then sealed to one desk.

A network's identity comes from its moderation desk's seed: the desk's hybrid public key (`seals`)
and an Ed25519 key (RFC 8032) derived from the same seed. It therefore changes when the desk key is
renewed, and every holder of the seed, that is every moderator, can sign in the network's name.
Networks exchange identities beforehand and compare six words of the fingerprint.

The signature covers sender and recipient: a file resealed to a third network is refused there. It
is not post-quantum; the seal is. What is copied today stays secret, and a forgery would need a
quantum computer before the file is read.

File: magic (24 bytes) ‖ length of the whole file (8, big-endian) ‖ seal. The seal's content is
padded to a multiple of 65,536 bytes, so that its size reveals only roughly how much there is:
sender's fingerprint (32) ‖ signature (64) ‖ day (10) ‖ number of entries (4) ‖ entries.
"""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from safety_app.vault import seals
from safety_app.vault.boxes import derive
from safety_app.vault.codes import spoken
from safety_app.vault.encoding import encode, make_context, pad, unpad
from safety_app.vault.errors import VaultError

VERSION = b"\x01"
SIGNING_KEY_SIZE = 32
IDENTITY_SIZE = len(VERSION) + seals.PUBLIC_KEY_SIZE + SIGNING_KEY_SIZE
FINGERPRINT_SIZE = 32

TEXT_HEADER = "nightjar network 1"
_CHECK_SIZE = 6
_LINE = 64
_MOST_TEXT = 4096

MAGIC = b"nightjar shared notes 1\n"
HEADER_SIZE = len(MAGIC) + 8
MAX_FILE = 4 * 1024 * 1024
MAX_ENTRIES = 300
MAX_ENTRY = 8192
BLOCK = 65_536
_SIGNATURE_SIZE = 64
_DAY_SIZE = 10
# What precedes the entries inside the seal.
_FRONT_SIZE = FINGERPRINT_SIZE + _SIGNATURE_SIZE + _DAY_SIZE + 4


class BadIdentity(VaultError):
    """Not a network's identity, or one damaged in copying."""


class Refused(VaultError):
    """A shared file was not accepted or not made; none of it was used. The subclass is the
    reason.
    """


class NotAFile(Refused):
    """It does not start like a shared file of this version."""


class Truncated(Refused):
    """It is shorter than its header says."""


class TooLarge(Refused):
    """The file exceeds 4 MiB, or one of its entries 8,192 bytes."""


class TooMany(Refused):
    """There are over 300 entries."""


class NotForUs(Refused):
    """It does not open with our key.

    It was sealed to another network, or to our key before the last renewal, or it was changed
    in transit: HPKE cannot tell these apart, and neither should the page.
    """


class UnknownSender(Refused):
    """Its sender is not one of the known networks."""


class BadSignature(Refused):
    """The sender it names did not sign it, or signed it for another network."""


class BadContent(Refused):
    """Malformed: wrong sizes, an invalid day, or trailing bytes."""


@dataclass(frozen=True)
class Identity:
    """How one network knows another: keys to seal to (1,216 bytes) and to verify with (32)."""

    public_key: bytes
    signing_key: bytes

    def __post_init__(self) -> None:
        sizes = len(self.public_key), len(self.signing_key)
        if sizes != (seals.PUBLIC_KEY_SIZE, SIGNING_KEY_SIZE):
            raise BadIdentity("identity: wrong length")

    @property
    def fingerprint(self) -> bytes:
        """SHA-256 over both keys, 32 bytes."""
        return hashlib.sha256(
            make_context("network identity", self.public_key, self.signing_key)
        ).digest()

    @property
    def words(self) -> str:
        """Six words of the fingerprint, 113.8 bits, which two networks compare by voice."""
        return spoken(self.fingerprint, 6)


@dataclass(frozen=True)
class SharedFile:
    """A file's content: its sender's fingerprint (32 bytes), the day it states, its entries."""

    sender: bytes
    day: date
    entries: tuple[bytes, ...]


def signing_key(seed: bytes) -> Ed25519PrivateKey:
    """The key with which the network of this seed (32 bytes) signs."""
    return Ed25519PrivateKey.from_private_bytes(derive(seed, "sharing signature"))


def own_identity(seed: bytes) -> Identity:
    """The identity of the network whose moderation desk has this seed (32 bytes)."""
    return Identity(seals.public_key(seed), signing_key(seed).public_key().public_bytes_raw())


def to_bytes(identity: Identity) -> bytes:
    """The identity as it is stored: version (0x01) ‖ public key ‖ signing key, 1,249 bytes."""
    return VERSION + identity.public_key + identity.signing_key


def from_bytes(raw: bytes) -> Identity:
    """Undo `to_bytes`.

    Raises BadIdentity for another length or version, and for a public key nobody can seal to.
    """
    if len(raw) != IDENTITY_SIZE or raw[:1] != VERSION:
        raise BadIdentity("identity: malformed")
    identity = Identity(raw[1 : 1 + seals.PUBLIC_KEY_SIZE], raw[1 + seals.PUBLIC_KEY_SIZE :])
    try:
        # Only sealing shows whether a key is usable: find out now, not at the first file.
        seals.seal(identity.public_key, b"", b"")
    except VaultError:
        raise BadIdentity("identity: malformed public key") from None
    return identity


def to_text(identity: Identity) -> str:
    """The identity as text for a file or a message: a header, then base 32 (RFC 4648).

    2,008 capitals and digits in lines of 64: messengers read `_` and `*` as formatting, and QR
    codes store capitals in less space. The last 6 bytes are the first of the fingerprint, to
    tell an error in copying from another network.
    """
    coded = base64.b32encode(to_bytes(identity) + identity.fingerprint[:_CHECK_SIZE]).decode()
    lines = [coded[at : at + _LINE] for at in range(0, len(coded), _LINE)]
    return "\n".join([TEXT_HEADER, *lines]) + "\n"


def from_text(text: str) -> Identity:
    """Undo `to_text`; only white space may have changed.

    Raises BadIdentity.
    """
    if len(text) > _MOST_TEXT:
        raise BadIdentity("identity: too long")
    header = TEXT_HEADER.split()
    parts = text.split()
    if parts[: len(header)] != header:
        raise BadIdentity("identity: no header")
    try:
        raw = base64.b32decode("".join(parts[len(header) :]))
    except ValueError:
        raise BadIdentity("identity: malformed") from None
    identity = from_bytes(raw[:-_CHECK_SIZE])
    if identity.fingerprint[:_CHECK_SIZE] != raw[-_CHECK_SIZE:]:
        raise BadIdentity("identity: damaged in copying")
    return identity


def _signed(sender: bytes, recipient: bytes, day: bytes, notes: bytes) -> bytes:
    """The message that is signed: two fingerprints, the day, and a digest of number and
    entries.
    """
    return make_context("sharing", sender, recipient, day, hashlib.sha256(notes).digest())


def _padded_size(content: int) -> int:
    """The smallest multiple of `BLOCK` that holds the content and at least one byte of padding."""
    return (content // BLOCK + 1) * BLOCK


def make_file(
    sender_seed: bytes, recipient: Identity, day: date, entries: Sequence[bytes]
) -> bytes:
    """Sign entries (at most 300 of at most 8,192 bytes) and seal them to another network.

    `sender_seed` is the seed (32 bytes) of our moderation desk. The file is 1,169 bytes longer
    than a multiple of 65,536, at most 2,491,537 bytes. Raises TooMany or TooLarge, and
    VaultError when the recipient's key is malformed.
    """
    if len(entries) > MAX_ENTRIES:
        raise TooMany("sharing: too many entries")
    if any(len(entry) > MAX_ENTRY for entry in entries):
        raise TooLarge("sharing: entry too large")
    sender, stamp = own_identity(sender_seed).fingerprint, day.isoformat().encode()
    notes = len(entries).to_bytes(4, "big") + encode(*entries)
    signature = signing_key(sender_seed).sign(_signed(sender, recipient.fingerprint, stamp, notes))
    content = sender + signature + stamp + notes
    sealed = seals.seal(
        recipient.public_key,
        pad(content, _padded_size(len(content))),
        make_context("shared notes", recipient.fingerprint),
    )
    return MAGIC + (HEADER_SIZE + len(sealed)).to_bytes(8, "big") + sealed


def open_file(recipient_seed: bytes, raw: bytes, known: Mapping[bytes, Identity]) -> SharedFile:
    """Open a file that another network made for ours: all of it, or nothing.

    `recipient_seed` is the seed (32 bytes) of our moderation desk; `known` are the networks we
    accept files from, by fingerprint. The day is what the sender states, and a file can be
    opened repeatedly: the caller detects old files and duplicates. Raises a subclass of Refused
    for each reason. Sizes are checked before anything is computed.
    """
    sealed = _framed(raw)
    ours = own_identity(recipient_seed).fingerprint
    try:
        padded = seals.unseal(recipient_seed, sealed, make_context("shared notes", ours))
    except VaultError:
        raise NotForUs("sharing: does not open") from None
    return _verified(_content(padded), ours, known)


def _framed(raw: bytes) -> bytes:
    """The seal inside a file, once magic, length and limits are checked."""
    if len(raw) > MAX_FILE:
        raise TooLarge("sharing: file too large")
    if not raw.startswith(MAGIC):
        raise NotAFile("sharing: not a shared file")
    if len(raw) < HEADER_SIZE:
        raise Truncated("sharing: truncated")
    length = int.from_bytes(raw[len(MAGIC) : HEADER_SIZE], "big")
    if length > MAX_FILE:
        raise TooLarge("sharing: file too large")
    if len(raw) < length:
        raise Truncated("sharing: truncated")
    blocks, rest = divmod(length - HEADER_SIZE - seals.OVERHEAD, BLOCK)
    if len(raw) > length or blocks < 1 or rest:
        raise BadContent("sharing: size does not fit")
    return raw[HEADER_SIZE:]


def _content(padded: bytes) -> bytes:
    """The sealed content without its padding, once its size and number of entries are checked."""
    try:
        content = unpad(padded)
    except VaultError:
        raise BadContent("sharing: malformed padding") from None
    if len(content) < _FRONT_SIZE or len(padded) != _padded_size(len(content)):
        raise BadContent("sharing: size does not fit")
    if int.from_bytes(content[_FRONT_SIZE - 4 : _FRONT_SIZE], "big") > MAX_ENTRIES:
        raise TooMany("sharing: too many entries")
    return content


def _verified(content: bytes, ours: bytes, known: Mapping[bytes, Identity]) -> SharedFile:
    """Verify sender and recipient, and only then parse the day and the entries."""
    sender, rest = content[:FINGERPRINT_SIZE], content[FINGERPRINT_SIZE:]
    signature, rest = rest[:_SIGNATURE_SIZE], rest[_SIGNATURE_SIZE:]
    day, notes = rest[:_DAY_SIZE], rest[_DAY_SIZE:]
    identity = known.get(sender)
    if identity is None or identity.fingerprint != sender:
        raise UnknownSender("sharing: unknown network")
    try:
        Ed25519PublicKey.from_public_bytes(identity.signing_key).verify(
            signature, _signed(sender, ours, day, notes)
        )
    except (InvalidSignature, ValueError):
        raise BadSignature("sharing: signature does not match") from None
    return SharedFile(sender, _day(day), _entries(notes))


def _day(stamp: bytes) -> date:
    try:
        day = date.fromisoformat(stamp.decode("ascii"))
    except ValueError:
        raise BadContent("sharing: no day") from None
    # Python also accepts `2026-W47-6`; here a day has only one spelling.
    if day.isoformat().encode() != stamp:
        raise BadContent("sharing: no day")
    return day


def _entries(notes: bytes) -> tuple[bytes, ...]:
    """Undo number ‖ `encode(entries)`: exactly that many, and nothing after them."""
    entries, at = [], 4
    for _ in range(int.from_bytes(notes[:4], "big")):
        size = int.from_bytes(notes[at : at + 4], "big")
        if size > MAX_ENTRY:
            raise TooLarge("sharing: entry too large")
        entries.append(notes[at + 4 : at + 4 + size])
        at += 4 + size
    if at != len(notes):
        raise BadContent("sharing: entries do not fit")
    return tuple(entries)
