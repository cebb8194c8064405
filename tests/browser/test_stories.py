"""A story from the first tap to the public page, and down again with one more."""

from __future__ import annotations

from browser.phone import SIZE
from browser.test_pages import violations
from playwright.sync_api import Browser, BrowserContext, Page, expect
from server.entering import enter
from server.running import Server

WORDS = "For a while nothing moved. Then I slept a whole night."


def tell(phone: Page, address: str) -> str:
    """Write it, approve it, sign for it; gives the address of the person's own page of it."""
    phone.goto(f"{address}/me/stories/")
    phone.get_by_role("button", name="My own words").tap()
    phone.get_by_label("Your story").fill(WORDS)
    phone.get_by_label("No", exact=True).check()
    phone.get_by_role("button", name="Keep these words").tap()
    phone.get_by_role("button", name="I approve exactly these words").tap()
    expect(phone.get_by_text("✓ You approved these words")).to_be_visible()
    here = phone.url
    phone.get_by_role("link", name="Choose and sign").tap()
    phone.get_by_label("Everybody, on the practice's own public page").check()
    phone.get_by_label("So that people can read").check()
    phone.get_by_label("No", exact=True).check()
    phone.get_by_role("button", name="Show me what I sign").tap()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Read, then sign")
    assert violations(phone) == []
    phone.get_by_label("Your full name").fill("Helene Fischer")
    phone.get_by_role("button", name="Sign", exact=True).tap()
    expect(phone.get_by_text("a clinician to approve these words")).to_be_visible()
    return here


def approve(clinic: Page, address: str) -> None:
    clinic.goto(f"{address}/told/")
    clinic.get_by_role("link", name="Helene Fischer").first.click()
    clinic.get_by_role("button", name="I approve exactly these words").click()
    expect(clinic.get_by_text("✓ shown")).to_be_visible()
    assert violations(clinic) == []


def looked_at(stranger: BrowserContext, address: str) -> Page:
    page = stranger.new_page()
    page.goto(f"{address}/stories/")
    return page


def test_one_tap_takes_it_down_for_a_stranger_at_once(
    browser: Browser, demonstration: Server
) -> None:
    address = demonstration.address
    phone = browser.new_context(viewport=SIZE, has_touch=True).new_page()
    enter(phone, demonstration, "Helene Fischer")
    here = tell(phone, address)
    clinic = browser.new_context(viewport={"width": 1024, "height": 800}).new_page()
    enter(clinic, demonstration, "Nana Osei")
    approve(clinic, address)
    stranger = browser.new_context(viewport=SIZE, color_scheme="dark")
    page = looked_at(stranger, address)
    expect(page.get_by_text(WORDS)).to_be_visible()
    story = page.get_by_role("article").filter(has_text=WORDS)
    expect(story.get_by_text("Treated", exact=True)).to_be_visible()
    expect(page.get_by_text("There is nobody to compare with.")).to_be_visible()
    assert violations(page) == []
    assert stranger.cookies() == []
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    phone.goto(here)
    phone.get_by_role("button", name="Take it down").tap()
    expect(phone.get_by_text("Taken down.")).to_be_visible()
    expect(looked_at(stranger, address).get_by_text(WORDS)).to_have_count(0)
    page.go_back()
    page.go_forward()
    expect(page.get_by_text(WORDS)).to_have_count(0)
    for each in (phone, clinic):
        each.context.close()
    stranger.close()
