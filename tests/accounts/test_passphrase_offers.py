"""Whoever holds a network key has a passphrase made here: the one that her form offered."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from django.test import Client

from safety_app.accounts.flows import invite, recover
from safety_app.accounts.keys import passphrase_offers
from safety_app.accounts.models import Invitation
from safety_app.vault.made_passphrases import word_list
from tests import offers
from tests.accounts import newcomers
from tests.cast import Person
from tests.offers import shown_passphrase, token_in

MADE = "bodafi kemoru tisane lovagi"
OWN = "quartz umbrellas juggle nineteen tepid walruses"
NAME = "Late Swallow"


class Form(NamedTuple):
    """A form that sets a passphrase: who sends it, where, what else it asks for, and its name."""

    client: Client
    path: str
    fields: dict[str, str]
    name: str
    typed_into: str = "passphrase"

    def post(self, **fields: str) -> Any:
        return self.client.post(self.path, {**self.fields, **fields})

    def offered(self, passphrase: str = MADE, **fields: str) -> Any:
        """With a passphrase that it has offered, typed once."""
        token = offers.token(self.name, passphrase)
        return self.post(**{"offered": token, self.typed_into: passphrase, **fields})

    def own(self, passphrase: str) -> Any:
        """With one that was not offered, typed twice."""
        again = {self.typed_into: passphrase, "passphrase_again": passphrase}
        return self.post(offered=offers.token(self.name, MADE), **again)


def join(moderator: Person, member: Person, role: str = "member") -> Form:
    row, ring = moderator.keys
    code = invite.make_invitation(ring, row, role)
    return Form(Client(), "/en/join/", {"code": code, "pseudonym": NAME}, "join")


def apply(moderator: Person, member: Person) -> Form:
    kept = ("organisation", "pseudonym", "note")
    fields = {name: value for name, value in newcomers.fields().items() if name in kept}
    return Form(Client(), "/en/apply/", {**fields, "pseudonym": NAME}, "apply")


def change(moderator: Person, member: Person) -> Form:
    fields = {"pseudonym": member.pseudonym, "passphrase": member.passphrase, "exposed": "no"}
    name, fields["new_pseudonym"] = f"change {member.row.pk}", NAME
    return Form(member.client, "/en/me/change/", fields, name, "new_passphrase")


def come_back(moderator: Person, member: Person) -> Form:
    row, ring = member.keys
    code = recover.renew_recovery_code(row.pk, ring).recovery_code
    return Form(Client(), "/en/in/recover/", {"recovery_code": code, "pseudonym": NAME}, "recover")


FORMS = pytest.mark.parametrize("form", [join, apply, change, come_back])
Make = Callable[[Person, Person], Form]


def text(response: Any) -> str:
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split()))


@FORMS
def test_the_offered_one_typed_once(moderator: Person, member: Person, form: Make) -> None:
    sent = form(moderator, member)
    assert sent.offered().status_code in (200, 302)
    assert Person("", "", NAME, MADE).row.roles == "member"


@FORMS
@pytest.mark.parametrize("passphrase", [OWN, "gibole natuve kirosa dapemu"])
def test_no_other_however_strong_and_whatever_its_shape(
    moderator: Person, member: Person, form: Make, passphrase: str
) -> None:
    sent = form(moderator, member)
    refused = sent.own(passphrase)
    assert refused.status_code == 400
    assert "passphrase" in text(refused).split("Please look at this again")[1][:200]
    assert sent.offered().status_code in (200, 302)


@FORMS
@pytest.mark.parametrize("other", ["join", "apply", "recover", "change 7", "", "typed"])
def test_the_token_of_another_form(
    moderator: Person, member: Person, form: Make, other: str
) -> None:
    sent = form(moderator, member)
    if other != sent.name:
        assert sent.offered(offered=offers.token(other, MADE)).status_code == 400


@FORMS
@pytest.mark.parametrize("why", ["restarted", "late", "damaged"])
def test_an_offer_that_is_over_is_said_and_made_anew(
    moderator: Person,
    member: Person,
    form: Make,
    why: str,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent = form(moderator, member)
    with monkeypatch.context() as patched:
        if why == "late":
            patched.setattr(passphrase_offers, "LIFETIME", 0)
        token = offers.token(sent.name, MADE)
    if why == "restarted":
        settings.OFFER_KEY = b"another start's key, thirty-two."
    elif why == "damaged":
        token = token[:-8]
    refused = sent.offered(offered=token)
    assert refused.status_code == 400
    assert "can no longer be used" in text(refused)
    page = refused.content.decode()
    new = shown_passphrase(page)
    assert new != MADE
    for kept in ("code", "recovery_code", "new_pseudonym", "note"):
        assert sent.fields.get(kept, "") in page
    accepted = sent.post(**{"offered": token_in(page), sent.typed_into: new.upper()})
    assert accepted.status_code in (200, 302)
    assert Person("", "", NAME, new).keys


@FORMS
def test_the_offer_stays_while_something_else_is_corrected(
    moderator: Person, member: Person, form: Make
) -> None:
    sent = form(moderator, member)
    token = offers.token(sent.name, MADE)
    refused = sent.post(**{"offered": token, sent.typed_into: f"{MADE} bo"})
    assert refused.status_code == 400
    assert "not the passphrase above" in text(refused)
    assert shown_passphrase(refused.content.decode()) == MADE


@FORMS
def test_another_is_made_and_nothing_typed_is_lost(
    moderator: Person, member: Person, form: Make
) -> None:
    sent = form(moderator, member)
    before = sent.client.get(sent.path).content.decode()
    assert set(shown_passphrase(before).split()) <= set(word_list("en"))
    page = sent.post(offered=token_in(before), another="sounds", **{sent.typed_into: "b"})
    assert page.status_code == 200
    shown = page.content.decode()
    assert 'role="alert"' not in shown
    made = shown_passphrase(shown)
    assert re.fullmatch(r"[a-z]{6}( [a-z]{6}){3}", made)
    for name, value in sent.fields.items():
        if name != "passphrase":
            assert value in html.unescape(shown)
    assert member.passphrase not in shown
    # Once more, then in words again; what was typed at first is still there.
    again = re.findall(r'name="(typed_passphrase|offered)" value="([^"]+)"', shown)
    left = {name: "" if name == "passphrase" else value for name, value in sent.fields.items()}
    third = sent.client.post(sent.path, {**left, **dict(again), "another": "en"}).content.decode()
    words = shown_passphrase(third)
    assert set(words.split()) <= set(word_list("en"))
    carried = dict(re.findall(r'name="(typed_passphrase|offered)" value="([^"]+)"', third))
    done = sent.client.post(sent.path, {**left, **carried, sent.typed_into: words})
    assert done.status_code in (200, 302)
    assert Person("", "", NAME, words).keys


@pytest.mark.thorough
@pytest.mark.parametrize("language", ["en", "es", "fr", "de", "pt-br"])
def test_words_are_of_the_language_of_the_page(nobody: Client, language: str) -> None:
    for path in ("join/", "apply/", "in/recover/"):
        page = nobody.get(f"/{language}/{path}").content.decode()
        assert set(shown_passphrase(page).split()) <= set(word_list(language))


@pytest.mark.parametrize("another", ["", "xx", "../en", "de", "x" * 9000])
def test_what_no_button_sends_makes_sounds(nobody: Client, another: str) -> None:
    page = nobody.post("/en/join/", {"code": "x", "another": another})
    assert page.status_code == 200
    assert re.fullmatch(r"[a-z]{6}( [a-z]{6}){3}", shown_passphrase(page.content.decode()))


def test_what_was_typed_before_is_hers_and_ends(
    member: Person, colleague: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = change(member, member)
    page = form.post(another="sounds").content.decode()
    (kept,) = re.findall(r'name="typed_passphrase" value="([^"]+)"', page)
    name = f"change {member.row.pk}"
    assert passphrase_offers.open_typed(kept, name).startswith("sevenkettles")
    assert not passphrase_offers.open_typed(kept, f"change {colleague.row.pk}")
    assert not passphrase_offers.open_token(kept, name)
    left = {**form.fields, "passphrase": "", "typed_passphrase": kept}
    assert colleague.client.post(form.path, left).status_code == 400
    monkeypatch.setattr(passphrase_offers, "LIFETIME", 0)
    left["typed_passphrase"] = passphrase_offers.keep_typed(member.passphrase, name)
    assert member.client.post(form.path, left).status_code == 400


@pytest.mark.parametrize("role", ["translator", "editor"])
def test_who_reads_no_notes_may_choose(moderator: Person, member: Person, role: str) -> None:
    form = join(moderator, member, role)
    assert form.own("te quiero mucho mi amor").status_code == 400
    assert Invitation.objects.exists()
    assert form.own(OWN).status_code == 200
    newcomer = Person("newcomer", role, NAME, OWN)
    assert newcomer.row.roles == role
    page = newcomer.client.get("/en/me/change/").content.decode()
    assert 'name="passphrase_again"' in page


def test_who_holds_the_key_is_not_asked_twice(member: Person) -> None:
    assert b'name="passphrase_again"' not in member.client.get("/en/me/change/").content


def test_a_new_pseudonym_alone_needs_no_new_passphrase(member: Person) -> None:
    form = change(member, member)
    assert form.post().status_code == 302
    assert Person("", "", NAME, member.passphrase).keys
