"""What moderators do with alerts: mark as reviewed, hide, show, change the level, take words out.

A moderator of any organisation may. What lasts and makes a very dangerous alert (level 3) weaker
takes a moderator of a second organisation: the first one's wish becomes a motion, and nothing
changes until the second agrees. Each decision is one transaction, made about what the moderator
saw: when the alert has changed since, nothing happens.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace

from alerts.flows import change_requests, lifecycle, translations
from alerts.flows.change_requests import HIDE, LEVEL, REDACT, WAS_HIDDEN, Change, OpenedRequest
from alerts.flows.redact import SHORTEST, PhraseMissing, gapped, redacted
from alerts.models import Alert, Corroboration, Flag
from alerts.periods import HIDDEN_DAYS
from alerts.report.vocabulary import LEVELS
from alerts.sealing import AlertKeys, Report, open_note, open_report, seal_note
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.keys.preconditions import moderator_decision
from safety_app.accounts.models import Member
from safety_app.locales.dates import today
from safety_app.privacy.storage import checkpoint_wal
from safety_app.vault.errors import VaultError

MOST_REQUESTS = 5  # of one organisation about one alert


class AlertGone(LookupError):
    """The alert is not there any more."""


class AlertChanged(Exception):
    """The alert, or what was asked about it, is not what the moderator saw."""


class NotPossible(Exception):
    """What is wanted cannot be done with an alert in this state."""


class HiddenBefore(Exception):
    """This organisation has hidden this alert before: now it takes a second one."""


class AlreadyRequested(Exception):
    """The same change waits already, or too many do."""


@dataclass(frozen=True)
class Case:
    """A moderator before an alert.

    seen   `seen_of` the alert as her page showed it
    flags  the ids of the flags her page showed: done once she decides, later ones are not
    """

    ring: KeyRing
    moderator: Member
    alert: int
    seen: str
    flags: tuple[int, ...] = ()


def seen_of(alert: Alert) -> str:
    """What a page shows of an alert, in short: its version and state, "3-hidden"."""
    until = f"-{alert.hidden_until}" if alert.hidden_until else ""
    return f"{alert.version}-{alert.state}{until}"


def report_or_none(keys: AlertKeys, alert: Alert) -> Report | None:
    """What an alert says, None when it does not open."""
    with suppress(VaultError):
        return open_report(keys, alert.epoch, alert.pk, alert.version, alert.body)
    return None


@contextmanager
def decision(case: Case) -> Iterator[Alert]:
    """The alert's row, held until the end of the transaction.

    Raises Gone and Changed, and NotModerator for whoever has lost the role since she pressed.
    """
    with moderator_decision(case.moderator, case.ring):
        alert = Alert.objects.select_for_update().filter(pk=case.alert).first()
        if alert is None:
            raise AlertGone
        if seen_of(alert) != case.seen:
            raise AlertChanged
        yield alert
    checkpoint_wal()


def approve(case: Case) -> None:
    """Mark as reviewed. What was held or hidden is shown with it; wishes to hide it end."""
    with decision(case) as alert:
        alert.state, alert.hidden_until = "reviewed", None
        alert.save(update_fields=["state", "hidden_until"])
        _end_change_requests(AlertKeys(case.ring), alert, HIDE)
        _done(case)


def hide(case: Case) -> str:
    """Hide at once, for 72 hours; the daily sweep shows it again. Gives the state before.

    Raises NotPossible when nobody sees it anyway; UsedAlready for a level 3 that this organisation
    hid before, whatever has been corrected since; also for a moderator who did so in another one.
    """
    keys = AlertKeys(case.ring)
    with decision(case) as alert:
        if alert.state not in lifecycle.VISIBLE_STATES:
            raise NotPossible
        organisation = case.moderator.organisation_id
        if change_requests.needs_second(case.ring, case.moderator, report_or_none(keys, alert)):
            if any(
                one.is_of(keys, case.moderator) for one in change_requests.used_hides(keys, alert)
            ):
                raise HiddenBefore
            change_requests.new_request(keys, alert, organisation, Change(WAS_HIDDEN)).save(
                force_insert=True
            )
        before = alert.state
        alert.state = "hidden"
        alert.hidden_until = today() + datetime.timedelta(days=HIDDEN_DAYS)
        alert.save(update_fields=["state", "hidden_until"])
    return before


def undo_hide(case: Case, before: str) -> None:
    """Make it as if `hide` had not been, when nothing else happened since."""
    keys = AlertKeys(case.ring)
    with decision(case) as alert:
        if (
            alert.state != "hidden"
            or alert.hidden_until is None
            or before not in lifecycle.VISIBLE_STATES
        ):
            raise NotPossible
        alert.state, alert.hidden_until = before, None
        alert.save(update_fields=["state", "hidden_until"])
        if not change_requests.needs_second(case.ring, case.moderator, report_or_none(keys, alert)):
            return  # then this hiding left no mark; an older one stays
        for one in change_requests.used_hides(keys, alert):
            if one.organisation == case.moderator.organisation_id:
                one.row.delete()


def change_or_propose(case: Case, wanted: Change) -> bool:
    """Change something that lasts. Says whether it is done; False: it waits for a second one.

    Raises PhraseMissing, MotionTooLong, ReportTooLong, AskedAlready, and NotPossible when there
    would be no change.
    """
    keys = AlertKeys(case.ring)
    with decision(case) as alert:
        report = report_or_none(keys, alert)
        _check(keys, alert, report, wanted)
        if _weakens(wanted, report) and change_requests.needs_second(
            case.ring, case.moderator, report
        ):
            _propose(keys, alert, case, wanted)
            return False
        _apply(keys, alert, report, wanted)
        _done(case)
    return True


def agree(case: Case, motion: int) -> None:
    """Do what another organisation asked for.

    Raises Changed when that is not there any more, NotPossible for whoever asked for it herself,
    even if she belongs to another organisation by now.
    """
    keys = AlertKeys(case.ring)
    with decision(case) as alert:
        asked = _find(keys, alert, motion)
        if asked.is_of(keys, case.moderator):
            raise NotPossible
        report = report_or_none(keys, alert)
        try:
            _check(keys, alert, report, asked.wanted)
        except (NotPossible, PhraseMissing):
            raise AlertChanged from None
        asked.row.delete()
        _apply(keys, alert, report, asked.wanted)
        _done(case)


def end_change_request(case: Case, motion: int) -> None:
    """Do not agree, or take back what one's own organisation asked for: it is asked no more.

    Raises Changed when it is not there any more.
    """
    with decision(case) as alert:
        _find(AlertKeys(case.ring), alert, motion).row.delete()


def _propose(keys: AlertKeys, alert: Alert, case: Case, wanted: Change) -> None:
    """Ask a second organisation. Raises AskedAlready and MotionTooLong."""
    organisation = case.moderator.organisation_id
    hers = [
        one.wanted
        for one in change_requests.list_requests(keys, alert)
        if one.organisation == organisation and one.asks
    ]
    if len(hers) >= MOST_REQUESTS or any(replace(one, why=wanted.why) == wanted for one in hers):
        raise AlreadyRequested
    change_requests.new_request(keys, alert, organisation, wanted).save(force_insert=True)


def _weakens(wanted: Change, report: Report | None) -> bool:
    """Whether an alert warns less after it."""
    return wanted.do != LEVEL or report is None or wanted.level < report.level


def _check(keys: AlertKeys, alert: Alert, report: Report | None, wanted: Change) -> None:
    """Raises NotPossible when nothing would change, PhraseMissing when the phrase is nowhere."""
    if wanted.do == HIDE:
        if alert.state == "hidden" and alert.hidden_until is None:
            raise NotPossible
    elif report is None or wanted.do not in (LEVEL, REDACT):
        raise NotPossible
    elif wanted.do == LEVEL:
        if wanted.level == report.level or wanted.level not in range(len(LEVELS)):
            raise NotPossible
    elif len(wanted.phrase.strip()) < SHORTEST:
        raise PhraseMissing
    elif not _notes_with(keys, alert, wanted.phrase):
        redacted(report, wanted.phrase)


def _apply(keys: AlertKeys, alert: Alert, report: Report | None, wanted: Change) -> None:
    """Do it. What was checked before is not checked again. Raises ReportTooLong."""
    if wanted.do == HIDE or report is None:
        alert.state, alert.hidden_until = "hidden", None
        alert.save(update_fields=["state", "hidden_until"])
        _end_change_requests(keys, alert, HIDE)
    elif wanted.do == LEVEL:
        if wanted.level == change_requests.VERY_DANGEROUS and alert.state == "held":
            alert.state = "new"  # never held back
        lifecycle.rewrite(keys, alert, replace(report, level=wanted.level, moderated=True), report)
    else:
        for row, note in _notes_with(keys, alert, wanted.phrase):
            gap = gapped(note, wanted.phrase)
            row.note = seal_note(keys, alert.epoch, alert.pk, row.pk, gap)
            row.save(update_fields=["note"])
        changed = replace(report, moderated=True)
        with suppress(PhraseMissing):  # then it stands in a note
            changed = redacted(report, wanted.phrase)
        translations.delete_all(alert)  # they can hold it in another language or script
        lifecycle.rewrite(keys, alert, changed, report)


def _notes_with(keys: AlertKeys, alert: Alert, phrase: str) -> list[tuple[Corroboration, str]]:
    """Confirmations whose notes hold the phrase, opened."""
    found = []
    for row in alert.corroboration_set.all():
        with suppress(VaultError):
            note = open_note(keys, alert.epoch, alert.pk, row.pk, row.note)
            if gapped(note, phrase) != note:
                found.append((row, note))
    return found


def _of_kind(keys: AlertKeys, alert: Alert, kind: str) -> list[OpenedRequest]:
    return [one for one in change_requests.list_requests(keys, alert) if one.wanted.do == kind]


def _end_change_requests(keys: AlertKeys, alert: Alert, kind: str) -> None:
    for one in _of_kind(keys, alert, kind):
        one.row.delete()


def _find(keys: AlertKeys, alert: Alert, motion: int) -> OpenedRequest:
    for one in change_requests.list_requests(keys, alert):
        if one.row.pk == motion and one.asks:
            return one
    raise AlertChanged


def _done(case: Case) -> None:
    """Flags that were on the page are answered with the decision."""
    Flag.objects.filter(alert=case.alert, pk__in=case.flags).delete()
