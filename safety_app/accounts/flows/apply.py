"""Applying: a newcomer makes an account that waits, and asks an organisation to be let in.

Her row carries a MAC under her own key and no network key; nothing is ever sealed to it. What she
asks is sealed to the desk (`applications`), and approval uses the key inside (`approving`).
"""

from __future__ import annotations

import hashlib

from django.db import transaction

from safety_app.accounts.flows.join import Joined, NameTaken
from safety_app.accounts.keys import application_seals, contexts, credentials, second_step
from safety_app.accounts.keys.desk_keys import desk_row
from safety_app.accounts.keys.keyring import KeyRing, lock_epoch, own_key, welcome_key
from safety_app.accounts.keys.row_auth import member_mac
from safety_app.accounts.models import Application, Desk, Member, Organisation
from safety_app.locales.dates import month_of, today
from safety_app.privacy.ids import random_id
from safety_app.vault import boxes, codes, seals
from safety_app.vault.encoding import make_context
from safety_app.vault.errors import VaultError
from safety_app.vault.passphrase import SignInKeys

MOST_WAITING = 200  # newcomers of one organisation, so that a flood cannot fill its desk
WORDS = 4


class NotOffered(Exception):
    """This organisation takes nobody: it is leaving, has gone, or its desk is damaged."""


class DeskFull(Exception):
    """As many as can wait for this organisation are waiting already."""


def apply(organisation: int, pseudonym: str, passphrase: str, note: str) -> Joined:
    """Make an account that waits and tell the organisation's desk. The slow part comes first.

    She holds no network key, so she cannot tell whether the desk's row is genuine: someone who can
    write to the database can put a key of their own there, read what she writes and let her in or
    not. The words that she and a moderator compare are made from her key and from the desk she
    sealed to, which she remembers, so they differ then.

    Raises NotOffered, DeskFull, NameTaken, and VaultBusy when too many passphrases are being
    stretched.
    """
    keys = credentials.stretch(pseudonym, passphrase)
    ring = KeyRing(seed=seals.new_seed(), pseudonym=pseudonym)
    try:
        with transaction.atomic():
            lock_epoch()
            asked = _with_room(organisation)
            if Member.objects.filter(handle=keys.handle).exists():
                raise NameTaken
            return _save_waiting(asked, desk_row(asked.pk), ring, keys, note)
    except VaultError as failure:
        raise NotOffered from failure


def _with_room(organisation: int) -> Organisation:
    offered = Organisation.objects.select_for_update().filter(leaves__isnull=True)
    found = offered.filter(pk=organisation).first()
    if found is None:
        raise NotOffered
    newcomers = Application.objects.filter(state="waiting", member__state="waiting")
    if newcomers.filter(organisation=found).count() >= MOST_WAITING:
        raise DeskFull
    return found


def _save_waiting(
    organisation: Organisation, desk: Desk, ring: KeyRing, keys: SignInKeys, note: str
) -> Joined:
    member = Member(
        id=random_id(),
        organisation=organisation,
        roles="member",
        state="waiting",
        public_key=seals.public_key(ring.seed),
        stamp=credentials.new_stamp(),
        renewed=month_of(today()),
    )
    credentials.lock_with_passphrase(member, ring.seed, keys)
    recovery_code = credentials.lock_with_new_code(member, ring.seed)
    credentials.keep_desk_print(member, ring, desk)
    credentials.seal_pseudonym(member, ring, desk)
    second_step.switch_off(ring, member)
    member.row_mac = member_mac(ring.row_key, member)
    member.save(force_insert=True)
    application = Application(
        id=random_id(), member=member, organisation=organisation, day=today(), state="waiting"
    )
    asked = application_seals.ApplicationContent(
        bytes(member.public_key), welcome_key(ring.seed), ring.pseudonym, note
    )
    application_seals.fill(application, bytes(desk.public_key), asked, None)
    application.save(force_insert=True)
    return Joined(member, recovery_code, ring)


def comparison_words(public_key: bytes, desk_print: bytes) -> str:
    """Four words (75.8 bits) by which applicant and moderator compare two keys aloud.

    From the applicant's public key (1,216 bytes) and the fingerprint (32 bytes) of the desk: of the
    one she sealed to, on her side, and of the moderator's own, on the other. A desk that was
    swapped while she applied shows, even when it was put back afterwards.
    """
    digest = hashlib.sha256(make_context("application words", public_key, desk_print)).digest()
    return codes.spoken(digest, WORDS)


def own_comparison_words(ring: KeyRing, member: Member) -> str:
    """The words of someone who waits, with the desk as it was when she applied.

    Raises VaultError when what she remembers of the desk was changed.
    """
    known = boxes.open_box(
        own_key(ring.seed), bytes(member.network_box or b""), contexts.desk_print(member.pk)
    )
    return comparison_words(seals.public_key(ring.seed), known)
