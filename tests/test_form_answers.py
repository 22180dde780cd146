"""No signed-in form is answered in place, so Back never asks to send one again.

Everything is posted to every address, as everybody who is signed in.
"""

import pytest

from tests.form_answers import post_only
from tests.test_walk import every_address, people  # noqa: F401

# A page in answer to a form, with the reason why it may be.
IN_PLACE = {
    "/en/a/share/": "another app shares to it: it reads no session, and only shows a button",
    "/en/in/": "shown to people who are not signed in",
    "/en/in/code/": "the second step: a code is typed",
    "/en/in/recover/": "a recovery code is typed",
    "/en/join/": "a code and a passphrase are typed",
    "/en/apply/": "a passphrase is typed",
    "/en/lock/": "the PIN is typed, and a locked session keeps nothing",
    "/en/me/again/": "the passphrase is typed",
    "/en/me/change/": "passphrases are typed",
    "/en/me/move/": "the passphrase is typed",
    "/en/me/desk/": "a code is typed",
    "/en/me/second-step/": "shows the secret of the second step",
    "/en/me/second-step/key/": "a security key answers",
    "/en/me/second-step/key/remove/": "a code is typed",
    "/en/me/erase/": "the passphrase is typed",
    "/en/me/recovery/": "shows a code once",
    "/en/desk/people/keys/": "shows a code once",
    "/en/desk/invite/": "shows a code once",
    "/en/me/everywhere/": "signs out, and there is no session left to keep a page",
    "/en/me/out/": "signs out",
    "/exit": "leaves",
    "/en/booking/": "nothing of it is kept, not even in memory",
}
LAST = ("/en/me/everywhere/", "/en/me/out/", "/en/me/erase/", "/exit")
TYPED = [{}, {"q": "x", "text": "x", "send": "1", "next": "1"}]


@pytest.mark.thorough
@pytest.mark.django_db
@pytest.mark.parametrize("person", ["member", "moderator", "translator", "editor"])
@pytest.mark.parametrize("typed", TYPED, ids=["nothing", "something"])
def test_no_form_is_answered_in_place(people, person, typed):  # noqa: F811
    client = people[person]
    for address in sorted(every_address(), key=LAST.__contains__):
        response = post_only(client, address, typed)
        is_page = "text/html" in response.get("Content-Type", "") and response.content
        in_place = is_page and response.status_code in {200, 400, 409, 422, 429}
        assert not in_place or address in IN_PLACE, f"{address}: {response.status_code}"
