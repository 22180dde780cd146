"""Public pages. Nothing here asks who is reading."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language, get_language_info, override
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from resources import kept
from resources.printing import qr_code
from resources.reading import country_name, direction, pages_with_texts, read, read_home

# Kept by the reader's own browser only and asked for anew each time: the Leave form in the frame
# carries a token that sign-in and sign-out change, and an old one would be refused.
_ask_again = cache_control(private=True, no_cache=True)


@require_safe
@_ask_again
def home_show(request: HttpRequest) -> HttpResponse:
    """The first screen: urgent help first, then pages by topic, then the doors."""
    urgent, topics = read_home(_language())
    return render(request, "resources/home_show.html", {"urgent": urgent, "topics": topics})


@require_safe
@_ask_again
def page_show(request: HttpRequest, number: int) -> HttpResponse:
    """One page in the reader's language, with the source one tap away where it is a draft."""
    language = _language()
    page = get_object_or_404(pages_with_texts(language), number=number)
    address = request.build_absolute_uri(reverse("resources:page", args=[number]))
    with override(page.source_language):
        source_address = reverse("resources:page", args=[number])
    context = {
        "reading": read(page, language),
        "direction": direction(language),
        "country": country_name(page.country, language),
        "sources": page.sources.all(),
        "source_address": source_address,
        "source_code": page.source_language,
        "source_name": get_language_info(page.source_language)["name_local"],
        "address": address,
        "qr": qr_code(address),
    }
    return render(request, "resources/page_show.html", context)


@require_safe
@_ask_again
def kept_show(request: HttpRequest) -> HttpResponse:
    """What is kept and what cannot be promised, with lists made from the program itself."""
    context = {"periods": kept.periods(), "tables": kept.tables()}
    return render(request, "resources/kept_show.html", context)


def _language() -> str:
    return get_language() or "en"
