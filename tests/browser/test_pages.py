"""The demonstration's pages as its people open them: axe finds nothing serious, both themes."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page
from server.entering import enter
from server.running import Server

AXE = Path(__file__).with_name("vendor") / "axe.min.js"
SERIOUS = {"serious", "critical"}

# Each person, the width of their screen, and where they go from their first page, by link.
STAFF = ["/", "/people/", "/people/new/", "/readiness/", "/calendar/", "/messages/"]
CALENDAR = ["day/", "week/", "waiting/", "places/", "places/1/", "feed/", "free/?place=1&q=a"]
STAFF += ["/absences/", "/people/1/messages/", "/people/1/messages/earlier/"]
CLINIC = [
    "/rooms/",
    "/rooms/?names=initials",
    "/rooms/wall/",
    "/sessions/together/1/",
    "/notices/",
    "/rules/SCR-CAR-01/",
    "/learn/?route=iv&over_min=80&second_mg=20&second_at_min=120",
    "/learn/?route=lozenge&spit=1&beside=iv",
    *("/told/", "/told/where/", "/stories/"),
]
REGISTER = [
    *("/register/", "/register/receive/", "/register/count/", "/register/counts/2/"),
    *("/register/lots/1/", "/register/lots/1/destroy/", "/register/differences/1/"),
]
CHART = [
    *("", "book/", "consultation/", "intake/", "import/", "screening/", "facts/", "consent/"),
    *("facts/readiness/", "facts/treatments/", "screening/person/?decision=not_yet"),
    *("roadmap/", "preparation/", "safety-plan/", "sessions/new/", "followup/", "integration/"),
    *("review/", "notes/", "therapy/", "therapy/trauma/", "therapy/pain/", "groups/"),
]
PORTAL = [
    *("", "journey/", "what-we-found/", "intake/", "intake/aneurysm/", "intake/medicines/"),
    *("consent/", "journal/", "preparation/", "safety-plan/", "help/", "messages/", "data/"),
    "data/calendar/",
    "own/spiritual/",
    "stories/",
    *("messages/earlier/", "outside/"),
]
GROUPS = ["/groups/", "/groups/1/"]
CLINICAL = [*STAFF, *CLINIC, *GROUPS, *(f"/courses/5/{page}" for page in CHART)]
VISITS = {
    "prescriber": ("Nana Osei", 1440, CLINICAL),
    "session monitor": ("Maja Lind", 1024, [*STAFF, *CLINIC, *REGISTER]),
    "front desk": ("Sam Quill", 1024, [*STAFF, *(f"/calendar/{page}" for page in CALENDAR)]),
    "owner": (
        "Elise Frost",
        1440,
        [
            "/",
            "/people/",
            "/practice/",
            "/practice/hours/",
            "/absences/",
            "/audit/",
            "/register/settings/",
        ],
    ),
    "patient": ("Helene Fischer", 390, [f"/me/{page}" for page in PORTAL]),
}


def violations(page: Page) -> list[str]:
    """What axe finds serious on the page as it stands."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("() => axe.run({ resultTypes: ['violations'] })")
    return [
        f"{each['id']}: {each['nodes'][0]['html'][:140]}"
        for each in found["violations"]
        if each["impact"] in SERIOUS
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("who", VISITS)
def test_pages_are_accessible(
    who: str, scheme: Literal["light", "dark"], browser: Browser, demonstration: Server
) -> None:
    name, width, paths = VISITS[who]
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True
    )
    page = context.new_page()
    enter(page, demonstration, name)
    faults: dict[str, list[str]] = {}
    for path in paths:
        answer = page.goto(demonstration.address + path)
        assert answer is not None
        assert answer.status == 200, f"{path} answered {answer.status}"
        found = violations(page)
        beyond = page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
        if beyond > 0:
            found.append(f"scrolls sideways by {beyond} px")
        if found:
            faults[path] = found
    context.close()
    assert faults == {}


def test_the_content_policy_holds_on_a_real_page(browser: Browser, demonstration: Server) -> None:
    page = browser.new_page()
    refused: list[str] = []
    page.on("console", lambda line: refused.append(line.text) if line.type == "error" else None)
    enter(page, demonstration, "Nana Osei")
    page.goto(f"{demonstration.address}/courses/5/")
    assert page.evaluate("() => typeof htmx") == "object"
    assert refused == []


@pytest.mark.parametrize(
    ("name", "path"), [("Nana Osei", "/courses/5/"), ("Elise Frost", "/audit/")]
)
def test_what_is_printed_has_dates_and_nothing_to_press(
    name: str, path: str, browser: Browser, demonstration: Server
) -> None:
    page = browser.new_page()
    enter(page, demonstration, name)
    page.goto(demonstration.address + path)
    page.emulate_media(media="print")
    pressed = page.locator("button, .btn, nav, details:has(form) summary")
    assert not any(each.is_visible() for each in pressed.all())
    assert page.get_by_text("as it stood on").is_visible()
    for near in page.locator(".near").all():
        assert near.inner_text() == ""
        paper = near.evaluate("(each) => getComputedStyle(each, '::after').content.slice(1, -1)")
        assert paper == near.get_attribute("data-paper")
    assert bool(page.locator(".near").count()) == (path == "/audit/")


def test_what_is_folded_on_the_screen_is_printed(browser: Browser, demonstration: Server) -> None:
    page = browser.new_page()
    enter(page, demonstration, "Nana Osei")
    page.goto(f"{demonstration.address}/readiness/")
    folded = page.locator("td details .gate").first
    assert not folded.is_visible()
    page.emulate_media(media="print")
    assert folded.is_visible()
