"""First words on a phone: spoken and written without a network, sealed, sent once, deleted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from browser.conftest import ARGUMENTS, CHROMIUM
from browser.phone import SIZE
from browser.test_pages import violations
from browser.until import forward, leave
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from server.databases import Migrated
from server.running import Server, running

PRACTICE = Path(__file__).parents[1] / "server/capture_practice.py"
RETRY_MS = 60_000
# A microphone that hums, and nobody asked whether it may be opened.
MICROPHONE = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
STORED = """
import json, django; django.setup()
from kapstone.web import sealed
from kapstone.web.records.models import Capture
rows = Capture.objects.order_by("pk").select_related("deletion")
print(json.dumps([
    [row.kind, row.content_type, row.session_id, hasattr(row, "deletion"),
     len(sealed.get(row.file) or b""), row.seconds]
    for row in rows
]))
"""
# Every byte that the phone keeps of it, and whether its key could be taken out.
ON_THE_PHONE = """
async () => {
  const open = await new Promise((yes) => {
    const asked = indexedDB.open("captures", 1); asked.onsuccess = () => yes(asked.result);
  });
  const all = (name) => new Promise((yes) => {
    const asked = open.transaction(name).objectStore(name).getAll();
    asked.onsuccess = () => yes(asked.result);
  });
  const [key] = await all("keys");
  const rows = (await all("entries")).map((row) => (
    { ...row, iv: null, bytes: row.bytes && new TextDecoder("latin1").decode(row.bytes) }));
  open.close();
  return { extractable: key.extractable, rows };
}
"""


@dataclass
class Hour:
    """A phone in the hour after a session, beside the server of the practice."""

    server: Server
    context: BrowserContext
    page: Page
    ids: dict[str, Any]

    @property
    def lines(self) -> Locator:
        return self.page.locator("[data-mine] li")

    def speak(self, *, until_s: int = 1) -> None:
        self.page.get_by_role("button", name="Speak (60 seconds)").tap()
        left = self.page.locator("[data-left]")
        expect(left).to_have_text(f"{60 - until_s} s")
        self.page.get_by_role("button", name="Stop and keep it").tap()
        expect(left).to_be_hidden()

    def write(self, words: str) -> None:
        self.page.get_by_label("Or write").fill(words)
        self.page.get_by_role("button", name="Keep it", exact=True).tap()

    def delete(self, line: Locator) -> None:
        line.get_by_role("button", name="Delete").tap()
        self.page.get_by_role("dialog").get_by_role("button", name="Delete").tap()

    def ready(self) -> None:
        """The page is on the phone, and the worker stands before it."""
        expect(self.page.locator("[data-ready]")).to_be_visible(timeout=RETRY_MS)
        self.page.wait_for_function("() => navigator.serviceWorker.controller")

    def stored(self) -> list[list[Any]]:
        found: list[list[Any]] = json.loads(self.server.run("-c", STORED))
        return found

    def on_the_phone(self) -> dict[str, Any]:
        found: dict[str, Any] = self.page.evaluate(ON_THE_PHONE)
        return found


@pytest.fixture(scope="module")
def hearing(browser: Browser) -> Iterator[Browser]:
    """A browser with a microphone."""
    kind = browser.browser_type
    started = kind.launch(executable_path=CHROMIUM, args=[*ARGUMENTS, *MICROPHONE])
    yield started
    started.close()


@pytest.fixture
def practice(migrated: Migrated, tmp_path: Path) -> Iterator[tuple[Server, dict[str, Any]]]:
    server = Server(tmp_path, migrated.sqlite(tmp_path))
    ids = json.loads(server.run(str(PRACTICE)))
    with running(server):
        yield server, ids


def hour_on(browser: Browser, practice: tuple[Server, dict[str, Any]]) -> Hour:
    server, ids = practice
    context = browser.new_context(viewport=SIZE, has_touch=True)
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.goto(f"{server.address}/w/{ids['secret']}/")
    return Hour(server, context, page, ids)


@pytest.fixture
def hour(hearing: Browser, practice: tuple[Server, dict[str, Any]]) -> Iterator[Hour]:
    found = hour_on(hearing, practice)
    yield found
    leave(found.context)


def test_what_is_said_without_a_network_survives_a_reload_and_arrives_once(hour: Hour) -> None:
    hour.ready()
    # No server is the surest network that is gone: nothing at all can get through.
    hour.server.kill()
    hour.speak(until_s=2)
    expect(hour.lines.first).to_contain_text("saved here")
    hour.write("Warm sea")
    expect(hour.lines).to_have_count(2)
    kept = hour.on_the_phone()
    assert kept["extractable"] is False
    assert len(kept["rows"]) == 2
    for row in kept["rows"]:
        assert len(row["bytes"]) > 8
        assert "Warm sea" not in row["bytes"]
        assert "webm" not in row["bytes"]
    hour.page.reload()
    expect(hour.lines).to_have_count(2)
    expect(hour.lines.last).to_contain_text("saved here")
    assert hour.stored() == []
    hour.server.start()
    for line in (hour.lines.first, hour.lines.last):
        expect(line).to_contain_text("✓ sent", timeout=RETRY_MS)
    hour.page.reload()
    expect(hour.lines).to_have_count(2)
    spoken, written = sorted(hour.stored())
    assert spoken[:4] == ["spoken", "audio/webm", spoken[2], False]
    assert spoken[2] is not None
    assert spoken[4] > 500
    assert 1 < spoken[5] < 60
    assert written == ["written", "text/plain", spoken[2], False, len("Warm sea"), None]
    assert {row["bytes"] for row in hour.on_the_phone()["rows"]} == {None}


def test_it_stops_by_itself_after_a_minute(
    hearing: Browser, practice: tuple[Server, dict[str, Any]]
) -> None:
    server, ids = practice
    with hearing.new_context(viewport=SIZE, has_touch=True) as context:
        page = context.new_page()
        page.clock.install()
        page.goto(f"{server.address}/w/{ids['secret']}/")
        hour = Hour(server, context, page, ids)
        page.get_by_role("button", name="Speak (60 seconds)").tap()
        # Long enough for a first part of the sound.
        expect(page.locator("[data-left]")).to_have_text("58 s")
        forward(page, 61_000)
        expect(hour.lines.first).to_contain_text("spoken, 60 s")
        expect(page.get_by_role("button", name="Speak (60 seconds)")).to_be_visible()
        expect(hour.lines.first).to_contain_text("✓ sent")
        assert hour.stored()[0][5] == 60


def test_what_was_not_sent_is_deleted_here_and_never_arrives(hour: Hour) -> None:
    hour.ready()
    hour.page.route("**/keep/**", lambda route: route.abort())
    hour.write("Not this")
    expect(hour.lines).to_have_count(1)
    hour.delete(hour.lines.first)
    hour.page.unroute("**/keep/**")
    expect(hour.lines).to_have_count(0)
    hour.write("But this")
    expect(hour.lines.first).to_contain_text("✓ sent")
    assert [row[4] for row in hour.stored()] == [len("But this")]


def test_what_was_sent_is_deleted_at_the_practice_once_there_is_a_network(hour: Hour) -> None:
    hour.ready()
    hour.speak()
    expect(hour.lines.first).to_contain_text("✓ sent")
    hour.server.kill()
    hour.delete(hour.lines.first)
    expect(hour.lines.first).to_contain_text("deleted here")
    hour.page.reload()
    expect(hour.lines.first).to_contain_text("deleted here")
    hour.server.start()
    expect(hour.lines).to_have_count(0, timeout=RETRY_MS)
    (row,) = hour.stored()
    assert row[3:5] == [True, 0]
    assert list((hour.server.folder / "captures").iterdir()) == []


def test_without_a_microphone_one_can_write(
    browser: Browser, practice: tuple[Server, dict[str, Any]]
) -> None:
    hour = hour_on(browser, practice)
    hour.page.get_by_role("button", name="Speak (60 seconds)").tap()
    expect(hour.page.locator("[data-no-microphone]")).to_contain_text("you can write instead")
    hour.write("Then by hand")
    expect(hour.lines.first).to_contain_text("✓ sent")
    leave(hour.context)


def test_a_phone_that_was_taken_back_keeps_what_waits_and_the_next_address_sends_it(
    hour: Hour,
) -> None:
    hour.ready()
    again = (
        "import django; django.setup(); from kapstone.web import clock; "
        "from kapstone.web.records.actions import capturing; "
        "from kapstone.web.records.models import CaptureDevice; "
        "d = CaptureDevice.objects.get(); now = clock.now(); "
        "capturing.take_phone_back(d, at=now, by=d.by); "
        "capturing.trust_phone(d.person, secret='n' * 43, at=now, by=d.by)"
    )
    hour.server.run("-c", again)
    hour.write("Still mine")
    expect(hour.lines.first).to_contain_text("no longer let in")
    assert hour.stored() == []
    hour.page.goto(f"{hour.server.address}/w/{'n' * 43}/")
    expect(hour.lines.first).to_contain_text("✓ sent", timeout=RETRY_MS)
    assert len(hour.stored()) == 1


def test_the_person_hears_it_in_their_own_pages(hour: Hour) -> None:
    hour.speak()
    expect(hour.lines.first).to_contain_text("✓ sent")
    page = hour.page
    page.goto(f"{hour.server.address}/accounts/login/")
    expect(page.get_by_role("link", name="First words after a session")).to_be_visible()
    page.locator(f'form[action="/demo/{hour.ids["ade"]}/"] button').click()
    page.wait_for_url("**/me/")
    page.goto(f"{hour.server.address}/me/first-words/")
    sound = page.locator("audio")
    sound.evaluate("(sound) => { sound.muted = true; return sound.play(); }")
    page.wait_for_function("() => document.querySelector('audio').currentTime > 0")


def test_the_page_is_accessible_and_what_is_pressed_is_large(hour: Hour) -> None:
    hour.write("A line, so that there is a list")
    expect(hour.lines).to_have_count(1)
    with hour.context.browser.new_context(bypass_csp=True) as open_to_axe:  # type: ignore[union-attr]  # a context has its browser
        other = open_to_axe.new_page()
        other.goto(hour.page.url)
        assert violations(other) == []
    sizes = hour.page.evaluate(
        "() => [...document.querySelectorAll('main :is(button, textarea)')]"
        ".filter((one) => one.checkVisibility()).map((one) => one.getBoundingClientRect().height)"
    )
    assert len(sizes) > 3
    assert min(sizes) >= 44
