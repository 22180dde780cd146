"""How much, how long and how many. Bytes and seconds."""

from django.conf import settings

from safety_app.privacy.backends import uploads
from safety_app.vault.passphrase import RUNNING

REQUEST_LINE = 2048
HEADERS = 16 * 1024  # all of them, with the request line
HEADER_FIELDS = 60

# A form may have 256 KiB. One that is larger is still taken in, up to here, so that the page that
# refuses it can give back what was not too long.
FORM = 4 * settings.DATA_UPLOAD_MAX_MEMORY_SIZE
# A form with a file, from somebody who has a session.
FILE = uploads.MOST
# Of a body that is refused, so much is read and thrown away: a browser that is cut off while it is
# sending shows an error of its own instead of our page.
THROWN_AWAY = 16 * 1024 * 1024
# Everything that waits in memory for whoever is slow in sending or reading, all connections
# together. Above it, those who hold most for longest are cut off.
HELD = 64 * 1024 * 1024

CONNECTIONS = 1000
IDLE_SECONDS = 75  # longer than a proxy keeps a connection that it does not use
SLOW_SECONDS = 30  # to send a request, or to take an answer, and beside that …
SLOWEST = 8 * 1024  # … a second for so many bytes
LINGER_SECONDS = 10
STOP_SECONDS = 10

# Threads that run Django, and how many requests may wait for one. What waits longer than a
# few seconds is better refused: nobody waits for it any more.
PAGES = (16, 64)
# Signing in and everything else that stretches a passphrase for somebody unknown: as many as the
# vault lets wait or run, so that it need not refuse any (`vault.passphrase`).
PASSPHRASES = (3 * RUNNING, 6)
# Leave, lock, health; refusals that need no Django. They wait for nothing else.
EXPRESS = (2, 1000)
