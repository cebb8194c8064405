"""Times: nobody is in two places at once, and the person hears of each by mail."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse
from web.conftest import details
from web.logging_in import Enter

from kapstone.web.accounts.models import User
from kapstone.web.records.actions import people
from kapstone.web.records.models import Appointment, Course, Outgoing

TIME = {"kind": "consultation", "minutes": 20}
TEN, LATER, AFTER = (f"2026-11-04T10:{minute}" for minute in ("00", "19", "20"))


@pytest.fixture
def browser(enter: Enter, desk: User) -> Client:
    return enter(desk)


def book(browser: Client, course: Course, starts_at: str, **also: object) -> int:
    told = {**TIME, "starts_at": starts_at, **also}
    return browser.post(reverse("book", args=[course.pk]), told).status_code


def test_the_same_person_twice_is_asked_about(browser: Client, course: Course) -> None:
    assert book(browser, course, TEN) == 302
    assert book(browser, course, LATER) == 422
    assert book(browser, course, LATER, anyway="on") == 302
    assert Appointment.objects.count() == 2


def test_what_it_is_for_is_never_chosen_beforehand(browser: Client, course: Course) -> None:
    assert book(browser, course, TEN, kind="") == 422
    page = browser.get(reverse("book", args=[course.pk])).content.decode()
    assert '<option value="" selected>Choose what for</option>' in page
    asked = browser.get(reverse("book", args=[course.pk]), {"kind": "screening"})
    assert '<option value="screening" selected>Screening</option>' in asked.content.decode()


def test_one_time_may_follow_the_other(browser: Client, course: Course) -> None:
    assert [book(browser, course, time) for time in (TEN, AFTER)] == [302, 302]


def test_the_same_member_of_staff_twice_is_asked_about(
    browser: Client, course: Course, lind: User, now: datetime
) -> None:
    other = people.add_person(details("Noor", "Haddad"), at=now, by=lind)
    assert book(browser, course, TEN, who=lind.pk) == 302
    told = {**TIME, "starts_at": LATER, "who": lind.pk}
    page = browser.post(reverse("book", args=[other.pk]), told).content.decode()
    assert "Lind is already booked then (10:00, 20 min)." in page
    assert 'type="checkbox" name="anyway"' in page
    assert book(browser, other, LATER) == 302


def test_the_person_hears_of_it_and_of_no_treatment(browser: Client, course: Course) -> None:
    book(browser, course, TEN)
    browser.post(reverse("cancel", args=[Appointment.objects.get().pk]))
    agreed, called_off = Outgoing.objects.order_by("pk")
    assert "agreed with you: Wednesday, 4 November, 10:00." in agreed.text
    assert "the time on Wednesday, 4 November, 10:00 was called off." in called_off.text
    for mail in (agreed, called_off):
        assert mail.to == "ade@example.org"
        for word in ("ketamine", "consultation", "depression", "first call"):
            assert word not in (mail.subject + mail.text).lower()


def test_a_time_called_off_is_free_again(browser: Client, course: Course) -> None:
    book(browser, course, TEN)
    browser.post(reverse("cancel", args=[Appointment.objects.get().pk]))
    assert book(browser, course, LATER) == 302
