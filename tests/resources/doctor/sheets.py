"""Sheets for a doctor, made and read."""

from __future__ import annotations

import html
import re
from typing import Any

from django.test import Client
from django.utils.translation import override

from resources.doctor.forms import LONGEST
from resources.doctor.questions import BY_NAME, QUESTIONS, TEXTS

PATH = "/en/doctor/"
# Of two sentences that cannot both be true.
LEFT_OUT = {"condom", "no_pill", "prep", "no_allergy", "no_medicine"}


def everything(doctor: str = "fr") -> dict[str, Any]:
    """All that fits on one sheet, with full texts."""
    typed: dict[str, Any] = {"doctor": doctor, **dict.fromkeys(TEXTS, "Ж" * LONGEST)}
    for question in QUESTIONS:
        keys = [key for key in question.answers if key not in LEFT_OUT]
        typed[question.name] = keys[0] if question.single else keys
    return typed


def make(client: Client, path: str = PATH, /, **typed: Any) -> Any:
    response = client.post(path, {"doctor": "fr", **typed})
    assert response.status_code == 200
    assert b"<article" in response.content
    return response


def text(response: Any) -> str:
    """The sheet as words."""
    found = re.search(r"<article.*?</article>", response.content.decode(), re.DOTALL)
    assert found
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", found[0])).split())


def box(response: Any) -> str:
    found = re.search(r'<div class="fact">.*?</div>', response.content.decode(), re.DOTALL)
    return html.unescape(found[0]) if found else ""


def hidden(response: Any) -> dict[str, str]:
    """What the sheet sends back to be changed."""
    page = response.content.decode()
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)
    return {name: html.unescape(value) for name, value in found}


def said_in(language: str, question: str, key: str) -> str:
    with override(language):
        return str(BY_NAME[question].answers[key])
