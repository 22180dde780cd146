"""Loads the member a session names. `flows.sign_in` checks passphrases, never a backend."""

from functools import lru_cache

from django.contrib.auth.backends import BaseBackend
from django.db import DEFAULT_DB_ALIAS

from safety_app.accounts.models import Member
from safety_app.privacy.prepared import select


class SealedBackend(BaseBackend):
    """Only loads the row a session names; it cannot authenticate."""

    def get_user(self, user_id: int) -> Member | None:
        columns = _columns()
        rows = select(Member, columns, "WHERE id = %s", [user_id])
        member = Member.from_db(DEFAULT_DB_ALIAS, columns, rows[0]) if rows else None
        return member if member is not None and member.is_active else None


@lru_cache(maxsize=1)
def _columns() -> tuple[str, ...]:
    return tuple(field.attname for field in Member._meta.concrete_fields)
