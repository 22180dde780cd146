"""A country's regions: at once with script, by a button without."""

import pytest

from tests.browser import steps

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_choosing_a_country_brings_its_regions(phone, demo, script):
    page = phone(script=script)
    steps.sign_in(page, demo.account("member", 7))
    page.goto("/en/a/new/")
    steps.tick(page, "what", "threats")
    steps.choose(page, "level", "2")
    page.click("button[name=next]")
    page.select_option("[name=country]", "ES")
    if not script:
        page.click("button[name=show_regions]")
    page.locator("[name=region] option[value=ES-MD]").wait_for(state="attached")
    assert page.input_value("[name=country]") == "ES"
