"""Public pages that a reader keeps on her phone: which ones, how large, which state.

The worker (`static/pages.js`) fetches them without a cookie and shows them when there is no line.
The server learns nothing of it: who keeps pages looks like anybody who reads. Places of the
directory are not among them, since whether one is open is true for minutes.
"""

import hashlib
from typing import Any

from csp.decorators import csp_replace
from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from resources.pages.models import LocalNote, Page, Segment, SegmentText, Source
from safety_app.locales.countries import is_country
from safety_app.locales.dates import today
from safety_app.locales.page_languages import shown_in
from safety_app.privacy.public.caching import public_page

WORKER = "pages.js"
FILES = ("site.css", "site.js", "keep.js", "icon.svg")
# Bytes: the files and the five pages about the site, and what a page has around its text. Checked
# in `tests/resources/pages/test_keep.py`.
FIXED, AROUND = 100_000, 5_200
# Pages that are kept once more for a country; a site with more of them keeps its own country's.
CHOICES = 150


@require_safe
@csp_replace({"trusted-types": ["default"]})
@public_page()
def keep_show(request: HttpRequest) -> HttpResponse:
    """What would be kept, what a finder sees, and the buttons for a browser that can."""
    language = shown_in()
    context = {"kilobytes": -(-kept_bytes(language) // 10_240) * 10, "language": language}
    return render(request, "pages/keep_show.html", context)


@require_safe
@public_page()
def not_kept_show(request: HttpRequest) -> HttpResponse:
    """What the worker shows in place of a page that is not kept, when there is no internet."""
    return render(request, "pages/not_kept_show.html")


@require_safe
@public_page()
def keep_list(request: HttpRequest) -> HttpResponse:
    """For the worker: `pages` and `files` to keep, and a `state` that changes when they do."""
    language = shown_in()
    files = [static(name) for name in FILES]
    content = {"state": content_digest(language, files), "pages": kept_addresses(), "files": files}
    return JsonResponse(content)


@require_safe
@cache_control(no_cache=True)
def worker(request: HttpRequest) -> HttpResponse:
    """The worker's script, at the root so that it may serve pages in every language."""
    script = (settings.BASE_DIR / "static" / WORKER).read_bytes()
    return HttpResponse(script, content_type="text/javascript; charset=utf-8")


def kept_addresses() -> list[str]:
    """The public pages in the active language: first screen, every page, Help, and four more.

    A page with notes of several countries is there once for each that a reader can choose.
    """
    pages = {number: reverse("pages:page", args=[number]) for number in _page_numbers()}
    chosen = [
        f"{pages[number]}?in={country}" for number, country in _country_choices() if number in pages
    ]
    about = [
        reverse(f"pages:{name}") for name in ("now", "kept", "kept_limits", "keep", "not_kept")
    ]
    return [reverse("pages:home"), *pages.values(), *chosen, *about]


def content_digest(language: str, files: list[str]) -> str:
    """A digest, 32 hexadecimal digits, of all that the kept pages are made from.

    The week is in it, so that what changes with the program is renewed too.
    """
    beside: list[QuerySet[Any, Any]] = [
        Source.objects.values_list("page__number", "position", "title", "url", "dated"),
        LocalNote.objects.values_list(
            "page__number", "key", "country", "language", "text", "checked"
        ),
    ]
    parts: list[object] = [
        today().isocalendar()[:2],
        files,
        list(_published_pages().values_list("number", "topic", "country", "urgent", "checked")),
        *(
            list(rows.filter(page__published=True).order_by("page__number", "pk"))
            for rows in beside
        ),
        _segment_texts(language),
    ]
    return hashlib.blake2b(repr(parts).encode(), digest_size=16).hexdigest()


def kept_bytes(language: str) -> int:
    """About how many bytes the pages and files take on the phone."""
    texts: dict[int, tuple[int, str]] = {}
    for number, segment, in_language, text, *_rest in _segment_texts(language):
        if in_language == language or segment not in texts:
            texts[segment] = number, str(text)
    page_size = dict.fromkeys(_page_numbers(), AROUND)
    for number, text in texts.values():
        page_size[number] = page_size.get(number, AROUND) + len(text.encode()) * 11 // 10
    again = sum(page_size.get(number, 0) for number, _country in _country_choices())
    return FIXED + sum(page_size.values()) + again


def _published_pages() -> QuerySet[Page]:
    return Page.objects.filter(published=True).order_by("number")


def _page_numbers() -> list[int]:
    return [
        number for (number,) in _published_pages().values_list("number") if isinstance(number, int)
    ]


def _country_choices() -> list[tuple[int, str]]:
    """Page and country wherever a reader can choose one; none when that is too much to keep."""
    notes = LocalNote.objects.filter(page__published=True, page__country="")
    pairs = set(notes.values_list("page__number", "country").distinct())
    pairs = {(number, country) for number, country in pairs if is_country(country)}
    elsewhere = {number for number, country in pairs if country != settings.HOME_COUNTRY}
    pairs |= {(number, settings.HOME_COUNTRY) for number in elsewhere}
    chosen = sorted((pair for pair in pairs if pair[0] in elsewhere), key=str)
    return chosen if len(chosen) <= CHOICES else []


def _segment_texts(language: str) -> list[tuple[Any, ...]]:
    """Page, segment, language, text and state of texts that pages in `language` may show."""
    own_or_source = Q(language=language) | Q(language=F("segment__page__source_language"))
    in_place = SegmentText.objects.filter(
        own_or_source, segment__position__isnull=False, segment__page__published=True
    ).exclude(segment__role=Segment.Role.KEYWORDS)
    return list(
        in_place.order_by("segment__page__number", "segment__position", "pk").values_list(
            "segment__page__number",
            "segment_id",
            "language",
            "text",
            "state",
            "source_digest",
            "superseded",
            "fuzzy",
        )
    )
