"""`/r/local/`, `/r/<number>/local/`: moderators and editors fill in what is true where they are."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from resources.pages.editing import local_notes
from resources.pages.editing.forms import LocalNotesForm
from resources.pages.models import Page
from resources.pages.presentation import pages_with_texts
from resources.roles import editors_and_moderators
from safety_app import notices
from safety_app.accounts.member_request import MemberRequest
from safety_app.locales.countries import countries, country_name, is_country
from safety_app.locales.dates import today
from safety_app.locales.page_languages import direction, own_name, shown_in
from safety_app.privacy.form_replay import is_replayed


@editors_and_moderators
@require_http_methods(["GET", "HEAD"])
def local_list(request: MemberRequest) -> HttpResponse:
    """Every page with open places, for one country."""
    country = _country(request.GET)
    pages = pages_with_texts(shown_in()).order_by("number")
    context = {
        "rows": local_notes.summarise_places(pages, country, shown_in(), today()),
        "country": country,
        "name": country_name(country, shown_in()),
        "countries": countries(shown_in()),
    }
    return render(request, "pages/local_list.html", context)


@editors_and_moderators
@require_http_methods(["GET", "HEAD", "POST"])
def page_local(request: MemberRequest, number: int) -> HttpResponse:
    """The open places of one page, for one country and one language."""
    page = get_object_or_404(pages_with_texts(shown_in()), number=number)
    chosen = request.POST if request.method == "POST" else request.GET
    country = page.country or _country(chosen)
    language = _language(chosen)
    ours = request.user.organisation_id
    with transaction.atomic():
        Page.objects.select_for_update().get(pk=page.pk)
        places = local_notes.open_places(page, ours, country, language, shown_in())
        sent = request.POST if request.method == "POST" else None
        form = LocalNotesForm(sent, places, language)
        if form.is_bound and not is_replayed(request) and form.is_valid():
            local_notes.save_notes(page, form.typed(), ours, country, language)
            notices.add(request, _("Saved. The page shows it now."))
            address = reverse("pages:local", args=[number])
            query = urlencode({"country": country, "language": language})
            return HttpResponseRedirect(f"{address}?{query}")
    context = {
        "page": page,
        "form": form,
        "rows": [(place, *_fields(form, place)) for place in places],
        "country": country,
        "name": country_name(country, shown_in()),
        "countries": [] if page.country else countries(shown_in()),
        "language": language,
        "language_name": own_name(language),
        "direction": direction(language),
        "languages_here": settings.LANGUAGES,
    }
    return render(request, "pages/page_local.html", context)


def _fields(form: LocalNotesForm, place: local_notes.OpenPlace) -> list[object]:
    """The form fields of a place; None for those that belong to another organisation."""
    if not place.may_edit:
        return [None, None]
    return [form[f"text_{place.key}"], form[f"checked_{place.key}"]]


def _country(chosen: QueryDict) -> str:
    """The country that was chosen, else the site's own."""
    code = chosen.get("country", "")
    return code if is_country(code) else settings.HOME_COUNTRY


def _language(chosen: QueryDict) -> str:
    """The language that was chosen, else the page's."""
    code = chosen.get("language", "")
    return code if code in dict(settings.LANGUAGES) else shown_in()
