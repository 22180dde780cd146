"""What `/kept/` lists, derived from the program itself at each request.

Apps register how long things stay in `kept`, how much somebody may do in the table
of budgets, and why a column exists in its `help_text`. So nothing is written twice, and this app
need not know the others.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from django.apps import apps
from django.db import connection, models
from django.db.migrations.recorder import MigrationRecorder
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from safety_app.locales.inventory import ColumnText
from safety_app.privacy import budgets
from safety_app.privacy.budgets import DAY, HOUR, LONGEST_DELAY, MINUTE, Budget, WhenSpent
from safety_app.privacy.retention.backup import BACKUP_DAYS, LEAST_COPIES
from safety_app.registry import Registry

Text = str | Promise

# Django's own tables: their columns are not ours to explain, so each app is explained as a whole.
FRAMEWORK: dict[str, Text] = {
    "account": _(
        "Part of the package that signs people in, for e-mail addresses; nobody has one here, so "
        "it is always empty."
    ),
    "auth": _("Part of the framework the program is built with; no person is in it."),
    "contenttypes": _("The names of these tables; the framework wants them."),
    "migrations": _("Which updates of the tables have run, with a bare date."),
}


WHEN_SPENT: dict[WhenSpent, Text] = {
    "refuse": _("After that, the page says how long to wait. What you typed stays."),
    "wait": format_lazy(
        ngettext_lazy(
            "After that, each try takes up to {seconds} second. It is never refused, so "
            "that nobody can lock anyone out.",
            "After that, each try takes up to {seconds} seconds. It is never refused, so "
            "that nobody can lock anyone out.",
            int(LONGEST_DELAY),
        ),
        seconds=int(LONGEST_DELAY),
    ),
    "end": _("After that, signing in starts again from the passphrase."),
}


@dataclass(frozen=True)
class Table:
    """A database table: its app's label, its name, its name in words if any, and its columns with
    their reasons.
    """

    app: str
    name: str
    words: Text
    reason: Text
    columns: tuple[tuple[str, Text], ...]


class Kept(NamedTuple):
    """A line of `/kept/`: what is kept, and for how long."""

    what: Text
    how_long: Text


kept: Registry[Kept] = Registry()


def days_text(days: int) -> Text:
    """How long something stays: "30 days"."""
    return format_lazy(ngettext_lazy("{days} day", "{days} days", days), days=days)


def periods() -> list[Kept]:
    """What is kept and for how long, as the apps registered it; at the end, the backups."""
    backups = Kept(
        _(
            "Backups, without who wrote a note, who accepted or invited someone, and who has "
            "asked to join"
        ),
        format_lazy(
            ngettext_lazy(
                "{days} day; the last {least} until there are newer ones",
                "{days} days; the last {least} until there are newer ones",
                BACKUP_DAYS,
            ),
            days=BACKUP_DAYS,
            least=LEAST_COPIES,
        ),
    )
    in_doubt = Kept(
        _("Everything on this list, when the server's clock makes a jump"),
        _(
            "until its operator says that the clock is right; till then nobody can open what is "
            "over"
        ),
    )
    return [*kept, backups, in_doubt]


def limits() -> list[tuple[Text, list[tuple[Text, Text]]]]:
    """What happens when a limit is reached, and which limits those are: (what, how much)."""
    return [
        (
            then,
            [(row.what, _how_much(row)) for row in budgets.table() if row.when_spent == when_spent],
        )
        for when_spent, then in WHEN_SPENT.items()
    ]


def tables() -> list[Table]:
    """Every table of the database, ours before the framework's."""
    found = [_table(model) for model in _models()]
    return sorted(found, key=lambda table: (bool(table.reason), table.name))


def own_tables() -> dict[str, list[Table]]:
    """Our own tables by their app's label."""
    by_app: dict[str, list[Table]] = {}
    for table in tables():
        if not table.reason:
            by_app.setdefault(table.app, []).append(table)
    return by_app


def forgets_daily() -> bool:
    """Whether the files forget what is deleted once a day only: see `retention.postgres`."""
    return connection.vendor == "postgresql"


def _how_much(budget: Budget) -> Text:
    """The amount, the time, and for whom, unless it is for each person."""
    if budget.keyed_by == "sign-in":
        return format_lazy(_("{amount} in one sign-in"), amount=budget.amount)
    time = _period(budget)
    if budget.keyed_by == "pseudonym":
        return format_lazy(_("{amount_in_time}, with one pseudonym"), amount_in_time=time)
    if budget.keyed_by == "everyone":
        return format_lazy(_("{amount_in_time}, from everyone together"), amount_in_time=time)
    return time


def _period(budget: Budget) -> Text:
    if budget.seconds == DAY:
        return format_lazy(_("{amount} in a day"), amount=budget.amount)
    if budget.seconds == HOUR:
        return format_lazy(_("{amount} in an hour"), amount=budget.amount)
    minutes = budget.seconds // MINUTE
    words = ngettext_lazy("{amount} in {minutes} minute", "{amount} in {minutes} minutes", minutes)
    return format_lazy(words, amount=budget.amount, minutes=minutes)


def _models() -> Iterator[type[models.Model]]:
    # Django keeps this one outside its registry.
    yield MigrationRecorder.Migration
    yield from apps.get_models(include_auto_created=True)


def _table(model: type[models.Model]) -> Table:
    options = model._meta
    # A verbose name nobody wrote is derived from the class: then the table's own name must do.
    words = options.verbose_name if isinstance(options.verbose_name, ColumnText) else ""
    reason = FRAMEWORK.get(options.app_label, "")
    return Table(
        app=options.app_label,
        name=options.db_table,
        words="" if reason else words or "",
        reason=reason,
        columns=tuple((field.column or "", field.help_text) for field in options.concrete_fields),
    )
