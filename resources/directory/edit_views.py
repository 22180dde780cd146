"""`/services/edit/`: moderators and editors keep their own organisation's entries.

Only the account's organisation and roles are looked at. Editors hold no network key, and nothing
here asks for one. Anybody else gets 404, as if nothing were there.
"""

from __future__ import annotations

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from resources.directory import content, ownership, presentation
from resources.directory.forms import EntryForm
from resources.directory.models import Service
from resources.directory.views import now
from resources.freshness import is_old
from resources.roles import editors_and_moderators
from resources.text.text_normalise import fold
from safety_app import notices
from safety_app.accounts.member_request import MemberRequest
from safety_app.locales.page_languages import shown_in
from safety_app.privacy.form_replay import is_replayed


@editors_and_moderators
@require_http_methods(["GET", "HEAD"])
def edit_list(request: MemberRequest) -> HttpResponse:
    """The organisation's own entries, and unclaimed ones."""
    rows = sorted(Service.objects.all(), key=lambda row: (fold(row.name), row.pk))
    free = set(ownership.unclaimed().values_list("pk", flat=True))
    context = {
        "organisation": request.user.organisation.name,
        "own": [
            {"service": row, "old": is_old(row.checked, now().date())}
            for row in rows
            if row.owner == request.user.organisation_id
        ],
        "free": [
            {"service": row, "place": presentation.place(content.content_of(row))}
            for row in rows
            if row.pk in free
        ],
    }
    return render(request, "directory/services_edit.html", context)


@editors_and_moderators
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: MemberRequest) -> HttpResponse:
    """A new entry of one's own organisation."""
    return _edit(request, Service(owner=request.user.organisation_id), None)


@editors_and_moderators
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: MemberRequest, service_id: int) -> HttpResponse:
    """Change an entry, publish it, or take it off the site."""
    service = _own_service(request, service_id)
    return _edit(request, service, content.content_of(service))


@editors_and_moderators
@require_POST
def claim(request: MemberRequest, service_id: int) -> HttpResponse:
    """Claim an entry nobody edits; the first to ask gets it."""
    if not ownership.claim(service_id, request.user.organisation_id):
        raise Http404
    notices.add(request, _("Your organisation looks after this service now."))
    return HttpResponseRedirect(reverse("directory:edit", args=[service_id]))


@editors_and_moderators
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: MemberRequest, service_id: int) -> HttpResponse:
    """Ask for confirmation, then delete."""
    service = _own_service(request, service_id)
    if request.method == "POST" and not is_replayed(request):
        ownership.delete(service)
        notices.add(request, _("The service is deleted."))
        return HttpResponseRedirect(reverse("directory:edit_list"))
    return render(request, "directory/service_delete.html", {"service": service})


def _own_service(request: MemberRequest, service_id: int) -> Service:
    service = ownership.own_entry(service_id, request.user.organisation_id)
    if service is None:
        raise Http404
    return service


def _saved_words(*, public: bool, was_public: bool) -> str:
    """What the next page says about an entry that was saved."""
    if public:
        return _("Saved. Readers see it now.")
    return _("It is off the site.") if was_public else _("Saved. Readers do not see it yet.")


def _edit(
    request: MemberRequest, service: Service, before: content.EntryContent | None
) -> HttpResponse:
    """The form. Publishing requires certain answers; "save" leaves the published state as it is."""
    sent = request.POST if request.method == "POST" and not is_replayed(request) else None
    typed = request.POST if request.method == "POST" else None
    form = EntryForm(typed, shown_in=shown_in(), now=before)
    if sent is not None and form.is_valid():
        hides = "hide" in sent
        public = not hides and (service.published or "publish" in sent)
        if public:
            form.require_publishable()
        if form.is_valid():
            was_public = service.published
            ownership.save(service, form.entry, published=public)
            notices.add(request, _saved_words(public=public, was_public=was_public))
            return HttpResponseRedirect(reverse("directory:edit_list"))
    context = {"form": form, "sections": form.sections(), "service": service, "new": before is None}
    return render(request, "directory/service_edit.html", context)
