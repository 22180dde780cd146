"""What several pages show: codes in groups and as a QR code drawn on this server, a sentence."""

from __future__ import annotations

import datetime
import json
from functools import lru_cache
from typing import Any

import segno
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy

from safety_app.accounts.periods import INVITATION_DAYS
from safety_app.locales.dates import today
from safety_app.vault.codes import show_code

WRONG_CODE = gettext_lazy("That was not the code. Wait for the next one, or use one on paper.")
MESSAGE_SENT = gettext_lazy(
    "Your message is there. It is shown the next time the account is opened."
)


def qr_code(text: str) -> SafeString:
    """A text as an inline SVG of about 2 KB, without colours or style."""
    svg = segno.make(text, error="m", micro=False).svg_inline(
        omitsize=True, border=2, svgclass="qr", lineclass=None
    )
    # Safe: the SVG contains only coordinates, never the text itself.
    return mark_safe(svg)  # noqa: S308  # nosec B308 B703


@lru_cache(maxsize=1_000)
def qr_code_of_address(address: str) -> SafeString:
    """The same for a public address, made once. Never for a secret: it would stay in memory."""
    return qr_code(address)


def code_context(code: str) -> dict[str, str]:
    """Template context for a code that is shown once: `code` in groups, `qr` as an SVG."""
    shown = show_code(code)
    return {"code": shown, "qr": qr_code(shown)}


def invitation_context(request: HttpRequest, code: str) -> dict[str, object]:
    """Template context for an invitation: its code, where to enter it, and until when.

    The QR code holds both, for the newcomer's own phone: the code behind `#`, which browsers send
    to no server and static/entry.js takes out of the address before it can stay in a history. The
    address is without a language, so that it opens in that of her browser. The printed address
    does not contain the code.
    """
    join = request.get_host() + reverse("accounts:join")
    return {
        "code": show_code(code),
        "qr": qr_code(f"{request.scheme}://{request.get_host()}/join/#{code}"),
        "address": join,
        "until": today() + datetime.timedelta(days=INVITATION_DAYS),
    }


def in_groups(text: str, size: int = 4) -> str:
    """A long run of letters in groups, easier to read and type; apps ignore the spaces."""
    return " ".join(text[start : start + size] for start in range(0, len(text), size))


def as_json(options: dict[str, Any]) -> str:
    """A security key's options as JSON, for an attribute of the form."""
    return json.dumps(options, separators=(",", ":"))
