"""What members do with alerts: post, correct, withdraw, cut the tie, confirm.

Each is one transaction that writes to the tables of alerts and labels only: no member's row,
session or other table remembers who did it.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from alerts import index, retention
from alerts.card_status import reseal_card, trust_card, visible_alert
from alerts.content import Report
from alerts.desk_seals import author_mac, seal_author, seal_desk_note
from alerts.flows import change_requests, put_back, reencrypt, translations
from alerts.flows.put_back import Kept
from alerts.models import Alert, Corroboration, DeskNote
from alerts.periods import MOST_RENEWALS
from alerts.retention import living
from alerts.sealing.bodies import body_of, report_bytes, report_of, seal_report
from alerts.sealing.cards import card_of, seal_card
from alerts.sealing.keys import AlertKeys
from alerts.sealing.notes import note_of, open_note, seal_note
from alerts.status import clear_day, status_of
from safety_app.accounts import sealed_memory
from safety_app.accounts.keys.desk_keys import desk_of
from safety_app.accounts.keys.keyring import KeyRing, current_epoch
from safety_app.accounts.keys.tags import new_author_tag, new_tag, own_alerts, own_tags
from safety_app.accounts.models import Member
from safety_app.locales.dates import today
from safety_app.privacy.ids import random_id
from safety_app.privacy.storage import checkpoint_wal
from safety_app.vault.errors import VaultError
from safety_app.vault.labels import TAG_SIZE, region_label

_OWN = "own notes"


class NotAuthor(LookupError):
    """The alert is someone else's, or gone. Both are shown as the same 404."""


def author_tag(ring: KeyRing, alert: int) -> bytes:
    """The tag (16 bytes) that only the author's keys make for this alert."""
    return new_author_tag(ring, alert)


def has_author_tag(ring: KeyRing, alert: int, tag: bytes | memoryview | None) -> bool:
    """Whether this is one of this person's tags for an alert."""
    given = b"" if tag is None else bytes(tag)
    return len(given) == TAG_SIZE and bool(own_alerts(ring, [(alert, given)]))


def is_author(ring: KeyRing, alert: Alert) -> bool:
    """Whether the alert carries this person's tag."""
    return has_author_tag(ring, alert.pk, alert.author_tag)


def confirm_tags(ring: KeyRing, alert: int) -> list[bytes]:
    """The tags (16 bytes) that this person's confirmation of this alert may carry."""
    return own_tags(ring, "corroboration", alert)


def post(ring: KeyRing, member: Member, report: Report) -> Alert:
    """Publish a report. Returns its row; its state is "held" if review comes first.

    Raises ReportTooLong, and ValueError for a report about a minor, which goes to `leave_at_desk`
    instead.
    """
    if report.about_minor:
        raise ValueError("not for publication")
    keys = AlertKeys(ring)
    alert = Alert(id=random_id(), day=today())
    alert.author_tag = author_tag(ring, alert.pk)
    alert.expires = retention.expiry_of(report.level, alert.day)
    alert.state = first_state(report)
    _seal(keys, alert, report)
    with current_epoch(ring):
        _seal_author(ring, member, alert)
        alert.save(force_insert=True)
        index.insert(keys, alert, report.identifiers)
    return alert


def take_in(ring: KeyRing, report: Report) -> Alert:
    """Publish what a moderator accepted from another network: reviewed, without an author.

    Call it in a transaction that began with `require_current_epoch`. Raises ReportTooLong.
    """
    keys = AlertKeys(ring)
    alert = Alert(id=random_id(), day=today(), state="reviewed")
    alert.expires = retention.expiry_of(report.level, alert.day)
    _seal(keys, alert, report)
    alert.save(force_insert=True)
    index.insert(keys, alert, report.identifiers)
    return alert


def correct(ring: KeyRing, alert_id: int, report: Report) -> Alert:
    """Replace what one's own alert says; its day, tags and confirmations stay.

    Raises NotAuthor, also for one that does not open, ReportTooLong, and ValueError for a report
    about a minor.
    """
    if report.about_minor:
        raise ValueError("not for publication")
    keys = AlertKeys(ring)
    with current_epoch(ring):
        alert = _locked_own(ring, alert_id)
        trust_card(keys, alert)
        before = report_or_none(keys, alert)
        if before is None:  # bound to whose it is: somebody made it hers, or it is damaged
            raise NotAuthor
        # The form does not ask for these, so a correction must not erase them.
        report = replace(report, at_least=before.at_least, origin=before.origin)
        # A correction needs a new review; a hidden alert stays hidden.
        alert.state = "hidden" if alert.state == "hidden" else first_state(report)
        rewrite(keys, alert, report, before)
    checkpoint_wal()
    return alert


def rewrite(keys: AlertKeys, alert: Alert, report: Report, before: Report | None) -> None:
    """Seal a report as an alert's next version, in the newest epoch; its state stays.

    Call it in a transaction that began with `require_current_epoch` and holds the row, after
    `trust_card`: level, day, end and state are sealed as they are set. `before` is
    what the alert said, None if that did not open. Change requests were about the version before,
    so they end, but used-hide markers stay. Translations are deleted if the words change. Raises
    ReportTooLong.
    """
    markers = change_requests.used_hides(keys, alert)
    _reencrypt_notes(keys, alert)
    translations.carry_over(keys, alert, before, report)
    alert.expires = retention.expiry_at_level(
        alert.level, report.level, alert.day, alert.expires, today()
    )
    new_epoch = alert.epoch != keys.current
    if new_epoch:
        alert.author_mac = author_mac(
            keys, alert.pk, alert.author_seal, alert.author_mac, alert.epoch
        )
    alert.version += 1
    _seal(keys, alert, report)
    alert.save(force_update=True)
    if before is None or new_epoch or before.identifiers != report.identifiers:
        index.unlink(alert.pk)
        index.insert(keys, alert, report.identifiers)
    alert.changerequest_set.all().delete()
    change_requests.carry_over(keys, alert, markers)


def withdraw(ring: KeyRing, alert_id: int) -> None:
    """Erase one's own alert at once: card, body, seal, tags and confirmations.

    Raises NotAuthor.
    """
    with transaction.atomic():
        _locked_own(ring, alert_id).delete()
    checkpoint_wal()


def undo_withdraw(ring: KeyRing, kept: Kept) -> None:
    """Put one's own alert back as `put_back.kept_alerts` has kept it before it was withdrawn.

    Raises NotAsItWas, and NotAuthor for one that does not carry this person's tag.
    """
    with current_epoch(ring):
        for alert_id in put_back.put_back(ring, kept):
            _locked_own(ring, alert_id)
    sealed_memory.forget(ring, _OWN)  # its day may be long past
    put_back.finish()


def withdraw_all(ring: KeyRing) -> int:
    """Erase every alert that carries this person's tag. Returns how many there were."""
    with transaction.atomic():
        alerts = own_ids(ring)
        Alert.objects.filter(pk__in=alerts).delete()
    checkpoint_wal()
    return len(alerts)


def own_ids(ring: KeyRing) -> list[int]:
    """The ids of all alerts that carry this person's tag. Reads the id and tag of every alert."""
    rows = Alert.objects.exclude(author_tag=None).values_list("pk", "author_tag")
    return own_among(ring, rows.iterator(chunk_size=10_000))


def own_ids_since(ring: KeyRing) -> list[int]:
    """The same, for somebody who looks again and again: in a quarter of an hour all tags are read
    once. Then only those of the days since, and whether what was hers still carries her tag.
    """
    known = sealed_memory.recall(ring, _OWN)
    if known is None:
        ids = own_ids(ring)
    else:
        hers = Q(pk__in=known["ids"]) | Q(day__gte=known["day"])
        rows = Alert.objects.filter(hers).exclude(author_tag=None)
        ids = own_among(ring, rows.values_list("pk", "author_tag"))
    sealed_memory.remember(ring, _OWN, {"ids": ids, "day": today().isoformat()})
    return ids


def own_among(ring: KeyRing, rows: Iterable[tuple[int, bytes | memoryview | None]]) -> list[int]:
    """Of alerts with their author tags, or None, the ids of those that are this person's."""
    tagged = ((alert, bytes(tag)) for alert, tag in rows if tag)
    # SQLite stores any type in any column: one such row must not hide all others.
    fits = [
        (alert, tag)
        for alert, tag in tagged
        if isinstance(alert, int) and 0 < alert < 2**63 and len(tag) == TAG_SIZE
    ]
    return own_alerts(ring, fits)


def cut(ring: KeyRing, alert_id: int) -> None:
    """Erase the tag that makes an alert one's own. The authorship seal stays up to 30 days.

    Raises NotAuthor.
    """
    with current_epoch(ring):
        reencrypt.release(AlertKeys(ring), _locked_own(ring, alert_id))
    checkpoint_wal()


def confirm(ring: KeyRing, alert_id: int, note: str = "") -> bool:
    """ "This happened to me too": once per member and alert, not for one's own.

    The first two confirmations restart the alert's life. Returns whether it was counted (False:
    she has confirmed it before, or it is her own). Raises NotAuthor if no such alert is visible, or
    if it does not open.
    """
    keys = AlertKeys(ring)
    try:
        with current_epoch(ring):
            alert = visible_alert(keys, alert_id, lock=True)
            if alert is None:
                raise NotAuthor
            if is_author(ring, alert):
                return False
            if _own_confirmations(ring, alert.pk).exists():
                return False
            alert = reencrypt.in_newest(keys, alert)
            report_of(keys, alert)  # bound to whose it is: nobody hides that from this
            before = alert.corroboration_set.count()
            tag = new_tag(ring, "corroboration", alert.pk)
            row = Corroboration(id=random_id(), alert=alert, tag=tag)
            row.note = seal_note(keys, note_of(row), note)
            row.save(force_insert=True)
            if before < MOST_RENEWALS:
                alert.expires = retention.renewed_expiry(
                    alert.level, alert.day, alert.expires, today()
                )
                reseal_card(keys, alert)
    except IntegrityError:  # she has confirmed it before
        return False
    except VaultError:  # nobody can read it
        raise NotAuthor from None
    return True


def take_back_confirmation(ring: KeyRing, alert_id: int) -> bool:
    """Delete one's own confirmation of an alert. Returns whether there was one."""
    with transaction.atomic():
        deleted, _by_model = _own_confirmations(ring, alert_id).delete()
    checkpoint_wal()
    return bool(deleted)


def _own_confirmations(ring: KeyRing, alert_id: int) -> QuerySet[Corroboration]:
    return Corroboration.objects.filter(alert=alert_id, tag__in=confirm_tags(ring, alert_id))


def leave_at_desk(ring: KeyRing, member: Member, report: Report) -> None:
    """Seal a report to the desk of one's organisation instead of publishing it.

    It includes the pseudonym only if she agreed that her organisation may leave her a note.
    Raises VaultError if the organisation has no authentic desk, and ReportTooLong.
    """
    note = DeskNote(id=random_id(), organisation=member.organisation_id, day=today())
    pseudonym = ring.pseudonym if report.may_note else ""
    padded = report_bytes(report, pseudonym=pseudonym)
    with current_epoch(ring):
        desk = desk_of(ring, member.organisation_id)
        seal_desk_note(ring, bytes(desk.public_key), note, padded)
        note.save(force_insert=True)


def count_desk_notes(moderator: Member) -> int:
    """How many notes are at the desk of this moderator's organisation."""
    return living(DeskNote).filter(organisation=moderator.organisation_id).count()


def _locked_own(ring: KeyRing, alert_id: int) -> Alert:
    """The row of one's own alert, locked until the transaction ends. Raises NotAuthor."""
    alert = Alert.objects.select_for_update().filter(pk=alert_id).first()
    if alert is None or not is_author(ring, alert):
        raise NotAuthor
    return alert


def first_state(report: Report) -> str:
    """The state of an alert that nobody has reviewed. Level 3 is never held back for review."""
    return "held" if settings.PUBLISH == "review" and report.level < 3 else "new"


def _seal(keys: AlertKeys, alert: Alert, report: Report) -> None:
    """Fill in the columns that come from the report, and the newest epoch; the card vouches for
    the others.
    """
    alert.epoch, alert.level = keys.current, report.level
    alert.region = region_label(keys.content_key(keys.current), report.region)
    card = card_of(keys, keys.current, report, status_of(alert))
    alert.card = seal_card(keys, alert.pk, alert.version, card)
    alert.body = seal_report(keys, body_of(alert), report)
    alert.day = clear_day(alert.day, today())


def _seal_author(ring: KeyRing, member: Member, alert: Alert) -> None:
    """Seal the member's id to her organisation's desk, 1,145 bytes.

    A tampered desk row must not keep a warning from going out, so then there is no seal; nothing
    is ever sealed to that row.
    """
    with suppress(VaultError):
        desk = desk_of(ring, member.organisation_id)
        seal_author(ring, bytes(desk.public_key), alert, member.pk)


def _reencrypt_notes(keys: AlertKeys, alert: Alert) -> None:
    """Seal the notes of confirmations under the newest epoch; they are under the alert's."""
    if alert.epoch == keys.current:
        return
    for row in alert.corroboration_set.all():
        try:
            note = open_note(keys, alert.epoch, note_of(row), row.note)
        except VaultError:
            continue  # not from a member, and a new seal would make it count
        row.note = seal_note(keys, note_of(row), note)
        row.save(update_fields=["note"])


def read_report(ring: KeyRing, alert: Alert) -> Report:
    """Everything an alert says. Raises VaultError if it does not open."""
    return report_of(AlertKeys(ring), alert)


def report_or_none(keys: AlertKeys, alert: Alert) -> Report | None:
    """Everything an alert says, None if it does not open."""
    with suppress(VaultError):
        return report_of(keys, alert)
    return None
