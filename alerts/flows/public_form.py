"""A form for people without an account: not too soon, only once, and with a daily limit.

The form's token contains the time it was created and is signed with the key made at start-up, so
nothing is stored for forms that nobody sends. Once sent, the token is remembered for a day, in
memory only, under a keyed hash, together with the return code in a box that only the same token and
the same words open. So tapping twice shows the same code twice.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time

from django.conf import settings
from django.core.signing import BadSignature, Signer

from alerts.budgets import OBJECTIONS
from alerts.flows import objections, send_once
from safety_app.privacy.budgets import EVERYONE, spend
from safety_app.vault import boxes
from safety_app.vault.encoding import make_context
from safety_app.vault.errors import VaultError

WAIT_SECONDS = 60
# Less than the time for which a used token is remembered.
LIFE_SECONDS = 12 * 60 * 60
_LONGEST_TOKEN = 200


class OtherWordsSent(Exception):
    """Different words were sent with this token before."""


def new_token() -> str:
    """The current time, 96 random bits and a signature: about 75 characters."""
    return _signer().sign(f"{int(time.time())}.{secrets.token_urlsafe(12)}")


def seconds_left(token: str) -> int | None:
    """How many seconds the form must stay open yet; 0 if it can be sent.

    None for a token that is forged, too old or from before a restart.
    """
    try:
        created = int(_signer().unsign(token[:_LONGEST_TOKEN]).partition(".")[0])
    except (BadSignature, ValueError):
        return None
    age = int(time.time()) - created
    return max(0, WAIT_SECONDS - age) if age <= LIFE_SECONDS else None


def send(token: str, identifier: str, text: str) -> str:
    """Store an objection, once per token; returns its return code.

    Raises OtherWordsSent, BudgetSpent once the daily limit is reached, and VaultError like
    `objections.receive`. Then nothing is stored and the token stays valid.
    """
    name = hmac.new(settings.BUDGET_KEY, f"objection\0{token}".encode(), hashlib.sha256).hexdigest()
    key = boxes.derive(token.encode(), "objection form")
    context = make_context("objection form", identifier, text)
    earlier = send_once.begin(name)
    if earlier is not None:
        try:
            return boxes.open_box(key, bytes.fromhex(earlier), context).decode()
        except VaultError:
            raise OtherWordsSent from None
    try:
        spend(OBJECTIONS, EVERYONE)
        code = objections.receive(identifier, text)
    except Exception:
        send_once.undo(name)
        raise
    send_once.finish(name, boxes.seal_box(key, code.encode(), context).hex())
    return code


def _signer() -> Signer:
    return Signer(salt="nightjar/1 objection form")
