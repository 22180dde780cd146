"""What all forms share that set a new passphrase: one made here is offered, and recognised."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from safety_app.accounts.forms.vault_form import VaultForm
from safety_app.accounts.keys import passphrase_offers, passphrase_strength
from safety_app.vault.made_passphrases import LISTS

MADE_UP = "sounds"  # what the button for made-up words sends
AGAIN = "passphrase_again"
TYPE_IT = _("Type the one above from your paper. Then you know that it is right there.")
OVER = _(
    "The passphrase you were shown before can no longer be used: it was shown too long ago, or the "
    "site was restarted. There is a new one above. Write that one down and type it."
)


class NewPassphraseForm(VaultForm):
    """Offers a passphrase made here. Typed once, it becomes a `MadePassphrase`.

    typed_into  the name of the field it is typed into
    offered_on  names the form in the token of the offer
    own_allowed  whether somebody may choose one herself, and types that twice; whoever holds a
             network key may not, and where only the flow can tell, the flow refuses it
    """

    typed_into = "passphrase"
    offered_on = ""
    own_allowed = True

    def __init__(self, *args: Any, another: str | None = None, **kwargs: Any) -> None:
        """`another` asks for a new offer: "sounds" or a language; see `kind_of`."""
        super().__init__(*args, **kwargs)
        brought = passphrase_offers.open_token(self.data.get("offered", ""), self.offered_on)
        self.is_same_offer = brought is not None
        self.offer = brought or passphrase_offers.make(_language(another))
        self.offer_token = passphrase_offers.seal(self.offer, self.offered_on)
        if not self.own_allowed:
            del self.fields[AGAIN]

    @property
    def is_over(self) -> bool:
        """Whether the passphrase that was offered before is not any more."""
        return self.is_bound and not self.is_same_offer

    @property
    def same_kind(self) -> str:
        """What the button for another one of the same kind sends."""
        return self.offer.language or MADE_UP

    @property
    def other_kind(self) -> str:
        """What the button for the other kind sends; empty where there is no other."""
        if self.offer.language:
            return MADE_UP
        language = get_language() or ""
        return language if language in LISTS else ""

    def check_new_passphrase(self, cleaned: dict[str, Any], pseudonym: str) -> None:
        """Put the offered passphrase in place of what was typed, or add what is wrong with it."""
        name = self.typed_into
        typed, again = cleaned.get(name, ""), cleaned.get(AGAIN, "")
        if not typed:
            return
        if self.is_same_offer and self.offer.accepts(typed):
            cleaned[name] = self.offer.passphrase
            if again and again != typed:
                self.add_error(AGAIN, _("The two are not the same. Type both again."))
        elif not self.own_allowed or not again:
            self.add_error(name, OVER if self.is_over else _NOT_THIS)
        elif passphrase_strength.strength_bits(typed, pseudonym) < passphrase_strength.MIN_BITS:
            self.add_error(name, _TOO_EASY)
        elif again != typed:
            self.add_error(AGAIN, _("The two are not the same. Type both again."))


def _language(another: str | None) -> str:
    """The list to take words from: what the button asked for, else the page's language."""
    language = get_language() or ""
    return language if another in (None, language) and language in LISTS else ""


_NOT_THIS = _("This is not the passphrase above. Look at your paper and type it again.")
_TOO_EASY = _("This one is too easy to guess. Make it longer, or use the one above.")
