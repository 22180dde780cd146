"""One way in for all kinds of identifier."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from alerts.identifiers.emails import normalise_email
from alerts.identifiers.identifier import Identifier, IdentifierError
from alerts.identifiers.names import normalise_name
from alerts.identifiers.payments import normalise_payment
from alerts.identifiers.phones import normalise_phone
from alerts.identifiers.plates import normalise_plate
from alerts.identifiers.usernames import normalise_username


def normalise(kind: str, value: str, country: str | None = None) -> Identifier:
    """Read `value` as an identifier of `kind` (one of KINDS).

    `country` is ISO 3166-1 alpha-2, or empty; it is used for phone numbers without country code.
    The result's kind differs from `kind` when an address says so: see Identifier.
    Raises IdentifierError, whose message says what is wrong, and nothing else.
    """
    match kind:
        case "phone":
            return normalise_phone(value, country)
        case "email":
            return normalise_email(value)
        case "username":
            return normalise_username(value, country)
        case "plate":
            return normalise_plate(value)
        case "payment":
            return normalise_payment(value, country)
        case "name":
            return normalise_name(value)
    raise IdentifierError(_("Choose what this is."))
