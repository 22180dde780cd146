"""On the home screen: the manifest, and what another app shares to Check."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.cast import Person

pytestmark = pytest.mark.django_db
SHARE, OPEN = "/en/a/share/", "/en/a/share/open/"
NUMBER = "+33 6 39 98 12 34"
CARD = b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Marc\r\nTEL:+33 6 39 98 12 34\r\nEND:VCARD\r\n"
_SHARED = re.compile(r'<input type="hidden" name="q" value="([^"]*)">')


def shared(client: Client, **sent: Any) -> str:
    """Share as a phone does: no cookie, another origin. Gives the text that goes on to Check."""
    response = client.post(SHARE, sent, headers={"Origin": "null", "Sec-Fetch-Site": "none"})
    assert response.status_code == 200
    assert not response.cookies
    assert response["Cache-Control"] == "no-store"
    match = _SHARED.search(response.content.decode())
    assert match is not None
    return match[1]


def refused(client: Client, **sent: Any) -> str:
    response = client.post(SHARE, sent)
    assert response.status_code == 400
    assert not response.cookies
    page = response.content.decode()
    assert "<h1>" in page
    assert not _SHARED.search(page)
    return page


def strict() -> Client:
    return Client(enforce_csrf_checks=True)


def box(response: Any) -> str:
    """What stands in the box of Check."""
    assert response.status_code == 200
    match = re.search(r'name="q"[^>]*>([^<]*)</textarea>', response.content.decode())
    assert match is not None
    return match[1].strip()


def follow(client: Client, response: Any, sent: dict[str, str]) -> Any:
    """What a browser does with redirects, 307 included."""
    while response.status_code in {302, 303, 307}:
        to = response["Location"]
        response = client.post(to, sent) if response.status_code == 307 else client.get(to)
    return response


def test_the_manifest_is_neutral_and_linked_where_somebody_asked(nobody: Client) -> None:
    page = nobody.get("/fr/phone/").content.decode()
    assert '<link rel="manifest" href="/fr/phone/notes.webmanifest">' in page
    assert "manifest" not in nobody.get("/fr/").content.decode()
    assert "manifest" not in nobody.get("/fr/keep/").content.decode().replace("manifeste", "")
    response = nobody.get("/fr/phone/notes.webmanifest")
    assert response["Content-Type"] == "application/manifest+json"
    assert "manifest-src 'self'" in response["Content-Security-Policy"]
    content = json.loads(response.content)
    assert (content["name"], content["lang"], content["start_url"]) == ("Notes", "fr", "/fr/")
    assert "Nightjar" not in response.content.decode()
    target = content["share_target"]
    assert (target["action"], target["method"]) == ("/fr/a/share/", "POST")
    for icon in content["icons"]:
        assert finders.find(re.sub(r"\.[0-9a-f]{12}\.", ".", icon["src"].split("static/")[1]))


@pytest.mark.parametrize(
    ("sent", "text"),
    [
        ({"text": NUMBER}, NUMBER),
        ({"title": "Advert", "text": NUMBER, "url": "https://site.example/1"}, None),
        ({"title": NUMBER, "text": f"call {NUMBER}"}, None),
        ({"text": f"<script>{NUMBER}\u202e", "url": ""}, f"&lt;script&gt;{NUMBER}"),
    ],
)
def test_what_is_shared_goes_on_once_each(
    nobody: Client, sent: dict[str, str], text: str | None
) -> None:
    found = shared(nobody, **sent)
    assert NUMBER in found
    assert text is None or found == text


@pytest.mark.parametrize(
    ("name", "kind"),
    [("marc.vcf", "text/x-vcard"), ("marc", "text/vcard; charset=utf-8"), ("m.VCF", "text/plain")],
)
def test_a_contact_comes_as_a_file(nobody: Client, name: str, kind: str) -> None:
    assert NUMBER in shared(nobody, file=SimpleUploadedFile(name, CARD, kind))


def test_what_cannot_be_checked_gets_a_clear_page(nobody: Client) -> None:
    picture = SimpleUploadedFile("photo.jpg", b"\xff\xd8\xff", "image/jpeg")
    assert "cannot be checked" in refused(nobody, text=NUMBER, file=picture)
    assert "Nothing came along" in refused(nobody)
    assert "Nothing came along" in refused(nobody, text=" \u202e\n")
    assert "too long" in refused(nobody, text="x" * 20_001)
    large = SimpleUploadedFile("marc.vcf", CARD + b"x" * 300_000, "text/vcard")
    response = nobody.post(SHARE, {"file": large})
    assert response.status_code == 413
    assert "<h1>" in response.content.decode()
    two = [SimpleUploadedFile(f"{n}.vcf", CARD, "text/vcard") for n in range(2)]
    response = nobody.post(SHARE, {"file": two})
    assert response.status_code == 400
    assert "<h1>" in response.content.decode()


def test_sharing_reads_no_session(member: Person, nobody: Client) -> None:
    """The same page whether cookies come along or not, and none is set."""
    signed_in = member.client.post(SHARE, {"text": NUMBER})
    assert signed_in.content == nobody.post(SHARE, {"text": NUMBER}).content
    assert not signed_in.cookies
    assert member.client.get("/en/me/").status_code == 200


def test_a_member_finds_it_in_check_and_nothing_is_looked_up(
    member: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("alerts.check.budgets.spend", lambda *_given: pytest.fail("looked up"))
    page = member.client.post(OPEN, {"q": NUMBER}, follow=True)
    assert box(page) == NUMBER
    assert 'class="results"' not in page.content.decode()
    assert page.request["QUERY_STRING"].startswith("s=")


def test_signed_out_it_is_carried_through_signing_in(member: Person) -> None:
    """In an app that was just opened there is no cookie at all."""
    client = strict()
    first = client.post(OPEN, {"q": NUMBER})
    assert (first.status_code, first["Location"]) == (307, f"{OPEN}?cookie=1")
    asked = client.post(first["Location"], {"q": NUMBER})
    assert asked.status_code == 403
    page = asked.content.decode()
    assert "Sign in" in page
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token is not None
    sent = {
        "csrfmiddlewaretoken": token[1],
        "q": NUMBER,
        "carry_to": OPEN,
        "pseudonym": member.pseudonym,
        "passphrase": member.passphrase,
    }
    assert f'name="carry_to" value="{OPEN}"' in page
    assert box(follow(client, client.post("/en/in/", sent), sent)) == NUMBER


def test_a_browser_without_cookies_is_asked_to_sign_in_and_not_sent_round(nobody: Client) -> None:
    response = Client().post(f"{OPEN}?cookie=1", {"q": NUMBER})
    assert response.status_code == 403
    assert "Sign in" in response.content.decode()


def test_only_members_and_only_by_post(translator: Person, nobody: Client, member: Person) -> None:
    assert translator.client.post(OPEN, {"q": NUMBER}).status_code == 404
    assert nobody.get(SHARE).status_code == 405
    assert nobody.get(OPEN).status_code == 302
    assert nobody.put(OPEN).status_code == 405
    assert member.client.get(OPEN).status_code == 200


def test_what_is_too_long_to_be_kept_is_answered_in_place(member: Person) -> None:
    response = member.client.post(OPEN, {"q": "y" * 70_000})
    assert response.status_code == 200


def test_what_was_shared_is_checked_where_every_check_is(member: Person) -> None:
    page = member.client.post("/en/a/share/open/", {"q": "+33 6 39 98 12 34"}).content.decode()
    assert '<form class="covered" method="post" action="/en/a/check/"' in page
    own = member.client.get("/en/a/check/").content.decode()
    assert 'action="/en/a/check/"' not in own
