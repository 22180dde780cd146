"""What this app adds to the site's registries (`safety_app.registry`)."""

from django.utils.translation import gettext_lazy as _

from resources import nearby
from resources.directory import budgets
from resources.directory.nearby_places import places_address
from safety_app.accounts import moderation_queue
from safety_app.accounts.moderation_queue import Tool
from safety_app.privacy.budgets import register as register_budgets
from safety_app.privacy.retention.data_inventory import Kept, kept

register_budgets(*budgets.ROWS)

kept.register(
    Kept(
        _("Places in the directory, what they ask and when they are open"),
        _("until their organisation changes or removes them"),
    ),
    Kept(_("The address of a place whose address is secret"), _("never kept")),
)

moderation_queue.tools.register(Tool(_("Places of your organisation"), "directory:edit_list"))
nearby.finders.register(places_address)
