"""What public pages are made from: every write makes a new version of all of it.

Rendered pages are kept in memory (`page_store`) under the version they were made from. The version
is a row of the database, written in the same transaction as the content: other processes and
commands see both at once, and a rollback takes both back.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import models, transaction
from django.db.models import F

from safety_app.locales.dates import today
from safety_app.privacy.models import ContentVersion
from safety_app.registry import Registry

_LARGEST = 2**31 - 2
_Row = TypeVar("_Row", bound=models.Model)

# Each is told the version of the interface's texts, as often as it is read: before anything is
# rendered that is kept under it.
followers: Registry[Callable[[int], None]] = Registry()


def current_content() -> tuple[int, datetime.date]:
    """What public pages are made from now: its version, and the day, since texts grow old."""
    return current_version(), today()


def current_version() -> int:
    """The version of all public content; 0 before the first write."""
    number, texts = ContentVersion.objects.values_list("number", "texts").first() or (0, 0)
    for follow in followers:
        follow(texts)
    return number


def make_new_version(*, texts: bool = False) -> None:
    """Whatever was rendered before is out of date from the end of this transaction on.

    `texts`: the interface's own texts changed as well.
    """
    more = int(texts)
    rows = ContentVersion.objects.filter(number__lt=_LARGEST, texts__lt=_LARGEST)
    if not rows.update(number=F("number") + 1, texts=F("texts") + more):
        ContentVersion.objects.all().delete()
        ContentVersion.objects.create(texts=more)


class PublicRows(models.QuerySet[_Row]):
    """Rows of public content, whichever way they are written."""

    def update(self, **values: Any) -> int:
        with transaction.atomic():
            changed = super().update(**values)
            if changed:
                make_new_version()
            return changed

    def bulk_create(self, *rows: Any, **options: Any) -> list[_Row]:
        with transaction.atomic():
            make_new_version()
            return super().bulk_create(*rows, **options)

    def delete(self) -> tuple[int, dict[str, int]]:
        with transaction.atomic():
            deleted = super().delete()
            if deleted[0]:
                make_new_version()
            return deleted

    # As Django's own is: not for a manager, where it would delete everything.
    delete.queryset_only = True  # type: ignore[attr-defined]


class PublicContent(models.Model):
    """A row that public pages show. `bulk_update`, `get_or_create` and the like end up here too."""

    objects = PublicRows.as_manager()

    class Meta:
        abstract = True

    def save(self, *arguments: Any, **options: Any) -> None:
        with transaction.atomic():
            make_new_version()
            super().save(*arguments, **options)

    def delete(self, *arguments: Any, **options: Any) -> tuple[int, dict[str, int]]:
        with transaction.atomic():
            make_new_version()
            return super().delete(*arguments, **options)
