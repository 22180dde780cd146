"""What somebody can do who does not hear from her. She decides; nothing is chosen for her.

Calling the police is on no list, on purpose: for many that is a danger of its own. Who wants it
writes it herself.
"""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# In the order of the message. Each sentence is the very one that is sent.
STEPS: dict[str, Promise] = {
    "call": _("Call me."),
    "again": _("Wait 15 minutes, then call me again."),
    "come": _("Come by."),
}
# The person or organisation she names is called before somebody sets out.
LAST = "come"
