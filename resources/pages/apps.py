"""The public pages: readable without an account, written by people, one source for each."""

from django.apps import AppConfig
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from safety_app.registry import Tool


class PagesConfig(AppConfig):
    name = "resources.pages"
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
        (_("Who reads which page"), _("never kept")),
        (
            _("Pages you ask to keep on your phone"),
            _("on your phone alone, until you press the button again or Leave"),
        ),
    ]
    begins = {"editor": "pages:pages_edit"}
    desk_waiting = ["resources.pages.editing.second_review.waiting"]
    desk_tools = [
        Tool(_("What is true here"), "pages:local_list"),
        Tool(_("Pages"), "pages:pages_edit"),
    ]
