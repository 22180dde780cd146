"""Founds the network of the seizure test, before its server starts.

    manage.py shell -c "from tests.seizure.findings import found; found()"

Everything after this happens over HTTP. The first moderator joins here, since adding the other
two organisations takes a moderator's keys.
"""

import json

from safety_app.accounts.flows.found_network import add_organisation, found_network
from safety_app.accounts.flows.join import join
from safety_app.vault.made_passphrases import new_passphrase
from tests.seizure.world import FIRST_PSEUDONYM

ORGANISATIONS = ("Harbour Collective", "Lantern House", "Northern Peers")


def found() -> None:
    """Print, as JSON, the first moderator's account and two moderators' invitations."""
    first = found_network(ORGANISATIONS[0])
    passphrase = new_passphrase()
    joined = join(first.invitation_code, FIRST_PSEUDONYM, passphrase)
    others = [add_organisation(joined.ring, joined.member, name) for name in ORGANISATIONS[1:]]
    print(
        json.dumps(
            {
                "passphrase": passphrase,
                "recovery_code": joined.recovery_code,
                "invitations": [one.invitation_code for one in others],
                "desk_codes": [one.desk_recovery_code for one in (first, *others)],
                "used_code": first.invitation_code,
            }
        )
    )
