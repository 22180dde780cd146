"""Public pages that a reader asked her phone to keep: which ones, how large, in which state.

The worker (`static/pages.js`) fetches them without a cookie and shows them when there is no line.
The server learns nothing of it: who keeps pages looks like anybody who reads. Places of the
directory are not among them, since whether one is open is true for minutes.
"""

import datetime
import hashlib
from typing import Any

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from resources.models import LocalNote, Page, Source, Wording

WORKER = "pages.js"
FILES = ("site.css", "site.js", "keep.js", "icon.svg")
# Bytes: the files and the three pages about the site, and what a page has around its text. Checked
# in `tests/resources/test_keep.py`.
FIXED, AROUND = 70_000, 4_500

_for_a_while = cache_control(public=True, max_age=300)


@require_safe
@_for_a_while
def keep_show(request: HttpRequest) -> HttpResponse:
    """What would be kept, what a finder sees, and the buttons for a browser that can."""
    language = _language()
    context = {"kilobytes": -(-size(language) // 10_240) * 10, "language": language}
    return render(request, "resources/keep_show.html", context)


@require_safe
@_for_a_while
def keep_list(request: HttpRequest) -> HttpResponse:
    """For the worker: `pages` and `files` to keep, and a `state` that changes when they do."""
    language = _language()
    files = [static(name) for name in FILES]
    content = {"state": state(language, files), "pages": addresses(), "files": files}
    return JsonResponse(content)


@require_safe
@cache_control(no_cache=True)
def worker(request: HttpRequest) -> HttpResponse:
    """The worker's script, at the root so that it may serve pages in every language."""
    script = (settings.BASE_DIR / "static" / WORKER).read_bytes()
    return HttpResponse(script, content_type="text/javascript; charset=utf-8")


def addresses() -> list[str]:
    """The public pages in the language that is active: first screen, every page, two about it."""
    numbers = Page.objects.filter(published=True).order_by("number").values_list("number")
    pages = [reverse("resources:page", args=number) for number in numbers]
    return [
        reverse("resources:home"),
        *pages,
        reverse("resources:kept"),
        reverse("resources:keep"),
    ]


def state(language: str, files: list[str]) -> str:
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
        datetime.datetime.now(datetime.UTC).isocalendar()[:2],
        files,
        list(_shown().values_list("number", "topic", "country", "urgent", "checked")),
        *(
            list(rows.filter(page__published=True).order_by("page__number", "pk"))
            for rows in beside
        ),
        _wordings(language),
    ]
    return hashlib.blake2b(repr(parts).encode(), digest_size=16).hexdigest()


def size(language: str) -> int:
    """About how many bytes the pages and files take on the phone."""
    texts: dict[int, str] = {}
    for segment, in_language, text, *_rest in _wordings(language):
        if in_language == language or segment not in texts:
            texts[segment] = str(text)
    written = sum(len(text.encode()) for text in texts.values())
    return FIXED + AROUND * _shown().count() + written + written // 10


def _shown() -> QuerySet[Page]:
    return Page.objects.filter(published=True).order_by("number")


def _wordings(language: str) -> list[tuple[Any, ...]]:
    """Segment, language, text and state of all wordings that a page in `language` may show."""
    own_or_source = Q(language=language) | Q(language=F("segment__page__source_language"))
    in_place = Wording.objects.filter(
        own_or_source, segment__position__isnull=False, segment__page__published=True
    ).exclude(segment__role="words")
    return list(
        in_place.order_by("segment__page__number", "segment__position", "pk").values_list(
            "segment_id", "language", "text", "state", "made_from", "overtaken", "rough"
        )
    )


def _language() -> str:
    return get_language() or settings.LANGUAGE_CODE
