"""What devices told is taken with one tap, and a cuff is heard by Web Bluetooth."""

from __future__ import annotations

import pytest
from browser.test_pages import violations
from playwright.sync_api import Browser, Page, expect
from server.entering import enter
from server.running import Server

TELL = (
    "import datetime, django; django.setup(); from kapstone.web import clock; "
    "from kapstone.web.demonstration import monitors, sessions; "
    "monitors.EVERY = datetime.timedelta(); "
    "[monitors.tell(each, clock.now()) for each in sessions.running()]"
)
# Only the wire is faked: a cuff that tells 131/84 with a pulse of 77 as soon as it is listened to.
CUFF = """
(() => {
  const bytes = Uint8Array.from([0x04, 0x83, 0x00, 0x54, 0x00, 0x64, 0x00, 0x4d, 0x00]);
  const told = new EventTarget();
  told.value = new DataView(bytes.buffer);
  told.startNotifications = async () => { setTimeout(() =>
    told.dispatchEvent(new Event("characteristicvaluechanged")), 50); };
  const only = async (wanted, number, found) => {
    if (wanted !== number) throw new DOMException("none", "NotFoundError");
    return found;
  };
  const service = { getCharacteristic: (id) => only(id, 0x2a35, told) };
  const server = { getPrimaryService: (id) => only(id, 0x1810, service) };
  const device = new EventTarget();
  const gatt = { connect: async () => server };
  Object.assign(device, { id: "abc+/=", name: "Cuff of Ash Lane", gatt });
  const requestDevice = async ({ filters }) => { window.asked = filters; return device; };
  const bluetooth = { requestDevice };
  Object.defineProperty(navigator, "bluetooth", { value: bluetooth });
})();
"""


def room(page: Page, server: Server) -> None:
    """The first room in which somebody is being treated; no device stands in a home."""
    enter(page, server, "Maja Lind")
    page.goto(f"{server.address}/rooms/")
    page.locator(".roomcard").filter(has_not_text="at home").first.click()
    page.wait_for_url("**/room/")


@pytest.mark.parametrize("width", [1440, 1024, 390])
def test_the_card_is_accessible_and_fits(
    width: int, browser: Browser, demonstration: Server
) -> None:
    demonstration.run("-c", TELL)
    context = browser.new_context(viewport={"width": width, "height": 900}, bypass_csp=True)
    page = context.new_page()
    room(page, demonstration)
    expect(page.get_by_role("heading", name="From the devices")).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0
    page.get_by_role("link", name="Look at").first.click()
    assert violations(page) == []
    page.goto(f"{demonstration.address}/devices/")
    assert violations(page) == []
    assert page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0
    context.close()


def test_one_tap_takes_it_and_a_half_typed_reading_stays(
    browser: Browser, demonstration: Server
) -> None:
    demonstration.run("-c", TELL)
    page = browser.new_page()
    room(page, demonstration)
    page.locator("#id_heart_rate").fill("8")
    page.get_by_role("button", name="Take it").first.click()
    expect(page.locator("#story")).to_contain_text("from Monitor")
    expect(page.locator("#story")).to_contain_text("accepted by Maja Lind")
    expect(page.locator("#id_heart_rate")).to_have_value("8")
    page.close()


def test_what_a_device_tells_stands_on_a_screen_that_did_not_ask(
    browser: Browser, demonstration: Server
) -> None:
    page = browser.new_page()
    page.route("**/board/*", lambda route: route.abort())
    with page.expect_response("**/live/sessions/**"):
        room(page, demonstration)
    now = page.locator("[data-told] li")
    expect(now).to_have_count(0)
    demonstration.run("-c", TELL)
    expect(now.first).to_contain_text("Monitor")
    expect(page.get_by_role("heading", name="Devices now")).to_be_visible()
    assert page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0
    page.close()


def test_a_cuff_is_heard_by_web_bluetooth(browser: Browser, demonstration: Server) -> None:
    context = browser.new_context()
    context.add_init_script(CUFF)
    page = context.new_page()
    room(page, demonstration)
    page.get_by_role("button", name="Connect a Bluetooth device").click()
    expect(page.locator("[data-bluetooth] [role=status]")).to_contain_text("131/84, Heart 77")
    assert page.evaluate("() => window.asked.map((each) => each.services[0])") == [
        0x1810,
        0x1822,
        0x180D,
    ]
    offer = page.locator(".offer", has_text="Cuff of Ash Lane")
    offer.get_by_role("button", name="Take it").click()
    expect(page.locator("#story")).to_contain_text("from Cuff of Ash Lane: 131/84, Heart 77")
    context.close()


def test_without_bluetooth_there_is_no_button(browser: Browser, demonstration: Server) -> None:
    context = browser.new_context()
    context.add_init_script("Object.defineProperty(navigator, 'bluetooth', { value: undefined });")
    page = context.new_page()
    room(page, demonstration)
    expect(page.get_by_role("button", name="Keep this reading")).to_be_visible()
    expect(page.get_by_role("button", name="Connect a Bluetooth device")).to_be_hidden()
    context.close()
