"""The public pages: readable without an account, written by people, one source for each."""

from django.apps import AppConfig
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from safety_app.members.hooks import Tool


class ResourcesConfig(AppConfig):
    name = "resources"
    verbose_name = _("Pages")
    # What `/kept/` says about this app: (what is kept, for how long).
    keeps: list[tuple[str | Promise, str | Promise]] = [
        (
            _("Pages and their translations"),
            _("until an editor changes or removes them"),
        ),
        (_("What pages said before"), _("with the page")),
        (
            _("What organisations add to pages for their country"),
            _("until an editor changes or removes it"),
        ),
        (
            _("Places in the directory, what they ask and when they are open"),
            _("until their organisation changes or removes them"),
        ),
        (_("The address of a place whose address is secret"), _("never kept")),
        (
            _("Which changes of originals a translator has seen, locked with their own key"),
            _("a year after they last said so"),
        ),
        (
            _("The glossary, and translators' remarks at a text, without who wrote them"),
            _("until a translator or an editor removes them"),
        ),
        (_("Who reads which page"), _("never kept")),
        (
            _("Pages you ask to keep on your phone"),
            _("on your phone alone, until you press the button again or Leave"),
        ),
        (_("What is filled into the sheet for a doctor"), _("never kept")),
    ]
    begins = {"translator": "resources:translate", "editor": "resources:pages_edit"}
    when_erasing = ["resources.translation.looks.erase"]
    sweeps = ["resources.translation.looks.sweep"]
    desk_waiting = ["resources.changing.second.waiting"]
    desk_tools = [
        Tool(_("Places of your organisation"), "resources:services_edit"),
        Tool(_("What is true here"), "resources:local_list"),
        Tool(_("Pages"), "resources:pages_edit"),
    ]
