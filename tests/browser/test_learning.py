"""The learning page by hand: drawn again as a field is left, and the same without scripts."""

from __future__ import annotations

from playwright.sync_api import Browser, expect
from server.entering import enter
from server.running import Server


def test_a_curve_follows_the_keyboard(browser: Browser, demonstration: Server) -> None:
    page = browser.new_page()
    enter(page, demonstration, "Nana Osei")
    page.goto(f"{demonstration.address}/learn/?route=iv")
    page.get_by_label("Given over, min").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("80")
    page.keyboard.press("Tab")
    expect(page.get_by_role("heading", name="The same dose, at another rate")).to_be_visible()
    expect(page.get_by_label("Second dose, mg")).to_be_focused()
    expect(page.locator("#learning-said")).to_contain_text("over 80 min")
    assert "over_min=80" in page.url
    page.keyboard.type("9999")
    page.keyboard.press("Tab")
    expect(page.get_by_text("Enter 5 to 140 mg.")).to_be_visible()
    page.go_back()
    expect(page.get_by_label("Second dose, mg")).to_have_value("")
    page.close()


def test_it_is_whole_without_scripts_and_without_a_log_in(
    browser: Browser, demonstration: Server
) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(f"{demonstration.address}/accounts/login/")
    page.get_by_role("link", name="what the medicine does in the blood").click()
    page.get_by_role("link", name="Lozenge or troche").click()
    page.get_by_label("What is left is").select_option("spat out")
    page.get_by_role("button", name="Draw").click()
    expect(page.get_by_role("heading", name="Spat out instead of swallowed")).to_be_visible()
    assert page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0
    with page.expect_download() as taken:
        page.get_by_role("link", name="Take as CSV").click()
    assert taken.value.suggested_filename == "ketamine-lozenge.csv"
    context.close()
