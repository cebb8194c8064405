"""The parts in a real browser, under the strict policy: accessible, never too wide, at work."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from playwright.sync_api import Browser, Page, Route, ViewportSize
from web.guide import guide

ADDRESS = "http://guide.test/"
POLICY = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'"
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
AXE = (Path(__file__).parent / "vendor/axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Inside a label, the label is what is touched.
LOW = """() => [...document.querySelectorAll("button, .btn, a.chip, input, textarea, .dec")]
  .filter((one) => one.checkVisibility() && !one.closest("label:not(.dec)"))
  .filter((one) => !one.matches("[type=radio], [type=checkbox]"))
  .filter((one) => one.getBoundingClientRect().height < 44)
  .map((one) => one.outerHTML.slice(0, 80))"""

Opens = Callable[..., Page]


def answer(route: Route, theme: str, policy: str) -> None:
    """The page itself, or one of the house's static files, both under the policy."""
    path = route.request.url.removeprefix(ADDRESS)
    headers = {"Content-Security-Policy": policy}
    if not path:
        route.fulfill(body=guide(theme), content_type="text/html", headers=headers)
        return
    if path.startswith("drafts/"):
        route.fulfill(json={}, headers=headers)
        return
    found = finders.find(path.removeprefix("static/"))
    if isinstance(found, str):
        kind = TYPES.get(Path(found).suffix, "application/octet-stream")
        route.fulfill(body=Path(found).read_bytes(), content_type=kind, headers=headers)
    else:
        route.fulfill(status=404, body=path)


@pytest.fixture
def opens(browser: Browser) -> Iterator[Opens]:
    """Open the guide in a theme at a width; what the browser complains of fails the test."""
    pages: list[Page] = []
    complaints: list[str] = []

    def opened(theme: str = "light", width: int = 1440, policy: str = POLICY) -> Page:
        size: ViewportSize = {"width": width, "height": 900}
        # Only a finger is offered keys in the room.
        finger = theme == "room"
        page = browser.new_page(
            viewport=size, reduced_motion="reduce", has_touch=finger, is_mobile=finger
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.extend([said.text] * (said.type == "error")))
        page.route("**/*", lambda route: answer(route, theme, policy))
        page.goto(ADDRESS)
        pages.append(page)
        return page

    yield opened
    for page in pages:
        page.close()
    assert complaints == []


@pytest.mark.parametrize("width", [1440, 1024, 390])
@pytest.mark.parametrize("theme", ["light", "dark", "room"])
def test_axe_finds_nothing_wrong(opens: Opens, theme: str, width: int) -> None:
    # axe sets inline styles while it looks, which the policy would refuse.
    page = opens(theme, width, policy="")
    page.evaluate(AXE)
    found = page.evaluate("(rules) => axe.run(document, { runOnly: rules })", RULES)
    wrong = {each["id"]: [node["html"] for node in each["nodes"]] for each in found["violations"]}
    assert wrong == {}


@pytest.mark.parametrize("width", [1440, 1024, 390, 320])
def test_nothing_scrolls_sideways(opens: Opens, width: int) -> None:
    page = opens("light", width)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width


def test_what_is_pressed_in_the_room_is_a_thumb_high(opens: Opens) -> None:
    assert opens("room", 1024).evaluate(LOW) == []


def test_the_keypad_goes_on_by_itself(opens: Opens) -> None:
    page = opens("room", 1024)
    for key in "1529488":
        page.locator(f'[data-key="{key}"]').click()
    cells = page.locator(".cells input")
    assert [cell.input_value() for cell in cells.all()] == ["152", "94", "88"]
    assert page.evaluate("() => document.activeElement.textContent") == "Save readings"


def test_a_typed_digit_goes_on_too(opens: Opens) -> None:
    page = opens("room", 1024)
    page.get_by_label("Systolic").focus()
    page.keyboard.type("1189471")
    cells = page.locator(".cells input")
    assert [cell.input_value() for cell in cells.all()] == ["118", "94", "71"]


def test_a_form_that_asks_is_sent_only_when_agreed(opens: Opens) -> None:
    page = opens()
    page.evaluate("""() => {
      const form = document.querySelector("form[method=post]");
      form.noValidate = true;
      form.dataset.confirm = "Send everybody home?";
      form.insertAdjacentHTML("beforeend", '<button id="go">Send home</button>');
      window.sent = 0;
      form.addEventListener("submit", (event) => { event.preventDefault(); window.sent += 1; });
    }""")
    page.locator("#go").click()
    dialog = page.get_by_role("dialog", name="Send everybody home?")
    dialog.get_by_role("button", name="Not now").click()
    assert page.evaluate("() => window.sent") == 0
    page.locator("#go").click()
    page.keyboard.press("Escape")
    assert page.evaluate("() => window.sent") == 0
    page.locator("#go").click()
    dialog.get_by_role("button", name="Send home").click()
    page.wait_for_function("() => window.sent === 1")


def test_a_lost_connection_is_said(opens: Opens) -> None:
    page = opens()
    banner = page.get_by_text("No connection.")
    assert not banner.is_visible()
    page.context.set_offline(True)
    banner.wait_for(state="visible")
    page.context.set_offline(False)
    banner.wait_for(state="hidden")


def test_the_room_stays_dim_whatever_is_chosen(opens: Opens) -> None:
    page = opens("room")
    page.evaluate("() => localStorage.setItem('theme', 'light')")
    page.reload()
    assert page.evaluate("() => document.documentElement.dataset.theme") == "room"


def test_what_is_printed_is_dark_on_white(opens: Opens) -> None:
    page = opens("dark")
    page.emulate_media(media="print")
    ink = page.evaluate("() => getComputedStyle(document.body).color")
    assert ink == "rgb(30, 42, 48)"
