"""The WSGI application. Refuses to start, with one sentence, when something is unsafe."""

import os

from django.core.wsgi import get_wsgi_application

from safety_app.checks import refuse_unsafe_start
from safety_app.privacy.backends.plain_request import PlainRequest

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "safety_app.settings")

application = get_wsgi_application()
application.request_class = PlainRequest

refuse_unsafe_start()
