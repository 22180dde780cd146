"""The pseudonyms of one's own organisation, by the ids of their rows, for its moderators.

Each is sealed to the desk, and opening one takes 0.1 ms: for a list in the order of the alphabet,
a search and the warning of a name that is taken, all have to be open. They are opened once in a
quarter of an hour and kept sealed in memory (`accounts.sealed_memory`). A row whose name or
passphrase was changed since is opened again, since that changes its handle.

Nothing in the database says who is called what, nor which rows are new: no column tells names
apart, ids are random, and no row has a time. So which ones changed is found by reading ids and
handles of all, from an index.
"""

from __future__ import annotations

import secrets
import struct
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain
from typing import NamedTuple
from zlib import crc32

from django.db.models import QuerySet

from safety_app.accounts import sealed_memory
from safety_app.accounts.keys.desk_keys import pseudonym_opener
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.models import APPLICANTS, Member
from safety_app.privacy.ids import LOWEST
from safety_app.vault.errors import VaultError
from safety_app.vault.passphrase import fold_pseudonym

_AT_ONCE = 500
_IN_A_PART = 100  # names
_MOST_CHANGED = 50  # rows that are opened each time, before all are put in order again
_HANDLE_BYTES = 8
_SEEN = struct.Struct(f">q{_HANDLE_BYTES}s")  # an id and the beginning of its handle


class Spellings(NamedTuple):
    """Of the names that were open when this was made.

    seen  the beginning of each row's handle at that time, by its id
    same  the ids of those whose names are spelled as the one that was asked for
    """

    seen: dict[int, bytes]
    same: list[int]


def names_of(ring: KeyRing, moderator: Member, seed: bytes) -> dict[int, str | None]:
    """Everybody in the moderator's organisation, with the desk's seed (32 bytes). A pseudonym that
    does not open is None.
    """
    return _names(ring, moderator, seed, _handles(moderator, waiting=False), waiting=False)


def is_taken(
    ring: KeyRing, moderator: Member, seed: bytes, pseudonym: str, owner: int, *, waiting: bool
) -> bool:
    """Whether somebody but its owner (a member's id) has this pseudonym, in whatever spelling: of
    everybody in the moderator's organisation, or of those who wait to come in.

    Only names of that spelling, and of rows that changed since, are opened and compared.
    """
    folded, handles = fold_pseudonym(pseudonym), _handles(moderator, waiting=waiting)
    what = f"spellings {moderator.organisation_id} {waiting}"
    known = _recall_spellings(ring, what, folded)
    if known is None or len(_changed(known, handles)) > _MOST_CHANGED:
        names = _names(ring, moderator, seed, handles, waiting=waiting)
        known = _keep_spellings(ring, what, folded, handles, names)
    asked = {*known.same, *_changed(known, handles)} - {owner}
    rows = rows_of(moderator, waiting=waiting)
    return any(
        name is not None and fold_pseudonym(name) == folded
        for _pk, name in _open(ring, seed, rows, sorted(asked))
    )


def rows_of(moderator: Member, *, waiting: bool) -> QuerySet[Member]:
    """The rows of everybody in the moderator's organisation, or of those who wait to come in."""
    # The same rows as `models.listed_people`, without a condition on the id.
    rows = Member.objects.filter(organisation=moderator.organisation_id)
    return rows.filter(state="waiting") if waiting else rows.exclude(APPLICANTS)


def _handles(moderator: Member, *, waiting: bool) -> dict[int, bytes]:
    # A condition on the id would make SQLite look up every row in the table.
    own = Member.objects.filter(organisation=moderator.organisation_id)
    rows = [own.filter(state="waiting")]
    if not waiting:
        rows = [own.exclude(state="waiting"), *(one.exclude(APPLICANTS) for one in rows)]
    listed = chain(*(one.values_list("pk", "handle") for one in rows))
    return {pk: bytes(handle[:_HANDLE_BYTES]) for pk, handle in listed if pk >= LOWEST}


def _names(
    ring: KeyRing, moderator: Member, seed: bytes, handles: dict[int, bytes], *, waiting: bool
) -> dict[int, str | None]:
    what = f"names {moderator.organisation_id} {waiting}"
    known = sealed_memory.recall(ring, what) or {}
    keys = {pk: f"{pk} {handle.hex()}" for pk, handle in handles.items()}
    names: dict[int, str | None] = {pk: known.get(key) for pk, key in keys.items()}
    missing = [pk for pk, name in names.items() if name is None]
    names.update(_open(ring, seed, rows_of(moderator, waiting=waiting), missing))
    if missing or len(known) != len(keys):
        kept = {key: names[pk] for pk, key in keys.items() if names[pk] is not None}
        sealed_memory.remember(ring, what, kept)
    return names


def _open(
    ring: KeyRing, seed: bytes, rows: QuerySet[Member], wanted: list[int]
) -> Iterator[tuple[int, str | None]]:
    """The rows with these ids that are still there, and their names."""
    open_name = pseudonym_opener(seed, ring)
    rows = rows.only("epoch", "pseudonym_seal", "pseudonym_mac")
    for start in range(0, len(wanted), _AT_ONCE):
        for row in rows.filter(pk__in=wanted[start : start + _AT_ONCE]):
            name = None
            # SQLite allows text in a number column; no holder of the network key wrote such a row.
            with suppress(VaultError, UnicodeDecodeError, TypeError):
                name = open_name(row)
            yield row.pk, name


def _changed(known: Spellings, handles: dict[int, bytes]) -> list[int]:
    return [pk for pk, handle in handles.items() if known.seen.get(pk) != handle]


def _recall_spellings(ring: KeyRing, what: str, folded: str) -> Spellings | None:
    kept = sealed_memory.recall(ring, what)
    part = kept and sealed_memory.recall(ring, f"{what} {_part_of(folded, kept['parts'])}")
    if not kept or not part or part["made"] != kept["made"]:
        return None
    return Spellings(dict(_SEEN.iter_unpack(b64decode(kept["seen"]))), part["ids"].get(folded, []))


def _keep_spellings(
    ring: KeyRing, what: str, folded: str, handles: dict[int, bytes], names: dict[int, str | None]
) -> Spellings:
    """Keep who is spelled how, in parts of about a hundred names: each is opened by itself."""
    made, parts = secrets.token_hex(8), len(names) // _IN_A_PART + 1
    ids: list[dict[str, list[int]]] = [{} for _number in range(parts)]
    seen = {pk: handles[pk] for pk, name in names.items() if name is not None}
    for pk in seen:
        spelled = fold_pseudonym(names[pk] or "")
        ids[_part_of(spelled, parts)].setdefault(spelled, []).append(pk)
    for number, part in enumerate(ids):
        sealed_memory.remember(ring, f"{what} {number}", {"made": made, "ids": part})
    packed = b64encode(b"".join(_SEEN.pack(pk, handle) for pk, handle in seen.items())).decode()
    sealed_memory.remember(ring, what, {"made": made, "parts": parts, "seen": packed})
    return Spellings(seen, ids[_part_of(folded, parts)].get(folded, []))


def _part_of(folded: str, parts: int) -> int:
    """In which part names of this spelling are."""
    return crc32(folded.encode()) % parts
