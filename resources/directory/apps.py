"""The directory: places that help, what they ask, and when they are open."""

from django.apps import AppConfig
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from safety_app.registry import Tool


class DirectoryConfig(AppConfig):
    name = "resources.directory"
    # What `/kept/` says about this app: (what is kept, for how long).
    keeps: list[tuple[str | Promise, str | Promise]] = [
        (
            _("Places in the directory, what they ask and when they are open"),
            _("until their organisation changes or removes them"),
        ),
        (_("The address of a place whose address is secret"), _("never kept")),
    ]
    desk_tools = [Tool(_("Places of your organisation"), "directory:services_edit")]
