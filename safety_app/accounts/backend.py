"""Loads the member a session names. `flows.sign_in` checks passphrases, never a backend."""

from functools import lru_cache

from django.contrib.auth.backends import BaseBackend

from safety_app.accounts.models import Member


class SealedBackend(BaseBackend):
    """Only loads the row a session names; it cannot authenticate."""

    def get_user(self, user_id: int) -> Member | None:
        member = next(iter(Member.objects.raw(_statement(), [user_id])), None)
        return member if member is not None and member.is_active else None


@lru_cache(maxsize=1)
def _statement() -> str:
    """The query by primary key, put together once: it opens every request of somebody signed in."""
    sql, _parameters = Member.objects.filter(pk=0).query.sql_with_params()
    return sql
