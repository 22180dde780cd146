"""What the tests of the editor's pages type, and how they read what comes back."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from django.test import Client

from resources.pages.models import Page, Version
from tests.cast import Person

UNIT = 12_288
BODY = "First paragraph, within 72 hours.\n\nSecond paragraph."


def typed(**fields: Any) -> dict[str, Any]:
    """A form that can be published."""
    return {
        "title": "If it rains",
        "answer": "Take a coat.",
        "topic": "work",
        "body": BODY,
        "sources": "WHO: a name | https://who.int/x | 2024",
        "checked_today": "1",
        **fields,
    }


def hidden(client: Client, address: str, name: str) -> str:
    """A hidden field of the page there."""
    text = client.get(address).content.decode()
    found = re.search(rf'name="{name}" value="([^"]*)"', text)
    assert found, text
    return unescape(found[1])


def make(editor: Person, **fields: Any) -> Page:
    """A new page, stored as its button says; a draft unless `publish` is there."""
    fields.setdefault("row", hidden(editor.client, "/en/r/new/", "row"))
    answer = editor.client.post("/en/r/new/", typed(**fields))
    assert answer.status_code == 302, answer.content.decode()
    return Page.objects.get(pk=int(fields["row"]))


def edit(someone: Person, page: Page, **fields: Any) -> Any:
    """Change a page as a browser would, with what stands in the form now as what was seen."""
    address = f"/en/r/{page.number}/edit/"
    fields.setdefault("seen", hidden(someone.client, address, "seen"))
    return someone.client.post(address, typed(**fields))


def draft(page: Page) -> Version | None:
    """What is not published of a page."""
    return page.versions.exclude(state="published").first()


def versions(page: Page) -> list[Version]:
    """What was published of it, oldest first."""
    return list(page.versions.filter(state="published").order_by("serial"))


def text(response: Any) -> str:
    """The page, which is one of whole units."""
    assert response.status_code == 200
    assert len(response.content) % UNIT == 0
    return unescape(response.content.decode())
