"""What somebody with the network key seals, and no form of ours makes, counts as not opened.

It hides nothing else, stops no page, and keeps no older key open.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from alerts.flows import change_requests, flags, lifecycle, objections, relays, translations
from alerts.flows import reencrypt as alerts_reencrypt
from alerts.models import Alert
from alerts.own import places, watches
from alerts.sealing.bodies import _BODY, BODY_SIZE, body_of, report_bytes, report_from
from alerts.sealing.cards import _CARD, CARD_SIZE, card_of
from alerts.sealing.keys import AlertKeys
from alerts.sealing.notes import NOTE_SIZE, NoteOf, open_note
from alerts.sharing import incoming, partners
from resources.translation import bookmarks
from safety_app.accounts.flows import disclosures, messages
from safety_app.accounts.keys import passphrase_offers, second_step
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.models import Epoch
from safety_app.accounts.rotation import reencrypt
from safety_app.locales.dates import today
from safety_app.privacy.codec import Codec
from safety_app.privacy.ids import LOWEST
from safety_app.vault import boxes, sharing
from safety_app.vault.encoding import make_context, pad, unpad
from safety_app.vault.errors import VaultError
from safety_app.vault.made_passphrases import MadePassphrase
from tests.alerts.reports import report, reported
from tests.alerts.statuses import new_status
from tests.alerts.test_closed_epochs import forged, rotate
from tests.cast import Person

PHONE = reported("phone", "06 39 98 12 42")
ODD_BODIES = {
    "a list for a region": {"what": ["theft"], "level": 2, "region": ["a"], "identifiers": []},
    "too long": {"what": ["theft"], "level": 2, "region": "x" * 3000, "identifiers": []},
    "no number": {
        "what": ["theft"],
        "level": 2,
        "region": "FR-IDF",
        "identifiers": [["phone", "+abc", "", None, 1, 0]],
    },
    "a surrogate": {"what": ["theft"], "level": 2, "region": "\ud800", "identifiers": []},
}


def context_of(keys: AlertKeys, alert: Alert, part: str) -> bytes:
    """What an alert's card or body is bound to."""
    if part == "body":
        return body_of(alert).context(keys, keys.current)
    return make_context("alert", alert.pk, part, alert.version)


def put(ring: KeyRing, alert: Alert, part: str, content: Any) -> None:
    """Seal any JSON in place of an alert's card or body, as a holder of the key can."""
    keys = AlertKeys(ring)
    purpose, size = {
        "card": ("alert cards", CARD_SIZE),
        "body": ("alert bodies", BODY_SIZE),
    }[part]
    context = context_of(keys, alert, part)
    padded = pad(json.dumps(content).encode(), size)
    Alert.objects.filter(pk=alert.pk).update(
        **{part: boxes.seal_box(keys.newest(purpose), padded, context)}
    )
    cache.delete("altered")


def run(ring: KeyRing) -> None:
    reencrypt.reencrypt_all(ring, pause=lambda _seconds: None)


@pytest.mark.django_db
@pytest.mark.thorough
@pytest.mark.parametrize("content", ODD_BODIES.values(), ids=ODD_BODIES)
def test_one_odd_note_keeps_no_key_open(
    moderator: Person, member: Person, colleague: Person, content: dict[str, Any]
) -> None:
    real = lifecycle.post(colleague.ring, colleague.row, report())
    former = member.ring
    renewed = rotate(moderator.ring, member.row.pk)
    odd = forged(former)
    put(former, odd, "body", content)
    run(renewed)
    assert Epoch.objects.get(number=renewed.current).floor == renewed.current
    assert Alert.objects.get(pk=real.pk).epoch == renewed.current
    assert Alert.objects.get(pk=odd.pk).epoch < renewed.current


@pytest.mark.django_db
@pytest.mark.thorough
def test_whatever_one_note_raises_the_others_are_done(
    moderator: Person,
    member: Person,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    good = lifecycle.post(member.ring, member.row, report())
    bad = lifecycle.post(member.ring, member.row, report(city="Elsewhere"))
    card_of = alerts_reencrypt.card_of

    def fails(keys: AlertKeys, epoch: int, content: Any, status: Any) -> Any:
        if content.city == "Elsewhere":
            raise RuntimeError("Elsewhere")
        return card_of(keys, epoch, content, status)

    monkeypatch.setattr(alerts_reencrypt, "card_of", fails)
    renewed = rotate(moderator.ring)
    run(renewed)
    assert Epoch.objects.get(number=renewed.current).floor == renewed.current
    assert Alert.objects.get(pk=good.pk).epoch == renewed.current
    assert Alert.objects.get(pk=bad.pk).epoch < renewed.current
    assert "RuntimeError" in caplog.text
    assert "Elsewhere" not in caplog.text


FULL = report(
    PHONE,
    time_of_day="night",
    day="2026-11-20",
    description={"alone": ("two",), "hair": ("short", "grey")},
    marks="a star",
    helped="a friend",
    may_note=True,
    may_share=True,
    on_behalf=True,
    at_least=2,
    origin="Lantern Network",
    moderated=True,
)
KEYS = AlertKeys(KeyRing(seed=bytes(32), pseudonym="x", epochs={1: bytes(32)}))
OF = NoteOf(7, 9, bytes(16))
IDENTITY = sharing.own_identity(b"n" * 32)
OFFER = passphrase_offers.Offer(MadePassphrase("bodafi kemoru"), "en")
SAMPLES: dict[str, tuple[Codec[Any], Any]] = {
    "card": (_CARD, card_of(KEYS, 1, FULL, new_status())),
    "flag": (flags._CODEC, flags.FlagContent("false", "words")),
    "change request": (
        change_requests._CODEC,
        (change_requests.Change(change_requests.LEVEL, 2, "", "why"), 7, "ab" * 16),
    ),
    "translation": (translations._CODEC, translations.TranslatedText("fr", "a", "b", "c")),
    "objection": (objections._CODEC, ("06 39 98 12 42", "It was not me.")),
    "relay": (relays._CODEC, (LOWEST, (LOWEST, LOWEST + 1))),
    "partner": (partners._CODEC, ("Lantern", IDENTITY, today())),
    "message": (messages._CODEC, ("Come by.", "alert", "Lantern", LOWEST)),
    "disclosure": (disclosures._CODEC, (LOWEST, LOWEST, "why")),
    "second step": (
        second_step._CODEC,
        second_step.SecondStep(bytes(20), ("ABCDEFGH23", "ABCDEFGH24")),
    ),
    "offer": (passphrase_offers._OFFERS, (9, OFFER)),
    "typed": (passphrase_offers._TYPED, (9, "words")),
    "bookmark": (bookmarks._CODEC, {"fr": 9}),
}
# Of no type or size that anything of ours has, wherever it stands.
ODD: tuple[Any, ...] = (
    1.5,
    True,
    10**30,
    -(10**30),
    -1,
    "\ud800",
    "a\0b",
    "x" * 100_000,
    {"a": {"b": []}},
    [[[[]]]],
    [{}],
)
MAY_BE_NONE = ("similar",)


def content_of(codec: Codec[Any], value: Any) -> Any:
    return json.loads(unpad(codec.encode(value)))


def places_in(content: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths to every value within."""
    items: Any = ()
    if isinstance(content, dict):
        items = content.items()
    elif isinstance(content, list):
        items = enumerate(content)
    for name, value in items:
        yield (*path, name)
        yield from places_in(value, (*path, name))


def at(content: Any, path: tuple[Any, ...]) -> Any:
    for name in path:
        content = content[name]
    return content


def planted(content: Any, path: tuple[Any, ...], value: Any) -> Any:
    changed = deepcopy(content)
    at(changed, path[:-1])[path[-1]] = value
    return changed


def grown(content: Any, path: tuple[Any, ...]) -> Any:
    """With one more value, where there are several."""
    changed = deepcopy(content)
    whole = at(changed, path)
    if isinstance(whole, dict):
        whole["unknown"] = None
    else:
        whole.append(None)
    return changed


def decode(codec: Codec[Any], content: Any) -> Any:
    raw = json.dumps(content).encode()
    return codec.decode(pad(raw, len(raw) + 1))


def wholes(content: Any) -> list[tuple[Any, ...]]:
    """The paths to every list and object."""
    return [
        path for path in ((), *places_in(content)) if isinstance(at(content, path), (dict, list))
    ]


def opened_odd(codec: Codec[Any], content: Any) -> list[str]:
    """Where something odd was read all the same."""
    odd = []
    for path in places_in(content):
        true = at(content, path)
        others = [*ODD, 7 if isinstance(true, str) else "x"]
        if not isinstance(true, dict):
            others.append({})
        if true is not None and path[0] != "identifiers":
            others.append(None)
        for value in others:
            try:
                decode(codec, planted(content, path, value))
            except VaultError:
                continue
            odd.append(f"{path} {str(value)[:20]!r}")
    for path in wholes(content):
        try:
            decode(codec, grown(content, path))
        except VaultError:
            continue
        odd.append(f"{path} grown")
    return odd


@pytest.mark.parametrize("kind", SAMPLES)
def test_no_odd_value_is_read(kind: str) -> None:
    codec, value = SAMPLES[kind]
    content = content_of(codec, value)
    assert codec.decode(codec.encode(value)) == value
    assert opened_odd(codec, content) == []


def test_no_odd_value_is_read_in_a_body() -> None:
    content = json.loads(unpad(report_bytes(FULL, pseudonym="Amber Lynx")))
    assert report_from(report_bytes(FULL))[0] == FULL
    assert opened_odd(_BODY, content) == []


@pytest.mark.parametrize("kind", SAMPLES)
def test_what_is_missing_is_never_another_error(kind: str) -> None:
    codec, value = SAMPLES[kind]
    content = content_of(codec, value)
    for path in places_in(content):
        changed = deepcopy(content)
        del at(changed, path[:-1])[path[-1]]
        try:
            decode(codec, changed)
        except VaultError:
            continue
        # What has no fixed number of values.
        assert isinstance(at(content, path[:-1]), list) or kind in ("bookmark", "message")


@pytest.mark.parametrize(
    "raw",
    [
        b'{"fr":1,"fr":2}',
        b'{"fr":1e3}',
        b'{"fr":NaN}',
        b'{"fr":Infinity}',
        b'{"\\ud800":1}',
        b'{"fr":' + b"9" * 5_000 + b"}",
        b"[" * 50_000,
    ],
)
def test_json_that_this_program_does_not_write(raw: bytes) -> None:
    with pytest.raises(VaultError):
        bookmarks._CODEC.decode(pad(raw, len(raw) + 1))


def test_an_escaped_backslash_is_no_surrogate() -> None:
    words = flags.FlagContent("false", "C:\\ud800 \x01")
    assert flags._CODEC.decode(flags._CODEC.encode(words)) == words


@pytest.mark.parametrize(
    "day", ["9999-12-31", "0001-01-01", "1969-12-31", "2026-W01-1", "20261121", "2026-02-30"]
)
def test_no_day_outside_the_calendar(day: str) -> None:
    codec, value = SAMPLES["partner"]
    with pytest.raises(VaultError):
        decode(codec, planted(content_of(codec, value), (2,), day))


def test_an_odd_entry_from_another_network() -> None:
    for content in (None, 7, [], ["Lantern"], ["Lantern", 7], ["Lantern", []], [7, {}], ["", {}]):
        with pytest.raises(VaultError):
            decode(incoming._CODEC, content)


def test_odd_personal_settings_are_none() -> None:
    # Lone surrogates and NUL do not come through the codec.
    odd = [value for value in ODD if value not in ("\ud800", "a\0b")]
    watch = ["ab", "name", today().isoformat(), [["phone", PHONE.key, None]], [LOWEST]]
    assert len(watches.own_watches({"watches": [watch]})) == 1
    for path in places_in(watch):
        for value in odd:
            assert watches.own_watches({"watches": [planted(watch, path, value)]}) == ()
    chosen = {"country": "FR", "regions": ["FR-IDF"]}
    assert places.own_places({"places": chosen}).regions == ("FR-IDF",)
    for path in places_in(chosen):
        for value in odd:
            assert places.own_places({"places": planted(chosen, path, value)}).regions == ()


@pytest.mark.parametrize("note", [b"\xff", b"\x00", b"x" * 201])
def test_an_odd_note_of_a_confirmation(note: bytes) -> None:
    box = boxes.seal_box(
        KEYS.newest("alert notes"),
        pad(note, NOTE_SIZE),
        OF.context(KEYS, KEYS.current),
    )
    with pytest.raises(VaultError, match="malformed"):
        open_note(KEYS, KEYS.current, OF, box)


MEMBERS_PAGES = ("a/", "a/?mine=1", "me/")
MODERATORS_PAGES = ("a/", "desk/", "a/unreviewed/", "desk/keys/", "a/figures/", "a/sheet/")


def broken(client: Client, pages: tuple[str, ...]) -> list[str]:
    client.raise_request_exception = False
    status = {page: client.get(f"/en/{page}").status_code for page in pages}
    typed = {"q": "+33 6 39 98 12 42", "country": "FR"}
    status["check"] = client.post("/en/a/check/", typed, follow=True).status_code
    return [f"{page}: {code}" for page, code in status.items() if code >= 500]


def odd_in_pages(content: Any) -> Iterator[Any]:
    """One odd value after the other; and texts that could be there, though nothing has them."""
    for path in places_in(content):
        for value in (["a"], "x", {}, 7, "\ud800"):
            yield planted(content, path, value)


@pytest.mark.django_db
@pytest.mark.thorough
@pytest.mark.parametrize("part", ["card", "body"])
def test_no_page_breaks_by_an_odd_note(
    moderator: Person, member: Person, colleague: Person, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("safety_app.privacy.budgets.time.sleep", lambda _seconds: None)
    alert = lifecycle.post(member.ring, member.row, FULL)
    codec = {"card": _CARD, "body": _BODY}[part]
    padded = boxes.open_box(
        AlertKeys(member.ring).newest({"card": "alert cards", "body": "alert bodies"}[part]),
        bytes(getattr(alert, part)),
        context_of(AlertKeys(member.ring), alert, part),
    )
    content = json.loads(unpad(padded))
    codec.decode(padded)
    members, moderators = colleague.sign_in(), moderator.sign_in()
    own = f"a/{alert.pk}/"
    for number, odd in enumerate(odd_in_pages(content)):
        put(member.ring, alert, part, odd)
        pages = (own,) if part == "body" else MEMBERS_PAGES
        found = broken(members, pages)
        if number % 5 == 0:
            found += broken(moderators, (own,) if part == "body" else MODERATORS_PAGES)
        assert not found, odd
