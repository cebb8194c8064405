"""Builds the demonstration once, in one transaction, and wakes it on later starts."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from rich.progress import track

from kapstone import synthesis
from kapstone.web import clock
from kapstone.web.accounts import practices
from kapstone.web.accounts.models import Practice, User
from kapstone.web.demonstration import (
    at_home,
    chairs,
    deeds,
    letters,
    monitors,
    next_steps,
    readers,
    sessions,
    stories,
    therapy,
)
from kapstone.web.demonstration.life import Life
from kapstone.web.demonstration.stock import Cabinet
from kapstone.web.records import reaching
from kapstone.web.records.actions import limits
from kapstone.web.records.actions import practice as practice_deeds
from kapstone.web.records.actions import reaching as reaching_deeds
from kapstone.web.records.models import Entry

# Every hour is working time in one of them, summer and winter.
ZONES = (
    "America/New_York",
    "Europe/London",
    "America/Los_Angeles",
    "Asia/Kolkata",
    "Asia/Tokyo",
    "Pacific/Auckland",
)
WORKING_HOURS = range(12, 18)
# Nobody types it: the log-in page of the demonstration has a button for each person.
PASSWORD = "demonstration only, on this machine"  # noqa: S105
MOST_CALLED = 3
STALE_AFTER = timedelta(hours=4)


def is_built() -> bool:
    return Entry.objects.exists()


def zone_of_day(now: datetime) -> ZoneInfo:
    """The first zone in which `now` is in working hours: at night nobody is in the medicine room,
    and a session across midnight could not pass gates that ask for today's readings.
    """
    zones = map(ZoneInfo, ZONES)
    return next(zone for zone in zones if now.astimezone(zone).hour in WORKING_HOURS)


def build(seed: int, *, now: datetime, people: int = 40) -> None:
    """Write the whole practice as it stands at `now`; same seed, same time, same people."""
    zone = zone_of_day(now)
    write(synthesis.practice(seed, now=now, zone=zone, people=people), zone)


@transaction.atomic
def write(made: synthesis.Practice, zone: ZoneInfo) -> None:
    """Write a synthetic practice into the chart, deed by deed."""
    practice = practices.open_practice(
        made.name,
        zone=zone.key,
        phone="+1 555 0100",
        settings_signed_by="Dr. Nana Osei, medical director",
        settings_signed_at=settled_at(made),
    )
    staff = {each.key: member(practice, each) for each in made.staff}
    settle_risk(made, staff)
    cabinet = Cabinet(staff, made.now)
    with clock.at(settled_at(made)):
        cabinet.settle(settled_at(made))
    lives = {life.person.key: Life(life, staff) for life in made.lives}
    events = sorted(
        (
            (event.at, number, life, event)
            for life in made.lives
            for number, event in enumerate(life.events)
        ),
        key=lambda row: row[:2],
    )
    for at, _, life, event in track(events, description="Building the demonstration"):
        with clock.at(at):
            deeds.do(lives[life.person.key], event, others=lives)
            if event.deed == "start_session":
                out_of_the_cabinet(cabinet, lives[life.person.key], event)
    at_home.stage(staff, made.now)
    with clock.at(made.now):
        ask_for_laxer(made, staff)
        rather_called(made.now)
        cabinet.count(practice, made.now, fewer=1)
        monitors.stand(made.now, staff)
        readers.read(staff, made.now)
        chairs.stand(staff, made.now)
        therapy.hold(staff, made.now)
        letters.write(staff, made.now)
        stories.tell(staff, made.now)
        next_steps.stand(staff, made.now)


def settled_at(made: synthesis.Practice) -> datetime:
    """When the practice settled what it settles itself: before anybody came."""
    return made.now - timedelta(days=400)


def out_of_the_cabinet(cabinet: Cabinet, life: Life, event: synthesis.Event) -> None:
    key = event.what["session"]
    cabinet.give(life.sessions[key], life.routes[key], event.at, life.who(event.by))


def rather_called(now: datetime) -> None:
    """Some who have a form open want a call and no messages, so that the desk has a list."""
    for person in reaching.with_open_forms(now).order_by("pk")[:MOST_CALLED]:
        told = {**reaching_deeds.wishes_now(person, now), "channel": "none"}
        by = User.objects.get(person=person)
        reaching_deeds.wish(person, told, at=now, by=by)


def settle_risk(made: synthesis.Practice, staff: dict[str, User]) -> None:
    """The prescriber has settled how signs of suicide risk are answered, and who is second."""
    first, second = (
        next(staff[each.key] for each in made.staff if each.role == role)
        for role in ("prescriber", "therapist")
    )
    told = {"urgent_min": 60, "positive_min": 720, "second_contact": second}
    told |= {"hours": "Monday to Friday, 9 to 17", "country": "US"}
    at = settled_at(made)
    with clock.at(at):
        practice_deeds.settle_risk(told, name=first.name, at=at, by=first)


def ask_for_laxer(made: synthesis.Practice, staff: dict[str, User]) -> None:
    """The second prescriber would be told of a fast heart later; the first has not signed it."""
    by = [staff[each.key] for each in made.staff if each.role == "prescriber"][1]
    limits.settle_limit(
        "ALM-HR-H",
        {"yellow.above": 115.0},
        why="Many come with a heart rate near 110 from fear alone; it settles within minutes.",
        seen="",
        name=by.name,
        at=made.now,
        by=by,
    )


def member(practice: Practice, each: synthesis.Staff) -> User:
    title, name = titled(each.name)
    return practices.add_staff(
        practice,
        email=f"{each.key}@example.org",
        name=name,
        held=[each.role],
        password=PASSWORD,
        title=title,
    )


def titled(name: str) -> tuple[str, str]:
    """`Dr. Nana Osei` as title and name."""
    title, space, rest = name.partition(" ")
    return (title, rest) if space and title.endswith(".") else ("", name)


def wake(*, now: datetime) -> None:
    """On a later start: sessions of another day are brought home."""
    stale = [each for each in sessions.running() if now - each.started_at > STALE_AFTER]
    with transaction.atomic():
        for session in stale:
            with clock.at(session.started_at + timedelta(hours=2)):
                sessions.bring_home(session)
