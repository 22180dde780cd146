"""Pages kept on the phone, in a real browser: asked for, read without a line, gone again."""

import pytest

from tests.browser import steps

pytestmark = pytest.mark.browser

# Everything a page of ours could have left behind.
LEFT = """async () => {
  const caches_ = [];
  for (const name of await caches.keys()) {
    const requests = await (await caches.open(name)).keys();
    caches_.push([name, requests.map(({url}) => new URL(url).pathname).sort()]);
  }
  const workers = await navigator.serviceWorker.getRegistrations();
  return {
    caches: Object.fromEntries(caches_), workers: workers.length,
    stored: localStorage.length + sessionStorage.length + (await indexedDB.databases()).length,
  };
}"""
NOTHING = {"caches": {}, "workers": 0, "stored": 0}
SIGNED_OUT = "Sign in"


def keep(page, language="en"):
    page.goto(f"/{language}/keep/")
    page.click("[data-do=keep]")
    page.locator("[data-when=done]").wait_for()


def left(page):
    return page.evaluate(LEFT)


def left_later(page):
    """On a page of the site opened afterwards; the worker's last deeds have ended by then."""
    page.goto("/en/")
    page.wait_for_timeout(500)
    return left(page)


def fails(page, path):
    """Whether a page does not open."""
    try:
        page.goto(path)
    except Exception as problem:  # noqa: BLE001 (whatever the browser calls it)
        page.wait_for_timeout(300)  # the browser's own page comes up
        return "net::ERR_" in str(problem)
    return False


def test_nothing_is_there_until_somebody_asks(phone):
    page = phone()
    for path in ("/en/", "/en/r/8/", "/en/keep/"):
        page.goto(path)
        page.wait_for_load_state("networkidle")
    assert left(page) == NOTHING
    assert page.locator("[data-do=keep]").is_visible()
    assert not page.locator("[data-do=remove]").is_visible()
    assert not page.locator("[data-when=impossible]").is_visible()
    assert page.context.cookies() == []


def test_kept_pages_are_read_without_a_line(phone):
    page = phone()
    keep(page, "es")
    assert page.locator("[data-when=any] bdi").inner_text().startswith("español: ")
    kept = left(page)
    assert list(kept["caches"]) == ["pages-es"]
    paths = set(kept["caches"]["pages-es"])
    assert {f"/es/r/{number}/" for number in range(1, 17)} | {"/es/", "/es/keep/"} <= paths
    others = {path for path in paths if not path.startswith(("/es/r/", "/static/"))}
    about = {"now", "keep", "keep/not", "kept", "kept/limits"}
    assert others == {"/es/", "/es/keep/all.json"} | {f"/es/{path}/" for path in about}

    page.context.set_offline(True)
    page.goto("/es/r/8/")
    assert "72" in page.locator("main").inner_text()
    page.goto("/es/now/")
    assert page.locator("main a[href='tel:112']").first.is_visible()
    page.locator("main summary").click()
    assert page.locator("main a[href='tel:999']").first.is_visible()
    page.goto("/es/r/8/")
    # The stylesheet is there too.
    assert page.evaluate("getComputedStyle(document.querySelector('.leave')).fontWeight") == "600"
    page.goto("/")
    assert page.url.endswith("/es/")
    for path in ("/es/in/", "/es/a/", "/es/services/edit/", "/es/?x=1"):
        assert fails(page, path), path
    # What kept pages lead to, also in the menu of languages, says that it is not there.
    for path in ("/es/services/", "/es/doctor/", "/es/kept/tables/", "/en/", "/en/r/8/"):
        page.goto(path)
        assert "no está en este teléfono" in page.locator("h1").inner_text(), path
        assert page.url.endswith(path)
    page.click("main .button")
    assert page.url.endswith("/es/")
    page.goto("/es/kept/")
    page.click("main a[href$='/limits/']")
    assert page.locator("main .rows b").count() > 5
    # Help leads to a page with its country: where no such copy is kept, the one for all.
    page.goto("/es/now/")
    page.click("main a[href*='/r/13/?in=FR']")
    assert page.locator("#crisis-line").is_visible()

    # The same page removes them, still without a line.
    page.goto("/es/keep/")
    page.click("[data-do=remove]")
    page.locator("[data-when=removed]").wait_for()
    assert left(page) == NOTHING
    assert page.locator("[data-do=keep]").is_visible()
    assert fails(page, "/es/")
    page.context.set_offline(False)
    assert left_later(page) == NOTHING


def test_each_language_is_asked_for_and_one_button_removes_all(phone):
    page = phone()
    keep(page, "es")
    page.goto("/en/keep/")
    assert page.locator("[data-do=keep]").is_visible()
    assert page.locator("[data-do=remove]").is_visible()
    page.click("[data-do=keep]")
    page.locator("[data-when=done]").wait_for()
    assert not page.locator("[data-do=keep]").is_visible()
    assert page.locator("[data-do=remove]").evaluate("one => one === document.activeElement")
    assert set(left(page)["caches"]) == {"pages-es", "pages-en"}
    assert "español: " in page.locator("[data-when=any] bdi").inner_text()
    page.click("[data-do=remove]")
    page.locator("[data-when=removed]").wait_for()
    assert left_later(page) == NOTHING


def test_a_broken_line_keeps_nothing_by_halves(phone):
    page = phone()
    page.goto("/en/keep/")
    page.locator("[data-do=keep]").wait_for()
    page.context.set_offline(True)
    page.click("[data-do=keep]")
    page.locator("[data-when=failed]").wait_for()
    assert left(page) == NOTHING
    page.context.set_offline(False)
    page.click("[data-do=keep]")
    page.locator("[data-when=done]").wait_for()


def test_what_a_broken_phone_left_by_halves_goes(phone):
    page = phone()
    keep(page)
    page.evaluate("async () => (await caches.open('pages-en')).delete('/en/keep/all.json')")
    page.goto("/en/keep/")
    page.locator("[data-do=keep]").wait_for()
    assert left(page)["caches"] == {}


@pytest.mark.parametrize("line", [True, False], ids=["with a line", "without a line"])
def test_leave_removes_them(phone, line):
    page = phone()
    keep(page)
    keep(page, "fr")
    page.goto("/en/r/8/")
    page.context.set_offline(not line)
    page.click("#exit button")
    page.wait_for_timeout(1500)
    page.context.set_offline(False)
    assert left_later(page) == NOTHING
    assert page.context.cookies() == []


def test_the_address_of_leave_removes_them_by_its_header_alone(phone):
    """As where the script of the page did not come through."""
    page = phone()
    keep(page)
    page.goto("/exit")
    page.wait_for_timeout(1000)
    assert left_later(page) == NOTHING


def test_leaving_while_they_are_renewed_leaves_nothing(phone):
    page = phone()
    keep(page)
    outdate(page)
    page.goto("/en/r/8/", wait_until="commit")
    page.click("#exit button")
    page.wait_for_timeout(2500)
    assert left_later(page) == NOTHING


def test_what_is_asked_for_after_leaving_keeps_nothing(phone):
    """The page opens the place to keep in. When it is gone again, somebody left meanwhile."""
    page = phone()
    page.goto("/en/keep/")
    done = page.evaluate("""async () => {
      await navigator.serviceWorker.register("/pages.js");
      const { active } = await navigator.serviceWorker.ready;
      const { port1, port2 } = new MessageChannel();
      active.postMessage("en", [port2]);
      return new Promise((done) => { port1.onmessage = ({ data }) => done(data); });
    }""")
    assert done is False
    assert left(page)["caches"] == {}


def test_signed_in_pages_are_never_kept(phone, demo):
    page = phone()
    keep(page)
    before = left(page)
    steps.sign_in(page, demo.account("member", 3))
    outdate(page)
    for path in ("/en/", "/en/r/8/", "/en/keep/", "/en/a/", "/en/a/check/", "/en/me/"):
        page.goto(path)
        page.wait_for_load_state("networkidle")
    steps.check(page, "06 39 98 40 99")  # a form goes past the worker and is answered
    after = left(page)
    assert after == before
    texts = page.evaluate(
        """async () => {
          const cache = await caches.open("pages-en");
          const answers = await cache.matchAll();
          return Promise.all(answers.map(async (one) => [one.url, await one.text()]));
        }"""
    )
    pages = [text for url, text in texts if "<main" in text]
    assert len(pages) >= 19
    for text in pages:
        assert SIGNED_OUT in text
        assert "My account" not in text
        assert "data-lock" not in text

    # Without a line: no signed-in page, and of the public ones what everybody sees.
    page.context.set_offline(True)
    for path in ("/en/a/", "/en/me/", "/en/in/", "/en/lock/"):
        assert fails(page, path), path
    page.goto("/en/r/8/")
    assert page.locator("#exit button").is_visible()
    page.context.set_offline(False)
    page.goto("/en/")
    assert "My account" in page.locator("footer").inner_text()


def test_kept_pages_are_renewed_with_a_line(phone):
    page = phone()
    keep(page)
    outdate(page)
    page.goto("/en/r/1/")
    state = "async () => (await (await caches.match('/en/keep/all.json')).json()).state"
    for _ in range(100):
        if page.evaluate(state) != "old":
            break
        page.wait_for_timeout(100)
    assert "<main" in page.evaluate("async () => (await caches.match('/en/r/8/')).text()")
    assert page.evaluate("async () => (await caches.match('/en/r/999/')) === undefined")


def test_a_browser_without_script_is_told(phone):
    page = phone(script=False)
    page.goto("/en/keep/")
    assert page.locator("[data-when=impossible]").is_visible()
    assert not page.locator("#keeping button").first.is_visible()
    assert page.locator("main h2").count() == 3


def test_a_browser_without_workers_is_told(phone):
    page = phone()
    page.add_init_script("delete Navigator.prototype.serviceWorker")
    page.goto("/en/keep/")
    page.wait_for_load_state("networkidle")
    assert page.locator("[data-when=impossible]").is_visible()
    assert not page.locator("#keeping button").first.is_visible()


def outdate(page):
    """As if the kept pages were of another day: an old text, an old state, a page that went."""
    page.evaluate(
        """async () => {
          const cache = await caches.open("pages-en");
          const old = () => new Response("old", {headers: {"Content-Type": "text/html"}});
          await cache.put("/en/r/8/", old());
          await cache.put("/en/r/999/", old());
          await cache.put("/en/keep/all.json", new Response('{"state": "old"}'));
        }"""
    )
