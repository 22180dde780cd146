"""What `manage.py status` says of accounts and keys: numbers only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from django.conf import settings

from safety_app.accounts import checks
from safety_app.accounts.keys import epoch_pin
from safety_app.accounts.models import OPEN_CODES, Desk, Epoch, Invitation, Member, Organisation
from safety_app.accounts.pin_file import PinUnreadable
from safety_app.accounts.rotation.database_keys import epoch_rows, spoken_keys
from safety_app.locales.dates import today
from safety_app.privacy.retention.status import Line

_OF_0_2_0 = "made with 0.2.0: a moderator should renew it once (the page for it: /desk/keys/)"


def status_lines() -> Iterator[Line]:
    """Organisations, accounts by role, open invitations, network keys."""
    yield from _pepper()
    for problem in checks.database_fits(None, ("default",)):
        yield Line("database", "not as this server knows it", str(problem.msg))
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
    invitations = Invitation.objects.filter(state__in=OPEN_CODES, expires__gte=today()).count()
    yield Line("", f"{invitations} open invitations")
    yield _moderators()
    due = Desk.objects.filter(renewal_due=True).count()
    yield Line("desks", f"{Desk.objects.count()}", f"{due} need new keys" if due else "")
    yield from _network_key()


def _moderators() -> Line:
    """Organisations where nobody can let anybody in, or read what waits."""
    active = Member.objects.filter(state="active", roles__contains="moderator")
    without = Organisation.objects.exclude(pk__in=active.values("organisation")).count()
    problem = "nobody there can let anybody in: see that its invitation is used" if without else ""
    return Line("", f"{without} organisations without a moderator", problem)


def _pepper() -> Iterator[Line]:
    """Whether it is the one of this network; a timer that has none cannot tell."""
    if not settings.PEPPER:
        yield Line("pepper", "not given to this command")
    elif problems := checks.pepper_fits(None, ("default",)):
        yield Line("pepper", "another network's", str(problems[0].msg))
    else:
        yield Line("pepper", "fits")


def _network_key() -> Iterator[Line]:
    if not Epoch.objects.exists():
        yield Line("network key", "none", "run manage.py found_network")
        return
    try:
        rows = epoch_rows()
    except PinUnreadable:
        yield Line("network key", "no words: this server does not remember it")
        return
    if newest := rows.newest:
        value = f"number {newest.number}"
        if newest.floor < newest.number:
            value += f", and those from {newest.floor} on until everything has moved"
        is_bound = newest.number >= epoch_pin.bound_from()
        yield Line("network key", value, "" if is_bound else _OF_0_2_0)
    if rows.made_up:
        stand = "row that stands" if rows.made_up == 1 else "rows that stand"
        problem = "somebody wrote into the database, or another server renewed it a moment ago"
        yield Line("", f"{rows.made_up} {stand} for a key this server does not know", problem)
    yield Line("", _words())


def _words() -> str:
    """To compare with a moderator's page, should the server's file be lost (`trust_database`)."""
    try:
        return spoken_keys(*epoch_pin.remembered())
    except PinUnreadable:
        return "no words: this server does not remember it"
