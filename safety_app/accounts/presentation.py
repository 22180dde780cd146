"""Codes on the screen: in groups, and as a QR code drawn without any other party."""

from __future__ import annotations

import datetime
import json
from typing import Any

import segno
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from safety_app.accounts.periods import INVITATION_DAYS
from safety_app.locales.dates import today
from safety_app.vault.codes import show_code


def qr_code(text: str) -> SafeString:
    """An inline SVG of a text, about 2 KB, without colours or style."""
    svg = segno.make(text, error="m", micro=False).svg_inline(
        omitsize=True, border=2, svgclass="qr", lineclass=None
    )
    # Only coordinates are in it: the text itself is drawn, never written.
    return mark_safe(svg)  # noqa: S308  # nosec B308 B703


def code_context(code: str) -> dict[str, str]:
    """What a page that shows a code once needs: `code` in groups, `qr` as a drawing."""
    shown = show_code(code)
    return {"code": shown, "qr": qr_code(shown)}


def card_context(request: HttpRequest) -> dict[str, object]:
    """What a printed invitation says beside its code: where to type it, and until when.

    The code is in no address: addresses end up in histories.
    """
    return {
        "address": request.get_host() + reverse("accounts:join"),
        "until": today() + datetime.timedelta(days=INVITATION_DAYS),
    }


def in_groups(text: str, size: int = 4) -> str:
    """A long run of letters in groups, to be read off and typed; apps ignore the spaces."""
    return " ".join(text[start : start + size] for start in range(0, len(text), size))


def as_json(options: dict[str, Any]) -> str:
    """What a browser is asked of a security key, as JSON for an attribute of the form."""
    return json.dumps(options, separators=(",", ":"))
