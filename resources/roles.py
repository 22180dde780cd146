"""Who works on public pages; each with a network key or without, everyone else gets 404."""

from safety_app.accounts.guards import account_with

TRANSLATORS = ("translator", "editor")

editors_only = account_with("editor")
editors_and_moderators = account_with("editor", "moderator")
translators_only = account_with(*TRANSLATORS)
