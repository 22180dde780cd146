"""A moderator's copy of her own desk's key does not open: the desk says so, and stays a page."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from safety_app.accounts.models import DeskSeal
from safety_app.accounts.rotation import desk_upkeep
from safety_app.vault import seals
from safety_app.vault.errors import VaultError
from tests.cast import Person

DESK = "/en/desk/"
SAID = "The shared moderation keys do not open here for now"


def cut(held: DeskSeal) -> bytes:
    return bytes(held.sealed)[:-1]


def of_another_key(held: DeskSeal) -> bytes:
    return seals.seal(seals.public_key(seals.new_seed()), bytes(32), b"another")


def empty(held: DeskSeal) -> bytes:
    return b""


@pytest.mark.parametrize("damaged", [cut, of_another_key, empty])
def test_the_desk_says_it(moderator: Person, damaged: Callable[[DeskSeal], bytes]) -> None:
    browser = moderator.client
    for held in DeskSeal.objects.filter(member=moderator.row):
        DeskSeal.objects.filter(pk=held.pk).update(sealed=damaged(held))
    response = browser.get(DESK)
    assert response.status_code == 200
    assert SAID in response.content.decode()
    for page in ("me/", "a/", "desk/keys/", "desk/organisations/"):
        assert browser.get(f"/en/{page}").status_code == 200, page


def test_each_question_by_itself(moderator: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that cannot be answered is said too, and takes no other down."""

    def unanswered(*_arguments: object) -> bool:
        raise VaultError("desk: not one of yours")

    row, ring = moderator.keys
    for name in ("_is_own_due", "_lacks_moderation", "countersigning.is_pending"):
        with monkeypatch.context() as one:
            one.setattr(f"{desk_upkeep.__name__}.{name}", unanswered)
            assert SAID in [str(item.title) for item in desk_upkeep.queue_items(ring, row)], name
