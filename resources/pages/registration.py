"""What this app adds to the site's registries (`safety_app.registry`)."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from resources.pages import empty_boxes
from resources.pages.editing import second_review
from safety_app.accounts import moderation_queue
from safety_app.accounts.moderation_queue import Source, Tool
from safety_app.accounts.start_pages import StartPage, start_pages
from safety_app.privacy.retention.data_inventory import Kept, kept

kept.register(
    Kept(
        _("Pages and their translations"),
        _("until an editor changes or removes them"),
    ),
    Kept(_("What pages said before"), _("with the page")),
    Kept(
        _("What organisations add to pages for their country"),
        _("until an editor changes or removes it"),
    ),
    Kept(_("Who reads which page"), _("never kept")),
    Kept(
        _("Pages you ask to keep on your phone"),
        _("on your phone alone, until you press the button again or Leave"),
    ),
)

start_pages.register(StartPage("editor", "pages:edit_list"))
moderation_queue.sources.register(
    Source("other", second_review.review_queue_items), Source("other", empty_boxes.queue_items)
)
moderation_queue.tools.register(
    Tool(pgettext_lazy("page title", "In your country"), "pages:local_list"),
    Tool(_("Pages"), "pages:edit_list"),
)
