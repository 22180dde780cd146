"""Messages from an organisation to one person, one way.

A message's row names neither reader nor author: a reader tries their key on every row. Content,
before sealing: 2,304 bytes of compact JSON, padded (`vault.encoding.pad`):

    text    at most 500 characters        kind   "member", "applicant" or "alert"
    from    the organisation's name       alert  for "alert": the id of the alert it is about

The MAC is made under the network key's row key or, for an applicant, who holds no network key,
under one derived from the welcome key in the application. Moderators who read that know it ever
after, so it counts only until she comes in; then her letters get MACs under the network key.
"""

from __future__ import annotations

import datetime
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from safety_app.accounts.keys import application_seals, sealed_rows
from safety_app.accounts.keys.keyring import KeyRing, welcome_key
from safety_app.accounts.keys.preconditions import moderator_decision
from safety_app.accounts.keys.row_auth import check_member
from safety_app.accounts.models import Application, Member, Message
from safety_app.accounts.periods import MESSAGE_DAYS
from safety_app.locales.dates import today
from safety_app.privacy.codec import Codec, TooLong
from safety_app.privacy.ids import LOWEST, random_id
from safety_app.privacy.storage import checkpoint_wal
from safety_app.vault import network, seals, shapes
from safety_app.vault.errors import VaultError

SIZE = 2304
TEXT_LIMIT = 500
ORGANISATION_LIMIT = 200
# Someone else's message costs the reader about 0.2 ms. This many are tried, newest first; there are
# more only when somebody floods the table.
MAX_TRIED = 1000

_Content = tuple[str, str, str, int]  # text, kind, the organisation's name, the alert's id or 0


class MessageTooLong(ValueError):
    """Four-byte characters make the text exceed the fixed size."""


class NoSuchPerson(LookupError):
    """The account or application was deleted meanwhile."""


class NotAuthentic(VaultError):
    """The reader's row fails: nothing is sealed to it."""


@dataclass(frozen=True)
class OpenedMessage:
    """A message as its reader sees it. `alert` is an alert's id, or 0; `until` the last day it
    is kept.
    """

    id: int
    until: datetime.date
    text: str
    kind: str
    organisation: str
    alert: int


def write_message(
    ring: KeyRing,
    moderator: Member,
    text: str,
    *,
    to: Member | None,
    kind: str = "member",
    alert: int = 0,
) -> None:
    """Leave a message for someone who holds a network key.

    Raises NoSuchPerson, also for nobody, NotModerator, MessageTooLong, and NotAuthentic when the
    reader's row fails. The row of an account without a network key always does to others.
    """
    content = _encode(text, kind, moderator, alert)
    with moderator_decision(moderator, ring):
        reader = Member.objects.filter(pk=to.pk if to else 0).first()
        if reader is None:
            raise NoSuchPerson
        try:
            check_member(ring, reader)
        except VaultError as failure:
            raise NotAuthentic from failure
        message = Message(id=random_id(), day=today())
        sealed_rows.seal_row("letter", message, bytes(reader.public_key), content, ring)
        message.save(force_insert=True)


def write_to_applicant(
    ring: KeyRing, moderator: Member, text: str, *, desk_seed: bytes, to: Application
) -> None:
    """Leave a message for an applicant, sealed to the key inside the application, never to a
    column.

    `desk_seed` (32 bytes) is that of the organisation's desk. Raises NoSuchPerson,
    NotModerator, MessageTooLong, and VaultError when the application does not open.
    """
    content = _encode(text, "applicant", moderator, 0)
    with moderator_decision(moderator, ring):
        application = Application.objects.filter(pk=to.pk).first()
        if application is None:
            raise NoSuchPerson
        application_content = application_seals.open_application(application, desk_seed)
        message = Message(id=random_id(), day=today())
        sealed_rows.seal_row("letter", message, application_content.public_key, content, None)
        message.mac = sealed_rows.mac_of(
            "letter", message, network.row_key(application_content.welcome_key)
        )
        message.save(force_insert=True)


def messages_for(ring: KeyRing, member: Member) -> list[OpenedMessage]:
    """The messages for the ring's owner, newest first.

    Leaves out rows that are sealed to others, not from a moderator, expired or damaged.
    """
    if member.state == "active" and not ring.epochs:
        return []  # translators and editors: nobody can send them messages
    keys, opener = _row_keys(ring, member), seals.opener(ring.seed)
    since = today() - datetime.timedelta(days=MESSAGE_DAYS)
    rows = Message.objects.filter(day__gt=since).order_by("-day", "pk")[:MAX_TRIED]
    return [message for row in rows.iterator() if (message := _open_message(row, opener, keys))]


def erase_message(ring: KeyRing, member: Member, message_id: int) -> bool:
    """Delete a message to the ring's owner. Returns whether there was one."""
    keys, opener = _row_keys(ring, member), seals.opener(ring.seed)
    with transaction.atomic():
        row = Message.objects.filter(pk=message_id).first()
        if row is None or _open_message(row, opener, keys) is None:
            return False
        row.delete()
    checkpoint_wal()
    return True


def reseal_messages(ring: KeyRing, renewed: KeyRing, member: Member) -> None:
    """Seal the messages that `ring` opens to the new public key in the member's row.

    Inside the transaction that gives her the seed of `renewed`.
    """
    keys, opener = _row_keys(ring, member), seals.opener(ring.seed)
    was_applicant = network.row_key(welcome_key(ring.seed))
    for row in Message.objects.order_by("-day", "pk")[:MAX_TRIED]:
        key = next((key for key in keys if _has_mac(row, key)), None)
        if key is None:
            continue
        with suppress(VaultError):
            content = sealed_rows.try_open_row("letter", row, opener)
            sealed_rows.seal_row("letter", row, bytes(member.public_key), content, None)
            if key == was_applicant:
                row_key = network.row_key(welcome_key(renewed.seed))
            else:
                row_key = renewed.row_key
            row.mac = sealed_rows.mac_of("letter", row, row_key)
            row.save(update_fields=["sealed", "mac"])


def keep_letters(ring: KeyRing) -> None:
    """Let the network key vouch for what was written to an applicant, who comes in with this ring.

    Inside the transaction that makes her row active.
    """
    key, opener = network.row_key(welcome_key(ring.seed)), seals.opener(ring.seed)
    for row in Message.objects.order_by("-day", "pk")[:MAX_TRIED]:
        if _open_message(row, opener, [key]) is not None:
            row.mac = sealed_rows.mac_of("letter", row, ring.row_key)
            row.save(update_fields=["mac"])


def _has_mac(row: Message, key: bytes) -> bool:
    try:
        return network.equal(sealed_rows.mac_of("letter", row, key), bytes(row.mac))
    except VaultError:  # an id that is none of ours
        return False


def _row_keys(ring: KeyRing, member: Member) -> list[bytes]:
    """The row keys of those who may write to the owner: to a member, and to an applicant until she
    comes in.
    """
    network_keys = [ring.row_key] if ring.epochs else []
    if member.state == "active":
        return network_keys
    return [*network_keys, network.row_key(welcome_key(ring.seed))]


def _open_message(row: Message, opener: seals.Opener, keys: list[bytes]) -> OpenedMessage | None:
    # A MAC is much cheaper than a seal: rows forged without keys are not even tried.
    if not any(_has_mac(row, key) for key in keys):
        return None
    try:
        content = _CODEC.decode(sealed_rows.try_open_row("letter", row, opener))
    except VaultError:
        return None
    return OpenedMessage(row.pk, row.day + datetime.timedelta(days=MESSAGE_DAYS), *content)


def _to_json(content: _Content) -> dict[str, Any]:
    text, kind, organisation, alert = content
    about = {"alert": alert} if alert else {}
    return {"text": text, "kind": kind, "from": organisation, **about}


_fields = shapes.fields(
    {
        "text": shapes.text(TEXT_LIMIT),
        "kind": shapes.one_of("member", "applicant", "alert"),
        "from": shapes.text(ORGANISATION_LIMIT),
    },
    {"alert": shapes.number(LOWEST, 2 * LOWEST - 1)},
)


def _from_json(content: Any) -> _Content:
    fields = _fields(content)
    return fields["text"], fields["kind"], fields["from"], fields.get("alert", 0)


_CODEC = Codec[_Content]("message", SIZE, _to_json, _from_json)


def _encode(text: str, kind: str, moderator: Member, alert: int) -> bytes:
    try:
        return _CODEC.encode((text, kind, moderator.organisation.name, alert))
    except TooLong:
        raise MessageTooLong from None
