"""Takes the pictures of the documentation: start the demonstration, then run this script.

Needs Chromium (KAPSTONE_CHROMIUM or on the path) and the demonstration at the address given.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

IMAGES = Path(__file__).parents[1] / "docs/images"
DESKTOP, PHONE = {"width": 1440, "height": 930}, {"width": 390, "height": 844}
Picture = tuple[str, str, dict[str, int], str, str, str | None]
# file, whose screen, size, theme, first page, the link that is followed from there
PICTURES = (
    ("today", "Nana Osei", DESKTOP, "light", "/", None),
    ("chart", "Nana Osei", DESKTOP, "light", "/people/?q=Lindqvist", "Lindqvist, Theo"),
    ("chart-dark", "Nana Osei", DESKTOP, "dark", "/people/?q=Lindqvist", "Lindqvist, Theo"),
    ("room", "Maja Lind", DESKTOP, "dark", "/", "Open room"),
    ("screening", "Nana Osei", DESKTOP, "light", "/", "Isaac Oyelaran"),
    ("portal", "Helene Fischer", PHONE, "light", "/me/", None),
    ("journey", "Helene Fischer", PHONE, "light", "/me/journey/", None),
)


def take(browser: Browser, address: str, picture: Picture) -> None:
    name, who, size, theme, first, link = picture
    page: Page = browser.new_page(viewport=size, color_scheme=theme)  # type: ignore[arg-type]
    page.goto(f"{address}/accounts/login/")
    page.get_by_role("button", name=who).first.click()
    page.goto(address + first)
    if link:
        page.get_by_role("link", name=link).first.click()
        page.wait_for_load_state()
    page.screenshot(path=IMAGES / f"{name}.png")
    page.close()


def main(address: str) -> None:
    chromium = os.environ.get("KAPSTONE_CHROMIUM") or shutil.which("chromium")
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for picture in PICTURES:
            take(browser, address, picture)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000")
