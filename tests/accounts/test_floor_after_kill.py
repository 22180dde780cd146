"""The server is killed when everything has moved to the newest key, before that is written."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.checks import run_checks

from safety_app.accounts.keys import epoch_pin, epochs
from safety_app.accounts.models import Epoch
from safety_app.accounts.rotation import reencrypt
from tests.accounts.test_epoch_pin import sign_in
from tests.accounts.test_network_rotation import rotate
from tests.cast import Person

pytestmark = pytest.mark.django_db(transaction=True)


class Killed(BaseException):
    """No handler of the program sees it."""


def killed(*_args: Any) -> None:
    raise Killed


@pytest.mark.usefixtures("populated")
def test_it_starts_again(
    moderator: Person, member: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the older key is closed with the next re-encryption."""
    ring = rotate(moderator.ring)
    with monkeypatch.context() as patch:
        patch.setattr(reencrypt, "erase_unneeded", killed)
        with pytest.raises(Killed):
            reencrypt.reencrypt_all(ring, pause=lambda _seconds: None)
    assert (Epoch.objects.get(number=2).floor, epoch_pin.pinned_floor()) == (1, 1)
    assert not [one for one in run_checks(databases=["default"]) if one.id == "nightjar.E015"]
    assert sign_in(member).status_code == 302
    reencrypt.reencrypt_all(ring, pause=lambda _seconds: None)
    assert (Epoch.objects.get(number=2).floor, epoch_pin.pinned_floor()) == (2, 2)


@pytest.mark.usefixtures("populated")
def test_killed_after_it_was_written(
    moderator: Person, member: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file learns it at the next sign-in."""
    ring = rotate(moderator.ring)
    with monkeypatch.context() as patch:
        patch.setattr(epochs.epoch_pin, "raise_floor", killed)
        with pytest.raises(Killed):
            reencrypt.reencrypt_all(ring, pause=lambda _seconds: None)
    assert (Epoch.objects.get(number=2).floor, epoch_pin.pinned_floor()) == (2, 1)
    assert sign_in(member).status_code == 302
    assert epoch_pin.pinned_floor() == 2
