"""Taking somebody in: the name is enough, and what cannot be is asked about."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from django.core.paginator import Paginator
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from web.logging_in import Enter

from kapstone import pathway
from kapstone.web.accounts import roles
from kapstone.web.accounts.models import Practice, User
from kapstone.web.clinician import people
from kapstone.web.records.actions import courses, notices
from kapstone.web.records.models import Course, Person

NEW, PEOPLE, TODAY = (reverse(name) for name in ("new_person", "people", "today"))
NAME = {"given": "Noor", "family": "Haddad"}


@pytest.fixture
def browser(enter: Enter, desk: User) -> Client:
    return enter(desk)


def test_the_name_is_enough_and_the_age_is_then_unknown(browser: Client) -> None:
    assert 'required id="id_birth_date"' not in browser.get(NEW).content.decode()
    assert browser.post(NEW, NAME).status_code == 302
    assert Person.objects.get(family="Haddad").birth_date is None


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"birth_date": "2026-11-04"}, "Look at the year"),
        ({"birth_date": "1899-12-31"}, "Look at the year"),
        ({"phone": "none yet"}, "has digits"),
    ],
)
def test_what_cannot_be_is_refused(wrong: dict[str, str], words: str, browser: Client) -> None:
    answer = browser.post(NEW, NAME | wrong)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Person.objects.exists()


@pytest.mark.parametrize("born", ["", "1990-01-02"])
def test_a_namesake_of_the_same_day_is_asked_about_once(born: str, browser: Client) -> None:
    told = NAME | {"birth_date": born}
    browser.post(NEW, told)
    answer = browser.post(NEW, told | {"given": "noor"})
    assert answer.status_code == 422
    assert "has this name" in answer.content.decode()
    assert 'type="checkbox" name="sure"' in answer.content.decode()
    assert browser.post(NEW, told | {"sure": "on"}).status_code == 302
    assert browser.post(NEW, NAME | {"birth_date": "1991-01-02"}).status_code == 302


def test_the_desk_reads_where_somebody_stands_and_nothing_clinical(
    browser: Client, enter: Enter, course: Course, lind: User, now: datetime
) -> None:
    told = {"minutes": 20, "brings": "x", "fit": True, "why": "y"}
    courses.hold_consultation(course, told, at=now, by=lind)
    says = "PHQ-9: thoughts of suicide"
    notices.open_notice(course.person, kind="risk", level="red", says=says, at=now, by=lind)
    detail = step_of(course).detail
    assert detail
    assert detail in enter(lind).get(PEOPLE).content.decode()
    assert detail not in browser.get(PEOPLE).content.decode()
    assert step_of(course).title in browser.get(PEOPLE).content.decode()
    assert says in enter(lind).get(TODAY).content.decode()
    page = browser.get(TODAY).content.decode()
    assert says not in page
    assert "A notice waits for a clinician." in page


def step_of(course: Course) -> pathway.Step:
    step = people.where_they_stand([course.pk])[course.pk]
    assert step is not None
    return step


def test_from_the_details_the_desk_goes_on_to_what_it_does(browser: Client, course: Course) -> None:
    address = reverse("details", args=[course.person_id])
    page = browser.get(address).content.decode()
    for name, pk in (("book", course.pk), ("person_messages", course.person_id)):
        assert reverse(name, args=[pk]) in page
    assert reverse("intake", args=[course.pk]) in page
    assert reverse("course", args=[course.pk]) + '"' not in page
    saved = browser.post(address, {"given": "Ade", "family": "Bello", "email": "ade@example.org"})
    assert saved["Location"] == address


def test_an_owner_is_shown_no_door_that_is_shut_to_them(
    browser: Client, enter: Enter, practice: Practice, course: Course
) -> None:
    owner = User.objects.create_user(
        "frost@example.org", "correct horse battery", practice=practice, roles=[roles.OWNER]
    )
    page = enter(owner).get(PEOPLE).content.decode()
    doors = [f'href="{address}"' for address in (NEW, reverse("details", args=[course.person_id]))]
    assert course.person.family in page
    assert not any(door in page for door in doors)
    assert all(door in browser.get(PEOPLE).content.decode() for door in doors)


@pytest.mark.parametrize(
    ("blocks", "shown"),
    [((), "34 mg"), (("Way home",), "34 mg · Way home"), (("Way home", "Weight"), " · 1 more")],
)
def test_a_line_names_the_first_that_blocks_and_counts_the_rest(
    blocks: tuple[str, ...], shown: str, course: Course
) -> None:
    step = replace(step_of(course), detail="34 mg", blocks=blocks)
    page = Paginator([course.person], 20).page(1)
    words = {"rows": [(course.person, step)], "page": page, "may_open": True}
    line = render_to_string("clinician/people.html", words)
    assert f"{shown}</td>" in line
    assert "Weight" not in line
