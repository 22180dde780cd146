"""Reminds moderators of the local boxes that somebody in a crisis needs, until they are filled."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils.translation import ngettext

from resources.pages.editing.local_notes import summarise_places
from resources.pages.presentation import pages_with_texts
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.models import Member
from safety_app.accounts.moderation_queue import QueueItem
from safety_app.locales.countries import country_name
from safety_app.locales.dates import today
from safety_app.locales.page_languages import shown_in

# When somebody is hurt, when somebody took too much, when police take a phone.
PAGES = (8, 10, 6)


def queue_items(_ring: KeyRing, _member: Member) -> list[QueueItem]:
    """One line for each of these pages with an empty box for the site's own country."""
    language, country = shown_in(), settings.HOME_COUNTRY
    pages = sorted(
        pages_with_texts(language).filter(number__in=PAGES),
        key=lambda page: PAGES.index(page.number),
    )
    name = country_name(country, language)
    items = []
    for summary in summarise_places(pages, country, language, today()):
        words = ngettext(
            "“%(title)s”: %(number)s local box is empty (%(country)s)",
            "“%(title)s”: %(number)s local boxes are empty (%(country)s)",
            summary.empty,
        )
        if summary.empty:
            said = words % {"title": summary.title, "number": summary.empty, "country": name}
            address = reverse("pages:local", args=[summary.page.number])
            items.append(QueueItem(said, f"{address}?country={country}", today(), urgent=True))
    return items
