"""Public pages. Nothing here asks who is reading."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language, get_language_info, override
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from resources import kept
from resources.reading import country_name, direction, pages_with_texts, read, read_home
from safety_app.members.showing import qr_code

# The same for everybody signed out, in this language: no cookie, no token. What someone signed in
# gets is never kept: the headers middleware sees to that.
_for_a_while = cache_control(public=True, max_age=300)


@require_safe
@_for_a_while
def home_show(request: HttpRequest) -> HttpResponse:
    """The first screen: urgent help first, then pages by topic, then the doors."""
    urgent, topics = read_home(_language())
    return render(request, "resources/home_show.html", {"urgent": urgent, "topics": topics})


@require_safe
@_for_a_while
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
@_for_a_while
def kept_show(request: HttpRequest) -> HttpResponse:
    """What is kept and what cannot be promised, with lists made from the program itself."""
    context = {"periods": kept.periods(), "limits": kept.limits(), "tables": kept.tables()}
    return render(request, "resources/kept_show.html", context)


def _language() -> str:
    return get_language() or "en"
