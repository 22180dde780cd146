"""The moderation recovery code on the pages that end a moderator's access or take her role.

In a network of one organisation it is the second witness of the new keys. Right, wrong, another
organisation's, one that was used up, none at all.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import Any

import pytest

from safety_app.accounts.budgets import DESK_CODE
from safety_app.accounts.flows import invite
from safety_app.accounts.flows.join import join
from safety_app.accounts.models import Epoch, Member, VerifyingKey
from safety_app.accounts.rotation import countersigning
from safety_app.accounts.views.desk import witness
from safety_app.privacy import budgets
from safety_app.vault import codes
from safety_app.vault.made_passphrases import MadePassphrase
from tests.accounts.conftest import shown_code
from tests.accounts.desk_renewals import renew_own_desk
from tests.accounts.forged_desks import trust_the_state_of
from tests.accounts.test_epoch_pin import sign_in
from tests.alerts.test_former_moderator import only_one_organisation
from tests.cast import CODES, Person

pytestmark = pytest.mark.thorough
NAME = "Grey Plover"
WRONG = "does not open your organisation's moderation"


@dataclass
class Page:
    """A page that ends something of a second moderator's, and what its last button sends."""

    moderator: Person
    gone: int
    address: str
    fields: dict[str, Any]
    kept: str  # what the page still has after an error

    def send(self, code: str) -> Any:
        return self.moderator.client.post(self.address, {**self.fields, "code": code}, follow=True)

    def is_done(self) -> bool:
        row = Member.objects.filter(pk=self.gone).first()
        return row is None or "moderator" not in row.roles


def end_access(moderator: Person, second: Member, admitted: Member) -> Page:
    address = f"/en/desk/people/{second.pk}/revoke/"
    fields = {"revoke": "1", "also": [str(admitted.pk)]}
    kept = rf'<input[^>]*name="also"[^>]*value="{admitted.pk}"[^>]*checked'
    return Page(moderator, second.pk, address, fields, kept)


def take_role(moderator: Person, second: Member, admitted: Member) -> Page:
    fields = {"save": "roles", "seen": second.roles, "roles": ["reporter"], "sure": "1"}
    kept = r'<input[^>]*type="hidden"[^>]*name="roles"[^>]*value="reporter"'
    return Page(moderator, second.pk, f"/en/desk/people/{second.pk}/", fields, kept)


@pytest.fixture(params=[end_access, take_role], ids=lambda page: str(page.__name__))
def page(request: pytest.FixtureRequest, moderator: Person, member: Person) -> Page:
    only_one_organisation()
    code = invite.make_invitation(moderator.ring, moderator.row, "moderator")
    second = join(code, NAME, MadePassphrase("gibole natuve kirosa dapemu"))
    code = invite.make_invitation(second.ring, second.member, "member")
    admitted = join(code, "Small Wren", MadePassphrase("a green boat waits under the bridge"))
    made: Page = request.param(moderator, second.member, admitted.member)
    return made


@pytest.fixture
def waited(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that a request had to wait, once two codes were tried."""
    waits: list[float] = []
    monkeypatch.setattr(budgets.time, "sleep", waits.append)
    monkeypatch.setattr(witness, "DESK_CODE", DESK_CODE._replace(amount=2))
    return waits


def text(response: Any) -> str:
    return html.unescape(response.content.decode())


def assert_refused(page: Page, response: Any, typed: str) -> None:
    assert response.status_code == 400
    assert WRONG in text(response)
    assert re.search(page.kept, response.content.decode())
    assert typed not in response.content.decode()
    assert not page.is_done()
    assert (VerifyingKey.objects.count(), Epoch.objects.count()) == (0, 1)


def test_the_right_code_is_the_second_witness(page: Page, member: Person) -> None:
    """Somebody who was away is led on, also where an operator vouched for the state before."""
    away = member.ring  # she signs in before, so her box holds the keys of then
    response = page.send(codes.show_code(CODES["desk"]).lower().replace("-", " "))
    assert response.status_code == 200
    assert page.is_done()
    new = shown_code(response.content)
    ring = page.moderator.ring
    assert not countersigning.is_pending(ring)
    assert countersigning.seed_for_renewal(ring, new)
    assert "wait for a second signature" not in text(page.moderator.client.get("/en/desk/"))
    trust_the_state_of(away)
    assert sign_in(member).status_code == 302
    assert member.ring.signers == ring.signers


@pytest.mark.parametrize("typed", ["", "   "])
def test_it_may_be_left_empty_and_typed_later(
    page: Page, member: Person, typed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is left empty is no try; what is typed later is one."""
    waits: list[float] = []
    monkeypatch.setattr(budgets.time, "sleep", waits.append)
    monkeypatch.setattr(witness, "DESK_CODE", DESK_CODE._replace(amount=0))
    away = member.ring  # she signs in before, so her box holds the keys of then
    response = page.send(typed)
    assert response.status_code == 200
    assert page.is_done()
    assert "from before these keys is still missing" in text(response)
    assert not waits
    browser, address = page.moderator.confirm(), "/en/desk/people/keys/"
    for wrong in (shown_code(response.content), CODES["other_desk"], codes.new_code()):
        refused = browser.post(address, {"witness": "1", "before-code": wrong})
        assert refused.status_code == 400
        assert WRONG in text(refused)
        assert countersigning.is_pending(page.moderator.ring)
    assert browser.post(address, {"witness": "1", "before-code": CODES["desk"]}).status_code == 302
    assert len(waits) == 4
    assert not countersigning.is_pending(page.moderator.ring)
    trust_the_state_of(away)
    assert sign_in(member).status_code == 302


@pytest.mark.parametrize("typed", ["other_desk", "member", "new", "malformed"])
def test_another_code_ends_nothing(page: Page, typed: str) -> None:
    """That of another desk, of an account, of nothing, and something that is no code."""
    known = {**CODES, "new": codes.new_code(), "malformed": "<b>no code</b>"}
    code = known[typed]
    shown = code if typed == "malformed" else codes.show_code(code)
    assert_refused(page, page.send(shown), shown)
    assert page.send(codes.show_code(CODES["desk"])).status_code == 200
    assert page.is_done()


def test_a_longer_one_than_any_code(page: Page) -> None:
    response = page.send("é" * 3000)
    assert response.status_code == 400
    assert not page.is_done()


def test_a_code_that_was_used_up(page: Page) -> None:
    """The one from before a renewal opens nothing, and witnesses no later one."""
    row, ring = page.moderator.keys
    seed = countersigning.seed_for_renewal(ring, CODES["desk"])
    new = renew_own_desk(ring, row, seed)
    refused = page.send(CODES["desk"])
    assert refused.status_code == 400
    assert WRONG in text(refused)
    assert not page.is_done()
    assert VerifyingKey.objects.count() == 1
    assert page.send(new).status_code == 200
    assert page.is_done()
    assert not countersigning.is_pending(page.moderator.ring)


def test_each_try_is_counted_and_none_refused(page: Page, waited: list[float]) -> None:
    for time in range(4):
        assert page.send(codes.new_code()).status_code == 400
        assert len(waited) == max(0, time - 1)
    assert page.send(CODES["desk"]).status_code == 200
    assert page.is_done()
    assert len(waited) == 3


def test_a_members_access_is_ended_in_the_same_way(page: Page, colleague: Person) -> None:
    """Her row cannot prove that she knows no moderation keys. The code may be left empty."""
    address = f"/en/desk/people/{colleague.row.pk}/revoke/"
    assert "Moderation recovery code" in text(page.moderator.client.get(address))
    done = page.moderator.client.post(address, {"revoke": "1", "code": ""}, follow=True)
    assert done.status_code == 200
    assert VerifyingKey.objects.count() == 1


def test_the_code_is_asked_for(page: Page) -> None:
    asked = {name: value for name, value in page.fields.items() if name not in ("revoke", "sure")}
    browser = page.moderator.client
    shown = browser.post(page.address, asked) if "save" in asked else browser.get(page.address)
    assert shown.status_code == 200
    assert "Moderation recovery code" in text(shown)
    assert "If you have it at hand." in text(shown)
    assert not page.is_done()
