"""Sharing from another app: a form from elsewhere, to which our strict cookies do not come."""

import pytest

from tests.browser import steps

pytestmark = pytest.mark.browser
NUMBER = "+33 6 39 98 12 34"
# As the browser of a phone sends what another app shares: from no page of ours.
FORM = """<form method="post" enctype="multipart/form-data" action="{action}">
<input name="title" value=""><textarea name="text">{text}</textarea><button>Share</button></form>"""


def share(page, demo):
    page.goto("about:blank")
    page.set_content(FORM.format(action=f"{demo.address}/en/a/share/", text=f"call {NUMBER}"))
    seen = []
    page.on("request", lambda request: seen.append(request))
    page.click("button")
    page.wait_for_load_state()
    first = next(request for request in seen if request.url.endswith("/a/share/"))
    assert "s=" not in (first.all_headers().get("cookie") or "")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_share_opens_check_filled_in(phone, demo, script):
    page = phone(script=script)
    steps.sign_in(page, demo.account("member", 5))
    share(page, demo)
    if not script:
        page.get_by_role("button", name="Go on").click()
    page.wait_for_url("**/share/open/?s=*")
    assert NUMBER in page.input_value("[name=q]")
    assert page.locator(".results").count() == 0
    page.locator("main form button.wide").click()
    page.locator(".results").wait_for()


def test_signed_out_it_waits_behind_the_sign_in_page(phone, demo):
    page = phone()
    share(page, demo)
    page.locator("[name=passphrase]").wait_for()
    account = demo.account("member", 6)
    page.fill("[name=pseudonym]", account["pseudonym"])
    page.fill("[name=passphrase]", account["passphrase"])
    steps.submit(page)
    page.wait_for_url("**/share/open/?s=*")
    assert NUMBER in page.input_value("[name=q]")
