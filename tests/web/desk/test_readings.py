"""Whoever opens a person's details, times, messages, intake or consent leaves an entry."""

from __future__ import annotations

import pytest
from django.urls import reverse
from web.logging_in import Enter

from kapstone.web.accounts.models import User
from kapstone.web.records.models import Course, Entry


@pytest.mark.parametrize(
    ("page", "did"),
    [
        ("details", "see details"),
        ("book", "see bookings"),
        ("person_messages", "see messages"),
        ("intake", "see how far the intake is"),
        ("consent", "see whether consent holds"),
    ],
)
def test_a_look_by_the_desk_is_on_the_trail(
    page: str, did: str, enter: Enter, desk: User, course: Course
) -> None:
    of_person = page in {"details", "person_messages"}
    address = reverse(page, args=[course.person_id if of_person else course.pk])
    assert enter(desk).get(address).status_code == 200
    assert Entry.objects.filter(did=did, by=desk, person=course.person).count() == 1


def test_a_look_that_was_refused_is_no_reading(enter: Enter, marsh: User, course: Course) -> None:
    address = reverse("details", args=[course.person_id])
    assert enter(marsh).get(address).status_code == 404
    assert not Entry.objects.filter(did="see details").exists()
