"""Stepping into the demonstration with a real browser."""

from __future__ import annotations

from playwright.sync_api import Page
from server.running import Server


def enter(page: Page, server: Server, name: str) -> None:
    """Step in as one of the demonstration's people, by their button."""
    page.goto(f"{server.address}/accounts/login/")
    page.get_by_role("button", name=name).click()
