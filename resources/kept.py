"""What `/kept/` lists, made from the program itself at the moment somebody asks.

Apps say how long things stay in `keeps` on their AppConfig, how much one person may do in
`limits`, and why a column exists in its
`help_text`; nothing is written down twice and this app need not know the others.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db import models
from django.db.migrations.recorder import MigrationRecorder
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise

# Django's own tables: no column of them is ours to explain, so the table is explained as one.
FRAMEWORK: dict[str, Text] = {
    "auth": _("Part of the framework the program is built with; no person is in it."),
    "contenttypes": _("The names of these tables; the framework wants them."),
    "migrations": _("Which updates of the tables have run, with a bare date."),
}


@dataclass(frozen=True)
class Table:
    """A database table: its name, its name in words if it has one, its columns with reasons."""

    name: str
    words: Text
    reason: Text
    columns: tuple[tuple[str, Text], ...]


def periods() -> list[tuple[Text, Text]]:
    """What is kept and for how long, as the apps say it."""
    return [line for config in apps.get_app_configs() for line in getattr(config, "keeps", [])]


def limits() -> list[tuple[Text, Text]]:
    """How much one person may do in a while, as the apps say it."""
    return [line for config in apps.get_app_configs() for line in getattr(config, "limits", [])]


def tables() -> list[Table]:
    """Every table of the database, ours before the framework's."""
    found = [_table(model) for model in _models()]
    return sorted(found, key=lambda table: (bool(table.reason), table.name))


def _models() -> Iterator[type[models.Model]]:
    # Django keeps this one outside its registry.
    yield MigrationRecorder.Migration
    yield from apps.get_models(include_auto_created=True)


def _table(model: type[models.Model]) -> Table:
    options = model._meta
    # A verbose name nobody wrote is English taken from the class: then the table's name must do.
    words = options.verbose_name if isinstance(options.verbose_name, Promise) else ""
    reason = FRAMEWORK.get(options.app_label, "")
    return Table(
        name=options.db_table,
        words="" if reason else words or "",
        reason=reason,
        columns=tuple((field.column or "", field.help_text) for field in options.concrete_fields),
    )
