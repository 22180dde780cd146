"""The frame every page stands in, its script, its icons."""

import re
from typing import Any

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import override_settings

from tests.look.sheet import STATIC, TEMPLATES

SCRIPT = (STATIC / "site.js").read_text()
ICON = (STATIC / "icon.svg").read_text()
FRAME = [TEMPLATES / "base.html", *sorted((TEMPLATES / "partials").glob("*.html"))]
LANGUAGES = [
    ("es", "Español"),
    ("en", "English"),
    ("pt-br", "Português (Brasil)"),
    ("ro", "Română"),
    ("fr", "Français"),
    ("ru", "Русский"),
    ("bg", "Български"),
    ("de", "Deutsch"),
    ("uk", "Українська"),
    ("zh-hans", "简体中文"),
    ("hu", "Magyar"),
    ("it", "Italiano"),
    ("ar", "العربية"),
    ("th", "ไทย"),
    ("pl", "Polski"),
]


def frame(*, signed_in: bool, **more: Any) -> str:
    context = {
        "site_name": "Nightjar",
        "LANGUAGE_CODE": "en",
        "path_rest": "a/check/",
        "signed_in": signed_in,
        "reads_alerts": signed_in,
        "is_moderator": True,
        "lock_seconds": 900,
        "exit_to": "https://en.wikipedia.org/wiki/Main_Page",
    }
    with override_settings(LANGUAGES=LANGUAGES):
        return render_to_string("base.html", context | more)


@pytest.mark.parametrize("signed_in", [True, False])
def test_frame_is_light(signed_in):
    """With all fifteen languages; a signed-in page has 12,288 bytes for everything."""
    assert len(frame(signed_in=signed_in).encode()) <= 3500


@pytest.mark.django_db
@pytest.mark.parametrize("shown_in", ["es", "en", "fr"])
def test_each_language_is_called_what_it_calls_itself(client, shown_in):
    html = client.get(f"/{shown_in}/").content.decode()
    for code, own_name in settings.LANGUAGES:
        assert re.search(rf'hreflang="{code}"[^>]*>\s*<bdi>{re.escape(own_name)}\s*<', html), code


def test_so_it_is_where_no_language_fits(client):
    html = client.get("/", headers={"accept-language": "eo"}).content.decode()
    assert "<bdi>English</bdi>" in html


@pytest.mark.parametrize("signed_in", [True, False])
def test_leave_is_first_then_the_skip_link(signed_in):
    html = frame(signed_in=signed_in)
    first, second = re.findall(r"<(?:a|button|summary|input)\b[^>]*>", html)[:2]
    assert first == '<button class="leave">'
    assert second == '<a class="skip" href="#main">'
    assert 'method="post" action="/exit"' in html


def test_bar_only_for_people_who_read_alerts():
    assert '<nav class="bar"' not in frame(signed_in=True, reads_alerts=False)
    assert '<nav class="bar"' in frame(signed_in=True)
    assert '<button form="exit">' in frame(signed_in=True)
    assert '<nav class="bar"' not in frame(signed_in=False)


def test_signed_in_pages_ask_not_to_be_listed():
    assert '<meta name="robots" content="noindex">' in frame(signed_in=True)
    assert "noindex" not in frame(signed_in=False)


def test_every_link_of_the_frame_leads_somewhere():
    for signed_in in (True, False):
        assert not re.findall(
            r'(?:href|action|formaction|data-lock)=""', frame(signed_in=signed_in)
        )


def test_direction_follows_the_language():
    assert '<html lang="ar" dir="rtl">' in frame(
        signed_in=True, LANGUAGE_CODE="ar", LANGUAGE_BIDI=True
    )
    assert '<html lang="en" dir="ltr">' in frame(signed_in=True)


@pytest.mark.parametrize("path", FRAME, ids=lambda path: path.name)
def test_no_inline_style_script_or_other_site(path):
    text = path.read_text()
    assert not re.search(r"\sstyle=|\son\w+=|javascript:|https?://", text)
    assert "<script" not in text.replace(
        "<script src=\"{% static 'site.js' %}\" defer></script>", ""
    )


def test_icons_are_small_and_silent():
    paths = re.findall(r'\bd="([^"]+)"', (TEMPLATES / "partials/bar.html").read_text())
    assert len(paths) == 6
    assert all(len(path) < 120 for path in paths)
    assert len(ICON) < 500
    assert not re.search(r"<(title|desc|text|script|image)", ICON)


def test_script_is_small_and_keeps_nothing():
    assert len(SCRIPT.encode()) < 2048
    # Leaving deletes what a reader asked to keep; that is all it may do with a cache.
    assert set(re.findall(r"caches\??\.(\w+)", SCRIPT)) == {"keys", "delete"}
    assert not re.search(
        r"[sS]torage|cookie|indexedDB|https?:|innerHTML|eval|import|sendBeacon|pushState",
        SCRIPT,
    )


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.name)
def test_the_cover_is_never_folded_away(path):
    """Inside a closed `details` it would not be drawn, and the page would be blank for good."""
    before = path.read_text().split("partials/cover.html")[:-1]
    for part in before:
        assert part.count("<details") == part.count("</details")
    assert not before or 'class="covered"' in path.read_text()
