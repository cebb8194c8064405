"""A phone with a small practice of its own, for tests of questionnaires."""

from __future__ import annotations

import json
from typing import Any

from browser.until import copied
from playwright.sync_api import BrowserContext, Page, ViewportSize
from server.running import Server

SIZE: ViewportSize = {"width": 390, "height": 844}


class Phone:
    """One phone, with whoever is logged in on it."""

    def __init__(self, context: BrowserContext, server: Server, ids: dict[str, Any]) -> None:
        self.context, self.server, self.ids = context, server, ids
        self.page = context.new_page()
        self.page.set_default_timeout(15_000)
        self.taps = 0

    def enter(self, name: str) -> None:
        self.page.goto(f"{self.server.address}/accounts/login/")
        self.page.locator(f'form[action="/demo/{self.ids[name]}/"] button').click()
        self.page.wait_for_url("**/me/")

    def open(self, sheet: str = "phq9", whose: str = "of_ade") -> Page:
        self.page.goto(f"{self.server.address}/me/sheets/{self.ids[whose][sheet]}/")
        return self.page

    def ready(self) -> None:
        """The page is on the phone, and the worker stands before it."""
        copied(self.page, "sheets")

    def tap(self, words: str) -> None:
        self.page.get_by_role("button", name=words, exact=True).tap()
        self.taps += 1

    def stored(self) -> dict[str, list[float]]:
        """What the practice has, item by item, each answer ever given in its order."""
        code = (
            "import json, django; django.setup(); "
            "from kapstone.web.records.models import SheetAnswer; "
            "rows = SheetAnswer.objects.order_by('pk').values_list('item', 'value'); "
            "print(json.dumps(list(rows)))"
        )
        found: dict[str, list[float]] = {}
        for item, value in json.loads(self.server.run("-c", code)):
            found.setdefault(item, []).append(value)
        return found


def heading(page: Page) -> Any:
    return page.locator("[data-question]:not([hidden]) h2")
