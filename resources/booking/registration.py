"""What this app adds to the site's registries (`safety_app.registry`)."""

from django.utils.translation import gettext_lazy as _

from safety_app.privacy.retention.data_inventory import Kept, kept

kept.register(
    Kept(_("What is filled in for the person who watches over a booking"), _("never kept")),
)
