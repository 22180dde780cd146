"""Founds a small network before its server starts.

    manage.py shell -c "from tests.faults.founding import found; found()"

Prints who is there, as JSON: a moderator and a reporter of one organisation.
"""

import json

from safety_app.accounts.flows import invite
from safety_app.accounts.flows.found_network import found_network
from safety_app.accounts.flows.join import join
from safety_app.vault.made_passphrases import new_passphrase


def found() -> None:
    """Their pseudonyms, passphrases and numbers."""
    code = found_network("Harbour Collective").invitation_code
    first = new_passphrase()
    moderator = join(code, "Wilhelmina", first)
    code = invite.make_invitation(moderator.ring, moderator.member, "reporter")
    second = new_passphrase()
    reporter = join(code, "Philippina", second)
    people = [("Wilhelmina", first, moderator), ("Philippina", second, reporter)]
    print(
        json.dumps(
            [
                {"pseudonym": name, "passphrase": passphrase, "id": joined.member.pk}
                for name, passphrase, joined in people
            ]
        )
    )
