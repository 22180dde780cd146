"""Sending files to other networks, and accepting theirs."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from alerts.budgets import EXPORTED
from alerts.sealing.keys import AlertKeys
from alerts.sharing import incoming, outgoing, partners
from alerts.sharing.entries import FIELD_WORDS
from alerts.sharing.entries import LEVELS as SHARED_LEVELS
from alerts.views.sharing.shared import attachment
from alerts.vocabulary.choices import LEVELS
from safety_app.accounts.guards import role_required
from safety_app.accounts.member_request import MemberRequest
from safety_app.locales.collation import sort_key
from safety_app.locales.phrases import long_date
from safety_app.locales.regions import region_name
from safety_app.privacy.backends.uploads import takes_file
from safety_app.privacy.budgets import spend
from safety_app.privacy.form_replay import own_button
from safety_app.vault import sharing

_MOST_REGIONS = 400
KNOWN_TOO_LONG = gettext_lazy(
    "You compared the words of this network more than a year ago. Exchange identities again, and "
    "compare the words, before you exchange files."
)
_WHY: dict[type[sharing.Refused], str | Promise] = {
    sharing.NotAFile: gettext_lazy(
        "This is not a file from another network, or a newer program made it."
    ),
    sharing.Truncated: gettext_lazy("The file is not whole: its end is missing. Get it again."),
    sharing.TooLarge: gettext_lazy("The file, or something in it, is larger than 4 MiB allow."),
    sharing.TooMany: gettext_lazy("There are more than 300 notes in it. Ask for smaller files."),
    sharing.NotForUs: gettext_lazy(
        "The file does not open with your network's key. It was made for another network, or "
        "before your key was last renewed, or it was changed on the way. Exchange identities "
        "again, then ask for a new file."
    ),
    sharing.UnknownSender: gettext_lazy(
        "The file is from a network that you do not know. If you trust it, add it first; "
        "when its key was renewed, exchange identities again."
    ),
    sharing.BadSignature: gettext_lazy(
        "The network that the file names did not sign it for you. Tell that network."
    ),
    sharing.BadContent: gettext_lazy("What is in the file is damaged. Ask for a new one."),
}


@role_required("moderator")
@require_http_methods(["GET", "HEAD", "POST"])
@own_button("send")
def send(request: MemberRequest) -> HttpResponse:
    """Choose a network and what to send, see how much it is, then get the file."""
    known = partners.list_partners(AlertKeys(request.ring))
    chosen = next(
        (partner for partner in known if str(partner.pk) == request.POST.get("partner")), None
    )
    levels = tuple(n for n in SHARED_LEVELS if str(n) in request.POST.getlist("level"))
    regions = tuple(request.POST.getlist("region")[:_MOST_REGIONS])
    if request.method != "POST" or "change" in request.POST:
        levels = levels or SHARED_LEVELS
        return _choice_page(request, known, chosen, levels, regions)
    if chosen is None:
        return _choice_page(request, known, None, levels, regions, _("Choose a network."))
    if chosen.is_over:
        return _choice_page(request, known, chosen, levels, regions, str(KNOWN_TOO_LONG))
    if not levels:
        return _choice_page(request, known, chosen, levels, regions, _("Tick at least one level."))
    gathered = outgoing.gather(request.ring, levels, regions)
    if not gathered.matching:
        why = _("Nothing of this may be shared: nobody who wrote it has agreed.")
        return _choice_page(request, known, chosen, levels, regions, why)
    if "send" not in request.POST:
        return _confirmation_page(request, chosen, levels, regions, gathered)
    spend(EXPORTED, request.user.pk)
    file = outgoing.make_file(request.ring, request.user, chosen, gathered.entries)
    return attachment(file, "notes.bin", "application/octet-stream")


@takes_file("moderator")
@role_required("moderator")
@require_http_methods(["GET", "HEAD", "POST"])
def take(request: MemberRequest) -> HttpResponse:
    """Accept a file: either all of its notes are pending afterwards, or none."""
    if request.method != "POST":
        return _upload_page(request)
    file = request.FILES.get("file")
    if file is None:
        return _upload_page(request, _("Choose a file."))
    file.seek(0)
    try:
        taken = incoming.take_file(request.ring, request.user, file.read())
    except sharing.Refused as refused:
        return _upload_page(request, str(_WHY[type(refused)]))
    except incoming.KnownTooLong:
        return _upload_page(request, str(KNOWN_TOO_LONG))
    except incoming.OldFile as old:
        why = _("The file says that it was made on %(day)s, so ask for a new one.")
        return _upload_page(request, why % {"day": long_date(old.day)})
    except incoming.OddEntry as odd:
        why = _("Note %(number)s in it has something that no form here could give: %(field)s.")
        return _upload_page(request, why % {"number": odd.number, "field": FIELD_WORDS[odd.field]})
    except incoming.TooManyPending:
        return _upload_page(
            request, _("With it more than 600 notes would wait. Look at those first.")
        )
    return render(request, "alerts/shared_taken.html", {"taken": taken})


def _choice_page(
    request: MemberRequest,
    known: list[partners.KnownPartner],
    chosen: partners.KnownPartner | None,
    levels: tuple[int, ...],
    regions: tuple[str, ...],
    problem: str = "",
) -> HttpResponse:
    language = get_language() or settings.LANGUAGE_CODE
    counts = outgoing.gather(request.ring, (), ()).regions if known else {}
    named = [(region_name(code, language), code, count) for code, count in counts.items()]
    named.sort(key=lambda region: sort_key(region[0], language))
    context = {
        "problem": problem,
        "networks": [(partner.pk, partner.name, partner == chosen) for partner in known],
        "levels": [(n, LEVELS[n].word, n in levels) for n in reversed(SHARED_LEVELS)],
        "regions": [(code, name, count, code in regions) for name, code, count in named],
        "total": sum(counts.values()),
    }
    return render(request, "alerts/shared_send.html", context, status=400 if problem else 200)


def _confirmation_page(
    request: MemberRequest,
    chosen: partners.KnownPartner,
    levels: tuple[int, ...],
    regions: tuple[str, ...],
    gathered: outgoing.Gathered,
) -> HttpResponse:
    context = {
        "partner": chosen.pk,
        "name": chosen.name,
        "words": chosen.identity.words,
        "levels": levels,
        "regions": [code for code in regions if code in gathered.regions],
        "count": len(gathered.entries),
        "left_out": gathered.matching - len(gathered.entries),
    }
    return render(request, "alerts/shared_confirm.html", context)


def _upload_page(request: MemberRequest, problem: str = "") -> HttpResponse:
    status = 400 if problem else 200
    return render(request, "alerts/shared_take.html", {"problem": problem}, status=status)
