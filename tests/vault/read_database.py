"""A whole database, opened and asked about a number by what `docs/vault-spec.md` says.

    python -m tests.vault.read_database DATABASE PEPPER_FILE NUMBER [PASSES,KIB,LANES]

Pseudonym and passphrase are two lines of the input. The number begins with a plus. What is printed
is JSON: `answer`, as `/check/` says it in English; `notes`, one for each alert, the best first;
`unopened`, how many of the alerts that labels led to have a card that does not open.

Like `reference.py` it imports nothing of the product.
"""

from __future__ import annotations

import datetime
import hashlib
import hmac
import json
import sqlite3
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag

from tests.vault import reference as vault
from tests.vault import reference_signatures as signed
from tests.vault.reference_content import (
    STATES,
    Refused,
    match_tag,
    open_card,
    status_on,
    unpad,
)

PRODUCTION_COST = [3, 131_072, 4]
LEVELS = ["◇ Nuisance", "◆◇◇ Risky", "◆◆◇ Dangerous", "◆◆◆ Very dangerous"]
MISS = "No notes about this. That does not mean it is safe."
UNOPENED = "There is a note, but it could not be opened."
Row = sqlite3.Row


def read_pepper(text: str) -> bytes:
    """Section 6: 64 hexadecimal digits."""
    pepper = bytes.fromhex(text.strip())
    if len(pepper) != 32:
        raise Refused("the pepper has another length")
    return pepper


def same(one: bytes, other: bytes) -> bool:
    return hmac.compare_digest(one, other)


class Account:
    """Somebody's open keys: section 6 to 8."""

    def __init__(
        self, database: sqlite3.Connection, pepper: bytes, typed: list[str], cost: list[int]
    ) -> None:
        self.database = database
        salts = [
            row["salt"]
            for row in database.execute("SELECT * FROM accounts_instance")
            if same(vault.derive(row["salt"], "pepper check", salt=pepper), row["pepper_check"])
        ]
        if not salts:
            raise Refused("this pepper does not belong to this database")
        keys = vault.stretch(*typed, salts[0], pepper, cost)
        found = database.execute(
            "SELECT * FROM accounts_member WHERE handle = ?", [keys["handle"]]
        ).fetchone()
        if found is None or not same(keys["verifier"], found["verifier"]):
            raise Refused("nobody has this pseudonym and passphrase")
        self.row: Row = found
        secret = vault.unseal(
            keys["kek"], found["seed_seal"], vault.label("member seed", found["id"])
        )
        self.seed, self.server_key = vault.open_secret(secret)[0], vault.server_key(pepper)
        if vault.public_key(self.seed) != found["public_key"]:
            raise Refused("the seed is not the row's")
        self.epochs = self._epochs()
        self.contents = {
            number: vault.content_key(key, self.server_key) for number, key in self.epochs.items()
        }
        self._check_row()

    def _epochs(self) -> dict[int, bytes]:
        """The network keys by number, from the floor to the newest one."""
        member, epoch = self.row["id"], self.row["epoch"]
        own = vault.derive(self.seed, "own")
        box = vault.open_network_box(
            own, self.row["network_box"], vault.label("network key", member, epoch)
        )
        rows = {row["number"]: row for row in self.database.execute("SELECT * FROM accounts_epoch")}
        newest, keys, floor = epoch, {epoch: box["key"]}, box["floor"]
        self.verifying_key = self._newest_verifying_key([box["verifying_key"], box["witnesses"]])
        following = epoch + 1
        while self.row["network_seal"] and newest == epoch and following in rows:
            context = vault.label("network key, sealed", member, following)
            with suppress(InvalidTag):
                keys[following] = vault.unseal(self.seed, self.row["network_seal"], context)
                newest = following
            following += 1
        above = rows[newest + 1]["chain_mac"] if newest + 1 in rows else b""
        if vault.is_link(keys[newest], newest + 1, above, self.server_key):
            raise Refused("this account was not given the newest key")
        stated, key = rows[newest]["floor"], keys[newest]
        if same(vault.floor_mac(key, newest, stated, self.server_key), rows[newest]["floor_mac"]):
            floor = max(floor, stated)
        elif newest > epoch:
            raise Refused("nobody who holds the newest key stated this floor")
        self._open_previous(keys, rows, min(floor, epoch))
        for number in range(epoch + 1, newest + 1):
            chain = vault.chain_mac(keys[number - 1], number, keys[number], self.server_key)
            if not same(chain, rows[number]["chain_mac"][-32:]):
                raise Refused(f"epoch {number} does not follow from the one before")
        return {number: key for number, key in keys.items() if number >= floor}

    def _newest_verifying_key(self, known: list[bytes]) -> bytes:
        """Section 9: where the signed statements lead somebody who remembers nothing."""
        rows = self.database.execute("SELECT * FROM accounts_verifyingkey")
        lists = self.database.execute("SELECT * FROM accounts_witnesslist")
        names = ("previous", "previous_witnesses", "key", "witnesses")
        steps = {
            row["previous"]: (
                [row[name] for name in names], row["signature"][:64], row["countersignatures"],
            )
            for row in rows
        }  # fmt: skip
        return signed.newest_key(known, steps, {row["digest"]: row["listed"] for row in lists})

    def _open_previous(self, keys: dict[int, bytes], rows: dict[int, Row], least: int) -> None:
        """Add the keys before the newest, each from its successor's box, down to `least`."""
        for number in range(max(keys), least, -1):
            if number - 1 not in keys and rows[number]["previous_box"] is not None:
                keys[number - 1] = vault.open_box(
                    vault.derive(keys[number], "previous epoch"),
                    rows[number]["previous_box"],
                    vault.label("previous epoch", number),
                )

    def _check_row(self) -> None:
        """Section 9: the row's own MAC."""
        row, stay = self.row, self.row["stay_until"] or ""
        digest = hashlib.sha256(row["second_factor_box"]).digest()
        made = vault.row_mac(
            self.epochs[max(self.epochs)], "member", row["id"], row["public_key"],
            row["organisation_id"], row["roles"], f"{row['state']} {stay}", [digest],
            self.server_key,
        )  # fmt: skip
        if not same(made, row["row_mac"]):
            raise Refused("the account's row was changed")
        self._check_desk(row["organisation_id"])

    def _check_desk(self, organisation: int) -> None:
        """Section 9: what is posted is sealed to this desk."""
        desk = self.database.execute(
            "SELECT * FROM accounts_desk WHERE organisation_id = ?", [organisation]
        ).fetchone()
        try:
            signed.desk_key(
                desk["certificate"], self.verifying_key, desk["id"], organisation,
                desk["public_key"],
            )  # fmt: skip
        except signed.Refused:
            raise Refused("no moderator made the key of the organisation's desk") from None
        names = ("certificate", "code_key", "recovery_box", "retired_box")
        digests = [
            b"" if desk[name] is None else hashlib.sha256(desk[name]).digest() for name in names
        ]
        right = [
            vault.row_mac(
                self.epochs[max(self.epochs)], "desk", desk["id"], desk["public_key"],
                organisation, "", state, digests, self.server_key,
            )
            for state in ("due", "")
        ]  # fmt: skip
        if not any(same(one, desk["row_mac"]) for one in right):
            raise Refused("the row of the organisation's desk was changed")


def labelled(account: Account, epoch: int, kind: str, key: str) -> list[int]:
    """Section 10: the alerts that the labels of one identifier point to, in one epoch."""
    alerts: list[int] = []
    start = 0
    while True:
        names = [
            vault.counter_label(account.contents[epoch], kind, key, j)
            for j in range(start, start + 8)
        ]
        places = ", ".join("?" * len(names))
        query = f"SELECT label, alert_id FROM alerts_blindindexentry WHERE label IN ({places})"  # noqa: S608
        found = dict(account.database.execute(query, names).fetchall())
        alerts += [found[name] for name in names if found.get(name) is not None]
        if names[-1] not in found:
            return list(dict.fromkeys(alerts))
        start += 8


def card_of(account: Account, row: Row) -> list[Any]:
    key = account.contents.get(row["epoch"])
    if key is None:
        raise Refused("under a closed epoch")
    return open_card(key, row["id"], row["version"], row["card"])


def is_changed(account: Account, row: Row, card: list[Any], today: int) -> bool:
    """Section 11: whether the clear columns say something else than the card."""

    def number(text: str | None) -> int:
        return datetime.date.fromisoformat(text).toordinal() if text else 0

    key = account.contents[row["epoch"]]
    columns = [number(row["day"]), number(row["expires"]), STATES.index(row["state"])]
    stored = status_on([*card[:11], *columns, number(row["hidden_until"])], today)
    true = status_on(card, today)
    first = datetime.date.fromordinal(true[0]).replace(day=1).toordinal()
    return (
        row["level"] != card[1]
        or not same(row["region"], vault.region_label(key, card[2]))
        or stored[1:] != true[1:]
        or stored[0] not in (true[0], first)
    )


def confirmations(account: Account, row: Row) -> list[str]:
    """The notes of the people who confirmed an alert, empty ones included."""
    key = vault.derive(account.contents[row["epoch"]], "alert notes")
    rows = account.database.execute(
        "SELECT * FROM alerts_corroboration WHERE alert_id = ?", [row["id"]]
    )
    return sorted(
        unpad(
            vault.open_box(
                key, one["note"], vault.label("alert note", row["id"], one["id"], one["tag"])
            )
        ).decode()
        for one in rows
    )


def look_up(account: Account, number: str, today: datetime.date) -> dict[str, Any]:
    """What a check of one phone number shows."""
    digits = "".join(sign for sign in number if sign.isascii() and sign.isdigit())
    wanted = [("phone", f"+{digits}"), ("similar", digits[-8:])]
    notes: dict[int, dict[str, Any]] = {}
    unopened: set[int] = set()
    for kind, key in wanted:
        for epoch in sorted(account.contents):
            for alert in labelled(account, epoch, kind, key):
                row = account.database.execute(
                    "SELECT * FROM alerts_alert WHERE id = ?", [alert]
                ).fetchone()
                if row is None or alert in notes:
                    continue
                note = read_note(account, row, kind, key, today, unopened)
                if note is not None:
                    notes[alert] = note
    listed = sorted(notes.values(), key=lambda note: (note["similar"], -note["level"]))
    return {"answer": answer(listed, unopened), "notes": listed, "unopened": len(unopened)}


def read_note(
    account: Account, row: Row, kind: str, key: str, day: datetime.date, unopened: set[int]
) -> dict[str, Any] | None:
    """One alert; None if it is not about this identifier, or nobody may read it now."""
    today = day.toordinal()
    try:
        card = card_of(account, row)
    except (InvalidTag, Refused, ValueError):
        unopened.add(row["id"])
        return None
    tags = [card[9][at : at + 12] for at in range(0, len(card[9]), 12)]
    if match_tag(account.contents[row["epoch"]], kind, key) not in tags:
        return None
    posted, end, state, _hidden_until = status_on(card, today)
    if state not in ("new", "reviewed") or end <= today:
        return None
    return {
        "level": card[1], "similar": kind == "similar", "what": card[0], "region": card[2],
        "city": card[4], "shown": card[8], "state": state,
        "day": datetime.date.fromordinal(posted).isoformat(),
        "confirmations": confirmations(account, row),
        "changed": is_changed(account, row, card, today),
    }  # fmt: skip


def answer(notes: list[dict[str, Any]], unopened: set[int]) -> str:
    """Section 10, last paragraph: what the page says."""
    if not notes:
        return UNOPENED if unopened else MISS
    exact = [note for note in notes if not note["similar"]]
    level = max(note["level"] for note in exact or notes)
    similar = len(notes) - len(exact)
    words = [f"{len(exact)} note{'s' * (len(exact) != 1)}"] if exact else []
    words += [f"{similar} similar number{'s' * (similar != 1)}"] if similar else []
    return f"{LEVELS[level]}: {' and '.join(words)}"


def main() -> None:
    path, pepper_file, number, *cost = sys.argv[1:]
    typed = sys.stdin.read().splitlines()[:2]
    database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    database.row_factory = sqlite3.Row
    costs = [int(part) for part in cost[0].split(",")] if cost else PRODUCTION_COST
    try:
        account = Account(database, read_pepper(Path(pepper_file).read_text()), typed, costs)
        found = look_up(account, number, datetime.datetime.now(datetime.UTC).date())
    except (Refused, InvalidTag) as error:
        sys.exit(f"refused: {error}")
    json.dump(found, sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main()
