"""The pages of an evening at home on the smallest phone: nothing cut off, nothing unsaid."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from browser.test_pages import violations
from browser.test_sitter import PRACTICE
from playwright.sync_api import Browser, BrowserContext, Page, expect
from server.databases import Migrated
from server.running import Server, running

NARROW, DESK = 320, 1024
# A little more than four hours after the person took it.
LATER_MIN = 245
WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module", params=[0, LATER_MIN], ids=["running", "four hours after"])
def home(
    request: pytest.FixtureRequest, migrated: Migrated, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Server, dict[str, Any]]]:
    folder = tmp_path_factory.mktemp("home")
    later = int(request.param)
    server = Server(folder, migrated.sqlite(folder), later_min=later)
    ids = json.loads(server.run(str(PRACTICE)))
    with running(server):
        yield server, ids


def entered(context: BrowserContext, server: Server, user: int) -> Page:
    page = context.new_page()
    page.goto(f"{server.address}/accounts/login/")
    page.locator(f'form[action="/demo/{user}/"] button').click()
    page.wait_for_load_state()
    return page


def looked_at(page: Page, scheme: str) -> None:
    assert page.evaluate(WIDER) <= 0, f"wider than the phone, {scheme}"
    assert violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_of_the_evening_fits_and_is_read_aloud(
    scheme: Literal["light", "dark"], browser: Browser, home: tuple[Server, dict[str, Any]]
) -> None:
    server, ids = home
    pages = {
        None: f"/h/{ids['token']}/",
        "ade": f"/me/sessions/{ids['session']}/evening/",
        "doctor": f"/sessions/{ids['session']}/at-home/",
        "desk": f"/sessions/{ids['session']}/at-home/send/",
    }
    for who, path in pages.items():
        width = DESK if who == "doctor" else NARROW
        size: Any = {"width": width, "height": 640}
        with browser.new_context(viewport=size, color_scheme=scheme, bypass_csp=True) as context:
            page = entered(context, server, ids[who]) if who else context.new_page()
            answer = page.goto(server.address + path)
            assert answer is not None
            assert answer.status == 200, path
            looked_at(page, scheme)


def test_what_changes_is_said_aloud(browser: Browser, home: tuple[Server, dict[str, Any]]) -> None:
    server, ids = home
    with browser.new_context(viewport={"width": NARROW, "height": 640}) as context:
        page = context.new_page()
        page.goto(f"{server.address}/h/{ids['token']}/")
        told = page.get_by_role("status").and_(page.locator("[data-prompt]"))
        expect(told).to_be_visible()
        page.get_by_role("button", name="We need help").click()
        expect(page.get_by_role("alert").filter(has_text="Call now.")).to_be_visible()


def test_the_person_says_how_they_are(browser: Browser, migrated: Migrated, tmp_path: Path) -> None:
    server = Server(tmp_path, migrated.sqlite(tmp_path), later_min=LATER_MIN)
    ids = json.loads(server.run(str(PRACTICE)))
    with running(server), browser.new_context(viewport={"width": NARROW, "height": 640}) as phone:
        page = entered(phone, server, ids["ade"])
        page.get_by_role("link", name="Tell us").click()
        page.get_by_label("I am well").check()
        page.get_by_role("button", name="Tell us").click()
        expect(page.locator("#check-in")).to_contain_text("✓ I am well")
