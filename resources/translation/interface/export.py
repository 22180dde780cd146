"""Approved texts of the interface as a PO file for the next release, and what is left after it."""

from __future__ import annotations

from io import BytesIO
from typing import NamedTuple

from babel.messages.pofile import write_po
from django.conf import settings
from django.db import transaction
from django.utils.translation import to_locale

from resources.translation.interface import catalogue, serving
from resources.translation.interface.stored_forms import forms_of
from resources.translation.models import InterfaceOverride
from safety_app.locales import catalogue_files
from safety_app.privacy.public.content import make_new_version
from safety_app.privacy.storage import checkpoint_wal

State = InterfaceOverride.State


class Pruned(NamedTuple):
    """What happened to a language's overrides, in numbers.

    `dropped`: the program's own text now says the same. `outdated`: its English has changed.
    """

    language: str
    dropped: int
    outdated: int
    kept: int


def export_po(language: str) -> tuple[str, int]:
    """The texts that readers of a language get in place of the program's, as PO; their number.

    No name and no day is in it.
    """
    rows = InterfaceOverride.objects.filter(language=language, state=State.APPROVED)
    served = [row for row in rows.order_by("english", "context") if serving.is_served(row)]
    written = serving.catalogue_of(language, served)
    known = catalogue.texts(language) if served else {}
    for row in served:
        message, here = written.get(row.english, row.context or None), known.get(row.key)
        if message is not None and here is not None:
            message.auto_comments = list(here.comments)
            # Without a line; Babel's types want one.
            message.locations = [(place, None) for place in here.places]  # type: ignore[misc]
    out = BytesIO()
    write_po(out, written, width=100, sort_output=True, include_lineno=False, omit_header=True)
    header = (
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
        f'"Language: {to_locale(language)}\\n"\n"Plural-Forms: {written.plural_forms}\\n"\n\n'
    )
    return header + out.getvalue().decode(), len(served)


def prune() -> list[Pruned]:
    """Delete overrides that say what the program itself says by now; everything else stays."""
    with transaction.atomic():
        pruned = [_prune(language) for language in settings.ALL_LANGUAGES]
        if any(one.dropped for one in pruned):
            make_new_version(texts=True)
    if any(one.dropped for one in pruned):
        checkpoint_wal()
    return [one for one in pruned if one.dropped or one.outdated or one.kept]


def _prune(language: str) -> Pruned:
    rows = list(InterfaceOverride.objects.select_for_update().filter(language=language))
    # Reading a catalogue takes a while, and most have no overrides.
    known = catalogue.texts(language) if rows and language in catalogue_files.languages() else {}
    outdated = [row for row in rows if row.key not in known]
    same = [row for row in rows if row.key in known and forms_of(row) == known[row.key].forms]
    InterfaceOverride.objects.filter(pk__in=[row.pk for row in same]).delete()
    return Pruned(language, len(same), len(outdated), len(rows) - len(same) - len(outdated))
