"""What opening an account of the cast gave, kept for as long as every row behind it is the same.

Opening her keys takes an Argon2 and several boxes, signing in over HTTP some more. Thousands of
tests begin with it, and all but a few from the same rows. Where one of these differs, or the time
or a setting of sessions, it is done anew. That signing in works is not proved here, but in
tests/accounts/test_sign_in.py and wherever `Person.sign_in` is called.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Callable
from http.cookies import SimpleCookie

from django.conf import settings
from django.db import connection
from django.test import Client

from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.models import Epoch, Member, Organisation
from tests.stacks import memory

Account = tuple[Member, KeyRing]
_ACCOUNTS: dict[str, tuple[object, Account]] = {}
_SESSIONS: dict[str, tuple[object, SimpleCookie, dict[str, memory.Entry]]] = {}


def account(secret: str, find: Callable[[], Account]) -> Account:
    """Row and ring of whoever has this secret, each time her own copy."""
    if secret in _ACCOUNTS:
        seen, found = _ACCOUNTS[secret]
        if seen == _rows(found[0].pk):
            return copy.deepcopy(found)
    found = find()
    _ACCOUNTS[secret] = _rows(found[0].pk), copy.deepcopy(found)
    return found


def browser(secret: str, pk: int, sign_in: Callable[[], Client]) -> Client:
    """A browser in which she is signed in."""
    stands = _rows(pk), time.time(), settings.SESSION_IDLE_SECONDS, settings.SESSION_COOKIE_AGE
    if secret in _SESSIONS:
        seen, cookies, entries = _SESSIONS[secret]
        if seen == stands and not entries.keys() & memory.names():
            memory.put(entries)
            client = Client(headers={"referer": "http://testserver/en/in/"})
            client.cookies = copy.deepcopy(cookies)
            return client
    before = memory.names()
    client = sign_in()
    if stands[0] == _rows(pk):  # nothing was written
        entries = memory.take(memory.names() - before)
        _SESSIONS[secret] = stands, copy.deepcopy(client.cookies), entries
    return client


def _rows(pk: int) -> object:
    """All that an account is opened from: her row, what hangs on it, the keys' and organisations'.

    As they are stored, since reading them through models would cost what this is to save.
    """
    hers = [(Member._meta.db_table, Member._meta.pk.column)]
    for relation in Member._meta.related_objects:
        hers.append((relation.related_model._meta.db_table, relation.field.column))
    with connection.cursor() as cursor:
        found = []
        for table, column in hers:
            cursor.execute(f'SELECT * FROM "{table}" WHERE "{column}" = %s', [pk])  # noqa: S608 (ours)
            found.append(sorted(cursor.fetchall(), key=repr))
        for model in (Epoch, Organisation):
            cursor.execute(f'SELECT * FROM "{model._meta.db_table}"')  # noqa: S608 (ours)
            found.append(sorted(cursor.fetchall(), key=repr))
    return found
