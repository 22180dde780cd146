"""Attacks 2 and 3: try every number of an area and a list of names against what is stored.

The thief knows the program, so its own formulas are tried too, with every key and salt there is
in the configuration and in the database (small values, and everything in tables of few rows).
"""

import base64
import binascii
import contextlib
import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator
from itertools import product

from argon2.low_level import Type, hash_secret_raw

from safety_app.vault.boxes import derive
from safety_app.vault.encoding import make_context
from safety_app.vault.passphrase import fold_pseudonym
from tests.seizure.image import Image

HASHES = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "blake2b", "blake2s", "sha3_256")
KEYED = ("md5", "sha1", "sha256", "sha512")
KINDS = ("phone", "similar")
FEW_ROWS = 3
TRUNCATED = 8
SHORTEST_KEY = 16  # in the configuration, written down
# An integer column holds 63 bits of a hash at most; ids have their second bit set.
LOW_BITS = 2**62 - 1
WORD = re.compile(rb"[0-9A-Za-z+/_-]{11,}={0,2}")


class Haystack:
    """The first eight bytes of every stored value, whatever it is written as."""

    def __init__(self, image: Image) -> None:
        self.starts: set[bytes] = set()
        self.integers: set[int] = set()
        for _column, value in image.values():
            if isinstance(value, int):
                self.integers.add(value & LOW_BITS)
            elif isinstance(value, bytes) and len(value) >= TRUNCATED:
                self.starts.add(value[:TRUNCATED])
            elif isinstance(value, str):
                self.starts |= set(decoded(value.encode()))
        for name, raw in image.files.items():
            if not name.startswith("data/db."):
                self.starts |= set(decoded(raw))

    def holds(self, digest: bytes) -> bool:
        """Whether a hash, or its first eight bytes, is stored."""
        start = digest[:TRUNCATED]
        return start in self.starts or int.from_bytes(start, "big") & LOW_BITS in self.integers


def decoded(raw: bytes) -> Iterator[bytes]:
    """The first eight bytes of every word in `raw`, plain, and read as hex and as base64."""
    for match in WORD.finditer(raw):
        word = match.group()
        yield word[:TRUNCATED]
        with contextlib.suppress(ValueError):
            yield bytes.fromhex(word[: 2 * TRUNCATED].decode())
        try:
            padded = word[:12].replace(b"-", b"+").replace(b"_", b"/").ljust(12, b"A")
            yield base64.b64decode(padded)[:TRUNCATED]
        except binascii.Error:
            pass


def keys_of(image: Image) -> set[bytes]:
    """Everything that could be a key or a salt."""
    found: set[bytes] = set()
    for name, raw in image.files.items():
        if name.startswith("config/"):
            for word in WORD.findall(raw):
                if len(word) < SHORTEST_KEY:
                    continue
                found.add(word)
                with contextlib.suppress(ValueError):
                    found.add(bytes.fromhex(word.decode()))
    for table, rows in image.tables.items():
        for row in rows:
            for column, value in row.items():
                telling = re.search("(key|salt|secret|pepper)$", column)
                if not isinstance(value, bytes) or not 8 <= len(value) <= 64:
                    continue
                if len(rows) <= FEW_ROWS or (telling and not table.startswith("django")):
                    found.add(value)
    return found


def try_numbers(image: Image, numbers: Iterable[str]) -> list[str]:
    """The numbers (E.164) of which a hash is stored, with how it was made."""
    return _try(image, {number: _usual(number) for number in numbers})


def _usual(number: str) -> set[str]:
    """The ways in which a program would write a French number before hashing it."""
    digits = number.lstrip("+")
    own = digits[2:]
    return {number, digits, f"00{digits}", f"0{own}", own, own[-8:]}


def try_names(image: Image, names: Iterable[str]) -> list[str]:
    """The names of which a hash is stored, with how it was made."""
    return _try(
        image,
        {name: {name, name.casefold(), name.upper(), fold_pseudonym(name)} for name in names},
    )


def _try(image: Image, spelled: dict[str, set[str]]) -> list[str]:
    haystack, keys = Haystack(image), sorted(keys_of(image))
    label_keys = {key: derive(key, "labels") for key in keys if key}
    return [
        f"{what} as {how}, key {key.hex()[:8]}"
        for what, texts in spelled.items()
        for text in texts
        for how, key, digest in _digests(text, label_keys)
        if haystack.holds(digest)
    ]


def _digests(text: str, label_keys: dict[bytes, bytes]) -> Iterator[tuple[str, bytes, bytes]]:
    raw = text.encode()
    labels = [make_context("counter", kind, text, 0) for kind in KINDS]
    for name in HASHES:
        yield name, b"", hashlib.new(name, raw).digest()
    yield "sha256 of sha256", b"", hashlib.sha256(hashlib.sha256(raw).digest()).digest()
    for key, label_key in label_keys.items():
        for name in KEYED:
            yield name, key, hmac.digest(key, raw, name)
        for one in labels:
            yield "label", key, hmac.digest(key, one, "sha256")
            yield "label under a derived key", key, hmac.digest(label_key, one, "sha256")
        yield "sha256, salt first", key, hashlib.sha256(key + raw).digest()
        yield "sha256, salt last", key, hashlib.sha256(raw + key).digest()
        message = make_context("sign-in salt", key, raw)
        yield "sha256, our salt of a sign-in", key, hashlib.sha256(message).digest()


def try_pseudonyms(image: Image, names: Iterable[str]) -> list[str]:
    """Attack 3: the product's own sign-in, without a passphrase or with the pseudonym as one.

    Salts and peppers are all keys in the image. One Argon2id run a try, as the product does it.
    """
    haystack, keys = Haystack(image), keys_of(image)
    salts = {bytes(row["salt"]) for row in image.tables.get("accounts_instance", [])}
    peppers = {key for key in keys if len(key) == 32} | {bytes(32)}
    found = []
    for name, instance_salt in product(names, salts):
        message = make_context("sign-in salt", instance_salt, fold_pseudonym(name).encode())
        salt = hashlib.sha256(message).digest()
        if haystack.holds(salt):
            found.append(f"{name}: the salt of its sign-in is stored")
        for passphrase in ("", name):
            root = hash_secret_raw(passphrase.encode(), salt, 3, 131072, 4, 32, Type.ID)
            stored = [
                derive(root, f"sign-in {part}", salt=pepper)
                for pepper in peppers
                for part in ("handle", "verifier", "kek")
            ]
            if any(haystack.holds(one) for one in stored):
                found.append(f"{name}: found without its passphrase")
    return found


def sizes(image: Image, sealed: dict[str, int]) -> list[str]:
    """Sealed columns (`table.column` → bytes) whose values do not all have the declared size.

    A column that shrinks with what it holds lets a list of pseudonyms be sorted out by length.
    """
    return sorted(
        {
            f"{column}: {len(value)} bytes instead of {sealed[column]}"
            for column, value in image.values()
            if column in sealed and len(value) != sealed[column]
        }
    )
