"""The people of one's own organisation, and what a moderator changes about them.

Pseudonyms are sealed to the organisation's desk, so nobody else can list them. The row of an
account without a network key (a translator's or editor's) is vouched for by the server, which
changes it for its owner alone: a moderator can only delete it.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils.functional import Promise

from safety_app.accounts import roles, roster
from safety_app.accounts.keys import admissions, arrival_words, credentials
from safety_app.accounts.keys.desk_keys import desk_of, open_desk, pseudonym_opener
from safety_app.accounts.keys.keyring import KeyRing, require_current_epoch
from safety_app.accounts.keys.preconditions import require_moderator
from safety_app.accounts.keys.row_auth import check_member, member_checker, sign_member
from safety_app.accounts.models import Member, listed_people
from safety_app.accounts.periods import RENEWAL_MONTHS, STAY_DAYS
from safety_app.locales.dates import months_before, today
from safety_app.vault.errors import VaultError

ENDS_SOON_DAYS = 7
LONGEST_STAY_DAYS = 366  # from today


class ChangedMeanwhile(Exception):
    """This person's row was changed or deleted by somebody else meanwhile."""


@dataclass(frozen=True)
class Person:
    """A person of one's own organisation.

    pseudonym   None when it does not open
    genuine     whether a holder of the network key made the row or, for an account without a
                network key, this server
    """

    row: Member
    pseudonym: str | None
    genuine: bool

    @property
    def role_labels(self) -> list[Promise]:
        """The person's roles as words for the screen."""
        return roles.labels_of(self.row.roles)

    @property
    def holds_network_key(self) -> bool:
        """Whether the account can read alerts; if not, nobody can change its roles."""
        return "member" in roles.known_roles(self.row.roles)

    @property
    def is_moderator(self) -> bool:
        """Whether the row has the role."""
        return "moderator" in roles.known_roles(self.row.roles)

    @property
    def ends_soon(self) -> bool:
        """Whether a stay ends within a week, or the account expires this month without a
        sign-in.
        """
        stay = self.row.stay_until
        if stay is not None and stay <= today() + datetime.timedelta(days=ENDS_SOON_DAYS):
            return True
        return self.row.renewed <= months_before(today(), RENEWAL_MONTHS)


def desk_seed(ring: KeyRing, moderator: Member) -> bytes:
    """The seed (32 bytes) of the moderator's own desk. Raises VaultError."""
    return open_desk(ring, moderator, desk_of(ring, moderator.organisation_id))


def people_of(ring: KeyRing, moderator: Member) -> list[Person]:
    """Everyone in the moderator's own organisation except applicants, ordered by pseudonym.

    About 0.15 ms each. Raises VaultError when the desk is not the moderator's.
    """
    return find_several(ring, moderator, people_matching(ring, moderator, ""))


def people_matching(ring: KeyRing, moderator: Member, typed: str) -> list[int]:
    """The ids of those whose pseudonym contains `typed`, ordered by pseudonym; of everyone when it
    is empty. Raises VaultError when the desk is not the moderator's.
    """
    wanted = typed.casefold()
    named = [
        (name is None, (name or "").casefold(), pk)
        for pk, name in roster.names_of(ring, moderator, desk_seed(ring, moderator)).items()
    ]
    return [pk for _unread, name, pk in sorted(named) if wanted in name]


def find_person(ring: KeyRing, moderator: Member, person: int) -> Person | None:
    """One person of the moderator's own organisation; None for anyone else.

    Raises VaultError when the desk is not the moderator's.
    """
    row = _admitted_rows(moderator).filter(pk=person).first()
    if row is None:
        return None
    open_name = pseudonym_opener(desk_seed(ring, moderator), ring)
    return _open_person(open_name, member_checker(ring), row)


def find_several(ring: KeyRing, moderator: Member, wanted: Collection[int]) -> list[Person]:
    """The people of the moderator's own organisation with these ids, in that order. Raises
    VaultError.
    """
    open_name = pseudonym_opener(desk_seed(ring, moderator), ring)
    is_genuine = member_checker(ring)
    rows = {row.pk: row for row in _admitted_rows(moderator).filter(pk__in=list(wanted))}
    return [_open_person(open_name, is_genuine, rows[pk]) for pk in wanted if pk in rows]


def admissions_of(
    ring: KeyRing, moderator: Member, person: int
) -> tuple[list[Person], list[Person]]:
    """Whom a person (a member's id) admitted in the last 30 days, and who admitted them.

    Only people of the moderator's own organisation. Raises VaultError.
    """
    seed = desk_seed(ring, moderator)
    by_admitter = admissions.admitted_by(ring, seed, moderator.organisation_id)
    admitted = by_admitter[person].members if person in by_admitter else []
    admitters = [pk for pk, admission in by_admitter.items() if person in admission.members]
    return find_several(ring, moderator, admitted), find_several(ring, moderator, admitters)


def damaged_admissions_of(ring: KeyRing, moderator: Member, person: int) -> int:
    """How many rows about who admitted a person do not open. Raises VaultError."""
    seed = desk_seed(ring, moderator)
    return admissions.count_damaged(ring, seed, moderator.organisation_id, person)


def others_admitted_by(ring: KeyRing, moderator: Member, person: int) -> list[Person]:
    """Whom a person (a member's id) admitted, without that person and the moderator.

    Raises VaultError.
    """
    admitted, _admitters = admissions_of(ring, moderator, person)
    return [other for other in admitted if other.row.pk not in (person, moderator.pk)]


def set_roles(
    ring: KeyRing, moderator: Member, person: int, *, seen: str, granted: Collection[str]
) -> None:
    """Set which of reporter, editor and translator a person has.

    Whether they are a moderator stays. `seen` are the roles the deciding moderator saw. Raises
    ChangedMeanwhile, NotModerator, EpochMoved, and VaultError for a row that was tampered with.
    """
    with transaction.atomic():
        row = _lock_row(ring, moderator, person)
        unchanged = {"moderator"} & set(roles.known_roles(row.roles))
        if row.roles != seen:
            raise ChangedMeanwhile
        row.roles = roles.with_granted(row.roles, (set(granted) - {"moderator"}) | unchanged)
        _renew_mac(ring, row, "roles")


def extend_stay(
    ring: KeyRing, moderator: Member, person: int, *, seen: datetime.date, for_good: bool
) -> None:
    """Extend a guest's stay by 30 days, or for good. `seen` is the end the deciding moderator
    saw.

    Raises ChangedMeanwhile, NotModerator, EpochMoved, and VaultError for a row that was
    tampered with.
    """
    with transaction.atomic():
        row = _lock_row(ring, moderator, person)
        if row.stay_until != seen:
            raise ChangedMeanwhile
        latest = today() + datetime.timedelta(days=LONGEST_STAY_DAYS)
        extended = min(max(seen, today()) + datetime.timedelta(days=STAY_DAYS), latest)
        row.stay_until = None if for_good else extended
        _renew_mac(ring, row, "stay_until")


def words_to_read(ring: KeyRing, moderator: Member, person: Person) -> str:
    """The four words for somebody who applied, was accepted, and is not in yet; else empty."""
    if person.row.state != "approved" or not person.genuine:
        return ""
    desk = desk_of(ring, moderator.organisation_id)
    fingerprint = credentials.desk_fingerprint(desk)
    return arrival_words.comparison_words(bytes(person.row.public_key), fingerprint)


def _admitted_rows(moderator: Member) -> QuerySet[Member]:
    return listed_people().filter(organisation=moderator.organisation_id)


def _open_person(
    open_name: Callable[[Member], str], is_genuine: Callable[[Member], bool], row: Member
) -> Person:
    pseudonym = None
    # SQLite allows text in a number column; no holder of the network key wrote such a row.
    with suppress(VaultError, UnicodeDecodeError, TypeError):
        pseudonym = open_name(row)
    return Person(row, pseudonym, is_genuine(row))


def _lock_row(ring: KeyRing, moderator: Member, person: int) -> Member:
    """The row, authenticated and locked; call it first inside the transaction."""
    require_current_epoch(ring)
    require_moderator(moderator)
    row = _admitted_rows(moderator).filter(pk=person).first()
    if row is None or "member" not in roles.known_roles(row.roles):
        raise ChangedMeanwhile  # the row of an account without a key changes for its owner alone
    check_member(ring, row)
    return row


def _renew_mac(ring: KeyRing, row: Member, changed_column: str) -> None:
    sign_member(ring, row)
    row.save(update_fields=[changed_column, "row_mac"])
