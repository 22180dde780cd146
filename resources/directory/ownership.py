"""Who owns an entry: an organisation edits its own and may claim those nobody edits."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet

from resources.directory.content import EntryContent, store
from resources.directory.models import Service
from safety_app.accounts.models import Organisation
from safety_app.privacy.storage import checkpoint_wal


def unclaimed() -> QuerySet[Service]:
    """Entries nobody edits: starter entries, and those of an organisation that is gone."""
    present = list(Organisation.objects.values_list("pk", flat=True))
    return Service.objects.exclude(owner__in=present, owner__isnull=False)


def own_entry(pk: int, organisation: int) -> Service | None:
    """The entry, if this organisation owns it."""
    return Service.objects.filter(pk=pk, owner=organisation).first()


def claim(pk: int, organisation: int) -> bool:
    """Take over an unclaimed entry. Returns whether it is this organisation's now.

    One statement, so that of two who claim at once exactly one gets it.
    """
    updated = unclaimed().filter(pk=pk).update(owner=organisation)
    return bool(updated) or own_entry(pk, organisation) is not None


@transaction.atomic
def save(service: Service, content: EntryContent, *, published: bool) -> None:
    """Store an entry's content, on the site or not."""
    service.published = published
    store(service, content)


def delete(service: Service) -> None:
    """Delete an entry unless its owner changed meanwhile; overwritten in the files too."""
    Service.objects.filter(pk=service.pk, owner=service.owner).delete()
    checkpoint_wal()
