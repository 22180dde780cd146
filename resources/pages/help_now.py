"""What somebody in a crisis needs within two taps: an ambulance, care, a doctor's sheet, a person.

Numbers come from the table of emergency numbers, places from the directory. Where neither knows
more, the links lead to the pages that say what helps.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from resources import nearby
from resources.pages.local_notes import notes_for_country
from resources.pages.models import Page
from resources.pages.presentation import Block, RenderedPage, pages_with_texts, render_page
from safety_app.locales.countries import country_name
from safety_app.locales.emergency_numbers import ambulance_numbers

# Starter pages that these links fall back to, each with the local box that may hold the answer.
HURT, MIND = 8, 13
NUMBER_KEY, CARE_KEY, TALK_KEY = "emergency-number", "care-at-night", "crisis-line"
CARE = _("Medicine against HIV (PEP) and emergency contraception")
TALK = _("Someone to talk to")
# A local box → the kinds of places in the directory that answer it too, with what a link says.
PLACES: dict[str, tuple[tuple[str, Promise], ...]] = {
    CARE_KEY: (
        ("pep", _("Medicine against HIV (PEP) near me")),
        ("contraception", _("Emergency contraception near me")),
    ),
    "naloxone": (("drugs", _("Naloxone near me")),),
    TALK_KEY: (("line", TALK),),
}


@dataclass(frozen=True)
class HelpLink:
    """What a link says, and where it leads."""

    text: str | Promise
    url: str


@dataclass(frozen=True)
class Ambulance:
    """The number of a country; empty, without a day, where it is not known."""

    country: str
    number: str = ""
    checked: datetime.date | None = None


@dataclass(frozen=True)
class HelpNow:
    """The number that brings an ambulance, and links by how soon they are needed."""

    ambulance: Ambulance
    links: tuple[HelpLink, ...]


def help_now(country: str, language: str) -> HelpNow:
    """Help in a country (a code)."""
    care = place_links(CARE_KEY, country)
    if not care and _is_published(HURT):
        care = (HelpLink(CARE, _page_address(HURT, country, CARE_KEY)),)
    return _with_the_rest(care, country, language)


def help_on_page(rendered: RenderedPage, country: str, language: str) -> HelpNow | None:
    """What stands on top of a page that has a box for the ambulance's number; else nothing.

    It leads to the places that answer the page's other boxes, or to the box where it is filled in.
    """
    boxes = {block.key: block for block in rendered.body if block.kind == "local"}
    if NUMBER_KEY not in boxes:
        return None
    care: tuple[HelpLink, ...] = ()
    for key, block in boxes.items():
        if key != TALK_KEY:
            care += place_links(key, country)
        if key == CARE_KEY and not care and block.note is not None:
            care += (HelpLink(CARE, f"#{key}"),)
    return _with_the_rest(care, country, language)


def _with_the_rest(care: tuple[HelpLink, ...], country: str, language: str) -> HelpNow:
    talk = place_links(TALK_KEY, country)
    if not talk and _is_published(MIND):
        talk = (HelpLink(TALK, _page_address(MIND, country, TALK_KEY)),)
    sheet = HelpLink(_("A sheet to show a doctor"), reverse("doctor:sheet"))
    return HelpNow(ambulance_in(country, language), (*care, sheet, *talk))


def ambulance_in(country: str, language: str) -> Ambulance:
    """The ambulance's number in a country, named in `language`."""
    name = country_name(country, language)
    known = ambulance_numbers().get(country)
    return Ambulance(name, known.number, known.checked) if known else Ambulance(name)


def place_links(key: str, country: str) -> tuple[HelpLink, ...]:
    """Lists of places that answer a local box in a country; none where no place is known."""
    kinds = PLACES.get(key, ())
    addresses = [(text, nearby.places_address(kind, country)) for kind, text in kinds]
    return tuple(HelpLink(text, address) for text, address in addresses if address)


def with_answers(rendered: RenderedPage, country: str, language: str) -> RenderedPage:
    """The page with a number or links in those local boxes that no organisation has filled in."""

    def answered(block: Block) -> Block:
        if block.kind != "local" or block.note is not None:
            return block
        ambulance = ambulance_in(country, language) if block.key == NUMBER_KEY else None
        return replace(
            block,
            number=ambulance.number if ambulance else "",
            number_checked=ambulance.checked if ambulance else None,
            links=tuple((link.text, link.url) for link in place_links(block.key, country)),
        )

    return replace(rendered, body=tuple(answered(block) for block in rendered.body))


def filled_boxes(country: str, language: str, today: datetime.date) -> list[Block]:
    """What organisations filled into the boxes about an ambulance, care and somebody to talk to."""
    boxes: dict[str, Block] = {}
    for page in pages_with_texts(language).filter(number__in=(HURT, MIND)).order_by("number"):
        local = notes_for_country(page, language, country, today)
        if local.country != country or not local.notes:
            continue
        for block in render_page(page, language, local.notes).body:
            if block.note is not None and block.key in (NUMBER_KEY, CARE_KEY, TALK_KEY):
                boxes.setdefault(block.key, block)
    return list(boxes.values())


def _is_published(number: int) -> bool:
    return Page.objects.filter(published=True, number=number).exists()


def _page_address(number: int, country: str, key: str) -> str:
    return f"{reverse('pages:page', args=[number])}?in={country}#{key}"
