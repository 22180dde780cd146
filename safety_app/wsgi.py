"""The WSGI application. Refuses to start, with one sentence, when something is unsafe."""

import os
import sys

from django.core.checks import ERROR, run_checks
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "safety_app.settings")

application = get_wsgi_application()

problems = [
    problem for problem in run_checks(include_deployment_checks=True) if not problem.is_silenced()
]
for problem in problems:
    # Django's own deployment warnings speak of choices taken in settings; ours ask for a look.
    if problem.level < ERROR and str(problem.id).startswith("nightjar."):
        print(problem.msg, file=sys.stderr)
refusals = [problem for problem in problems if problem.level >= ERROR]
if refusals:
    sys.exit("\n".join(f"{problem.msg} {problem.hint or ''}".strip() for problem in refusals))
