"""Public pages. Nothing here asks who is reading; Help alone asks a session for its country."""

import re

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language, override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from resources.pages import help_now, recent_changes, search
from resources.pages.local_notes import notes_for_country
from resources.pages.presentation import pages_with_texts, render_home, render_page
from safety_app.accounts.presentation import qr_code_of_address
from safety_app.locales.countries import countries, country_name, is_country
from safety_app.locales.dates import today
from safety_app.locales.emergency_numbers import MOBILE, ambulance_numbers
from safety_app.locales.page_languages import direction, own_name, shown_in
from safety_app.locales.session_country import remembered_country
from safety_app.locales.translation_states import HOW_FAR
from safety_app.privacy.origin import is_foreign
from safety_app.privacy.page_privacy import is_signed_in
from safety_app.privacy.post_redirect_get import shown_by_get
from safety_app.privacy.public.caching import public_page
from safety_app.privacy.public.made_once import made_once
from safety_app.privacy.retention import data_inventory

# Characters that no XML may hold (XML 1.0, section 2.2).
_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@require_safe
@public_page()
def home_show(request: HttpRequest) -> HttpResponse:
    """The first screen: urgent help first, then pages by topic, then the doors."""
    urgent, topics = _home_lists(shown_in(), get_language() or settings.LANGUAGE_CODE)
    return render(request, "pages/home_show.html", {"urgent": urgent, "topics": topics})


@made_once(20)
def _home_lists(language: str, interface: str) -> tuple[str, str]:
    """The lists of the first screen, urgent pages and topics, as HTML: the same for everybody."""
    urgent, topics = render_home(language)
    return (
        render_to_string("pages/page_list.html", {"rendered_pages": urgent}) if urgent else "",
        render_to_string("pages/home_topics.html", {"topics": topics}),
    )


@require_safe
@public_page(known={"in": is_country})
def page_show(request: HttpRequest, number: int) -> HttpResponse:
    """One page in the reader's language, with the source one tap away where it is a draft."""
    language = shown_in()
    page = get_object_or_404(pages_with_texts(language), number=number)
    local = notes_for_country(page, language, request.GET.get("in", ""), today())
    rendered = help_now.with_answers(
        render_page(page, language, local.notes), local.country, language
    )
    address = request.build_absolute_uri(reverse("pages:page", args=[number]))
    with override(page.source_language):
        source_address = reverse("pages:page", args=[number])
    context = {
        "rendered": rendered,
        "how_far": HOW_FAR,
        "direction": direction(language),
        "country": country_name(page.country, language) if page.country else "",
        "local": local,
        "help": help_now.help_on_page(rendered, local.country, language),
        "mobile": MOBILE,
        "first_local": next((block for block in rendered.body if block.kind == "local"), None),
        "sources": page.sources.all(),
        "source_address": source_address,
        "source_code": page.source_language,
        "source_name": own_name(page.source_language),
        "address": address,
        "qr": qr_code_of_address(address),
    }
    return render(request, "pages/page_show.html", context)


@require_safe
@public_page(known={"in": is_country})
def now_show(request: HttpRequest) -> HttpResponse:
    """Help now: whatever somebody in danger needs, one tap away. Nothing of this is kept.

    The country is the one in the address, else the one a session remembers, else the site's own.
    Somebody signed in chooses from a list without numbers, so that the page stays small.
    """
    language = shown_in()
    wanted = request.GET.get("in", "").strip().upper()
    remembered = remembered_country(request) if is_signed_in(request) else settings.HOME_COUNTRY
    country = wanted if is_country(wanted) else remembered
    named = countries(language)
    numbers = ambulance_numbers()
    context = {
        "help": help_now.help_now(country, language),
        "boxes": help_now.filled_boxes(country, language, today()),
        "country": country,
        "countries": named,
        "numbers": [
            (code, name, numbers[code].number if code in numbers else "") for code, name in named
        ],
        "direction": direction(language),
        "language": language,
        "mobile": MOBILE,
    }
    return render(request, "pages/now_show.html", context)


# Nobody signed out has a token here, and none is needed: the answer depends on the words alone,
# nothing is stored, and what another site sends is left out.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@public_page()
@shown_by_get
def find_show(request: HttpRequest) -> HttpResponse:
    """Search. What somebody looks for is in no address, cookie, log or cache.

    So it is a POST; its answer is not cached and is padded (see `privacy.page_privacy`).
    """
    typed = "" if is_foreign(request) else request.POST.get("q", "")
    query = typed[: search.LONGEST_QUERY].strip()
    results = search.search_pages(query, shown_in()) if query else None
    urgent, topics = ([], []) if results and results.hits else render_home(shown_in())
    urgent = search.pages_that_fit(urgent)
    context = {"q": query, "results": results, "urgent": urgent, "topics": topics}
    return render(request, "pages/find_show.html", context)


@require_safe
@public_page()
def changes_show(request: HttpRequest) -> HttpResponse:
    """What changed lately, for people."""
    return render(
        request, "pages/changes_show.html", {"changes": recent_changes.latest_changes(shown_in())}
    )


@require_safe
@public_page()
def changes_feed(request: HttpRequest) -> HttpResponse:
    """The same for programs that read news: Atom (RFC 4287). No time is finer than a day."""
    latest = recent_changes.latest_changes(shown_in())
    home = request.build_absolute_uri(reverse("pages:home"))
    context = {
        "changes": latest,
        "day": max((change.day for change in latest), default=today()),
        "site": home[: -len(reverse("pages:home"))],
        "home": home,
        "address": request.build_absolute_uri(reverse("pages:feed")),
    }
    text = render_to_string("pages/changes_feed.xml", context, request)
    return HttpResponse(_NOT_XML.sub("", text), content_type="application/atom+xml")


@require_safe
@public_page()
def kept_show(request: HttpRequest) -> HttpResponse:
    """What is stored, for how long, and what cannot be promised."""
    context = {
        "periods": data_inventory.periods(),
        "forgets_daily": data_inventory.forgets_daily(),
    }
    return render(request, "pages/kept_show.html", context)


@require_safe
@public_page()
def kept_limits(request: HttpRequest) -> HttpResponse:
    """Every budget: how much somebody may do in which time."""
    return render(request, "pages/kept_limits.html", {"limits": data_inventory.limits()})


@require_safe
@public_page()
def kept_tables(request: HttpRequest) -> HttpResponse:
    """Our tables by app, and the framework's with their columns."""
    context = {
        "apps": data_inventory.own_tables().items(),
        "framework": [table for table in data_inventory.tables() if table.reason],
    }
    return render(request, "pages/kept_tables.html", context)


@require_safe
@public_page()
def kept_app(request: HttpRequest, app: str) -> HttpResponse:
    """Every column of one app's tables, and why it exists."""
    tables = data_inventory.own_tables().get(app)
    if tables is None:
        raise Http404
    return render(request, "pages/kept_app.html", {"tables": tables})
