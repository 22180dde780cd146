"""The attacks themselves, on small made-up images: each spelling and each form is seen.

Quick, without a server; `controls.py` does the same with images of the real one.
"""

import base64
import gzip
import hashlib
import sqlite3
import uuid
import zlib
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
import zstandard

from tests.seizure.attacks import canaries, census, dictionary, leftovers, order
from tests.seizure.attacks.canaries import Canary
from tests.seizure.image import DATABASE, Image

WORD = Canary("text", "Quorzaxvim ñandú")
PHONE = Canary("phone", "+33639980123")
OWN = "639980123"

SPELLINGS: dict[str, Callable[[str], bytes]] = {
    "UTF-8": lambda text: text.encode(),
    "UTF-16": lambda text: text.encode("utf-16"),
    "UTF-16, big-endian": lambda text: text.encode("utf-16-be"),
    "capitals": lambda text: text.upper().encode(),
    "small letters": lambda text: text.lower().encode(),
    "backwards": lambda text: text[::-1].encode(),
    "hex": lambda text: text.encode().hex().encode(),
    "capital hex": lambda text: text.encode().hex().upper().encode(),
    "hex of UTF-16": lambda text: text.encode("utf-16-le").hex().encode(),
    "base64": lambda text: base64.b64encode(text.encode()),
    "base64, one on": lambda text: base64.b64encode(b"x" + text.encode() + b"yz"),
    "base64, two on": lambda text: base64.b64encode(b"xy" + text.encode() + b"z"),
    "base64 for addresses": lambda text: base64.urlsafe_b64encode(b"?>" + text.encode() + b"?>"),
    "address": lambda text: b"q=" + quote(text).encode(),
    "JSON": lambda text: text.encode("unicode_escape"),
    "gzip": lambda text: b"noise" + gzip.compress(b"a log: " + text.encode()) + b"noise",
    "zlib": lambda text: b"noise" + zlib.compress(b"a log: " + text.encode(), 1) + b"noise",
    "zstd": lambda text: b"noise" + zstandard.compress(b"a log: " + text.encode()) + b"noise",
    "gzip in gzip": lambda text: gzip.compress(gzip.compress(b"a log: " + text.encode())),
}


@pytest.mark.parametrize("spell", SPELLINGS.values(), ids=list(SPELLINGS))
def test_a_word_is_seen_however_it_is_written(spell: Callable[[str], bytes]) -> None:
    raw = b"\x00\x01before " + spell(WORD.text) + b" after\xff"
    assert canaries.search(Image({"logs/x": raw}), [WORD])


@pytest.mark.parametrize(
    "raw",
    [
        b"+33639980123", b"0033639980123", b"0639980123", b"06 39 98 01 23", b"06.39.98.01.23",
        b"06-39-98-01-23", b"+336 39 98 01 23", b"3210899363", b"...80123"[:3] + b"980123",
        OWN.encode("utf-16-le"), base64.b64encode(b"k" + OWN.encode()),
        (33639980123).to_bytes(8, "little"), (33639980123).to_bytes(6, "big"),
        bytes.fromhex("033639980123"),
    ],
)  # fmt: skip
def test_a_number_is_seen_however_it_is_written(raw: bytes) -> None:
    assert canaries.search(Image({"data/x": b"\x01\x02" + raw + b"\x03"}), [PHONE])


@pytest.mark.thorough
def test_other_numbers_and_noise_are_not() -> None:
    noise = hashlib.shake_256(b"noise").digest(200_000) + b" 06 39 98 99 88 +33639985555"
    assert canaries.search(Image({"data/x": noise}), [PHONE, WORD]) == []


def test_what_sqlite_scatters_over_pages_is_seen(tmp_path: Path) -> None:
    value = b"x" * 4085 + WORD.text.encode() + b"x" * 9000
    image = with_table(tmp_path, "a", "value blob", [(value,)])
    assert any("a.value" in found for found in canaries.search(image, [WORD]))


@pytest.mark.parametrize("size", [8, 16, 32])
@pytest.mark.parametrize("name", ["md5", "sha1", "sha256", "blake2b"])
def test_hashes_are_seen(tmp_path: Path, name: str, size: int) -> None:
    digest = hashlib.new(name, b"0639980123").digest()[:size]
    for value in (digest, digest.hex(), base64.b64encode(digest).decode()):
        image = with_table(tmp_path, "a", "value", [(value,)])
        assert dictionary.try_numbers(image, [PHONE.text])
    assert not dictionary.try_numbers(image, ["+33639980124"])


UUID_1 = uuid.UUID("a5c30142-e5e3-11f1-b368-02fc00000001")
TIMES = [
    "2026-11-21 19:03:12.5", "2026-11-21T19", "20261121T190312Z", "19:03:12", 1795287792,
    1795287792123, 1795287792123456, "1795287792", 1795287792.25, str(UUID_1),
    "019ab12c-7a00-7000-8000-000000000000", "01KAK4Z8X0ABCDEFGHJKMNPQRS",
    (1795287792).to_bytes(4, "big"), (1795287792123).to_bytes(8, "little"), UUID_1.bytes,
]  # fmt: skip


@pytest.mark.parametrize("value", TIMES)
def test_times_are_seen(tmp_path: Path, value: object) -> None:
    image = with_table(tmp_path, "a", "value", [(value,)])
    assert census.fine_times(image, 1_600_000_000, 2_200_000_000)


@pytest.mark.parametrize("value", ["2026-11-21", 2**62 + 99, 739_000, "reviewed", b"\x00" * 32])
def test_days_and_ids_are_no_times(tmp_path: Path, value: object) -> None:
    image = with_table(tmp_path, "a", "value", [(value,)])
    assert census.fine_times(image, 1_600_000_000, 2_200_000_000) == []


@pytest.mark.parametrize(
    "value", ["203.0.113.77", "2001:db8::1:2:3", bytes([203, 0, 113, 77]), 0xCB00714D, "curl/8.5"]
)
def test_people_are_seen(tmp_path: Path, value: object) -> None:
    image = with_table(tmp_path, "a", "value", [(value,)])
    assert census.people(image, [bytes([203, 0, 113, 77])])


def test_a_new_column_is_seen(tmp_path: Path) -> None:
    image = with_table(tmp_path, "alerts_alert", "last_seen text", [("x",)])
    assert "alerts_alert.last_seen: not declared" in census.undeclared(image)


def test_a_piece_of_something_deleted_is_seen() -> None:
    gone = {"body": hashlib.shake_256(b"body").digest(8221)}
    piece = gone["body"][4096:4140]
    assert leftovers.search(Image({DATABASE: b"page" + piece + b"page"}), gone)
    assert leftovers.search(Image({DATABASE: b"page" + gone["body"][5:20]}), gone) == []


def test_an_order_is_seen_and_chance_is_not() -> None:
    shuffled = [7, 2, 19, 11, 0, 15, 4, 9, 13, 1, 17, 6, 3, 18, 10, 5, 14, 8, 16, 12]
    assert order.telling(range(20), [list(range(20))])
    assert order.telling(range(20), [list(range(20))[::-1]])
    assert order.telling(range(20), [list(range(10)), list(range(10, 20))])
    assert order.telling(range(20), [shuffled]) == []


def with_table(folder: Path, name: str, column: str, rows: list[tuple[object, ...]]) -> Image:
    """The image of a database with one table of one column."""
    path = folder / "made.sqlite3"
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path)
    connection.execute(f"create table {name} ({column})")
    connection.executemany(f"insert into {name} values (?)", rows)  # noqa: S608
    connection.commit()
    connection.close()
    return Image({DATABASE: path.read_bytes()})
