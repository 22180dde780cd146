"""The WSGI application. Refuses to start, with one sentence, when something is unsafe."""

import os
import sys

from django.core.checks import ERROR, run_checks
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "safety_app.settings")

application = get_wsgi_application()

refusals = [
    problem for problem in run_checks(include_deployment_checks=True) if problem.level >= ERROR
]
if refusals:
    sys.exit("\n".join(f"{problem.msg} {problem.hint or ''}".strip() for problem in refusals))
