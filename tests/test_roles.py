"""Who may open what: every address that takes someone's role, with things that are really there.

The wrong person gets 404, whatever she sends and with no hint; whoever is signed out is asked to
sign in; and nothing of it changes a row.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from alerts.flows import flags, lifecycle
from alerts.models import Alert, DeskNote
from resources.pages.models import Page, Segment, Version
from resources.pages.publication import publish
from resources.translation.interface.catalogue import text_key
from resources.translation.models import Remark, Term
from safety_app.accounts.flows import invite, revoke, vouch
from safety_app.accounts.flows.join import join
from safety_app.accounts.models import Organisation, Vouching
from safety_app.locales.catalogue_checks import Text
from safety_app.vault.made_passphrases import MadePassphrase
from tests import cast as stage
from tests.accounts.newcomers import applicant, application_of
from tests.alerts.reports import report
from tests.cast import OTHER_ORGANISATION, Person

pytestmark = pytest.mark.django_db

KEYS = frozenset({"owner", "colleague", "moderator", "other_moderator", "reporter"})
DESKS = frozenset({"moderator", "other_moderator"})
HERS = frozenset({"moderator"})
ACCOUNTS = KEYS | {"translator", "proofreader", "editor"}
EVERYBODY = ACCOUNTS | {"applicant"}
SIGNED_OUT = frozenset({"revoked", "nobody"})
# Whoever may do what another of them may goes in after the quick tests.
ALIKE = frozenset({"colleague", "proofreader"})
GROUPS = [
    pytest.param((EVERYBODY | SIGNED_OUT) - ALIKE, id="one of each"),
    pytest.param(ALIKE, id="the others", marks=pytest.mark.thorough),
]
EDITORS = frozenset({"editor"})
EDITING = DESKS | EDITORS
TRANSLATING = frozenset({"translator", "proofreader", "editor"})

# Address by name: who may open it. What anyone may open stands in PUBLIC.
WHO: dict[str, frozenset[str]] = {
    "accounts:vouch": KEYS,
    "accounts:me": EVERYBODY,
    "accounts:arrival": frozenset({"applicant"}),
    "accounts:sign_out": EVERYBODY,
    "accounts:erase": EVERYBODY,
    "accounts:message_erase": EVERYBODY,
    "accounts:change": ACCOUNTS,
    "accounts:new_recovery_code": ACCOUNTS,
    "accounts:sign_out_everywhere": EVERYBODY,
    "accounts:reauthenticate": ACCOUNTS,
    "accounts:second_step": ACCOUNTS,
    "accounts:security_key_add": ACCOUNTS,
    "accounts:security_key_remove": ACCOUNTS,
    "accounts:desk_recovery": KEYS,
    "accounts:transfer": frozenset(),  # only while one's organisation leaves
    "accounts:desk": DESKS,
    "accounts:invite": DESKS,
    "accounts:invite_for_organisation": DESKS,
    "accounts:application": HERS,
    "accounts:message_to_applicant": HERS,
    "accounts:vouching": HERS,
    "accounts:people": DESKS,
    "accounts:person": HERS,
    "accounts:revoke": HERS,
    "accounts:message_to_member": HERS,
    "accounts:renew_desk": DESKS,
    "accounts:organisation_departure": DESKS,
    "accounts:organisations": DESKS,
    "accounts:organisation_close": frozenset(),  # only after an organisation's last day
    "accounts:network_key": DESKS,
    "accounts:delete_closed": DESKS,
    "accounts:renew_network_key": DESKS,
    "accounts:disclosures": DESKS,
    "alerts:feed": KEYS,
    "alerts:check": KEYS,
    "alerts:report": KEYS,
    "alerts:share_open": KEYS,
    "alerts:alert": KEYS,
    "alerts:confirm": KEYS,
    "alerts:withdraw": frozenset({"owner"}),
    "alerts:correct": frozenset({"owner"}),
    "alerts:cut": frozenset({"owner"}),
    "alerts:flag": KEYS,
    "alerts:translate": KEYS,
    "alerts:author": DESKS,
    "alerts:review": DESKS,
    "alerts:review_words": DESKS,
    "alerts:undo": KEYS,
    "alerts:merge": DESKS,
    "alerts:unreviewed": DESKS,
    "alerts:desk_notes": DESKS,
    "alerts:desk_note": HERS,
    "alerts:objections": DESKS,
    "alerts:figures": DESKS,
    "alerts:figures_file": DESKS,
    "alerts:figures_chart": DESKS,
    "alerts:sheet": DESKS | {"reporter"},
    "alerts:relay": DESKS | {"reporter"},
    "alerts:relay_week": DESKS | {"reporter"},
    "alerts:relays": DESKS,
    "alerts:shared": DESKS,
    "alerts:shared_own": DESKS,
    "alerts:shared_own_file": DESKS,
    "alerts:shared_networks": DESKS,
    "alerts:shared_network": DESKS,
    "alerts:shared_send": DESKS,
    "alerts:shared_take": DESKS,
    "alerts:incoming": DESKS,
    "alerts:own_regions": KEYS,
    "alerts:watch": KEYS,
    "directory:edit_list": EDITING,
    "directory:new": EDITING,
    "directory:upload": EDITING,
    "directory:edit": frozenset(),  # a number nobody has
    "directory:claim": frozenset(),
    "directory:delete": frozenset(),
    "pages:edit_list": EDITING,
    "pages:new": EDITORS,
    "pages:edit": EDITORS,
    "pages:draft_discard": EDITORS,
    "pages:off": EDITORS,
    "pages:second_review": EDITING,
    "pages:versions": EDITING,
    "pages:local": EDITING,
    "pages:local_list": EDITING,
    "translation:languages": TRANSLATING,
    "translation:desk": TRANSLATING,
    "translation:seen": TRANSLATING,
    "translation:page": TRANSLATING,
    "translation:preview": TRANSLATING,
    "translation:segment": TRANSLATING,
    "translation:po": TRANSLATING,
    "translation:po_file": TRANSLATING,
    "translation:texts": TRANSLATING,
    "translation:text": TRANSLATING,
    "translation:glossary": TRANSLATING,
    "translation:term_new": TRANSLATING,
    "translation:term_edit": TRANSLATING,
    "translation:term_delete": TRANSLATING,
    "translation:remarks": TRANSLATING,
    "translation:remark_new": TRANSLATING,
    "translation:remark_settle": TRANSLATING,
}
# What nothing is there of in this test.
ABSENT = {"alerts:shared_network", "alerts:incoming"}
PUBLIC = {
    "manifest", "phone", "alerts:share", "alerts:share_open",
    "start", "exit", "healthz", "robots", "security_txt", "pages_worker", "lock", "object",
    "account_login", "language",
    "accounts:sign_in", "accounts:sign_in_code", "accounts:recover",
    "accounts:join", "accounts:apply",
    "pages:home", "pages:now", "pages:page",
    "pages:kept", "pages:kept_limits", "pages:kept_tables", "pages:kept_app",
    "pages:find", "pages:changes", "pages:feed", "pages:keep", "pages:not_kept",
    "pages:keep_list", "doctor:sheet", "booking:message",
    "directory:services", "directory:service", "directory:file",
}  # fmt: skip
# Reading these is answered alike to everyone with some role, whosever the thing is.
ONLY_POST = {
    "accounts:arrival", "accounts:sign_out", "accounts:sign_out_everywhere",
    "accounts:message_erase", "accounts:security_key_remove", "accounts:delete_closed",
    "alerts:confirm", "alerts:withdraw", "alerts:cut", "alerts:desk_note", "alerts:merge",
    "alerts:undo",
    "directory:claim", "directory:delete", "translation:seen",
}  # fmt: skip


def patterns(resolver: URLResolver, space: str = "") -> Iterator[tuple[str, list[str]]]:
    """The name of every address, and what it takes."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry, entry.namespace or space)
        elif isinstance(entry, URLPattern):
            name = f"{space}:{entry.name}" if space else str(entry.name)
            yield name, list(entry.pattern.regex.groupindex)


def revoked(moderator: Person) -> Client:
    """Someone who was signed in when her access was taken away."""
    row, ring = moderator.keys
    code = invite.make_invitation(ring, row, "member")
    passphrase = MadePassphrase("nine plovers cross the wet sand")
    joined = join(code, "Gone Plover", passphrase)
    client = Person("revoked", "member", "Gone Plover", passphrase).client
    assert client.get("/en/a/").status_code == 200
    revoke.revoke_access(ring, row, [joined.member.pk])
    return client


@pytest.fixture
def clients(cast: dict[str, Person]) -> dict[str, Client]:
    """The browsers of all of them."""
    gone = revoked(cast["moderator"])
    others = KEYS - {"owner"} | {"translator"}
    return {
        **{name: cast[name].confirm() for name in others},
        **{name: stage.let_in(name).confirm() for name in stage.LATER},
        "owner": cast["member"].confirm(),
        "revoked": gone,
        "nobody": Client(),
    }


@pytest.fixture
def numbers(clients: dict[str, Client], cast: dict[str, Person]) -> dict[str, int | str]:
    """What the addresses name: things that are there, of the first organisation."""
    owner, ring = cast["member"].keys
    alert = lifecycle.post(ring, owner, report())
    flags.send_flag(cast["colleague"].ring, alert.pk, flags.FlagContent("false", ""))
    lifecycle.leave_at_desk(ring, owner, report(what=("minor",)))
    vouch.vouch(ring, owner, "I know her.")
    waits = applicant()
    clients["applicant"] = waits.client
    vouched = Vouching.objects.exclude(invitation=None).get()
    return {
        "alert_id": alert.pk,
        "note_id": DeskNote.objects.get().pk,
        "vouching_id": vouched.pk,
        "application_id": application_of(waits).pk,
        "member_id": cast["colleague"].row.pk,
        "organisation_id": Organisation.objects.get(name=OTHER_ORGANISATION).pk,
        "partner_id": 2**62 + 5,
        "incoming_id": 2**62 + 6,
        "service_id": 2**62 + 7,
        "number": 7,
        "segment_id": (segment_id := page_with_a_title(7)),
        "language": "fr",
        "name": "levels",
        "key": text_key(Text("What we keep")),
        "term_id": Term.objects.create(source_language="en", term="PEP", keep=True).pk,
        "remark_id": Remark.objects.create(
            segment_id=segment_id, text="?", day=datetime.date(2026, 11, 1), author_tag=b"x" * 16
        ).pk,
    }


def page_with_a_title(number: int) -> int:
    """A published page in English; the id of its title."""
    day = datetime.date(2026, 11, 1)
    page = Page.objects.create(number=number, topic="health", source_language="en", checked=day)
    publish(Version(page=page, topic="health", checked=day, title="Health", body="Words."), day)
    return Segment.objects.get(page=page, role="title").pk


def address(name: str, numbers: dict[str, int | str]) -> str:
    """The address with the numbers it takes."""
    taken = dict(patterns(get_resolver()))[name]
    return reverse(name, kwargs={key: numbers[key] for key in taken})


def rows() -> dict[str, list[tuple[object, ...]]]:
    """Everything that is stored."""
    return {
        model._meta.label: sorted(model._default_manager.values_list(), key=str)
        for model in apps.get_models()
    }


def writes() -> int:
    """How many rows were written so far, also those that were taken back."""
    if connection.vendor == "sqlite":
        return int(connection.connection.total_changes)
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_xact_all_tables")
        return int(cursor.fetchone()[0])


def test_every_address_has_its_people() -> None:
    found = {name for name, _taken in patterns(get_resolver())}
    assert found == set(WHO) | PUBLIC, found ^ (set(WHO) | PUBLIC)


@pytest.mark.thorough
@pytest.mark.parametrize("people", GROUPS)
def test_only_the_right_people_come_in(
    clients: dict[str, Client], numbers: dict[str, int | str], people: frozenset[str]
) -> None:
    for name in sorted(WHO):
        path = address(name, numbers)
        for person in sorted(people):
            status = clients[person].get(path).status_code
            assert status in expected(name, person), f"{name} for {person}: {status}"


def expected(name: str, person: str) -> set[int]:
    """The statuses that are right when this person reads this address."""
    if person in SIGNED_OUT:
        return {302, 405}
    if name in ONLY_POST:
        return {404, 405}
    if person not in WHO[name]:
        return {404}
    return {200, 302, 404, 405} if name in ABSENT else {200, 302}


@pytest.mark.thorough
@pytest.mark.parametrize("people", GROUPS)
def test_the_wrong_person_changes_nothing(
    clients: dict[str, Client], numbers: dict[str, int | str], people: frozenset[str]
) -> None:
    buttons = "send next yes approve decline hide keep restore make cancel revoke renew ask sure"
    everything = {**dict.fromkeys(buttons.split(), "1"), "note": "x", "text": "x", "person": "1"}
    before, written = rows(), writes()
    for name in sorted(WHO):
        path = address(name, numbers)
        for person in sorted(people - WHO[name]):
            response = clients[person].post(path, everything)
            told = f"{name} for {person}: {response.status_code}"
            if person in SIGNED_OUT:
                assert response.status_code in {200, 302, 403}, told
                assert response.status_code == 302 or b'name="passphrase"' in response.content
            else:
                assert response.status_code == 404, told
        # Comparing everything takes long: only where something was written.
        assert writes() == written or rows() == before, name
        written = writes()


@pytest.mark.thorough
def test_a_404_is_the_same_for_what_is_there_and_what_is_not(
    clients: dict[str, Client], numbers: dict[str, int | str]
) -> None:
    there = reverse("accounts:application", args=[numbers["application_id"]])
    gone = reverse("accounts:application", args=[2**62 + 99])
    for person in ("other_moderator", "colleague", "applicant", "translator"):
        one, two = clients[person].get(there), clients[person].get(gone)
        assert one.status_code == two.status_code == 404
        assert len(one.content) == len(two.content)


@pytest.mark.thorough
def test_who_was_revoked_is_out_at_once(
    clients: dict[str, Client], numbers: dict[str, int | str]
) -> None:
    assert Alert.objects.filter(pk=numbers["alert_id"]).exists()
    response = clients["revoked"].get(reverse("alerts:alert", args=[numbers["alert_id"]]))
    assert response.status_code == 302
    assert "/in/" in response["Location"]
