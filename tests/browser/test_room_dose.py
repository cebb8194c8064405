"""A dose and a pump rate without a network: kept, shown, sent once at their own time."""

from __future__ import annotations

import json
import time
from typing import Any

from browser.test_room import (
    BEGUN_MIN,
    ON_DISK,
    RETRY_MS,
    REVOKE,
    MakeTablet,
    Tablet,
    come_back_later,
    lose_an_answer,
    server,
    tablet,
    tablets,
    written,
)
from browser.until import forward
from playwright.sync_api import expect
from server.running import Server

__all__ = ["server", "tablet", "tablets", "written"]
GIVEN = """
import json, django; django.setup()
from kapstone.web.records.models import DoseGiven, Notice, PumpRate
rows = [["dose", r.at.timestamp(), str(r.amount_mg)] for r in DoseGiven.objects.all()]
rows += [["pump", r.at.timestamp(), str(r.mg_h)] for r in PumpRate.objects.all()]
rows += [["notice", r.at.timestamp(), r.says] for r in Notice.objects.all()]
print(json.dumps(sorted(rows, key=lambda row: row[1])))
"""


def given(tablet: Tablet, kind: str) -> list[tuple[float, Any]]:
    """What the server has of a kind, each with the minutes since the start."""
    rows = json.loads(tablet.server.run("-c", GIVEN))
    return [
        (round((at - tablet.ids["begun"]) / 60, 1), told) for of, at, told in rows if of == kind
    ]


def since_start(tablet: Tablet) -> float:
    """Minutes by this machine's clock: a slow one may take some to come this far."""
    return float(time.time() - tablet.ids["begun"]) / 60


def chart(tablet: Tablet, **values: str) -> None:
    for name, value in values.items():
        tablet.page.fill(f"form[data-kept=dose] [name={name}]", value)
    tablet.tap("Chart it")


def set_pump(tablet: Tablet, rate: str) -> None:
    tablet.page.get_by_text("The pump runs at another rate").click()
    tablet.page.fill("form[data-kept=pump_rate] [name=rate]", rate)
    tablet.tap("Chart the rate")


def test_a_dose_and_a_rate_wait_and_arrive_once_at_their_own_time(
    tablet: Tablet, server: Server
) -> None:
    page = tablet.page
    page.clock.install()
    tablet.open()
    tablet.cut()
    chart(tablet, mg="34")
    waits = page.locator("#doses [data-waiting]")
    expect(waits).to_contain_text("Infusion, 34 mg, Not from the register")
    expect(waits).to_contain_text("saved here")
    expect(page.locator("form[data-kept=dose] [name=mg]")).to_have_value("")
    forward(page, 20 * 60_000)
    set_pump(tablet, "40")
    expect(waits).to_contain_text("Pump, 40 mg/h")
    forward(page, 40 * 60_000)
    page = tablet.restart()
    expect(page.locator("#doses [data-waiting]")).to_contain_text("Infusion, 34 mg")
    come_back_later(server, 60)
    lose_an_answer(tablet)
    tablet.saved()
    ((dose_at, mg),), ((pump_at, rate),) = given(tablet, "dose"), given(tablet, "pump")
    assert (mg, rate) == ("34.00", "40.00")
    assert BEGUN_MIN <= dose_at < BEGUN_MIN + 5
    assert abs(pump_at - dose_at - 20) < 1
    expect(page.locator("#doses")).to_contain_text("34 mg of 34 mg ordered", timeout=RETRY_MS)
    expect(page.locator("#doses [data-waiting]")).to_be_hidden(timeout=RETRY_MS)
    expect(page.locator("#story")).to_contain_text("in the record since")


def test_a_dose_is_charted_at_once_while_there_is_a_network(tablet: Tablet) -> None:
    before = since_start(tablet)
    chart(tablet, mg="34", minutes_ago="2")
    tablet.saved()
    after = since_start(tablet)
    expect(tablet.page.locator("#doses")).to_contain_text("34 mg of 34 mg ordered")
    ((at, _),) = given(tablet, "dose")
    assert before - 2.1 <= at <= after - 1.9


def test_what_is_refused_at_once_stands_in_its_form_again(tablet: Tablet) -> None:
    page, form = tablet.page, tablet.page.locator("form[data-kept=dose]")
    chart(tablet, mg="60", minutes_ago="3")
    expect(form.get_by_role("alert")).to_contain_text("34 mg were ordered. Say why")
    expect(form.locator("[name=mg]")).to_have_value("60")
    expect(form.locator("[name=minutes_ago]")).to_have_value("3")
    chart(tablet, words="A second syringe was needed, Lind saw it")
    tablet.saved()
    expect(form.get_by_role("alert")).to_have_count(0)
    assert [mg for _, mg in given(tablet, "dose")] == ["60.00"]
    assert page.evaluate(ON_DISK)["count"] <= 1


def test_what_waited_is_kept_and_a_notice_asks_for_the_reason(
    tablet: Tablet, server: Server
) -> None:
    tablet.page.clock.install()
    tablet.open()
    tablet.cut()
    chart(tablet, mg="60")
    forward(tablet.page, 5 * 60_000)
    come_back_later(server, 5)
    tablet.back()
    tablet.saved()
    assert [mg for _, mg in given(tablet, "dose")] == ["60.00"]
    expect(tablet.page.locator("#notices")).to_contain_text("still to be written")
    expect(tablet.page.locator("#notices")).to_contain_text("34 mg were ordered. Say why")


def test_a_refused_rate_can_be_changed_from_the_list(tablets: MakeTablet) -> None:
    one, other = tablets("nurse"), tablets("prescriber")
    one.cut()
    other.tap("Pause")
    expect(other.page.get_by_role("button", name="Go on")).to_be_visible()
    set_pump(one, "41")
    one.back()
    expect(one.strip).to_contain_text("The medicine is paused: go on first.")
    one.strip.get_by_role("button", name="Change it").click()
    form = one.page.locator("form[data-kept=pump_rate]")
    expect(form.locator("[name=rate]")).to_have_value("41")
    expect(form.get_by_role("alert")).to_contain_text("go on first")


def test_going_on_under_a_red_limit_asks_for_the_reason_in_its_own_form(tablet: Tablet) -> None:
    page = tablet.page
    tablet.tap("Pause")
    expect(page.locator(".chip", has_text="! paused")).to_be_visible(timeout=RETRY_MS)
    tablet.read(systolic_bp="190", diastolic_bp="80")
    tablet.saved()
    above = page.get_by_role("navigation", name="This session").get_by_role("button")
    above.click()
    form = page.locator("form[data-kept=resume]")
    expect(form.get_by_role("alert")).to_contain_text("Held back")
    expect(above).to_have_text("Go on")
    form.get_by_label("Why it goes on now").fill("The prescriber is here and wants it to go on")
    form.get_by_role("button", name="Go on").click()
    expect(page.locator("#story")).to_contain_text("Went on: The prescriber is here")
    expect(above).to_have_text("Pause")


def test_a_dose_of_who_was_revoked_or_logged_out_stays_sealed(
    tablet: Tablet, server: Server
) -> None:
    tablet.cut()
    chart(tablet, mg="34")
    expect(tablet.status).to_contain_text("1 entry waits")
    server.run("-c", REVOKE)
    tablet.back()
    expect(tablet.status).to_contain_text("log in again")
    assert given(tablet, "dose") == []
    on_disk = tablet.page.evaluate(ON_DISK)
    assert on_disk["count"] == 1
    assert "infusion" not in on_disk["plain"]
