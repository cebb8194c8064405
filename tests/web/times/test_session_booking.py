"""A medicine session is one booking: chair, rest, people and person, or nothing of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from web.logging_in import Enter
from web.times.conftest import TEN, terms

from kapstone import monitoring
from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records.actions import (
    appointments,
    people,
    places,
    session_booking,
    sessions,
)
from kapstone.web.records.actions.session_booking import SessionBooking, booked_of
from kapstone.web.records.models import (
    Appointment,
    BookedPart,
    Course,
    Outgoing,
    Place,
    Session,
    SessionPlan,
)
from kapstone.web.records.refusals import Refused

HOUR = timedelta(hours=1)


@pytest.fixture
def asked(chair: Place, resting: Place, osei: User, abara: User, lind: User) -> SessionBooking:
    return SessionBooking(
        route="iv",
        starts_at=TEN,
        chair_min=60,
        chair=chair,
        recovery=resting,
        prescriber=osei,
        monitor=abara,
        therapist=lind,
    )


@pytest.fixture
def booked(
    course: Course, roadmap: object, asked: SessionBooking, desk: User, now: datetime
) -> Session:
    return appointments.book_session(course, asked, at=now, by=desk)


def parts(session: Session) -> dict[str, tuple[datetime, datetime]]:
    rows = BookedPart.objects.taken().filter(plan__session=session)
    return {row.part: (row.starts_at, row.ends_at) for row in rows}


def refused_code(
    course: Course, asked: SessionBooking, by: User, now: datetime, **also: Any
) -> str:
    with pytest.raises(Refused) as refused:
        appointments.book_session(course, asked, at=now, by=by, **also)
    return refused.value.code


def test_everything_is_booked_in_one_step(booked: Session) -> None:
    giving = (TEN, TEN + HOUR)
    assert parts(booked) == {
        "chair": giving,
        "recovery": (TEN + HOUR, TEN + 2 * HOUR),
        "prescriber": giving,
        "monitor": giving,
        "therapist": giving,
    }
    plan = SessionPlan.objects.get()
    assert (plan.planned_for, plan.room) == (TEN, "Chair 1")


@pytest.mark.parametrize(
    ("route", "chair_min", "rest_min"),
    [
        ("iv", 40, 60),
        ("im", 60, 90),
        ("esketamine", 60, 60),
        ("esketamine", 150, 0),
        ("oral", 60, 180),
    ],
)
def test_the_rest_lasts_as_long_as_the_route_asks(
    route: str, chair_min: int, rest_min: int
) -> None:
    assert monitoring.stay_after_min(route, chair_min) == rest_min


def test_who_rests_in_the_chair_keeps_it(
    course: Course, roadmap: object, asked: SessionBooking, *, desk: User, now: datetime
) -> None:
    session = appointments.book_session(course, replace(asked, recovery=None), at=now, by=desk)
    rows = BookedPart.objects.filter(plan__session=session, place=asked.chair)
    assert max(row.ends_at for row in rows) == TEN + 2 * HOUR
    plan = SessionPlan.objects.get()
    assert booked_of(plan) == replace(asked, recovery=None)


def test_a_chair_is_never_double_and_the_refusal_names_nobody(
    booked: Session, noors: Course, asked: SessionBooking, desk: User, now: datetime
) -> None:
    half_past = replace(asked, starts_at=TEN + HOUR / 2)
    with pytest.raises(Refused) as refused:
        appointments.book_session(noors, half_past, at=now, by=desk, anyway=True)
    assert refused.value.code == "taken"
    assert "The chair Chair 1 is taken then (10:00 to 11:00)." in refused.value.words
    assert "Free next: Wednesday, 4 November, 11:00;" in refused.value.words
    assert "Ade" not in refused.value.words
    assert "Bello" not in refused.value.words
    assert Session.objects.count() == 1


def test_one_after_the_other_both_have_the_chair(
    booked: Session, noors: Course, asked: SessionBooking, desk: User, now: datetime
) -> None:
    after = replace(asked, starts_at=TEN + HOUR)
    appointments.book_session(noors, after, at=now, by=desk)
    assert Session.objects.count() == 2


def test_two_rest_in_a_room_for_two_and_a_third_does_not(
    booked: Session, noors: Course, asked: SessionBooking, *, desk: User, now: datetime
) -> None:
    chairs = [places.add_place(terms(f"Chair {n}", "chair"), at=now, by=desk) for n in (2, 3)]
    others: dict[str, Any] = {"prescriber": None, "monitor": None, "therapist": None}
    second = replace(asked, chair=chairs[0], starts_at=TEN + HOUR / 2, **others)
    appointments.book_session(noors, second, at=now, by=desk)
    third = replace(second, chair=chairs[1], starts_at=TEN + HOUR / 4)
    code = refused_code(noors, third, desk, now, anyway=True)
    assert code == "taken"


def test_nothing_is_booked_when_one_of_the_people_is_not_free(
    *,
    course: Course,
    roadmap: object,
    asked: SessionBooking,
    noors: Course,
    desk: User,
    lind: User,
    now: datetime,
) -> None:
    told = {"kind": "preparation", "minutes": 50, "who": lind}
    appointments.agree(noors, starts_at=TEN + HOUR / 2, at=now, by=desk, **told)
    with pytest.raises(Refused, match=r"Lind is already booked then \(10:30, 50 min\)") as refused:
        appointments.book_session(course, asked, at=now, by=desk)
    assert refused.value.code == "overlaps"
    assert "Noor" not in refused.value.words
    assert not Session.objects.exists()
    assert not BookedPart.objects.exists()
    appointments.book_session(course, asked, at=now, by=desk, anyway=True)


def test_the_person_is_not_in_two_places(
    booked: Session, course: Course, desk: User, now: datetime
) -> None:
    told = {"kind": "preparation", "minutes": 50}
    with pytest.raises(Refused, match="Ade Bello is already booked then") as refused:
        appointments.agree(course, starts_at=TEN + 3 * HOUR / 2, at=now, by=desk, **told)
    assert refused.value.code == "overlaps"


def test_the_desk_takes_the_route_from_the_roadmap(
    *, course: Course, asked: SessionBooking, desk: User, osei: User, roadmap: object, now: datetime
) -> None:
    by_muscle = replace(asked, route="im")
    assert refused_code(course, by_muscle, desk, now) == "other-route"
    appointments.book_session(course, by_muscle, at=now, by=osei)


def test_without_a_roadmap_the_desk_books_no_medicine(
    course: Course, asked: SessionBooking, desk: User, now: datetime
) -> None:
    assert refused_code(course, asked, desk, now) == "no-roadmap"


def test_what_does_not_fit_together_is_refused(
    *,
    course: Course,
    roadmap: object,
    asked: SessionBooking,
    talk: Place,
    osei: User,
    lind: User,
    marsh: User,
    now: datetime,
) -> None:
    wrong = {
        "no-chair": replace(asked, chair=None),
        "no-such-place": replace(asked, chair=talk),
        "at-home": replace(asked, route="lozenge_home"),
        "no-such-route": replace(asked, route="by post"),
        "not-on-staff": replace(asked, prescriber=lind),
        "in-the-past": replace(asked, starts_at=now - HOUR),
    }
    for code, each in wrong.items():
        assert refused_code(course, each, osei, now) == code
    assert refused_code(course, replace(asked, monitor=marsh), osei, now) == "not-on-staff"
    assert refused_code(course, asked, marsh, now) == "elsewhere"
    assert not Session.objects.exists()


def test_a_session_at_home_takes_no_chair(
    course: Course, osei: User, desk: User, now: datetime
) -> None:
    home = SessionBooking(route="lozenge_home", starts_at=TEN, chair_min=60, prescriber=osei)
    session = appointments.book_session(course, home, at=now, by=osei)
    assert parts(session) == {"prescriber": (TEN, TEN + HOUR)}


def test_a_move_takes_chair_and_people_along(
    booked: Session, desk: User, noors: Course, asked: SessionBooking, now: datetime
) -> None:
    told: dict[str, Any] = {"route": "iv", "room": "Chair 1", "at": now, "by": desk}
    appointments.move_session(booked, planned_for=TEN + 3 * HOUR, **told)
    assert parts(booked)["chair"] == (TEN + 3 * HOUR, TEN + 4 * HOUR)
    assert parts(booked)["recovery"] == (TEN + 4 * HOUR, TEN + 5 * HOUR)
    appointments.book_session(noors, asked, at=now, by=desk)
    with pytest.raises(Refused, match="is taken then"):
        appointments.move_session(booked, planned_for=TEN, **told)
    assert parts(booked)["chair"] == (TEN + 3 * HOUR, TEN + 4 * HOUR)


def test_what_is_called_off_is_free_again(
    booked: Session, desk: User, noors: Course, asked: SessionBooking, now: datetime
) -> None:
    told: dict[str, Any] = {"route": "iv", "planned_for": TEN, "cancelled": True}
    appointments.move_session(booked, at=now, by=desk, **told)
    assert parts(booked) == {}
    appointments.book_session(noors, asked, at=now, by=desk)


def test_a_session_planned_without_a_chair_gets_one(
    course: Course, roadmap: object, asked: SessionBooking, *, osei: User, desk: User, now: datetime
) -> None:
    session = sessions.plan_session(course, route="iv", planned_for=TEN, at=now, by=osei)
    mails = Outgoing.objects.count()
    appointments.rebook_session(session, asked, at=now, by=desk)
    assert len(parts(session)) == 5
    assert Outgoing.objects.count() == mails, "the hour is the same: nobody is written to"


def test_a_session_that_has_begun_is_not_booked_anew(
    booked: Session, asked: SessionBooking, enter: Enter, desk: User, now: datetime
) -> None:
    booked.phase_set.create(phase="started", at=now, by=desk)
    with pytest.raises(Refused) as refused:
        appointments.rebook_session(booked, asked, at=now, by=desk)
    assert refused.value.code == "started"
    assert enter(desk).get(reverse("rebook_session", args=[booked.pk])).status_code == 404


@pytest.fixture
def browser(enter: Enter, desk: User) -> Client:
    return enter(desk)


def form(asked: SessionBooking, **also: object) -> dict[str, object]:
    people = {each: getattr(asked, each).pk for each in ("prescriber", "monitor", "therapist")}
    places_of: Any = {"chair": asked.chair, "recovery": asked.recovery}
    times = {"route": "iv", "starts_at": "2026-11-04T10:00", "chair_min": 60}
    return {**times, **people, **{name: row.pk for name, row in places_of.items()}, **also}


def test_the_page_books_it_and_shows_it(
    browser: Client, course: Course, roadmap: object, asked: SessionBooking
) -> None:
    address = reverse("book_session", args=[course.pk])
    page = browser.get(address, {"at": "2026-11-04T10:00", "place": asked.chair.pk})  # type: ignore[union-attr]
    assert 'value="2026-11-04T10:00"' in page.content.decode()
    assert browser.post(address, form(asked)).status_code == 302
    page = browser.get(reverse("book", args=[course.pk]))
    assert "Chair 1, Osei, Abara, Lind" in page.content.decode()


def test_the_page_says_what_is_taken_and_asks_about_people(
    browser: Client, booked: Session, noors: Course, asked: SessionBooking, chair: Place
) -> None:
    address = reverse("book_session", args=[noors.pk])
    answer = browser.post(address, form(asked))
    assert answer.status_code == 422
    assert "is taken then (10:00 to 11:00)" in answer.content.decode()
    assert 'type="checkbox" name="anyway"' not in answer.content.decode()


def test_the_mail_names_no_treatment(booked: Session) -> None:
    (mail,) = Outgoing.objects.all()
    assert "Wednesday, 4 November, 10:00" in mail.text
    for word in ("ketamine", "medicine", "chair", "session", "infusion"):
        assert word not in (mail.subject + mail.text).lower()


def test_a_time_outside_of_the_hours_is_booked_and_never_offered(
    booked: Session, noors: Course, asked: SessionBooking, desk: User, now: datetime
) -> None:
    with pytest.raises(Refused) as refused:
        appointments.book_session(noors, asked, at=now, by=desk)
    offered = refused.value.words.partition("Free next: ")[2]
    assert "Saturday" not in offered
    sunday = replace(asked, starts_at=TEN + timedelta(days=4, hours=12))
    appointments.book_session(noors, sunday, at=now, by=desk)


def test_a_talk_takes_its_room(
    course: Course, noors: Course, talk: Place, desk: User, now: datetime
) -> None:
    told: dict[str, Any] = {"kind": "preparation", "minutes": 50, "place": talk}
    row = appointments.agree(course, starts_at=TEN, at=now, by=desk, **told)
    assert row.room == "Talk 1"
    with pytest.raises(Refused, match=r"The room Talk 1 is taken then \(10:00 to 10:50\)"):
        appointments.agree(noors, starts_at=TEN + HOUR / 2, at=now, by=desk, anyway=True, **told)
    moved = appointments.move(row, starts_at=TEN + HOUR / 4, at=now, by=desk)
    assert BookedPart.objects.taken().get().starts_at == moved.starts_at
    appointments.call_off(moved, at=now, by=desk)
    appointments.agree(noors, starts_at=TEN + HOUR / 2, at=now, by=desk, **told)
    assert Appointment.objects.standing().filter(cancelled=False).count() == 1


def planned_in(course: Course, room: str, by: User, now: datetime, **also: Any) -> Session:
    """As a clinician plans it, with the name of a room."""
    told: dict[str, Any] = {"route": "iv", "planned_for": TEN, "room": room, **also}
    return session_booking.plan_session(course, **told, at=now, by=by)


@pytest.mark.parametrize("typed", ["Chair 1", " chair  1 "])
def test_a_session_planned_by_the_name_of_a_chair_takes_it(
    *,
    typed: str,
    course: Course,
    roadmap: object,
    noors: Course,
    asked: SessionBooking,
    osei: User,
    desk: User,
    now: datetime,
) -> None:
    session = planned_in(noors, typed, osei, now)
    assert refused_code(course, asked, desk, now, anyway=True) == "taken"
    later = replace(asked, starts_at=TEN + HOUR)
    appointments.book_session(course, later, at=now, by=desk)
    mine = replace(asked, prescriber=None, monitor=None, therapist=None)
    appointments.rebook_session(session, mine, at=now, by=osei)
    assert parts(session)["chair"] == (TEN, TEN + HOUR), "for itself its chair is free"


def test_a_session_planned_in_a_room_that_is_no_chair_takes_its_person_alone(
    *,
    course: Course,
    roadmap: object,
    noors: Course,
    asked: SessionBooking,
    osei: User,
    desk: User,
    now: datetime,
) -> None:
    planned_in(noors, "Upstairs", osei, now)
    appointments.book_session(course, asked, at=now, by=desk)
    talk: dict[str, Any] = {"kind": "integration", "minutes": 50, "at": now, "by": desk}
    with pytest.raises(Refused) as refused:
        appointments.agree(noors, starts_at=TEN + HOUR / 2, **talk)
    assert refused.value.code == "overlaps"
    assert appointments.agree(noors, starts_at=TEN + HOUR, **talk).starts_at == TEN + HOUR


def test_nobody_is_planned_into_a_chair_that_is_taken(
    booked: Session, noors: Course, osei: User, now: datetime
) -> None:
    with pytest.raises(Refused) as refused:
        planned_in(noors, "Chair 1", osei, now)
    assert refused.value.code == "taken"
    session = planned_in(noors, "Chair 1", osei, now, planned_for=TEN + 3 * HOUR)
    moved: dict[str, Any] = {"route": "iv", "planned_for": TEN, "at": now, "by": osei}
    with pytest.raises(Refused):
        appointments.move_session(session, room="Chair 1", **moved)
    assert appointments.move_session(session, room="Upstairs", **moved).planned_for == TEN


def test_a_move_to_another_chair_by_its_name_holds_that_chair(
    booked: Session, osei: User, desk: User, now: datetime
) -> None:
    other = places.add_place(terms("Chair 2", "chair"), at=now, by=desk)
    told: dict[str, Any] = {"route": "iv", "planned_for": TEN, "at": now, "by": osei}
    plan = appointments.move_session(booked, room="chair 2", **told)
    assert BookedPart.objects.taken().get(plan=plan, part="chair").place == other


def test_the_two_of_a_couple_are_planned_in_one_room(
    *, course: Course, noors: Course, chair: Place, osei: User, lind: User, now: datetime
) -> None:
    planned_in(course, "Chair 1", osei, now)
    with pytest.raises(Refused):
        planned_in(noors, "Chair 1", osei, now)
    people.link_couple(course.person, noors.person, at=now, by=lind)
    assert planned_in(noors, "Chair 1", osei, now).number == 1


def test_the_page_of_a_clinician_says_that_the_chair_is_taken(
    booked: Session, noors: Course, osei: User, enter: Enter
) -> None:
    page = reverse("plan_session", args=[noors.pk])
    told = {"route": "iv", "planned_for": "2026-11-04T10:30", "room": "Chair 1"}
    answer = enter(osei).post(page, told)
    assert answer.status_code == 422
    assert "The chair Chair 1 is taken then (10:00 to 11:00)" in answer.content.decode()


def test_the_calendar_shows_it_in_the_column_of_its_chair(
    *, noors: Course, chair: Place, osei: User, desk: User, enter: Enter, now: datetime
) -> None:
    planned_in(noors, "Chair 1", osei, now)
    for kind in ("day", "week"):
        page = enter(desk).get(reverse(f"calendar_{kind}"), {"on": "2026-11-04"}).content.decode()
        assert "medicine 1 · no chair booked" in page
        assert "No place" not in page
    with clock.at(TEN + HOUR):
        page = enter(desk).get(reverse("calendar_day"), {"on": "2026-11-04"}).content.decode()
    assert "medicine 1" in page
    assert "no chair booked" not in page, "it is too late to book one"
