"""Translators, editors, those who wait, and codes for such accounts: the server vouches for their
rows (decision 44).

Rows that are there now are taken as they are; from here on, one that is altered or added is
refused. Keys and messages are computed as docs/vault-spec.md says in section 9, so this file does
not change with the program.
"""

import hashlib
import json
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, migrations, models

from safety_app.vault import boxes, network

WITHOUT_PEPPER = (
    "This upgrade needs the pepper that this network was founded with, once: "
    "docs/operations.md says how to give it."
)


def vouch(apps, schema_editor):
    alias = schema_editor.connection.alias
    Epoch, Instance, Invitation, Member = (
        apps.get_model("accounts", name) for name in ("Epoch", "Instance", "Invitation", "Member")
    )
    if alias != DEFAULT_DB_ALIAS:  # the proof of a backup, which needs no pepper
        return
    newest = _newest(Epoch.objects.using(alias))
    if newest is None:
        return
    pepper = settings.PEPPER or b""
    fits = [
        network.equal(
            boxes.derive(bytes(one.salt), "pepper check", salt=pepper), bytes(one.pepper_check)
        )
        for one in Instance.objects.using(alias).all()
    ]
    if not any(fits):
        raise ImproperlyConfigured(WITHOUT_PEPPER)
    link = bytes(newest.chain_mac)[:32]
    key = boxes.derive(pepper, "rows of this server", newest.number, link)
    rows = Member.objects.using(alias)
    for row in rows.filter(models.Q(state="waiting") | ~models.Q(roles__contains="member")):
        rows.filter(pk=row.pk).update(row_mac=_member_mac(key, row))
    rows = Invitation.objects.using(alias)
    for row in rows.filter(~models.Q(roles__contains="member"), state="open"):
        rows.filter(pk=row.pk).update(row_mac=_invitation_mac(key, row))


def _newest(epochs):
    """The row of the newest network key. Where this server remembers which that is, nobody else's
    row takes its place; without that memory nobody signs in until an operator has given her word.
    """
    try:
        pinned = json.loads(Path(settings.EPOCH_PIN_FILE).read_text("ascii"))
        numbers = [pin["number"] for pin in (pinned["expected"], pinned["seen"]) if pin]
    except (KeyError, OSError, TypeError, ValueError):
        numbers = []
    known = epochs.filter(number__in=numbers).order_by("-number").first()
    return known or epochs.order_by("-number").first()


def _member_mac(key, row):
    stay = row.stay_until.isoformat() if row.stay_until else ""
    return network.row_mac(
        key,
        "member",
        row.pk,
        bytes(row.public_key),
        row.organisation_id,
        row.roles,
        f"{row.state} {stay}",
        hashlib.sha256(bytes(row.second_factor_box)).digest(),
    )


def _invitation_mac(key, row):
    return network.row_mac(
        key,
        "invitation",
        row.pk,
        bytes(row.public_key),
        row.organisation_id,
        row.roles,
        f"{'guest' if row.guest else 'open'} {row.expires.isoformat()}",
    )


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_link_of_an_epoch'),
    ]

    operations = [
        migrations.AlterField(
            model_name='member',
            name='row_mac',
            field=models.BinaryField(help_text='Proof that key, organisation, roles, state and second step were set by someone who holds the network key or, for an account without that key, by this server.', max_length=32),
        ),
        migrations.AlterField(
            model_name='invitation',
            name='row_mac',
            field=models.BinaryField(help_text='Proof that someone who holds the network key made it or, for an account without that key, this server.', max_length=32),
        ),
        migrations.AlterField(
            model_name='invitation',
            name='state',
            field=models.CharField(default='open', help_text='Open; open and made by another organisation; asked for by a member and not accepted yet; or declined. The code works only while it is open.', max_length=10),
        ),
        migrations.RunPython(vouch),
    ]
