"""`/services/edit/file/`: bring a directory file in, after a look at what it would change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from resources.directory.budgets import FILES
from resources.directory.exchange import uploads
from resources.directory.exchange.files import FileEntry, FileError, FileProblem
from resources.directory.exchange.uploads import Plan
from resources.directory.forms import LABELS
from resources.roles import EDITORS_AND_MODERATORS, editors_and_moderators
from safety_app.accounts.member_request import MemberRequest
from safety_app.privacy.backends.uploads import takes_file
from safety_app.privacy.budgets import spend
from safety_app.privacy.form_replay import is_replayed

MOST_SHOWN = 60
COLUMNS = LABELS | {
    "kinds": gettext_lazy("What kind of help"),
    "languages": gettext_lazy("Languages spoken there"),
    "confidential": gettext_lazy("The address is secret"),
    "hours": gettext_lazy("Opening hours"),
    "facts": gettext_lazy("What is known"),
    "checked": gettext_lazy("Day of the last check"),
}


@takes_file(*EDITORS_AND_MODERATORS)
@editors_and_moderators
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: MemberRequest) -> HttpResponse:
    """The form; after a file, what it would change; after the button below that, what it did."""
    if request.method != "POST" or is_replayed(request):
        return _ask(request)
    try:
        if "take" in request.POST:
            return _take(request)
        file = request.FILES.get("file")
        if file is None:
            return _ask(request, [FileProblem(0, "", _("Choose a file."))])
        spend(FILES, request.user.pk)
        file.seek(0)
        entries = uploads.read_upload(file.read())
        planned = uploads.plan(entries, request.user.organisation_id)
        packed = uploads.pack(planned.entries)
    except FileError as error:
        return _ask(request, error.problems)
    notes = [note for entry in entries for note in entry.notes()]
    context = _shown(planned) | {"packed": packed, **_cut("notes", notes)}
    return render(request, "directory/upload_preview.html", context)


def _take(request: MemberRequest) -> HttpResponse:
    spend(FILES, request.user.pk)
    entries = uploads.unpack(request.POST.get("entries", ""))
    done = uploads.take(entries, request.user.organisation_id)
    return render(request, "directory/upload_taken.html", _shown(done))


def _ask(request: HttpRequest, problems: Sequence[FileProblem] = ()) -> HttpResponse:
    context = _cut("problems", problems)
    return render(request, "directory/upload.html", context, status=400 if problems else 200)


def _shown(planned: Plan) -> dict[str, Any]:
    changed = [
        {"name": _name(change.entry), "columns": [COLUMNS[name] for name in change.columns]}
        for change in planned.changed
    ]
    return {
        "plan": planned,
        **_cut("new", [_name(entry) for entry in planned.new]),
        **_cut("changed", changed),
        **_cut("unclaimed", [_name(entry) for entry in planned.unclaimed]),
        **_cut("foreign", [_name(entry) for entry in planned.foreign]),
    }


def _name(entry: FileEntry) -> str:
    return entry.content.texts["name"]


def _cut(name: str, rows: Sequence[Any]) -> dict[str, Any]:
    """The first of many rows, and how many more there are."""
    return {name: rows[:MOST_SHOWN], f"more_{name}": max(0, len(rows) - MOST_SHOWN)}
