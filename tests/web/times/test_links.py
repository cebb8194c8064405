"""The link in the mail about a time: another time, or that its person cannot come."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from web.logging_in import Enter
from web.times.conftest import TEN

from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records import time_links
from kapstone.web.records.actions import appointments
from kapstone.web.records.actions import time_links as deeds
from kapstone.web.records.actions.session_booking import SessionBooking
from kapstone.web.records.models import (
    Appointment,
    Course,
    Outgoing,
    Place,
    Session,
    SessionPlan,
    TimeAsked,
    TimeLink,
    TimeSettled,
)
from kapstone.web.records.refusals import Refused

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FRIDAY = TEN + 2 * DAY
TELLS = (
    "ade",
    "bello",
    "ketamine",
    "medicine",
    "session",
    "preparation",
    "treatment",
    "dose",
    "chair",
)


@pytest.fixture
def talked(course: Course, lind: User, talk: Place, desk: User, now: datetime) -> Appointment:
    told: dict[str, Any] = {"kind": "preparation", "minutes": 50, "who": lind, "place": talk}
    return appointments.agree(course, starts_at=FRIDAY, at=now, by=desk, **told)


@pytest.fixture
def booked(course: Course, roadmap: object, chair: Place, *, desk: User, now: datetime) -> Session:
    asked = SessionBooking(route="iv", starts_at=FRIDAY, chair_min=60, chair=chair)
    return appointments.book_session(course, asked, at=now, by=desk)


def newest_address() -> str:
    found = re.search(r"/r/[\w-]+/", Outgoing.objects.latest("pk").text)
    assert found is not None
    return found[0]


def link() -> TimeLink:
    return TimeLink.objects.latest("pk")


def words_of(answer: Any) -> str:
    page: str = answer.content.decode()
    return re.sub(r"<[^>]+>", " ", page.partition("<main")[2].partition("</main>")[0])


def times_on(page: str) -> list[datetime]:
    found = (parse_datetime(each) for each in re.findall(r'name="time"[^>]* value="([^"]+)"', page))
    return [each for each in found if each]


def test_the_page_offers_free_times_and_tells_nothing(talked: Appointment) -> None:
    answer = Client().get(newest_address())
    assert "no-store" in answer["Cache-Control"]
    page = words_of(answer)
    assert "Friday 6 November, 10:00" in page
    times = [each.astimezone(FRIDAY.tzinfo) for each in times_on(answer.content.decode())]
    halves = {(each.date(), each.hour < 17) for each in times}
    assert len(halves) == len(times) == time_links.MOST_OFFERED, "noon in New York is 17:00 UTC"
    assert [word for word in TELLS if re.search(rf"\b{word}\b", page.lower())] == []
    assert not TimeAsked.objects.exists(), "opening it changes nothing"


def test_a_talk_is_moved_at_once_to_a_time_that_was_offered(talked: Appointment) -> None:
    stranger, address = Client(), newest_address()
    chosen = times_on(stranger.get(address).content.decode())[0]
    answer = stranger.post(address, {"action": "other", "time": chosen.isoformat()})
    assert "Your new time:" in words_of(answer)
    row = Appointment.objects.standing().get()
    assert (row.starts_at, row.minutes, row.kind, row.who) == (
        *(chosen, 50, "preparation"),
        talked.who,
    )
    assert row.by == row.course.person.user
    assert row.parts.get().place == talked.parts.get().place
    assert TimeSettled.objects.get().verdict == "moved"
    assert (
        "the time on Friday, 6 November, 10:00 was moved to" in Outgoing.objects.latest("pk").text
    )
    assert newest_address() != address
    assert "was moved or called off" in words_of(stranger.get(address))


def test_only_a_time_that_is_free_is_taken(
    talked: Appointment, noors: Course, lind: User, *, desk: User, now: datetime
) -> None:
    free = time_links.free_for(link(), now=now)[0]
    told: dict[str, Any] = {"kind": "review", "minutes": 20, "who": lind}
    appointments.agree(noors, starts_at=free, at=now, by=desk, **told)
    ades = TimeLink.objects.get(appointment=talked)
    for moment in (free, FRIDAY + timedelta(minutes=7), FRIDAY + 2 * DAY, now + HOUR):
        with pytest.raises(Refused) as refused:
            deeds.ask_other(ades, moment, at=now)
        assert refused.value.code == "not-free"
        assert "Noor" not in refused.value.words
    assert Appointment.objects.standing().get(course=talked.course) == talked


def test_one_tap_calls_nothing_off(talked: Appointment) -> None:
    """The button stands inside what has to be opened first: the thumb may slip."""
    page = Client().get(newest_address()).content.decode()
    before, _, inside = page.partition("<details")
    assert 'value="cannot"' not in before
    assert inside.index("I cannot come") < inside.index("free for others at once")
    assert inside.index("free for others at once") < inside.index('value="cannot"')
    assert "Take this time" in before, "what is taken at once is not only asked for"


def test_a_talk_is_called_off_at_once(talked: Appointment) -> None:
    answer = Client().post(newest_address(), {"action": "cannot"})
    assert "This time is called off" in words_of(answer)
    assert Appointment.objects.standing().get().cancelled


@pytest.mark.parametrize(("before", "state"), [(24, "open"), (23, "late"), (0, "over")])
def test_another_time_is_asked_for_in_time(
    before: int, state: str, talked: Appointment, now: datetime
) -> None:
    when = FRIDAY - before * HOUR
    assert time_links.asking(link(), now=when).state == state
    if state != "open":
        with pytest.raises(Refused) as refused:
            deeds.ask_other(link(), FRIDAY + 3 * DAY, at=when)
        assert refused.value.code == state


def test_who_is_late_can_still_say_that_they_cannot_come(talked: Appointment) -> None:
    with clock.at(FRIDAY - HOUR):
        page = words_of(Client().get(newest_address()))
        assert "too late to choose another time" in page
        assert "I cannot come" in page
        deeds.cannot_come(link(), at=clock.now())
    assert Appointment.objects.standing().get().cancelled


def test_a_medicine_session_is_asked_about_and_never_moves_by_itself(
    booked: Session, now: datetime
) -> None:
    stranger, address = Client(), newest_address()
    answer = stranger.get(address)
    assert [word for word in TELLS if re.search(rf"\b{word}\b", words_of(answer).lower())] == []
    chosen = times_on(answer.content.decode())[0]
    said = words_of(stranger.post(address, {"action": "other", "time": chosen.isoformat()}))
    assert "Your time stays as it is until we answer" in said
    assert SessionPlan.objects.get().planned_for == FRIDAY
    with pytest.raises(Refused) as refused:
        deeds.cannot_come(link(), at=now)
    assert refused.value.code == "asked"


def test_the_desk_moves_it_so(booked: Session, enter: Enter, desk: User, now: datetime) -> None:
    chosen = time_links.free_for(link(), now=now)[0]
    row = deeds.ask_other(link(), chosen, at=now)
    browser = enter(desk)
    assert "Asked about their time" in browser.get(reverse("today")).content.decode()
    page = browser.get(reverse("standby")).content.decode()
    assert "Ade Bello: would like" in page
    browser.post(reverse("answer_asked", args=[row.pk]), {"answer": "yes"})
    plan = SessionPlan.objects.standing().get()
    assert plan.planned_for == chosen
    assert plan.parts.get(part="chair").starts_at == chosen
    assert "Asked by their link" not in browser.get(reverse("standby")).content.decode()
    with pytest.raises(Refused) as refused:
        deeds.answer_asked(row, agrees=True, at=now, by=desk)
    assert refused.value.code == "answered"


def test_the_desk_lets_it_stay_or_calls_it_off(
    booked: Session, desk: User, marsh: User, now: datetime
) -> None:
    first = deeds.cannot_come(link(), at=now)
    with pytest.raises(Refused):
        deeds.answer_asked(first, agrees=True, at=now, by=marsh)
    assert deeds.answer_asked(first, agrees=False, at=now, by=desk).verdict == "stays"
    assert not SessionPlan.objects.standing().get().cancelled
    second = deeds.cannot_come(link(), at=now)
    assert deeds.answer_asked(second, agrees=True, at=now, by=desk).verdict == "called_off"
    assert SessionPlan.objects.standing().get().cancelled


def test_nobody_moves_their_times_without_end(talked: Appointment, now: datetime) -> None:
    for _ in range(time_links.MOST_ASKED):
        free = time_links.free_for(link(), now=now)[0]
        deeds.ask_other(link(), free, at=now)
    assert time_links.asking(link(), now=now).state == "late"


def test_only_the_hash_is_kept_and_a_wrong_address_says_nothing(talked: Appointment) -> None:
    secret = newest_address().split("/")[2]
    assert secret not in str(TimeLink.objects.values())
    answer = Client().get(reverse("another_time", args=["wrong"]))
    assert answer.status_code == 404
    assert "Ash Lane" not in answer.content.decode()


@pytest.mark.parametrize("time", ["", "tomorrow", "2026-99-01T10:00:00Z", "2026-11-09T10:00"])
def test_a_time_that_is_none_is_asked_for_again(time: str, talked: Appointment) -> None:
    answer = Client().post(newest_address(), {"action": "other", "time": time})
    assert answer.status_code == 422
    assert "Choose one of the times" in words_of(answer)
