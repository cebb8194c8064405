"""Two people in one room on one page: each column follows its own chart and has its own stop."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser.until import leave
from playwright.sync_api import Browser, Locator, Page, expect
from server.entering import enter
from server.running import Server, running

# The couple of the demonstration, planned in one room, as if both had begun ten minutes ago.
BEGIN = """
import django; django.setup()
import json
from datetime import timedelta
from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records.models import Phase, SessionPlan
ahead = SessionPlan.objects.standing().filter(planned_for__gt=clock.now())
rows = ahead.filter(room="Birch").order_by("pk")
by, begun = User.objects.get(name__startswith="Maja Lind"), clock.now() - timedelta(minutes=10)
for row in rows:
    Phase.objects.create(session=row.session, phase="started", at=begun, by=by)
print(json.dumps([row.session_id for row in rows]))
"""
HEART = "[data-tile=heart_rate] [data-figure]"


@pytest.fixture
def couple(browser: Browser, built: Path, tmp_path: Path) -> Iterator[tuple[Page, Page, list[int]]]:
    """The page of both, and the room of the first on another tablet."""
    shutil.copy(built, tmp_path / "demo.sqlite3")
    server = Server(tmp_path, f"sqlite:///{tmp_path / 'demo.sqlite3'}")
    both = json.loads(server.run("-c", BEGIN))
    assert len(both) == 2
    with running(server):
        contexts = [browser.new_context(viewport={"width": 1024, "height": 900}) for _ in both]
        page, room = (context.new_page() for context in contexts)
        for each in (page, room):
            enter(each, server, "Maja Lind")
        with page.expect_response("**/live/rooms/**"):
            page.goto(f"{server.address}/sessions/together/{both[0]}/")
        room.goto(f"{server.address}/sessions/{both[0]}/room/")
        yield page, room, both
        for context in contexts:
            leave(context)


def column(page: Page, session: int) -> Locator:
    return page.locator(f"#column-{session}")


def test_a_reading_stands_in_its_own_column_and_a_half_typed_stop_stays(
    couple: tuple[Page, Page, list[int]],
) -> None:
    page, room, (one, other) = couple
    stop = column(page, other).locator("details")
    stop.locator("summary").click()
    why = stop.get_by_label("Before its time: why")
    why.fill("He asked")
    room.fill("#main [name=heart_rate]", "139")
    room.get_by_role("button", name="Keep this reading").click()
    expect(column(page, one).locator(HEART)).to_have_text("139")
    # The words of what was crossed come with the whole column, asked for soon after.
    expect(column(page, one).locator(".notice")).to_be_visible(timeout=25_000)
    expect(column(page, other).locator(HEART)).to_have_text("\u2013")
    expect(column(page, other).locator(".notice")).to_have_count(0)
    expect(why).to_have_value("He asked")
    expect(why).to_be_focused()
    stop.get_by_role("checkbox").check()
    stop.get_by_role("button", name=re.compile("Stop the medicine of")).click()
    expect(column(page, other)).to_contain_text("Medicine ended")
    expect(column(page, one)).not_to_contain_text("Medicine ended")


def test_on_a_phone_one_of_them_stands_alone_by_choice(
    couple: tuple[Page, Page, list[int]],
) -> None:
    page, _, both = couple
    page.set_viewport_size({"width": 390, "height": 844})
    tops = [column(page, each).bounding_box() for each in both]
    assert all(box and box["width"] < 390 for box in tops), "one above the other"
    switch = page.get_by_role("navigation", name="Whose column")
    assert all(box.evaluate("(e) => e.offsetHeight") >= 44 for box in switch.locator("a").all())
    switch.get_by_role("link").nth(1).click()
    shown = [column(page, each).is_visible() for each in both]
    assert sorted(shown) == [False, True]
    switch.get_by_role("link", name="All").click()
    for each in both:
        expect(column(page, each)).to_be_visible()
    beyond = "() => document.documentElement.scrollWidth - innerWidth"
    assert page.evaluate(beyond) <= 0
