"""Who works on public pages; each with a network key or without, everyone else gets 404."""

from safety_app.accounts.guards import account_role_required

TRANSLATORS = ("translator", "editor")
EDITORS_AND_MODERATORS = ("editor", "moderator")

editors_only = account_role_required("editor")
editors_and_moderators = account_role_required(*EDITORS_AND_MODERATORS)
translators_only = account_role_required(*TRANSLATORS)
