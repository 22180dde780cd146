"""What moderators do with alerts: mark as reviewed, hide, show, change the level, redact words.

A moderator of any organisation may decide alone, except on what lasts and makes a very dangerous
alert (level 3) weaker: that takes a moderator of a second organisation. The first one's wish then
becomes a change request, and nothing changes until the second agrees. Each decision is one
transaction about what the moderator saw: if the alert has changed since, nothing happens.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace

from alerts.card_status import reseal_card, trust_card
from alerts.content import Report
from alerts.flows import change_requests, lifecycle, put_back, reencrypt, translations
from alerts.flows.change_requests import HIDE, LEVEL, REDACT, WAS_HIDDEN, Change, OpenedRequest
from alerts.flows.lifecycle import report_or_none
from alerts.flows.put_back import Kept, NotAsItWas
from alerts.models import Alert, Corroboration, Flag
from alerts.periods import HIDDEN_DAYS
from alerts.redact import PhraseMissing, gapped, is_too_short, passages_of, redacted
from alerts.sealing.keys import AlertKeys
from alerts.sealing.notes import note_of, open_note, seal_note
from alerts.status import VISIBLE_STATES
from alerts.vocabulary.choices import LEVELS
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.keys.preconditions import moderator_decision
from safety_app.accounts.models import Member
from safety_app.locales.dates import today
from safety_app.privacy.storage import checkpoint_wal
from safety_app.vault.errors import VaultError

MOST_REQUESTS = 5  # of one organisation about one alert


class AlertGone(LookupError):
    """The alert does not exist any more."""


class AlertChanged(Exception):
    """The alert, or the change requested of it, is not what the moderator saw."""


class NotPossible(Exception):
    """An alert in this state does not allow the change."""


class HiddenBefore(Exception):
    """This organisation has hidden this alert before: now it takes a second one."""


class AlreadyRequested(Exception):
    """The same change waits already, or too many do."""


@dataclass(frozen=True)
class Case:
    """A moderator before an alert.

    seen   `seen_of` the alert as her page showed it
    flags  the ids of the flags her page showed; her decision settles these, not later ones
    """

    ring: KeyRing
    moderator: Member
    alert: int
    seen: str
    flags: tuple[int, ...] = ()


def seen_of(alert: Alert) -> str:
    """A fingerprint of what a page shows of an alert: its version and state, "3-hidden".

    Call `trust_card` before, as the page has to.
    """
    until = f"-{alert.hidden_until}" if alert.hidden_until else ""
    return f"{alert.version}-{alert.state}{until}"


@contextmanager
def decision(case: Case) -> Iterator[Alert]:
    """A transaction that holds the alert's row, with what its card vouches for.

    Raises AlertGone and AlertChanged, and NotModerator for someone who has lost the role since
    she pressed the button.
    """
    with moderator_decision(case.moderator, case.ring):
        alert = Alert.objects.select_for_update().filter(pk=case.alert).first()
        if alert is None:
            raise AlertGone
        keys = AlertKeys(case.ring)
        trust_card(keys, alert)
        if seen_of(alert) != case.seen:
            raise AlertChanged
        with suppress(VaultError):  # one that does not open stays where it is
            alert = reencrypt.in_newest(keys, alert)
        yield alert
    checkpoint_wal()


def approve(case: Case) -> str:
    """Mark as reviewed. A held or hidden alert becomes visible; requests to hide it end.

    Returns the state before.
    """
    with decision(case) as alert:
        keys, before = AlertKeys(case.ring), alert.state
        alert.state, alert.hidden_until = "reviewed", None
        reseal_card(keys, alert)
        _end_change_requests(keys, alert, HIDE)
        _settle_flags(case)
    return before


def hide(case: Case) -> str:
    """Hide at once, for three days; the daily sweep shows it again. Returns the state before.

    Raises NotPossible if nobody sees it anyway. Raises HiddenBefore for a level 3 that this
    organisation has hidden before, even if it was corrected since; also for a moderator who did
    so while in another organisation.
    """
    keys = AlertKeys(case.ring)
    with decision(case) as alert:
        if alert.state not in VISIBLE_STATES:
            raise NotPossible
        organisation = case.moderator.organisation_id
        if change_requests.needs_second(case.ring, case.moderator, report_or_none(keys, alert)):
            markers = change_requests.used_hides(keys, alert)
            if any(marker.is_from(keys, case.moderator) for marker in markers):
                raise HiddenBefore
            alert = reencrypt.in_newest(keys, alert)
            marker = change_requests.new_request(keys, alert, organisation, Change(WAS_HIDDEN))
            marker.save(force_insert=True)
        before = alert.state
        alert.state = "hidden"
        alert.hidden_until = today() + datetime.timedelta(days=HIDDEN_DAYS)
        reseal_card(keys, alert)
    return before


def seen_after(ring: KeyRing, kept: Kept) -> dict[str, str]:
    """`seen_of` each alert that was kept, as a decision has left it; empty for one that is gone."""
    return _seen_now(ring, [row["id"] for row in kept["rows"]["Alert"]])


def _seen_now(ring: KeyRing, ids: Iterable[int]) -> dict[str, str]:
    keys, seen = AlertKeys(ring), {str(pk): "" for pk in ids}
    for pk, row in Alert.objects.in_bulk(list(map(int, seen))).items():
        trust_card(keys, row)
        seen[str(pk)] = seen_of(row)
    return seen


def undo_decision(ring: KeyRing, moderator: Member, kept: Kept) -> None:
    """Put alerts back as they were before a decision, if nothing else has happened since.

    `kept` also has `seen_after` as "after". Raises NotAsItWas and NotModerator.
    """
    with moderator_decision(moderator, ring):
        if _seen_now(ring, map(int, kept["after"])) != kept["after"]:
            raise NotAsItWas
        put_back.put_back(ring, kept)
    put_back.finish()


def undo_row(ring: KeyRing, moderator: Member, kept: Kept) -> None:
    """Put a row back that this moderator has deleted or marked. Raises NotAsItWas."""
    rows = kept["rows"]
    with moderator_decision(moderator, ring) as decider:
        own = decider.organisation_id
        if any(row["organisation"] != own for row in rows.get("DeskNote", [])):
            raise NotAsItWas
        about = {row["alert_id"] for row in rows.get("Translation", [])}
        if Alert.objects.filter(pk__in=about).count() != len(about):
            raise NotAsItWas
        put_back.put_back(ring, kept)
    put_back.finish()


def approve_several(ring: KeyRing, moderator: Member, seen: Mapping[int, str]) -> list[int]:
    """Mark several alerts as reviewed that are as a list showed them. Returns their ids.

    Only where nothing depends on reading the whole of it: visible, not very dangerous, without a
    flag.
    """
    with moderator_decision(moderator, ring):
        flagged = set(Flag.objects.filter(alert__in=seen).values_list("alert", flat=True))
        keys, done = AlertKeys(ring), []
        for row in Alert.objects.select_for_update().filter(pk__in=seen).exclude(pk__in=flagged):
            card = trust_card(keys, row)
            if card is None or card.level >= change_requests.VERY_DANGEROUS:
                continue
            if row.state == "new" and seen_of(row) == seen[row.pk]:
                with suppress(VaultError):
                    row = reencrypt.in_newest(keys, row)
                row.state, row.hidden_until = "reviewed", None
                reseal_card(keys, row)
                done.append(row.pk)
    checkpoint_wal()
    return done


def change_or_propose(case: Case, change: Change) -> bool:
    """Make a lasting change. Returns whether it is done; False: it waits for a second moderator.

    Raises PhraseMissing, ChangeRequestTooLong, ReportTooLong, AlreadyRequested, and NotPossible
    if nothing would change.
    """
    keys = AlertKeys(case.ring)
    with decision(case) as alert:
        report = report_or_none(keys, alert)
        _check(keys, alert, report, change)
        if _weakens(change, report) and change_requests.needs_second(
            case.ring, case.moderator, report
        ):
            _propose(keys, alert, case, change)
            return False
        _apply(keys, alert, report, change)
        _settle_flags(case)
    return True


def agree(case: Case, request_id: int) -> None:
    """Make the change that another organisation requested.

    Raises AlertChanged if the request is gone, and NotPossible for the person who made it, even
    if she belongs to another organisation by now.
    """
    keys = AlertKeys(case.ring)
    with decision(case) as alert:
        request = _pending_request(keys, alert, request_id)
        if request.is_from(keys, case.moderator):
            raise NotPossible
        report = report_or_none(keys, alert)
        try:
            _check(keys, alert, report, request.change)
        except (NotPossible, PhraseMissing):
            raise AlertChanged from None
        request.row.delete()
        _apply(keys, alert, report, request.change)
        _settle_flags(case)


def end_change_request(case: Case, request_id: int) -> None:
    """Reject a change request, or take back one's own organisation's.

    Raises AlertChanged if it is gone.
    """
    with decision(case) as alert:
        _pending_request(AlertKeys(case.ring), alert, request_id).row.delete()


def _propose(keys: AlertKeys, alert: Alert, case: Case, change: Change) -> None:
    """Ask a second organisation. Raises AlreadyRequested and ChangeRequestTooLong."""
    organisation = case.moderator.organisation_id
    pending = [
        request.change
        for request in change_requests.list_requests(keys, alert)
        if request.organisation == organisation and request.is_pending
    ]
    if len(pending) >= MOST_REQUESTS or any(
        replace(other, why=change.why) == change for other in pending
    ):
        raise AlreadyRequested
    alert = reencrypt.in_newest(keys, alert)
    change_requests.new_request(keys, alert, organisation, change).save(force_insert=True)


def _weakens(change: Change, report: Report | None) -> bool:
    """Whether the alert warns less after the change."""
    return change.do != LEVEL or report is None or change.level < report.level


def _check(keys: AlertKeys, alert: Alert, report: Report | None, change: Change) -> None:
    """Raises NotPossible if nothing would change, PhraseMissing if the phrase does not occur."""
    if change.do == HIDE:
        if alert.state == "hidden" and alert.hidden_until is None:
            raise NotPossible
    elif report is None or change.do not in (LEVEL, REDACT):
        raise NotPossible
    elif change.do == LEVEL:
        if change.level == report.level or change.level not in range(len(LEVELS)):
            raise NotPossible
    elif is_too_short(change.phrase):
        raise PhraseMissing
    elif not _notes_with(keys, alert, change.phrase):
        redacted(report, change.phrase)


def _apply(keys: AlertKeys, alert: Alert, report: Report | None, change: Change) -> None:
    """Make a change that `_check` has allowed. Raises ReportTooLong."""
    if change.do == HIDE or report is None:
        alert.state, alert.hidden_until = "hidden", None
        reseal_card(keys, alert)
        _end_change_requests(keys, alert, HIDE)
    elif change.do == LEVEL:
        if change.level == change_requests.VERY_DANGEROUS and alert.state == "held":
            alert.state = "new"  # level 3 is never held back
        lifecycle.rewrite(keys, alert, replace(report, level=change.level, moderated=True), report)
    else:
        alert = reencrypt.in_newest(keys, alert)
        for row, note in _notes_with(keys, alert, change.phrase):
            gap = gapped(note, change.phrase)
            row.note = seal_note(keys, note_of(row), gap)
            row.save(update_fields=["note"])
        changed = replace(report, moderated=True)
        with suppress(PhraseMissing):  # then only a note contains it
            changed = redacted(report, change.phrase)
        # A translation may contain the phrase in another language or script.
        translations.delete_all(alert)
        lifecycle.rewrite(keys, alert, changed, report)


def passages(keys: AlertKeys, alert: Alert, report: Report) -> dict[str, str]:
    """The texts of an alert and its confirmations in which words can be ticked."""
    notes = {}
    for row in alert.corroboration_set.order_by("pk"):
        with suppress(VaultError):
            notes[row.pk] = open_note(keys, alert.epoch, note_of(row), row.note)
    return passages_of(report, notes)


def _notes_with(keys: AlertKeys, alert: Alert, phrase: str) -> list[tuple[Corroboration, str]]:
    """Confirmations whose notes contain the phrase, opened."""
    notes = []
    for row in alert.corroboration_set.all():
        with suppress(VaultError):
            note = open_note(keys, alert.epoch, note_of(row), row.note)
            if gapped(note, phrase) != note:
                notes.append((row, note))
    return notes


def _end_change_requests(keys: AlertKeys, alert: Alert, kind: str) -> None:
    for request in change_requests.list_requests(keys, alert):
        if request.change.do == kind:
            request.row.delete()


def _pending_request(keys: AlertKeys, alert: Alert, request_id: int) -> OpenedRequest:
    """The change request of this id. Raises AlertChanged if it does not wait any more."""
    for request in change_requests.list_requests(keys, alert):
        if request.row.pk == request_id and request.is_pending:
            return request
    raise AlertChanged


def _settle_flags(case: Case) -> None:
    """Delete the flags that were on the page: the decision answers them."""
    Flag.objects.filter(alert=case.alert, pk__in=case.flags).delete()
