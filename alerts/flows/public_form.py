"""A form for people without an account: not sent too soon, sent once, and so many in a day.

The form's token says when it was made and is signed with the key made at start, so nothing is kept
for forms that nobody sends. When one is sent, its token is remembered for a day, in memory only,
under a keyed hash; beside it stands the return code in a box that only the token and the words
that were sent open. So tapping twice shows the same code twice.
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
# Shorter than a used token is remembered.
LIFE_SECONDS = 12 * 60 * 60
_LONGEST_TOKEN = 200


class OtherWordsSent(Exception):
    """Other words were sent with this token before."""


def new_token() -> str:
    """When it was made, 96 random bits and a signature: about 75 characters."""
    return _signer().sign(f"{int(time.time())}.{secrets.token_urlsafe(12)}")


def seconds_left(token: str) -> int | None:
    """How long the form has to stay open yet; 0 when it can be sent.

    None for what is no token of ours, or of an earlier start, or too old.
    """
    try:
        made = int(_signer().unsign(token[:_LONGEST_TOKEN]).partition(".")[0])
    except (BadSignature, ValueError):
        return None
    age = int(time.time()) - made
    return max(0, WAIT_SECONDS - age) if age <= LIFE_SECONDS else None


def send(token: str, identifier: str, text: str) -> str:
    """Keep an objection, once for each token; the answer is its return code.

    Raises SentAlready; BudgetSpent when as many came in today as can be read; VaultError as
    `objecting.receive`. Then nothing is kept and the token stays good.
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
