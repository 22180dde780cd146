"""Bad variants on purpose, each made of a good image: an attack that misses one proves nothing."""

import base64
import gzip
import hashlib
import hmac
import sqlite3
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from safety_app.vault.encoding import make_context
from safety_app.vault.passphrase import fold_pseudonym
from tests.seizure.client import FORWARDED_FOR, USER_AGENT
from tests.seizure.image import DATABASE, PEPPER, Image, open_copy
from tests.seizure.world import World

SEARCH_KEY = hashlib.sha256(b"a key in the configuration").digest()


def edited(image: Image, edit: Callable[[sqlite3.Connection], object]) -> Image:
    """A copy whose database went through `edit`; it is written as SQLite leaves it."""
    with tempfile.TemporaryDirectory() as folder:
        connection = open_copy(image, Path(folder))
        edit(connection)
        connection.commit()
        files = {f"data/{path.name}": path.read_bytes() for path in Path(folder).iterdir()}
        connection.close()
    return image.with_database(files)


def a_column(image: Image, name: str, kind: str, values: list[object]) -> Image:
    """A column more in the table of labels, filled with these values in turn."""

    def edit(connection: sqlite3.Connection) -> None:
        connection.execute(f"alter table alerts_blindindexentry add column {name} {kind}")
        ids = [one for (one,) in connection.execute("select id from alerts_blindindexentry")]
        for number, one in enumerate(ids):
            value = values[number % len(values)]
            connection.execute(
                f"update alerts_blindindexentry set {name} = ? where id = ?",  # noqa: S608
                (value, one),
            )

    return edited(image, edit)


# Attack 1: what was typed is somewhere.


def a_log_line(image: Image, world: World) -> Image:
    """A number in a log, as typed."""
    own = world.phones[0][3:]
    line = f"ERROR search failed for 0{own[0]} {own[1:3]} {own[3:5]} {own[5:7]} {own[7:9]}\n"
    return image.altered({"logs/stderr.log": image.files["logs/stderr.log"] + line.encode()})


def a_packed_copy(image: Image, world: World) -> Image:
    """A gzip file with a pseudonym, in UTF-16."""
    inner = f"members: {world.people[-1].pseudonym}".encode("utf-16-le")
    return image.altered({"data/old.gz": gzip.compress(inner)})


def a_cache_file(image: Image, world: World) -> Image:
    """A session of a cache on the disk, with an alert's text inside base64."""
    text = base64.b64encode(b"session:" + world.alerts[0].text.encode() + b";")
    return image.altered({"data/cache/1": text})


# Attack 2: hashes of numbers.


def keyed_hashes(image: Image, world: World) -> Image:
    """Numbers as HMAC under a key in the configuration."""
    values = [hmac.digest(SEARCH_KEY, one.encode(), "sha256")[:16] for one in world.phones]
    config = image.files["config/environment"] + f"\nSEARCH_KEY={SEARCH_KEY.hex()}".encode()
    return a_column(image.altered({"config/environment": config}), "found", "blob", [*values])


def labels_under_the_pepper(image: Image, world: World) -> Image:
    """Our own labels, but under the pepper instead of the network key; the pepper was found."""
    pepper = bytes.fromhex(image.files[PEPPER].decode())
    messages = [make_context("counter", "phone", one, 0) for one in world.phones]
    values = [hmac.digest(pepper, message, "sha256")[:16] for message in messages]
    return a_column(image, "found", "blob", [*values])


def salted_integers(image: Image, world: World) -> Image:
    """Numbers as 63 bits of SHA-256 with the instance salt."""
    salt = image.tables["accounts_instance"][0]["salt"]
    digests = [hashlib.sha256(salt + one.encode()).digest() for one in world.phones]
    values = [int.from_bytes(one[:8], "big") & (2**63 - 1) for one in digests]
    return a_column(image, "found", "integer", [*values])


# Attack 3: something to test names against.


def hashed_names(image: Image, world: World) -> Image:
    """A hash of the pseudonym to keep names unique, salted with the instance salt."""
    salt = image.tables["accounts_instance"][0]["salt"]
    values = [
        hashlib.sha256(
            make_context("sign-in salt", salt, fold_pseudonym(one.pseudonym).encode())
        ).digest()
        for one in world.people
    ]
    return a_column(image, "found", "blob", [*values])


def seals_of_any_length(image: Image, world: World) -> Image:
    """Pseudonyms sealed without padding: their length shows."""

    def edit(connection: sqlite3.Connection) -> None:
        shorter = "substr(pseudonym_seal, 1, length(pseudonym_seal) - 240 - abs(id % 9))"
        connection.execute(f"update accounts_member set pseudonym_seal = {shorter}")  # noqa: S608

    return edited(image, edit)


# Attack 5: times, addresses, columns nobody declared.


def a_last_login(image: Image, world: World) -> Image:
    """Django's own column."""
    return a_column(image, "last_login", "text", ["2026-11-21 19:03:12.123456"])


def a_packed_time(image: Image, world: World) -> Image:
    """Milliseconds since 1970, in a UUID of version 7."""
    start = int(time.time() * 1000).to_bytes(6, "big")
    return a_column(image, "uuid", "blob", [start + b"\x7a" + bytes(9)])


def an_access_log(image: Image, world: World) -> Image:
    """A line as web servers write it, for an address and a browser that are no canaries."""
    line = b'198.51.100.9 - - [21/Nov/2026:19:03:12 +0000] "GET /a/" 200 "Mozilla/5.0"\n'
    return image.altered({"logs/access.log": line})


def a_packed_address(image: Image, world: World) -> Image:
    """An address as four bytes."""
    packed = bytes(int(part) for part in FORWARDED_FOR.split("."))
    return a_column(image, "seen", "blob", [packed])


def a_browser_column(image: Image, world: World) -> Image:
    """The user agent of whoever posted."""
    return a_column(image, "agent", "text", [USER_AGENT])


def small_ids(image: Image, world: World) -> Image:
    """Rows numbered as they come."""

    def edit(connection: sqlite3.Connection) -> None:
        connection.execute("pragma foreign_keys = off")
        connection.execute(
            "update alerts_corroboration set id = (select count(*) from alerts_corroboration as"
            " before where before.id <= alerts_corroboration.id)"
        )

    return edited(image, edit)


def hidden_numbers(image: Image, world: World) -> Image:
    """A random key that SQLite does not take for the row's own number."""

    def edit(connection: sqlite3.Connection) -> None:
        connection.execute("alter table alerts_corroboration rename to before")
        sql = connection.execute("select sql from sqlite_master where name = 'before'").fetchone()
        made = sql[0].replace('"id" integer', '"id" bigint')
        made = made.replace('"before"', '"alerts_corroboration"')
        connection.execute(made)
        connection.execute("insert into alerts_corroboration select * from before")
        connection.execute("drop table before")

    return edited(image, edit)


# Attack 6: what was deleted is still there.


def a_journal_kept(image: Image, world: World) -> Image:
    """A deletion, but the journal was never emptied."""
    return _deleted_again(image, world, "pragma journal_mode = wal")


def pages_not_overwritten(image: Image, world: World) -> Image:
    """A deletion with SQLite's default, which leaves the bytes in free pages."""
    return _deleted_again(image, world, "pragma secure_delete = off")


def _deleted_again(image: Image, world: World, pragma: str) -> Image:
    name, body = next((n, raw) for n, raw in world.deleted.items() if "alerts_alert.body" in n)

    def edit(connection: sqlite3.Connection) -> None:
        connection.execute(pragma)
        connection.execute("pragma wal_autocheckpoint = 0")
        row = connection.execute("select * from alerts_alert limit 1").fetchone()
        columns = {**dict(row), "id": 2**62 + 12345, "body": body}
        marks = ", ".join("?" * len(columns))
        connection.execute(f"insert into alerts_alert values ({marks})", [*columns.values()])  # noqa: S608
        connection.commit()
        connection.execute("delete from alerts_alert where id = ?", (2**62 + 12345,))

    assert name in world.deleted
    assert DATABASE in image.files
    return edited(image, edit)


def a_member_in_the_journal(image: Image, world: World) -> Image:
    """A sign-in that wrote to the member's row, and no checkpoint."""

    def edit(connection: sqlite3.Connection) -> None:
        connection.execute("pragma journal_mode = wal")
        connection.execute("update accounts_member set renewed = '2026-01-01'")

    return edited(image, edit)


# Attack 4: the order in which things came.


def never_rewritten(image: Image, world: World) -> Image:
    """Alerts, their labels and newcomers lie as they came, one after the other."""
    came = {alert: member for member, alert in world.joined}

    def edit(connection: sqlite3.Connection) -> None:
        connection.execute("pragma foreign_keys = off")
        steps = [
            [("accounts_member", "id", came.get(alert, 0)), ("alerts_alert", "id", alert)]
            + [("alerts_blindindexentry", "alert_id", alert)]
            for alert in world.in_order
        ]
        rows = [
            (table, tuple(row))
            for step in steps
            for table, column, value in step
            for row in connection.execute(
                f"select * from {table} where {column} = ?",  # noqa: S608
                (value,),
            )
        ]
        for table, row in rows:
            connection.execute(f"delete from {table} where id = ?", row[:1])  # noqa: S608
        connection.commit()
        connection.execute("vacuum")
        for table, row in rows:
            marks = ", ".join("?" * len(row))
            connection.execute(f"insert into {table} values ({marks})", row)  # noqa: S608

    return edited(image, edit)


# Who wrote which text of the public pages.


def one_tag_a_person(image: Image, world: World) -> Image:
    """A tag that depends on the person alone joins all that she wrote."""

    def edit(connection: sqlite3.Connection) -> None:
        connection.execute(
            "update pages_segmenttext set author_tags = zeroblob(16) where length(author_tags) > 0"
        )

    return edited(image, edit)


CONTROLS: dict[str, list[Callable[[Image, World], Image]]] = {
    "canaries": [a_log_line, a_packed_copy, a_cache_file, a_browser_column],
    "numbers": [keyed_hashes, labels_under_the_pepper, salted_integers],
    "names": [hashed_names],
    "sizes": [seals_of_any_length],
    "undeclared": [a_last_login, keyed_hashes],
    "times": [a_last_login, a_packed_time, an_access_log],
    "people": [an_access_log, a_packed_address],
    "values": [small_ids],
    "rowids": [hidden_numbers],
    "deleted": [a_journal_kept, pages_not_overwritten],
    "tags": [one_tag_a_person],
    "journal": [a_member_in_the_journal],
}
