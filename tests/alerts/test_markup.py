"""Cards and options are put together by hand: what people wrote stays text."""

from __future__ import annotations

from datetime import timedelta

import pytest

from alerts.cards import CardRow
from alerts.content import Card
from alerts.markup import (
    card_html,
    countries_html,
    kinds_html,
    regions_html,
    ruled_out,
    settings_html,
    what_html,
)
from alerts.status import Status
from safety_app.locales.dates import today

HOSTILE = "<script>\"'&"
ESCAPED = "&lt;script&gt;&quot;&#x27;&amp;"


def a_card(**more: object) -> Card:
    fields: dict[str, object] = {
        "what": ("violence",),
        "level": 2,
        "region": "FR-IDF",
        "country": "FR",
        "city": "Paris",
        "setting": "hotel",
        "when": "",
        "group": False,
        "plate": False,
        "masked": (("phone", "06 … 42"),),
        "status": Status(today(), today()),
    }
    return Card(**(fields | more))  # type: ignore[arg-type]


def html_of(card: Card, *, others: int = 0, is_own: bool = False, state: str = "new") -> str:
    end = today() + timedelta(days=9)
    row = CardRow(2**62, 1, 1, today(), 2, b"", state, None, end, b"", b"")
    return card_html("1/", row, card, others=others, is_own=is_own, language="en")


def test_what_people_wrote_is_escaped():
    card = a_card(
        what=(HOSTILE,), city=HOSTILE, region=HOSTILE, setting=HOSTILE, masked=(("name", HOSTILE),)
    )
    html = html_of(card)
    assert "<script" not in html
    assert html.count(ESCAPED) >= 4


def test_a_card_says_how_well_known_it_is():
    assert "<small>not reviewed yet · expires in 9 days</small>" in html_of(a_card())
    html = html_of(a_card(), others=1, is_own=True, state="reviewed")
    assert "<small>yours · ✓ 1 other · reviewed · expires in 9 days</small>" in html
    html = html_of(a_card(at_least=3, shared=True, on_behalf=True), others=2)
    assert "✓ at least 3 others · not reviewed yet · from another network · written" in html


def test_nothing_stands_where_no_identifier_is():
    assert "<bdi>" in html_of(a_card())
    assert "bdi" not in html_of(a_card(masked=()))
    assert "<span></span>" not in html_of(a_card(masked=()))


@pytest.mark.parametrize(
    ("html", "chosen"),
    [
        (what_html(False, "police", "en"), "police"),
        (settings_html("hotel", "en"), "hotel"),
        (regions_html("FR", ("FR-IDF",), "en"), "FR-IDF"),
        (regions_html("FR", ("BE-BRU",), "en"), "BE-BRU"),
        (countries_html("FR", "en", every=False), "FR"),
        (kinds_html("phone", "en"), "phone"),
    ],
)
def test_one_option_is_chosen(html, chosen):
    assert html.count(" selected>") == 1
    assert f"<option value={chosen} selected>" in html


@pytest.mark.parametrize(
    ("typed", "missing"),
    [
        ("06 39 98 77 00", {"email", "username", "name", "partial"}),
        ("0639987700", {"email", "name", "partial"}),
        ("anna at mail", {"partial"}),
        ("AB-1*-CD", set()),
        ("AB-1…-CD", set()),
    ],
)
def test_a_line_is_offered_only_what_it_can_be(typed, missing):
    assert ruled_out(typed) == missing
    html = kinds_html("phone", "en", missing)
    assert [kind for kind in missing if f"value={kind}" in html] == []
    assert html.count("<option") == 7 - len(missing)


@pytest.mark.parametrize("code", [HOSTILE, "x onclick=alert(1)", "é", ""])
def test_what_is_no_code_is_no_option(code):
    assert regions_html("FR", (code,), "en") == regions_html("FR", (), "en")
