"""The sitter's page on a phone: looks are kept without a network and reach the practice once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from browser.phone import SIZE
from browser.test_pages import violations
from browser.until import copied, leave
from playwright.sync_api import Browser, BrowserContext, Page, expect
from server.databases import Migrated
from server.running import Server, running

PRACTICE = Path(__file__).parents[1] / "server/home_practice.py"
RETRY_MS = 60_000
STORED = (
    "import json, django; django.setup(); "
    "from kapstone.web.records.models import SitterLook; "
    "print(json.dumps(list(SitterLook.objects.order_by('at', 'pk').values_list('saw', flat=True))))"
)
ANOTHER = """
import django; django.setup()
from kapstone.web import clock
from kapstone.web.records.actions import at_home
from kapstone.web.records.models import SitterLink
old = SitterLink.objects.get()
told = {"on_call": old.on_call, "call_phone": old.call_phone, "by": old.by}
at_home.make_link(old.sitter, at=clock.now(), **told)
"""


@dataclass
class Evening:
    """A sitter's phone beside the server of the practice."""

    server: Server
    context: BrowserContext
    page: Page

    def look(self, words: str) -> None:
        self.page.get_by_role("button", name=words).tap()

    def stored(self) -> list[str]:
        found: list[str] = json.loads(self.server.run("-c", STORED))
        return found


@pytest.fixture
def evening(browser: Browser, migrated: Migrated, tmp_path: Path) -> Iterator[Evening]:
    server = Server(tmp_path, migrated.sqlite(tmp_path))
    token = json.loads(server.run(str(PRACTICE)))["token"]
    with running(server):
        context = browser.new_context(viewport=SIZE, has_touch=True)
        page = context.new_page()
        page.goto(f"{server.address}/h/{token}/")
        yield Evening(server, context, page)
        leave(context)


def test_looks_without_a_network_survive_a_reload_and_arrive_once(evening: Evening) -> None:
    page = evening.page
    looks = page.locator("[data-looks] li")
    expect(page.locator("[data-prompt]")).to_contain_text("Next look in")
    evening.look("Awake, breathing well")
    expect(looks.first).to_contain_text("✓ sent")
    copied(page, "sitter")
    # No server is the surest network that is gone: nothing at all can get through.
    evening.server.kill()
    evening.look("Asleep, breathing well")
    expect(looks.first).to_contain_text("Asleep, breathing well")
    expect(looks.first).to_contain_text("saved here")
    page.reload()
    expect(looks).to_have_count(2)
    expect(looks.first).to_contain_text("saved here")
    expect(page.get_by_role("link", name="Emergency: call 911")).to_be_visible()
    assert evening.stored() == ["awake"]
    evening.server.start()
    expect(looks.first).to_contain_text("✓ sent", timeout=RETRY_MS)
    page.reload()
    expect(looks).to_have_count(2)
    assert evening.stored() == ["awake", "asleep"]


def test_to_call_stands_after_a_reload_without_a_network_too(evening: Evening) -> None:
    page = evening.page
    call = page.get_by_role("alert").filter(has_text="Call now.")
    evening.look("Awake, breathing well")
    expect(page.locator("[data-looks] li").first).to_contain_text("✓ sent")
    copied(page, "sitter")
    evening.server.kill()
    evening.look("We need help")
    expect(call).to_be_visible()
    page.reload()
    expect(call).to_be_visible()
    evening.server.start()
    expect(page.locator("[data-looks] li").first).to_contain_text("✓ sent", timeout=RETRY_MS)
    page.reload()
    expect(call).to_be_visible()
    evening.look("Awake, breathing well")
    expect(call).to_be_hidden()


def test_to_call_stands_on_a_page_in_whose_place_another_was_opened(evening: Evening) -> None:
    page = evening.page
    call = page.get_by_role("alert").filter(has_text="Call now.")
    page.wait_for_function("() => localStorage.getItem('sitter')")
    evening.server.run("-c", ANOTHER)
    evening.look("We need help")
    expect(page.locator("[data-looks] li").first).to_contain_text("✓ sent")
    expect(call).to_be_visible()
    with page.expect_response("**/looks/", timeout=RETRY_MS):
        pass
    evening.look("Awake, breathing well")
    expect(page.locator("[data-looks] li").first).to_contain_text("Another page was opened")
    expect(call).to_be_visible()


def test_looks_have_the_hours_of_the_practice_wherever_the_phone_thinks_it_is(
    browser: Browser, evening: Evening
) -> None:
    with browser.new_context(viewport=SIZE, timezone_id="Asia/Tokyo") as context:
        page = context.new_page()
        page.goto(evening.page.url)
        zone = page.locator("[data-sitter]").get_attribute("data-zone")
        page.route("**/looks/", lambda route: route.abort())
        page.get_by_role("button", name="Awake, breathing well").click()
        here = page.evaluate(
            "(zone) => new Date().toLocaleTimeString('en-GB',"
            " { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: zone })",
            zone,
        )
        assert zone != "Asia/Tokyo"
        expect(page.locator("[data-looks] li").first).to_contain_text(here[:2] + ":")


def test_an_answer_that_never_comes_holds_nothing_up(evening: Evening) -> None:
    evening.page.route("**/looks/", lambda route: None, times=1)
    evening.look("Awake, breathing well")
    expect(evening.page.locator("[data-looks] li").first).to_contain_text(
        "✓ sent", timeout=RETRY_MS
    )
    assert evening.stored() == ["awake"]


def test_help_says_to_call_now_and_a_look_that_is_due_is_asked_for(evening: Evening) -> None:
    page = evening.page
    page.wait_for_function("() => localStorage.getItem('sitter')")
    page.evaluate(
        "() => { const all = JSON.parse(localStorage.getItem('sitter')); "
        "for (const one of Object.values(all)) { one.started = new Date(Date.now() - 16 * 60000); }"
        " localStorage.setItem('sitter', JSON.stringify(all)); }"
    )
    expect(page.locator("[data-prompt]")).to_have_text("! Look in now")
    assert page.title() == "! Look in now"
    evening.look("We need help")
    expect(page.get_by_role("alert").filter(has_text="Call now.")).to_be_visible()
    expect(page.locator("[data-prompt]")).to_contain_text("Next look in")


def test_a_look_that_cannot_be_read_stays_here_and_keeps_no_other_back(evening: Evening) -> None:
    page = evening.page
    looks = page.locator("[data-looks] li")
    evening.look("Awake, breathing well")
    expect(looks.first).to_contain_text("✓ sent")
    page.evaluate(
        "() => { const all = JSON.parse(localStorage.getItem('sitter')); "
        "for (const one of Object.values(all)) one.looks.push("
        "{ id: 'torn', saw: 'help', label: 'We need help', at: Date.now() }); "
        "localStorage.setItem('sitter', JSON.stringify(all)); }"
    )
    evening.look("Asleep, breathing well")
    expect(looks.first).to_contain_text("✓ sent")
    torn = looks.filter(has_text="We need help")
    expect(torn).to_contain_text("■ not taken: This look could not be read here.")
    page.reload()
    expect(torn).to_contain_text("not taken")
    assert evening.stored() == ["awake", "asleep"]


def test_the_page_is_accessible_and_what_is_pressed_is_large(evening: Evening) -> None:
    page = evening.page
    with evening.context.browser.new_context(bypass_csp=True) as open_to_axe:  # type: ignore[union-attr]  # a context has its browser
        other = open_to_axe.new_page()
        other.goto(page.url)
        assert violations(other) == []
    sizes = page.evaluate(
        "() => [...document.querySelectorAll('main :is(button, a)')]"
        ".filter((one) => one.checkVisibility()).map((one) => one.getBoundingClientRect().height)"
    )
    assert len(sizes) > 5
    assert min(sizes) >= 44
