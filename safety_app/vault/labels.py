"""Labels and tags: blind indexes for finding and owning rows without storing equal values.

Counter labels are the standard construction of searchable symmetric encryption (Cash et al.,
"Dynamic Searchable Encryption in Very-Large Databases", NDSS 2014): the j-th alert about an
identifier has the label HMAC(label key, kind ‖ identifier ‖ j). Without the key these are unrelated
random values; with it, one asks for j = 0, 1, 2 … and needs no list.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, TypeVar

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC

from safety_app.vault.boxes import derive
from safety_app.vault.encoding import encode, make_context
from safety_app.vault.network import mac

LABEL_SIZE = 16
TAG_SIZE = 16
WINDOW = 8

# (kind, identifier), and whatever else the caller distinguishes, such as the epoch.
Name = TypeVar("Name", bound=tuple[Any, ...])


def label_key(network_key: bytes) -> bytes:
    """The key of counter labels for one epoch, 32 bytes."""
    return derive(network_key, "labels")


def counter_label(key: bytes, kind: str, identifier: str, j: int) -> bytes:
    """The label (16 bytes) of the j-th alert about a normalised identifier."""
    return counter_labels(key, kind, identifier, [j])[0]


def counter_labels(key: bytes, kind: str, identifier: str, js: Iterable[int]) -> list[bytes]:
    """Several of them."""
    return _counter_labels(HMAC(key, SHA256()), kind, identifier, js)


def _counter_labels(keyed: HMAC, kind: str, identifier: str, js: Iterable[int]) -> list[bytes]:
    """Key and beginning are the same for many labels, and go into the HMAC once."""
    beginning = keyed.copy()
    beginning.update(make_context("counter", kind, identifier))
    return [_with_end(beginning, _encoded(j))[:LABEL_SIZE] for j in js]


@lru_cache(maxsize=64)
def _encoded(j: int) -> bytes:
    return encode(j)


def _with_end(beginning: HMAC, end: bytes) -> bytes:
    whole = beginning.copy()
    whole.update(end)
    return whole.finalize()


def window(key: bytes, kind: str, identifier: str, start: int) -> list[bytes]:
    """The `WINDOW` (8) labels from `start` on."""
    return counter_labels(key, kind, identifier, range(start, start + WINDOW))


def region_label(network_key: bytes, region: str) -> bytes:
    """The label (16 bytes) of a coarse region: deterministic, the one equality a thief can see."""
    return mac(derive(network_key, "regions"), make_context("region", region))[:LABEL_SIZE]


def tag_key(root: bytes, purpose: str) -> bytes:
    """The key (32 bytes) of one person's tags of one purpose.

    `root` is one of her tag roots (`member_secret`), 32 bytes.
    """
    return derive(root, f"{purpose} tag")


def tag(key: bytes, purpose: str, *about: int | str) -> bytes:
    """A tag (16 bytes) that only the holder of `key`, a `tag_key`, can compute, and that links to
    nothing else.

    `purpose` is "corroboration" or "translation", with the alert's id; "vouching",
    with month and number; or "segment", "version", "remark", "interface" or "bookmark", with the
    part of the public pages it concerns.
    """
    return tags([key], purpose, *about)[0]


def tags(keys: Iterable[bytes], purpose: str, *about: int | str) -> list[bytes]:
    """The same with several keys."""
    context = make_context(f"{purpose} tag", *about)
    return [mac(key, context)[:TAG_SIZE] for key in keys]


def author_blocks(alerts: Iterable[int]) -> bytes:
    """What `author_tags` takes: the ids of alerts, 16 bytes each, joined."""
    return b"".join(alert.to_bytes(TAG_SIZE, "big") for alert in alerts)


def author_tags(key: bytes, blocks: bytes) -> bytes:
    """The author tags (16 bytes each, joined) of some alerts under one key, a `tag_key`.

    "Mine" computes the tag of every alert there is, for nine keys. HMAC takes 2.3 s of that for
    100,000 alerts; AES-256, whose block is a tag, 0.01 s. A permutation of blocks is as good as a
    random function here: each id is encrypted once for each key.
    """
    # ECB is the plain block cipher: every block is another id, so no two are the same.
    cipher = Cipher(AES(key), ECB())  # noqa: S305  # nosec B305
    return cipher.encryptor().update(blocks)


def matching_tags(made: bytes, given: bytes) -> list[int]:
    """The positions (0 for the first 16 bytes) at which two rows of tags are the same.

    Their difference as one long number finds them at once, without a step for every tag.
    """
    difference = int.from_bytes(made, "big") ^ int.from_bytes(given, "big")
    raw, found, at = difference.to_bytes(len(made), "big"), [], -1
    while (at := raw.find(bytes(TAG_SIZE), at + 1)) != -1:
        if at % TAG_SIZE == 0:
            found.append(at // TAG_SIZE)
    return found


def member_tag(root: bytes, purpose: str, *about: int | str) -> bytes:
    """`tag` from a tag root (32 bytes)."""
    return tag(tag_key(root, purpose), purpose, *about)


def walk_windows(
    keys: Mapping[Name, bytes],
    lookup: Callable[[list[bytes]], Iterable[bytes]],
    starts: Mapping[Name, int] | None = None,
) -> Iterator[tuple[Name, int, bytes]]:
    """Find every present label of several identifiers, one `lookup` per round for all of them.

    `keys` maps (kind, identifier, …) to its label key; `lookup` takes labels and returns those in
    the table (tombstones too); `starts` holds the first j of identifiers that do not start at 0.
    Labels are numbered without gaps, so an identifier's walk ends at the first window whose last
    label is not there: one lookup for a hit and a miss alike, until the eighth alert. Yields
    ((kind, identifier, …), j, label).
    """
    positions = {name: (starts or {}).get(name, 0) for name in keys}
    keyed = {key: HMAC(key, SHA256()) for key in set(keys.values())}
    while positions:
        wanted: dict[bytes, tuple[Name, int]] = {}
        for name, start in positions.items():
            js = range(start, start + WINDOW)
            labels = _counter_labels(keyed[keys[name]], name[0], name[1], js)
            wanted.update((label, (name, j)) for label, j in zip(labels, js, strict=True))
        present = [(*wanted[bytes(label)], bytes(label)) for label in lookup(list(wanted))]
        yield from present
        full = {name for name, j, _label in present if j == positions[name] + WINDOW - 1}
        positions = {name: start + WINDOW for name, start in positions.items() if name in full}
