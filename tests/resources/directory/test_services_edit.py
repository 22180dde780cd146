"""Moderators and editors keep the entries of their own organisation, and nobody else's."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from resources.directory.content import content_of
from resources.directory.models import Service
from safety_app.accounts.flows import invite
from safety_app.accounts.flows.join import join
from safety_app.locales.countries import country_name
from safety_app.locales.dates import today
from safety_app.privacy.ids import random_id
from tests.cast import ORGANISATION, OTHER_ORGANISATION, Person
from tests.languages import EACH
from tests.resources.directory.places import content, full, put, secret

pytestmark = pytest.mark.django_db
EDIT = "/en/services/edit/"
UNIT = 12_288


@pytest.fixture
def editor(moderator: Person) -> Person:
    """An account of the same organisation that holds no network key."""
    someone = Person(
        "editor", "editor", "Green Wagtail", "a lamp, a ladder and nine pears", ORGANISATION
    )
    row, ring = moderator.row, moderator.ring
    join(invite.make_invitation(ring, row, "editor"), someone.pseudonym, someone.passphrase)
    return someone


def typed(**fields: Any) -> dict[str, Any]:
    """A form that can be published."""
    return {
        "name": "Blue Door",
        "language": "en",
        "kinds": ["food"],
        "police": "no",
        "immigration": "depends",
        "says": "the place itself",
        **fields,
    }


def shown_text(response: HttpResponse) -> str:
    """The page, which is one with an error."""
    assert response.status_code == 200
    text = response.content.decode()
    assert 'class="errors"' in text
    assert len(response.content) % UNIT == 0
    return text


def only() -> Service:
    return Service.objects.get()


def test_an_editor_makes_publishes_and_takes_back(editor: Person, client: Client) -> None:
    answer = editor.client.post(f"{EDIT}new/", typed(publish="1"))
    assert answer.status_code == 302
    entry = only()
    assert entry.published
    assert entry.owner == editor.row.organisation_id
    public = client.get(f"/en/services/{entry.pk}/").content.decode()
    assert "the place itself" in public
    page = f"{EDIT}{entry.pk}/"
    editor.client.post(page, typed(hide="1"))
    assert not only().published
    assert client.get(f"/en/services/{entry.pk}/").status_code == 404


@pytest.mark.thorough
@pytest.mark.parametrize("missing", ["police", "immigration", "kinds"])
def test_nothing_is_published_before_it_says_what_it_must(moderator: Person, missing: str) -> None:
    fields = typed(city="Ghent")
    del fields[missing]
    page = shown_text(moderator.client.post(f"{EDIT}new/", fields | {"publish": "1"}))
    assert f'href="#id_{missing}' in page
    assert 'value="Ghent"' in page
    assert not Service.objects.exists()
    moderator.client.post(f"{EDIT}new/", fields | {"save": "1"})
    assert not only().published


@pytest.mark.thorough
def test_what_is_published_cannot_lose_its_answer(moderator: Person) -> None:
    row = put(content(), owner=ORGANISATION)
    shown_text(moderator.client.post(f"{EDIT}{row.pk}/", typed(save="1", police="")))
    assert content_of(only()) == content()
    moderator.client.post(f"{EDIT}{row.pk}/", typed(hide="1", police=""))
    assert not only().published
    assert "police" not in content_of(only()).facts


@pytest.mark.thorough
def test_an_answer_keeps_who_said_so_until_it_changes(moderator: Person) -> None:
    started, before = today(), full()
    row = put(before, published=False, owner=ORGANISATION)
    fields = {**before.texts, "kinds": before.kinds, "languages": before.languages}
    fields |= {"hours_0": "9-12:30, 14-18", "hours_5": "22-2"}
    answers = {name: known.answer for name, known in before.facts.items()}
    moderator.client.post(f"{EDIT}{row.pk}/", {**fields, **answers, "says": "Me", "save": "1"})
    assert content_of(only()) == before
    moderator.client.post(f"{EDIT}{row.pk}/", {**fields, **answers, "costs": "yes", "says": "Us"})
    after = content_of(only())
    stored = after.facts["costs"].checked
    assert after.facts["costs"] == ("yes", "Us", stored)
    assert stored is not None
    assert started <= stored <= today()
    assert after.facts["police"] == before.facts["police"]
    assert after.checked == before.checked
    moderator.client.post(
        f"{EDIT}{row.pk}/", {**fields, **answers, "costs": "yes", "says": "", "all_checked": "on"}
    )
    after = content_of(only())
    assert after.checked is not None
    assert started <= after.checked <= today()
    assert {known.checked for known in after.facts.values()} == {after.checked}
    assert after.facts["costs"].says == "Us"


@pytest.mark.thorough
def test_a_secret_address_is_refused_and_not_kept(moderator: Person) -> None:
    answer = moderator.client.post(
        f"{EDIT}new/", typed(save="1", confidential="on", address="3 Hidden Lane", city="Ghent")
    )
    page = shown_text(answer)
    assert 'href="#id_address"' in page
    assert 'href="#id_city"' in page
    assert 'value="3 Hidden Lane"' in page
    assert not Service.objects.exists()


def test_when_an_address_becomes_secret_it_is_gone(moderator: Person) -> None:
    row = put(content(address="3 Hidden Lane", city="Ghent"), owner=ORGANISATION)
    fields = typed(save="1", confidential="on", taken="Call first.")
    moderator.client.post(f"{EDIT}{row.pk}/", fields)
    assert only().confidential
    with connection.cursor() as cursor:
        for table in ("service", "opening", "fact"):
            cursor.execute(f"SELECT * FROM directory_{table}")  # noqa: S608
            assert "Hidden" not in repr(cursor.fetchall())


@pytest.mark.parametrize(
    ("language", "typed_name"),
    [("en", "france"), ("en", "FR"), ("fr", "France"), ("th", "ฝรั่งเศส"), ("th", "France")],
)
def test_a_country_is_typed_by_name(moderator: Person, language: str, typed_name: str) -> None:
    path = f"/{language}/services/edit/"
    moderator.client.post(f"{path}new/", typed(save="1", country=typed_name))
    assert only().country == "FR"
    page = moderator.client.get(f"{path}{only().pk}/").content.decode()
    assert f'name="country" value="{country_name("FR", language)}"' in page


@pytest.mark.parametrize("language", EACH)
def test_the_form_has_two_sizes_at_most(moderator: Person, language: str) -> None:
    response = moderator.client.get(f"/{language}/services/edit/new/")
    assert len(response.content) <= 2 * UNIT


# Tried several at once: each is named whatever else is wrong.
WRONG: list[tuple[str, str]] = [
    ("name", ""),
    ("name", "x" * 121),
    ("description", "x" * 3001),
    ("country", "ZZ"),
    ("country", "<script>"),
    ("language", "nope"),
    ("phone", "call me"),
    ("phone", "=1+1"),
    ("email", "nobody"),
    ("website", "javascript:alert(1)"),
    ("website", "ftp://example.org"),
    ("kinds", "everything"),
    ("languages", "xx-nope"),
    ("police", "maybe"),
    ("hours_3", "always"),
    ("time_zone", "Nowhere/Town"),
    ("says", "x" * 121),
    ("says", "a | b"),
]


# Only when each field has what it can take.
LOOKED_AT_LATER = {"phone", "email", "website", "hours_3", "time_zone"}


@pytest.mark.thorough
def test_an_error_names_the_field_and_keeps_what_was_typed(moderator: Person) -> None:
    at_once = [pair for pair in WRONG if pair[0] not in LOOKED_AT_LATER]
    later = [pair for pair in WRONG if pair[0] in LOOKED_AT_LATER]
    for pairs in (at_once, at_once[::-1], later, later[::-1]):
        wrong = dict(pairs)
        fields = typed(publish="1", organisation="Kept words") | wrong
        page = shown_text(moderator.client.post(f"{EDIT}new/", fields))
        assert [field for field in wrong if f'href="#id_{field}' not in page] == []
        assert 'value="Kept words"' in page
        assert "<script>" not in page
    assert not Service.objects.exists()


@pytest.mark.thorough
def test_hours_in_a_country_with_several_clocks_want_one(moderator: Person) -> None:
    page = shown_text(moderator.client.post(f"{EDIT}new/", typed(hours_0="9-17", country="ES")))
    assert 'href="#id_time_zone"' in page
    assert "Atlantic/Canary" in page
    moderator.client.post(f"{EDIT}new/", typed(hours_0="9-17", country="FR"))
    assert only().time_zone == "Europe/Paris"


def test_the_table_itself_refuses_a_secret_address() -> None:
    row = put(secret())
    for column in ("address", "postal_code", "city"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Service.objects.filter(pk=row.pk).update(**{column: "x"})


def test_words_are_tidied(moderator: Person) -> None:
    moderator.client.post(f"{EDIT}new/", typed(name="  Blue\u202e \n Door ", description="a\r\nb"))
    assert (only().name, only().description) == ("Blue Door", "a\nb")


@pytest.mark.thorough
def test_a_starter_entry_is_taken_by_the_first(moderator: Person, other_moderator: Person) -> None:
    row = put(secret(), published=False)
    listed = moderator.client.get(EDIT).content.decode()
    assert "Quiet House" in listed
    claim = f"{EDIT}{row.pk}/claim/"
    assert moderator.client.get(f"{EDIT}{row.pk}/").status_code == 404
    assert moderator.client.post(claim).status_code == 302
    assert moderator.client.post(claim).status_code == 302  # twice, from two phones
    assert other_moderator.client.post(claim).status_code == 404
    assert only().owner == moderator.row.organisation_id
    assert "Quiet House" not in other_moderator.client.get(EDIT).content.decode()


def test_what_an_organisation_left_behind_can_be_taken_over(moderator: Person) -> None:
    row = put(content())
    Service.objects.update(owner=random_id())
    assert "Blue Door" in moderator.client.get(EDIT).content.decode()
    assert moderator.client.post(f"{EDIT}{row.pk}/claim/").status_code == 302
    assert only().owner == moderator.row.organisation_id


def test_deleting_asks_once_more(moderator: Person) -> None:
    row = put(full(), owner=ORGANISATION)
    page = f"{EDIT}{row.pk}/delete/"
    assert moderator.client.get(page).status_code == 200
    assert moderator.client.post(page, {"unlock": "1"}).status_code == 200
    assert Service.objects.exists()
    assert moderator.client.post(page).status_code == 302
    assert not Service.objects.exists()
    assert moderator.client.post(page).status_code == 404


@pytest.mark.thorough
@pytest.mark.parametrize("path", ["", "claim/", "delete/"])
def test_another_organisations_entry_is_not_there(
    moderator: Person, other_moderator: Person, path: str
) -> None:
    row = put(content(), owner=ORGANISATION)
    before = content_of(row)
    page = f"{EDIT}{row.pk}/{path}"
    assert other_moderator.client.get(page).status_code in {404, 405}
    assert other_moderator.client.post(page, typed(save="1", name="Theirs")).status_code == 404
    assert moderator.client.post(f"{EDIT}{random_id()}/{path}").status_code == 404
    assert content_of(only()) == before
    put(content(name="Other door"), owner=OTHER_ORGANISATION)
    listed = moderator.client.get(EDIT).content.decode()
    assert "Other door" not in listed


@pytest.mark.thorough
@pytest.mark.parametrize("name", ["member", "reporter", "translator", "outsider"])
def test_who_has_no_business_here_finds_nothing(cast: dict[str, Person], name: str) -> None:
    row = put(content(), owner=ORGANISATION)
    for path in ("", "new/", f"{row.pk}/", f"{row.pk}/delete/"):
        assert cast[name].client.get(EDIT + path).status_code == 404
        assert cast[name].client.post(EDIT + path, typed(save="1")).status_code in {404, 405}
    assert cast[name].client.post(f"{EDIT}{row.pk}/claim/").status_code == 404
    assert Service.objects.count() == 1


def test_signed_out_one_is_asked_to_sign_in(nobody: Client) -> None:
    row = put(content(), owner=ORGANISATION)
    for path in ("", "new/", f"{row.pk}/"):
        assert nobody.get(EDIT + path).status_code == 302
        assert nobody.post(EDIT + path, typed(save="1")).status_code == 403
    assert Service.objects.count() == 1


@pytest.mark.thorough
def test_an_editor_touches_no_table_of_alerts(editor: Person) -> None:
    row = put(full(), owner=ORGANISATION)
    editor.client.get(EDIT)
    with CaptureQueriesContext(connection) as asked:
        editor.client.get(EDIT)
        editor.client.get(f"{EDIT}{row.pk}/")
        editor.client.post(f"{EDIT}{row.pk}/", typed(save="1"))
    assert not [query for query in asked.captured_queries if "alerts_" in query["sql"]]
    assert editor.client.get("/en/a/").status_code == 404


@pytest.mark.thorough
def test_what_was_typed_comes_back_unsaved_after_unlocking(moderator: Person) -> None:
    row = put(content(), owner=ORGANISATION)
    answer = moderator.client.post(f"{EDIT}{row.pk}/", typed(name="New", carry_to="/en/me/"))
    assert 'value="New"' in answer.content.decode()
    assert only().name == "Blue Door"


@pytest.mark.thorough
def test_pages_have_one_of_a_few_sizes(moderator: Person) -> None:
    row = put(full(), owner=ORGANISATION)
    for path in ("", "new/", f"{row.pk}/", f"{row.pk}/delete/"):
        response = moderator.client.get(EDIT + path)
        assert response.status_code == 200
        assert len(response.content) % UNIT == 0
        assert "no-store" in response["Cache-Control"]
