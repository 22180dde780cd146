"""What the directory tells other apps: where its places of one kind are listed."""

from __future__ import annotations

from django.db.models import Q
from django.urls import reverse
from django.utils.http import urlencode

from resources.directory.models import Service


def places_address(kind: str, country: str) -> str:
    """The list of published places of this kind, narrowed to the country if it has one.

    Empty without any there and without any that belongs to no country, such as a line that
    anyone can call.
    """
    rows = Service.objects.filter(published=True, kinds__contains=f",{kind},")
    found = set(rows.filter(Q(country=country) | Q(country="")).values_list("country", flat=True))
    if not found:
        return ""
    query = {"kind": kind} | ({"region": country} if country in found else {})
    return f"{reverse('directory:services')}?{urlencode(query)}"
