"""Texts of the interface, and suggestions for them, in French."""

from __future__ import annotations

from resources.translation.interface import catalogue, overrides
from resources.translation.interface.catalogue import CatalogueText
from safety_app.locales.catalogue_checks import Text
from safety_app.locales.dates import today
from tests.cast import Person

# In the foot of every page.
KEEP = Text("What we keep")
BETTER = "Ce que le site garde"
DAYS_AGO = Text("%(count)s day ago", "%(count)s days ago")
# On the doctor's sheet.
SHEET = Text("Make the sheet")


def text(wanted: Text = KEEP, language: str = "fr") -> CatalogueText:
    return catalogue.texts(language)[catalogue.text_key(wanted)]


def suggest(who: Person, *forms: str, about: Text = KEEP, base: str | None = None) -> bool:
    """She suggests a text, as if she had seen what is there."""
    there = overrides.stored("fr", text(about).key)
    seen = there.base if base is None else base
    return overrides.suggest("fr", text(about), forms or (BETTER,), seen, who.ring, today())


def approve(who: Person, about: Text = KEEP, base: str | None = None) -> None:
    there = overrides.stored("fr", text(about).key)
    seen = there.base if base is None else base
    overrides.approve("fr", text(about), seen, who.row, who.ring, today())


# What the catalogue has.
BEFORE = text().forms[0]
