"""A directory file brought in by an editor: what it would change, and taking it.

Nothing of a file is kept between the preview and the button below it: the entries travel in the
form, as our own table, compressed and of bounded size, and are checked again when they come back.
"""

from __future__ import annotations

import base64
import binascii
import io
import struct
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from resources.directory import content
from resources.directory.content import EntryContent
from resources.directory.exchange import hsds_import, hsds_tables, table
from resources.directory.exchange.files import (
    MOST_BYTES,
    FileEntry,
    FileError,
    FileProblem,
    read_text,
)
from resources.directory.models import Service
from resources.directory.ownership import unclaimed

MOST_ENTRIES = 500
LONGEST_CARRIED = 160 * 1024  # characters; a form's fields may have 256 KiB in all
MOST_MEMBERS = 60  # files in an archive
_ZIP = b"PK\x03\x04"
# What zipfile and zlib raise for an archive that was made to break them.
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError),
    *(ValueError, OverflowError),
)
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


@dataclass(frozen=True)
class Change:
    """An entry of the organisation that would change, and the columns that differ."""

    entry: FileEntry
    columns: tuple[str, ...]


@dataclass
class Plan:
    """What a file would do to the directory of one organisation."""

    new: list[FileEntry] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    same: int = 0
    unclaimed: list[FileEntry] = field(default_factory=list)
    foreign: list[FileEntry] = field(default_factory=list)

    @property
    def entries(self) -> list[FileEntry]:
        """What would be stored."""
        return self.new + [change.entry for change in self.changed]


def read_upload(uploaded: bytes) -> list[FileEntry]:
    """The entries of a zip archive, JSON text or table, whatever its name says.

    Raises FileError with line and field of each problem.
    """
    if uploaded.startswith(_ZIP):
        entries = hsds_tables.read_tables(_tables_of(uploaded).get)
    else:
        text = read_text(uploaded)
        is_json = text.lstrip()[:1] in ("{", "[")
        entries = hsds_import.read_hsds(text) if is_json else table.read_table(text)
    if len(entries) > MOST_ENTRIES:
        message = ngettext(
            "more than %(most)s place; bring them in parts",
            "more than %(most)s places; bring them in parts",
            MOST_ENTRIES,
        ) % {"most": MOST_ENTRIES}
        raise FileError([FileProblem(1, "file", message)])
    return entries


def _tables_of(archive: bytes) -> dict[str, str]:
    """The tables in an archive by name, in whatever folder; nothing else is unpacked."""
    names = {hsds_tables.SERVICES, hsds_tables.ORGANIZATIONS, hsds_tables.LOCATIONS}
    names |= {hsds_tables.ADDRESSES, hsds_tables.TERMS}
    names |= {name for name, _column in hsds_tables.LISTS.values()}
    found: dict[str, str] = {}
    left = MOST_BYTES
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as whole:
            members = whole.infolist()
            if len(members) > MOST_MEMBERS:
                raise FileError([FileProblem(1, "file", _("too many files in the archive"))])
            for member in members:
                name = member.filename.rpartition("/")[2]
                if name not in names or name in found or member.compress_type not in _METHODS:
                    continue
                with whole.open(member) as unpacked:
                    read = unpacked.read(left + 1)  # not what the archive says of its size
                left -= len(read)
                if left < 0:
                    raise FileError([FileProblem(1, name, _("larger than 5 MB"))])
                found[name] = read_text(read)
    except _BROKEN as error:
        message = _("not an archive that can be read")
        raise FileError([FileProblem(1, "file", message)]) from error
    return found


def plan(entries: Sequence[FileEntry], organisation: int) -> Plan:
    """What taking these entries would do; those of others, or of nobody, stay as they are."""
    here = Service.objects.prefetch_related("openings", "facts").in_bulk(
        [entry.pk for entry in entries]
    )
    free = set(unclaimed().filter(pk__in=here).values_list("pk", flat=True))
    planned = Plan()
    for entry in entries:
        service = here.get(entry.pk)
        if service is None:
            planned.new.append(entry)
        elif service.owner != organisation:
            (planned.unclaimed if service.pk in free else planned.foreign).append(entry)
        elif columns := _differences(content.content_of(service), entry.content):
            planned.changed.append(Change(entry, columns))
        else:
            planned.same += 1
    return planned


def _differences(before: EntryContent, after: EntryContent) -> tuple[str, ...]:
    texts = [name for name in content.TEXTS if before.texts[name] != after.texts[name]]
    others = ("kinds", "languages", "confidential", "hours", "facts", "checked")
    return (*texts, *(name for name in others if getattr(before, name) != getattr(after, name)))


@transaction.atomic
def take(entries: Sequence[FileEntry], organisation: int) -> Plan:
    """Store new entries, unpublished, and changed ones of this organisation. Returns what was done.

    A published entry stays published as long as nothing required is missing.
    """
    rows = Service.objects.select_for_update().in_bulk([entry.pk for entry in entries])
    planned = plan(entries, organisation)
    for entry in planned.entries:
        service = rows.get(entry.pk) or Service(pk=entry.pk, owner=organisation)
        service.published &= not content.missing_answers(entry.content)
        content.store(service, entry.content)
    return planned


def pack(entries: Sequence[FileEntry]) -> str:
    """The entries for a hidden field. Raises FileError if they are too long for one."""
    text = table.write_table([(entry.pk, entry.content) for entry in entries])
    packed = base64.b64encode(zlib.compress(text.encode(), 9)).decode()
    if len(packed) > LONGEST_CARRIED:
        message = _("too much for one file; bring it in parts")
        raise FileError([FileProblem(1, "file", message)])
    return packed


def unpack(packed: str) -> list[FileEntry]:
    """The entries of such a field. Raises FileError for anything else."""
    try:
        unpacker = zlib.decompressobj()
        text = unpacker.decompress(base64.b64decode(packed, validate=True), MOST_BYTES)
        if unpacker.unconsumed_tail or not unpacker.eof:
            raise ValueError("packed: too long or cut")
        entries = table.read_table(read_text(text))
    except (zlib.error, binascii.Error, ValueError) as error:
        message = _("not what this page made; choose the file again")
        raise FileError([FileProblem(1, "file", message)]) from error
    return entries[:MOST_ENTRIES]
