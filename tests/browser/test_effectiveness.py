"""The effectiveness pages in a browser: read, taken away, compared only after the protocol."""

from __future__ import annotations

import pytest
from browser.test_pages import violations
from playwright.sync_api import Browser, expect
from server.entering import enter
from server.running import Server


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (1024, "dark"), (390, "light")])
def test_the_owner_reads_every_figure_at_every_width(
    browser: Browser, demonstration: Server, width: int, scheme: str
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,  # type: ignore[arg-type]  # one of its two words
    )
    page = context.new_page()
    enter(page, demonstration, "Elise Frost")
    for address in ("", "harms/", "compare/integration/"):
        page.goto(f"{demonstration.address}/effectiveness/{address}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert violations(page) == []
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_a_figure_is_taken_away(browser: Browser, demonstration: Server) -> None:
    page = browser.new_context(accept_downloads=True).new_page()
    enter(page, demonstration, "Elise Frost")
    page.goto(f"{demonstration.address}/effectiveness/")
    figure = page.get_by_role("region", name="How many have responded?", exact=True)
    figure.get_by_text("The query").click()
    with page.expect_download() as taken:
        figure.get_by_role("link", name="CSV").click()
    assert taken.value.suggested_filename == "phq9-response.csv"


def test_what_the_owner_opens_a_stranger_reads(browser: Browser, demonstration: Server) -> None:
    page = browser.new_context().new_page()
    enter(page, demonstration, "Elise Frost")
    page.goto(f"{demonstration.address}/effectiveness/")
    page.get_by_role("button", name="Open it to everybody").click()
    stranger = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
    stranger.goto(f"{demonstration.address}/does-it-help/")
    expect(stranger.get_by_role("heading", name="What nobody knows")).to_be_visible()
    assert violations(stranger) == []
    page.get_by_role("button", name="Shut it").click()
    stranger.reload()
    expect(stranger.get_by_text("The practice has not opened this page.")).to_be_visible()
