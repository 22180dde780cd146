"""Loads the member a session names. `flows.sign_in` checks passphrases, never a backend."""

from django.contrib.auth.backends import BaseBackend

from safety_app.accounts.models import Member


class SealedBackend(BaseBackend):
    """Only loads the row a session names; it cannot authenticate."""

    def get_user(self, user_id: int) -> Member | None:
        member = Member.objects.select_related("organisation").filter(pk=user_id).first()
        return member if member is not None and member.is_active else None
