"""What this app adds to the site's registries (`safety_app.registry`)."""

from django.utils.translation import gettext_lazy as _

from resources.translation import bookmarks, budgets
from resources.translation.interface import serving
from safety_app.accounts.flows import erase, renew_seed
from safety_app.accounts.start_pages import StartPage, start_pages
from safety_app.privacy.budgets import register as register_budgets
from safety_app.privacy.public.content import followers
from safety_app.privacy.retention import housekeeping
from safety_app.privacy.retention.data_inventory import Kept, kept

register_budgets(*budgets.ROWS)

kept.register(
    Kept(
        _("Which changes of originals a translator has seen, locked with their own key"),
        _("a year after they last said so"),
    ),
    Kept(
        _("The glossary, and translators' remarks on a paragraph, without who wrote them"),
        _("until a translator or an editor removes them"),
    ),
    Kept(
        _("Corrected texts of the site itself, without who wrote them"),
        _("until a translator or an editor removes them"),
    ),
)

followers.register(serving.follow)

housekeeping.sweeps.register(bookmarks.sweep_bookmarks)
start_pages.register(StartPage("translator", "translation:languages"))
erase.erasure_actions.register(bookmarks.erase_bookmark)
renew_seed.reseal_actions.register(bookmarks.reseal_bookmark)
