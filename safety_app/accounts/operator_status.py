"""What `manage.py status` says of accounts and keys: numbers only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from safety_app.accounts import checks
from safety_app.accounts.models import Desk, Epoch, Invitation, Member, Organisation
from safety_app.locales.dates import today
from safety_app.privacy.retention.status import Line


def status_lines() -> Iterator[Line]:
    """Organisations, accounts by role, open invitations, network keys."""
    for fits in (checks.pepper_fits, checks.database_fits):
        for problem in fits(None, ("default",)):
            yield Line("keys", "refused", str(problem.msg))
    yield Line("organisations", str(Organisation.objects.count()))
    roles = Counter(
        role
        for stored in Member.objects.exclude(state="waiting").values_list("roles", flat=True)
        for role in stored.split(",")
    )
    yield Line("accounts", str(Member.objects.exclude(state="waiting").count()))
    for role, count in sorted(roles.items()):
        yield Line("", f"{count} {role}")
    waiting = Member.objects.filter(state="waiting").count()
    yield Line("", f"{waiting} waiting")
    invitations = Invitation.objects.filter(state="open", expires__gte=today()).count()
    yield Line("", f"{invitations} open invitations")
    due = Desk.objects.filter(renewal_due=True).count()
    yield Line("desks", f"{Desk.objects.count()}", f"{due} need new keys" if due else "")
    yield from _network_key()


def _network_key() -> Iterator[Line]:
    newest = Epoch.objects.order_by("-number").first()
    if newest is None:
        yield Line("network key", "none", "run manage.py found_network")
        return
    value = f"number {newest.number}"
    if newest.floor < newest.number:
        value += f", and those from {newest.floor} on until everything has moved"
    yield Line("network key", value)
