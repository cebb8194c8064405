"""A form that is over elsewhere: what points to risk is kept, and the phone says what is true."""

from __future__ import annotations

from typing import Any

import pytest
from browser.phone import SIZE, Phone, heading
from browser.test_pages import violations
from playwright.sync_api import Page, expect

from kapstone import instruments

PHQ9 = instruments.instrument("phq9").item
KEPT = "() => JSON.parse(localStorage.getItem('answers') ?? '{\"taps\": []}').taps.length"
HELP = "You do not have to carry this alone"
SENT = "Thank you. It is sent."
NOT_ADDED = "This form was already sent. Your last answer was not added."
TAKE_BACK = """
import django; django.setup()
from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records.actions import following
from kapstone.web.records.models import Sheet
following.take_back(Sheet.objects.get(pk={pk}), at=clock.now(), by=User.objects.get(pk={by}))
"""
NOTICES = """
import json, django; django.setup()
from kapstone.web.records.models import Notice
print(json.dumps(list(Notice.objects.order_by('pk').values_list('level', flat=True))))
"""


def leave_blank(page: Page, many: int) -> None:
    for _ in range(many):
        page.get_by_role("link", name="Leave it blank").tap()


def to_item_nine(phone: Phone) -> Page:
    page = phone.open()
    leave_blank(page, 8)
    expect(heading(page)).to_have_text(PHQ9[8].text)
    return page


def sent_elsewhere(phone: Phone) -> None:
    """Another device of theirs, with a queue of its own, sends the form off with one answer."""
    browser = phone.context.browser
    assert browser
    with browser.new_context(viewport=SIZE, has_touch=True) as context:
        send_with_one(Phone(context, phone.server, phone.ids))


def send_with_one(other: Phone) -> None:
    other.enter("ade")
    other.open()
    other.tap("Not at all")
    leave_blank(other.page, len(PHQ9) - 1)
    other.tap("Send my answers")
    expect(other.page.get_by_role("heading", name=SENT)).to_be_visible()


def notices(phone: Phone) -> Any:
    return phone.server.run("-c", NOTICES).strip()


def told(page: Page) -> None:
    expect(page.get_by_role("heading", name=HELP)).to_be_visible()
    expect(page.get_by_text("Perhaps nobody has seen it yet")).to_be_visible()
    expect(page.get_by_text("nobody there knows")).to_be_hidden()
    expect(page.get_by_text("Your answer was not kept")).to_be_hidden()


def test_a_risk_answer_on_a_form_that_was_taken_back_is_kept(phone: Phone) -> None:
    page = to_item_nine(phone)
    own = phone.ids["of_ade"]["phq9"]
    phone.server.run("-c", TAKE_BACK.format(pk=own, by=phone.ids["nurse"]))
    phone.tap("Nearly every day")
    told(page)
    assert phone.stored() == {"self_harm": [3.0]}
    assert notices(phone) == '["si_urgent"]'
    page.get_by_role("button", name="Go on with the questions").tap()
    expect(page.get_by_role("heading", name="These questions have closed")).to_be_visible()
    expect(page.get_by_text("points to danger")).to_be_visible()
    assert violations(page) == []


def test_a_risk_answer_of_a_stale_tab_is_kept(phone: Phone) -> None:
    page = to_item_nine(phone)
    sent_elsewhere(phone)
    phone.tap("Nearly every day")
    told(page)
    assert phone.stored()["self_harm"] == [3.0]
    page.get_by_role("button", name="Go on with the questions").tap()
    expect(page.get_by_role("heading", name=SENT)).to_be_visible()
    expect(page.get_by_text("points to danger")).to_be_visible()
    expect(page.get_by_text(NOT_ADDED)).to_be_hidden()


def test_any_other_answer_of_a_stale_tab_is_said_not_to_be_added(phone: Phone) -> None:
    page = phone.open()
    sent_elsewhere(phone)
    phone.tap("Nearly every day")
    expect(page.get_by_text(NOT_ADDED)).to_be_visible()
    assert phone.stored() == {PHQ9[0].id: [0.0]}
    assert violations(page) == []


@pytest.mark.parametrize("goes_on", [False, True])
def test_a_risk_answer_given_offline_is_kept_though_the_form_was_sent(
    goes_on: bool, phone: Phone
) -> None:
    page = to_item_nine(phone)
    phone.ready()
    page.route("**/taps/", lambda route: route.abort())
    phone.tap("Nearly every day")
    expect(page.get_by_text("nobody there knows")).to_be_visible()
    if goes_on:
        page.get_by_role("button", name="Go on with the questions").tap()
        phone.tap("Not difficult at all")
    sent_elsewhere(phone)
    page.unroute("**/taps/")
    page.evaluate("() => dispatchEvent(new Event('online'))")
    if goes_on:
        expect(page.get_by_role("heading", name=SENT)).to_be_visible()
        expect(page.get_by_text("points to danger")).to_be_visible()
    else:
        told(page)
    assert phone.stored()["self_harm"] == [3.0]
    assert "si_urgent" in notices(phone)
    assert page.evaluate(KEPT) == 0


def test_a_risk_answer_that_was_not_kept_is_said_not_to_be(phone: Phone) -> None:
    page = to_item_nine(phone)
    page.route("**/taps/", lambda route: route.fulfill(status=404))
    phone.tap("Nearly every day")
    expect(page.get_by_role("heading", name=HELP)).to_be_visible()
    expect(page.get_by_text("Your answer was not kept")).to_be_visible()
    expect(page.get_by_text("Perhaps nobody has seen it yet")).to_be_hidden()
    assert violations(page) == []
