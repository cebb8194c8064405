"""How a sheet stands is said alike wherever it is listed: open, begun, overdue, closed unsent."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.urls import reverse
from web.logging_in import logged_in

from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records import sheets
from kapstone.web.records.actions import questionnaires
from kapstone.web.records.models import Course, Sheet

SOON = timedelta(minutes=1)


def standing(course: Course, at: datetime) -> tuple[str, bool]:
    (row,) = sheets.listed(course, at)
    return row.state, row.overdue


def pages(course: Course, sheet: Sheet, by: User, at: datetime) -> list[str]:
    """The three pages of the team that say how this sheet stands."""
    client = logged_in(by)
    addresses = [
        reverse("followup", args=[course.pk]),
        reverse("sheet", args=[sheet.pk]),
        reverse("asking", args=[course.pk]),
    ]
    with clock.at(at):
        return [client.get(address).content.decode() for address in addresses]


def test_a_sheet_waits_until_it_closes(
    course: Course, phq9: Sheet, ade_user: User, now: datetime
) -> None:
    assert standing(course, now) == ("open", False)
    late = phq9.due_at + sheets.OVERDUE_AFTER
    assert standing(course, late - SOON) == ("open", False)
    assert standing(course, late) == ("open", True)
    assert standing(course, phq9.closes_at - SOON) == ("open", True)
    assert standing(course, phq9.closes_at) == ("missed", False)
    questionnaires.answer_item(phq9, "interest", 1, at=now, by=ade_user)
    assert standing(course, now) == ("begun", False)
    assert standing(course, late) == ("begun", True)
    questionnaires.finish_sheet(phq9, at=now, by=ade_user)
    assert standing(course, phq9.closes_at) == ("finished", False)


def test_what_was_begun_and_never_sent_is_not_called_missed(
    course: Course, phq9: Sheet, ade_user: User, lind: User, now: datetime
) -> None:
    questionnaires.answer_item(phq9, "interest", 1, at=now, by=ade_user)
    assert standing(course, phq9.closes_at) == ("unsent", False)
    for page in pages(course, phq9, lind, phq9.closes_at):
        assert "begun, not sent" in page
        assert "? missed" not in page


def test_what_is_begun_and_late_says_both(
    course: Course, phq9: Sheet, ade_user: User, lind: User, now: datetime
) -> None:
    questionnaires.answer_item(phq9, "interest", 1, at=now, by=ade_user)
    followup, *_ = pages(course, phq9, lind, phq9.due_at + sheets.OVERDUE_AFTER)
    assert "! overdue" in followup
    assert '<span class="chip">begun</span>' in followup


def test_a_sheet_is_open_from_its_opening_until_its_close(phq9: Sheet) -> None:
    def is_open(at: datetime) -> bool:
        return Sheet.objects.open_at(at).exists()

    assert not is_open(phq9.opens_at - SOON)
    assert is_open(phq9.opens_at)
    assert is_open(phq9.closes_at - SOON)
    assert not is_open(phq9.closes_at)
