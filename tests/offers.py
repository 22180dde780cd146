"""Forms that offer a passphrase, filled in as if they had offered the one that a test wants."""

from __future__ import annotations

import re
from typing import Any

from safety_app.accounts.keys import passphrase_offers
from safety_app.accounts.keys.passphrase_offers import Offer
from safety_app.vault.made_passphrases import MadePassphrase


def token(form: str, passphrase: str) -> str:
    """What a form's hidden field holds when it offers this passphrase."""
    return passphrase_offers.seal(Offer(MadePassphrase(passphrase)), form)


def typed(form: str, passphrase: str) -> dict[str, str]:
    """The fields of a form whose passphrase was offered and typed once."""
    return {"offered": token(form, passphrase), "passphrase": passphrase}


def taken_from(page: Any) -> dict[str, str]:
    """The fields of a form that was opened, with the passphrase it offers typed once."""
    html = page.content.decode()
    return {"offered": token_in(html), "passphrase": shown_passphrase(html)}


def shown_passphrase(page: str) -> str:
    """The passphrase that a page offers."""
    found = re.search(r'<p class="secret"[^>]*>([^<]+)</p>', page)
    assert found
    return found[1]


def token_in(page: str) -> str:
    """The token of that offer."""
    found = re.search(r'name="offered" value="([^"]+)"', page)
    assert found
    return found[1]
