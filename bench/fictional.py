"""People who fill a world, and what one of them types."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import replace

from safety_app.accounts.flows.join import NewAccount
from safety_app.accounts.keys.credentials import new_stamp, seal_pseudonym, store_network_key
from safety_app.accounts.keys.desk_keys import desk_of
from safety_app.accounts.keys.row_auth import member_mac
from safety_app.accounts.models import Member
from safety_app.locales.dates import month_of, today
from safety_app.vault import seals


def add_members(account: NewAccount, ids: Iterable[int]) -> None:
    """Store a member of the account's organisation under each id. Nobody can sign in as one."""
    desk = desk_of(account.ring, account.member.organisation_id)
    rows = []
    for number, pk in enumerate(ids):
        ring = replace(account.ring, seed=seals.new_seed(), pseudonym=f"Member {number}")
        row = Member(
            id=pk,
            handle=secrets.token_bytes(32),
            verifier=secrets.token_bytes(32),
            recovery_handle=secrets.token_bytes(32),
            organisation=account.member.organisation,
            roles="member",
            public_key=seals.public_key(ring.seed),
            seed_seal=secrets.token_bytes(1425),
            recovery_seal=secrets.token_bytes(1425),
            second_factor_box=secrets.token_bytes(541),
            stamp=new_stamp(),
            renewed=month_of(today()),
        )
        store_network_key(row, ring)
        seal_pseudonym(row, ring, desk)
        row.row_mac = member_mac(ring.row_key, row)
        rows.append(row)
    Member.objects.bulk_create(rows, batch_size=200)


def report_typed() -> dict[str, str]:
    """A short report, each time another."""
    return {
        "what": "theft",
        "level": "1",
        "country": "FR",
        "region": "FR-IDF",
        "when": "week",
        "identifier-0-kind": "phone",
        "identifier-0-value": f"06 39 98 {secrets.randbelow(100):02} {secrets.randbelow(100):02}",
        "send_token": secrets.token_urlsafe(16),
        "send": "1",
    }
