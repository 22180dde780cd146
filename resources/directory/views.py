"""The public pages of the directory. Nothing here asks who is reading."""

from __future__ import annotations

import datetime
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from resources.directory import presentation
from resources.directory.content import content_of
from resources.directory.exchange import hsds
from resources.directory.listing import (
    find_services,
    parse_filter,
    published_services,
    services_in_order,
)
from safety_app.accounts.presentation import qr_code_of_address
from safety_app.privacy.page_privacy import is_private
from safety_app.privacy.paging import part_of
from safety_app.privacy.public.caching import public_page
from safety_app.privacy.public.compression import coding_of, compressed
from safety_app.privacy.public.made_once import made_once

# Seconds in which whether a place is open may be a little old: kept here, and by the browser.
MINUTES = 150


@require_safe
@public_page(seconds=MINUTES)
def services_list(request: HttpRequest) -> HttpResponse:
    """The filter and the matching entries, by name. "Open now" is exact to five minutes."""
    want, moment = parse_filter(request.GET.dict()), now()
    services = find_services(want, moment, get_language() or settings.LANGUAGE_CODE)
    part = part_of(services, request.GET.get("page", ""))
    context = {
        "want": want,
        "narrowed": want != type(want)(),
        "choices": presentation.choices(want),
        "count": len(services),
        "cards": [presentation.card(service, moment) for service in services_in_order(part.rows)],
        "page": part.number,
        "before": _address(request, part.before) if part.before else "",
        "after": _address(request, part.after) if part.after else "",
    }
    return render(request, "directory/services_list.html", context)


@require_safe
@public_page(seconds=MINUTES)
def service_show(request: HttpRequest, service_id: int) -> HttpResponse:
    """One entry: what it is, what it asks, where and when."""
    service = get_object_or_404(published_services(), pk=service_id)
    address = request.build_absolute_uri(reverse("directory:service", args=[service_id]))
    context = presentation.details(service, now()) | {
        "address": address,
        "qr": qr_code_of_address(address),
    }
    return render(request, "directory/service_show.html", context)


@require_safe
@public_page()
def services_file(request: HttpRequest) -> HttpResponse:
    """All published entries as one file of Open Referral HSDS 3.0, for other directories."""
    coding = "" if is_private(request) else coding_of(request)
    response = HttpResponse(_whole_file(coding), content_type="application/json")
    if coding:
        response["Content-Encoding"] = coding
    response["Content-Disposition"] = 'attachment; filename="services.json"'
    return response


@made_once(3)
def _whole_file(coding: str) -> bytes:
    """It is large and anybody may ask for it: made once for each version of the content."""
    if coding:
        return compressed(_whole_file(""), coding)
    entries = [(row.pk, content_of(row)) for row in published_services().order_by("pk")]
    return hsds.write_hsds(entries).encode()


def now() -> datetime.datetime:
    """This moment, in UTC."""
    return datetime.datetime.now(datetime.UTC)


def _address(request: HttpRequest, page: int) -> str:
    query = {name: value for name, value in request.GET.dict().items() if name != "page"}
    return "?" + urlencode(query | {"page": str(page)})
