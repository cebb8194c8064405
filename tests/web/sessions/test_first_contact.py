"""The first contact after a dose is agreed when it is ordered; the boards say when it is not."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from web.logging_in import logged_in

from kapstone.web.accounts.models import User
from kapstone.web.records import first_contact, session_facts
from kapstone.web.records.actions import appointments, courses, sessions, treatment
from kapstone.web.records.models import Appointment, Outgoing, Session

HOUR = timedelta(hours=1)


def agreed(session: Session) -> first_contact.Agreed:
    rows = session_facts.with_story(Session.objects.filter(pk=session.pk))
    return first_contact.of_sessions(rows)[session.pk]


def book(session: Session, hours: float, by: User, now: datetime, **also: Any) -> Appointment:
    """An appointment so many hours after the planned time of the session (an hour from now)."""
    starts_at = now + (1 + hours) * HOUR
    told = {"kind": "integration", "minutes": 50, **also}
    return appointments.agree(session.course, starts_at=starts_at, at=now, by=by, **told)


@pytest.mark.parametrize(
    ("hours", "state"), [(5, "booked"), (24, "booked"), (72, "booked"), (73, "late")]
)
def test_a_time_inside_three_days_counts(
    *, hours: int, state: str, planned: Session, lind: User, now: datetime
) -> None:
    row = book(planned, hours, lind, now, who=lind)
    found = agreed(planned)
    assert (found.state, found.appointment) == (state, row)


def test_another_kind_and_a_time_called_off_do_not_count(
    planned: Session, lind: User, now: datetime
) -> None:
    book(planned, 30, lind, now, kind="preparation")
    courses.cancel(book(planned, 48, lind, now), at=now, by=lind)
    assert agreed(planned).state == "missing"


def test_a_session_that_moves_leaves_its_contact_behind(
    planned: Session, osei: User, lind: User, now: datetime
) -> None:
    book(planned, 30, lind, now)
    later: dict[str, Any] = {
        "route": "iv",
        "planned_for": now + 100 * HOUR,
        "room": "",
        "cancelled": False,
    }
    sessions.move_session(planned, at=now, by=osei, **later)
    assert agreed(planned).state == "missing"


def test_the_order_page_offers_a_time_and_books_it(
    planned: Session, osei: User, lind: User, now: datetime
) -> None:
    courses.choose_team(planned.course, prescriber=osei, therapist=lind, at=now, by=osei)
    client = logged_in(osei)
    page = client.get(f"/sessions/{planned.pk}/").content.decode()
    card = page[page.index('id="contact"') :]
    assert "not booked" in card
    # Two days after 9:00 on the practice's clock, which is when the session is planned.
    assert re.search('value="2026-11-05[ T]09:00', card)
    assert f'<option value="{lind.pk}" selected>' in card
    told = {"starts_at": "2026-11-05T09:00", "who": lind.pk}
    answer = client.post(f"/sessions/{planned.pk}/contact/", told)
    assert answer["Location"] == f"/sessions/{planned.pk}/#contact"
    row = Appointment.objects.get()
    assert (row.kind, row.who, row.minutes) == ("integration", lind, 50)
    assert Outgoing.objects.filter(to="ade@example.org").count() == 1
    page = client.get(f"/sessions/{planned.pk}/").content.decode()
    assert "not booked" not in page
    assert "Book it" not in page


def test_a_time_without_a_person_is_asked_about_on_the_page(planned: Session, osei: User) -> None:
    told = {"starts_at": "2026-11-05T09:00"}
    answer = logged_in(osei).post(f"/sessions/{planned.pk}/contact/", told)
    assert answer.status_code == 422
    assert 'value="2026-11-05T09:00' in answer.content.decode()
    assert not Appointment.objects.exists()


def test_two_at_once_is_asked_about_before_it_is_booked(
    planned: Session, lind: User, now: datetime
) -> None:
    book(planned, 48, lind, now, kind="preparation", who=lind)
    told = {"starts_at": "2026-11-05T09:00", "who": lind.pk}
    client, address = logged_in(lind), f"/sessions/{planned.pk}/contact/"
    answer = client.post(address, told)
    assert answer.status_code == 422
    assert 'type="checkbox" name="anyway"' in answer.content.decode()
    assert client.post(address, {**told, "anyway": "on"}).status_code == 302


def test_the_boards_say_when_it_is_missing_and_what_to_do(
    planned: Session, osei: User, lind: User, now: datetime
) -> None:
    client = logged_in(osei)
    way = f"/courses/{planned.course_id}/book/?kind=integration"
    for address in ("/", "/readiness/"):
        page = client.get(address).content.decode()
        assert "first contact not booked" in page, address
        assert way in page, address
    book(planned, 48, lind, now, who=lind)
    for address in ("/", "/readiness/"):
        page = client.get(address).content.decode()
        assert "first contact not booked" not in page, address
        assert way not in page, address
    assert "first contact" in client.get("/readiness/").content.decode()


def test_a_missing_contact_is_no_gate(ready: Session, abara: User, now: datetime) -> None:
    assert agreed(ready).state == "missing"
    treatment.start_session(ready, at=now, by=abara)


def test_nobody_books_for_another_practice(planned: Session, marsh: User) -> None:
    told = {"starts_at": "2026-11-05T09:00", "who": marsh.pk}
    assert logged_in(marsh).post(f"/sessions/{planned.pk}/contact/", told).status_code == 404
