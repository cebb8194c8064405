"""A whole synthetic practice: its staff, and about forty lives at every stage of the road.

Each life is written from the first call to its end and then cut at `now`, so that what is still
to come is missing for the reason it would be: it has not happened. Today's sessions keep to `now`
whatever the hour or the weekday; everything else keeps working hours.

The people are not a sample: each is drawn from the outcome model until one fits their story. Their
truth stays with them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

import numpy as np

from kapstone.synthesis.cast import Health, Staff, Story, concerns, staff, stories
from kapstone.synthesis.change import change
from kapstone.synthesis.deeds import Event
from kapstone.synthesis.dosing import medicine_session
from kapstone.synthesis.draft import Draft, Escort, Person, Team, at, next_working_day, working_day
from kapstone.synthesis.follow_up import dose_days, questionnaires
from kapstone.synthesis.model import Flags, Latent, draw, pick
from kapstone.synthesis.presets import CLASSES, preset
from kapstone.synthesis.road import before_the_medicine
from kapstone.synthesis.vitals import Resting
from kapstone.synthesis.vitals import people as bodies_of

POOL, POOLS = 3_000, 100
DOSE_GAP_DAYS = 7
MAINTENANCE_GAP_DAYS = 28
# Appointments are planned so far ahead.
HORIZON_DAYS = 28
PRESET_OF_ROUTE = {"iv": "iv-community", "im": "kap", "sl": "sl-home"}
START_HOURS = ((9, 30), (11, 0), (13, 0))
EASY_REST_MMHG = (130, 82)
ESCORT_NAMES = ("Alex", "Jo", "Chris", "Sasha", "Robin", "Kim")
ESCORT_RELATIONS = ("partner", "brother", "sister", "cousin", "parent")


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What the model knows of a person and the chart does not; points, days from dose 1."""

    latent: Latent
    klass: str
    baseline: int
    reach: float
    relapse_days: float
    dose_days: tuple[float, ...]
    first_dose: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """One person, their story, what happened up to now in order, and the truth behind it."""

    person: Person
    story: str
    title: str
    room: str
    health: Health
    events: tuple[Event, ...]
    truth: Truth


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice:
    """A practice as it stands at `now`."""

    name: str
    seed: int
    now: datetime
    staff: tuple[Staff, ...]
    lives: tuple[Life, ...]


def practice(seed: int, *, now: datetime, zone: tzinfo, people: int = 40) -> Practice:
    """The practice of that seed as it stands at `now`; the same arguments give the same practice.

    `now` is an aware time, `zone` where the practice is. ValueError if `now` is naive or there are
    fewer stories than `people`.
    """
    if now.tzinfo is None:
        raise ValueError("now: give an aware time, with its zone")
    if not 0 <= people <= len(stories()):
        raise ValueError(f"people: {people} asked for, {len(stories())} stories written")
    local = now.astimezone(zone)
    chosen = stories()[:people]
    lives = tuple(_life(seed, number, story, local, zone) for number, story in enumerate(chosen))
    return Practice(name="Harbor Light Practice", seed=seed, now=now, staff=staff(), lives=lives)


def _life(seed: int, number: int, story: Story, now: datetime, zone: tzinfo) -> Life:
    rng = np.random.default_rng([seed, number])
    starts = _starts(story, number, now, zone)
    life = Draft(
        story=story,
        person=_person(story, number, now.date(), rng),
        team=_team(number),
        latent=_someone(story, rng),
        body=_calm_body(rng),
        escort=_escort(story, number, rng),
        starts=starts,
        extra_starts=_maintenance_starts(story, starts, now),
        now=now,
        zone=zone,
        rng=rng,
    )
    _write(life)
    return Life(
        person=life.person,
        story=story.id,
        title=story.title,
        room=story.room,
        health=story.health,
        events=_until_now(life),
        truth=_truth(life),
    )


def _write(life: Draft) -> None:
    before_the_medicine(life)
    for number, start in enumerate(life.every_start, start=1):
        medicine_session(life, number, start)
    questionnaires(life)
    change(life)


def _until_now(life: Draft) -> tuple[Event, ...]:
    """What has happened: in order, not after now, and but for news not after the story's end."""
    events = sorted(life.events, key=lambda event: event.at)
    ends = {life.story.until, "withdraw_consent"}
    if life.story.intake_stops_at:
        events = [event for event in events if event.at < life.evening(-18)]
    kept: list[Event] = []
    for place, event in enumerate(events):
        if event.at > life.now:
            break
        kept.append(event)
        rest = events[place + 1 :]
        if event.deed in ends and not any(later.deed == event.deed for later in rest):
            break
    late = events[len(kept) :]
    news = (event for event in late if event.deed == "tell_news" and event.at <= life.now)
    return (*kept, *news)


def _starts(story: Story, number: int, now: datetime, zone: tzinfo) -> tuple[datetime, ...]:
    """The induction doses: weekly, on working days, but for today's and the last two days'."""
    hour, minute = START_HOURS[number % len(START_HOURS)]
    days = _dose_dates(story, now.date())
    starts = [at(day, hour, minute, zone) for day in days]
    if story.dose_today:
        shift = timedelta(minutes=story.minutes_ahead - story.minutes_ago)
        starts[story.dose_today - 1] = now.replace(second=0, microsecond=0) + shift
    return tuple(starts)


def _dose_dates(story: Story, today: date) -> list[date]:
    fixed, place = today, story.dose_today
    if story.last_dose_ago is not None:
        fixed, place = today - timedelta(days=story.last_dose_ago), story.doses
    elif story.first_dose_in is not None:
        fixed, place = next_working_day(today + timedelta(days=story.first_dose_in)), 1
    if place is None:
        raise ValueError(f"story {story.id}: no dose date; give one of the three")
    if (story.last_dose_ago or 0) > 2:
        fixed = working_day(fixed)
    weeks = range(1 - place, max(story.doses, place) - place + 1)
    dates = {week: fixed + timedelta(days=DOSE_GAP_DAYS * week) for week in weeks}
    # Towards the fixed day, so that no gap grows beyond a week.
    return [
        next_working_day(day) if week < 0 else working_day(day) if week else day
        for week, day in dates.items()
    ]


def _maintenance_starts(
    story: Story, starts: tuple[datetime, ...], now: datetime
) -> tuple[datetime, ...]:
    if not story.maintained:
        return ()
    last, horizon = starts[-1], now + timedelta(days=HORIZON_DAYS)
    months = range(1, int((horizon - last).days / MAINTENANCE_GAP_DAYS) + 1)
    return tuple(last + timedelta(days=MAINTENANCE_GAP_DAYS * month) for month in months)


def _person(story: Story, number: int, today: date, rng: np.random.Generator) -> Person:
    born = today - timedelta(days=round(story.age * 365.25) + int(rng.integers(20, 340)))
    ascii_given = story.given.lower().replace(" ", "")
    return Person(
        key=story.id,
        given=story.given,
        family=story.family,
        pronouns=story.pronouns,
        birth_date=born,
        weight_kg=story.weight_kg,
        phone=f"+1 555 01{number + 2:02d}",
        email=f"{ascii_given}.{story.family.lower().replace(' ', '')}@example.org",
        concern=concerns()[story.concern].name,
        partner=story.partner,
    )


def _escort(story: Story, number: int, rng: np.random.Generator) -> Escort:
    given = ESCORT_NAMES[int(rng.integers(len(ESCORT_NAMES)))]
    relation = ESCORT_RELATIONS[int(rng.integers(len(ESCORT_RELATIONS)))]
    return Escort(f"{given} {story.family}", relation, f"+1 555 01{number + 52:02d}")


def _team(number: int) -> Team:
    by_role: dict[str, list[str]] = {}
    for one in staff():
        by_role.setdefault(one.role, []).append(one.key)
    return Team(
        prescriber=by_role["prescriber"][number % 2],
        session_monitor=by_role["session_monitor"][number % 2],
        therapist=by_role["therapist"][number % 3],
    )


def _someone(story: Story, rng: np.random.Generator) -> Latent:
    care, maintained = preset(PRESET_OF_ROUTE[story.route]), float(story.maintained)
    for _ in range(POOLS):
        pool = draw(care, POOL, rng, integrated=1.0, maintained=maintained)
        fitting = np.flatnonzero(_fits(story, pool))
        if len(fitting):
            return pick(pool, int(fitting[0]))
    raise LookupError(f"story {story.id}: nobody in {POOL * POOLS} fits it; loosen the story")


def _fits(story: Story, pool: Latent) -> Flags:
    """Who of the pool could live this story."""
    fits = (pool.baseline >= 13) & (pool.gad_baseline >= 7)
    fits &= (pool.suicide_tendency > 6) if story.suicidal else (pool.suicide_tendency < 0)
    if story.klass is not None:
        fits &= pool.klass == CLASSES.index(story.klass)
    if story.klass == "rapid":
        fits &= (pool.reach > 0.5) & (pool.gain > 0.25)
    if story.suicidal:
        fits &= (pool.baseline >= 18) & (pool.reach < 0.25)
    if story.worse:
        fits &= (pool.reach < -0.32) & (pool.gain > 0.35)
        fits &= (pool.baseline >= 15) & (pool.baseline <= 19)
    if story.holds_days is not None:
        fits &= pool.relapse_days > story.holds_days
    if story.lost_by_days is not None:
        fits &= pool.relapse_days < story.lost_by_days
        fits &= (pool.reach > 0.65) & (pool.baseline >= 17)
    return fits


def _calm_body(rng: np.random.Generator) -> Resting:
    bodies = bodies_of(200, rng)
    easy = (bodies.systolic < EASY_REST_MMHG[0]) & (bodies.diastolic < EASY_REST_MMHG[1])
    one = slice(int(np.flatnonzero(easy)[0]), None)
    return Resting(
        systolic=bodies.systolic[one][:1],
        diastolic=bodies.diastolic[one][:1],
        heart_rate=bodies.heart_rate[one][:1],
        systolic_rise=bodies.systolic_rise[one][:1],
        diastolic_rise=bodies.diastolic_rise[one][:1],
        heart_rate_rise=bodies.heart_rate_rise[one][:1],
    )


def _truth(life: Draft) -> Truth:
    return Truth(
        latent=life.latent,
        klass=CLASSES[int(life.latent.klass[0])],
        baseline=int(life.latent.baseline[0]),
        reach=float(life.latent.reach[0]),
        relapse_days=float(life.latent.relapse_days[0]),
        dose_days=dose_days(life),
        first_dose=life.starts[0],
    )
