"""A medicine session: order, checks, rest readings, the medicine, the readings, the way home."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime, timedelta

import numpy as np

from kapstone.knowledge.dose_day import all_checks
from kapstone.synthesis.cast import shared
from kapstone.synthesis.draft import Draft, Team
from kapstone.synthesis.vitals import PEAK_MIN, Resting, Signs, session, signs

# Minutes of the readings, after MON-IV-02 and -05, MON-IM-02 and -04, MON-SLC-01.
READINGS_MIN = {
    "iv": (10, 20, 30, 40, 55, 70, 85, 100),
    "im": (5, 10, 15, 20, 30, 45, 60, 75, 90),
    "sl": (15, 30, 45, 60, 90, 120),
}
STOP_MIN = {"iv": 40, "im": 1, "sl": 15}
# First and later dose in mg/kg; inside DOS-IV-02, DOS-IM-02 and DOS-SL-01.
DOSE_MG_PER_KG = {"iv": (0.5, 0.6), "im": (0.5, 0.7), "sl": (1.25, 1.75)}
# Lozenges come in quarters of 100 mg.
DOSE_STEP_MG = {"iv": 1, "im": 1, "sl": 25}
# The dose-day checks that apply in the practice, and those of an injection only.
CHECK_NUMBERS = (1, 2, 3, 4, 5, 6, 7, 17, 18, 19, 20, 22, 23, 24, 29, 30, 32, *range(35, 42))
CHECKS = tuple(f"PRE-{number:02d}" for number in CHECK_NUMBERS)
CHECKS_OF_ROUTE = {
    "iv": ("PRE-12", "PRE-31"),
    "im": ("PRE-12", "PRE-31"),
    "sl": ("PRE-13", "PRE-16"),
}
PREGNANCY_CHECK, PREGNANCY_CHECK_UNDER = "PRE-10", 50
OPEN_CHECK_STORY = "today-afternoon"
ESCORT_CHECK = "PRE-24"
REST_LIMIT_MMHG = (136, 86)
LOWEST_REST_MMHG = 98
# Inside PRE-18 (50 to 110), with room for the counting of a minute.
REST_HEART_RATE = (55, 100)
# Two cuff readings minutes apart differ; the spread of the calibrated model includes it.
CUFF_JITTER_MMHG = 2
ALDRETE_ITEMS = ("activity", "respiration", "circulation", "consciousness", "oxygen")
# Each of a couple is asked alone before a session together.
ASKED_ALONE = timedelta(hours=20)
EFFECTS = (("nausea", 0.10), ("dizziness", 0.15), ("headache", 0.06), ("double vision", 0.08))


def medicine_session(life: Draft, number: int, start: datetime) -> None:
    """Write one session from the order to the note."""
    key, once = life.session_key(number), _calm_session(life)
    _order(life, key, number, start)
    _before(life, key, start, once)
    life.write(start, "start_session", life.team.session_monitor, session=key)
    _readings(life, key, start, once)
    _marks(life, key, start)
    _comforts(life, key, start)
    stop = start + timedelta(minutes=STOP_MIN[life.story.route])
    life.write(stop, "stop_session", life.team.session_monitor, session=key, reason="dose complete")
    _going_home(life, key, start + timedelta(minutes=READINGS_MIN[life.story.route][-1] + 5))


def _calm_session(life: Draft) -> Resting:
    """One session's body; a day whose resting signs are beyond the gates is not a dosing day."""
    once = session(life.body, life.rng)
    while not _may_be_dosed(once):
        once = session(life.body, life.rng)
    return once


def _may_be_dosed(once: Resting) -> bool:
    slowest, fastest = REST_HEART_RATE
    return bool(
        LOWEST_REST_MMHG <= once.systolic[0] <= REST_LIMIT_MMHG[0]
        and once.diastolic[0] <= REST_LIMIT_MMHG[1]
        and slowest <= once.heart_rate[0] <= fastest
    )


def _order(life: Draft, key: str, number: int, start: datetime) -> None:
    per_kg = DOSE_MG_PER_KG[life.story.route][min(number - 1, 1)]
    step_mg = DOSE_STEP_MG[life.story.route]
    dose_mg = step_mg * round(life.person.weight_kg * per_kg / step_mg)
    life.write(
        _day_before(life, start),
        "sign_order",
        life.team.prescriber,
        session=key,
        route=life.story.route,
        dose_mg=dose_mg,
        dose_mg_per_kg=round(dose_mg / life.person.weight_kg, 2),
        weight_kg=life.person.weight_kg,
        words="First session, start low." if number == 1 else "As last time, well tolerated.",
    )


def _day_before(life: Draft, start: datetime) -> datetime:
    offset = (start.date() - life.starts[0].date()).days - 1
    return life.day(offset, 12, 30)


def _before(life: Draft, key: str, start: datetime, once: Resting) -> None:
    story, monitor = life.story, life.team.session_monitor
    if life.person.partner:
        life.write(start - ASKED_ALONE, "answer_alone", life.person.key)
    checks = [*CHECKS, *CHECKS_OF_ROUTE[story.route]]
    if story.pronouns != "he/him" and story.age < PREGNANCY_CHECK_UNDER:
        checks.append(PREGNANCY_CHECK)
    if story.id == OPEN_CHECK_STORY and start > life.now:
        checks.remove(ESCORT_CHECK)
    for place, check in enumerate(sorted(checks)):
        when = start - timedelta(minutes=45) + timedelta(seconds=40 * place)
        for role in roles_that_tick(check):
            by = getattr(life.team, role)
            adult = f"{life.escort.name}, {life.escort.phone}"
            told = {"words": adult} if check == ESCORT_CHECK else {}
            life.write(when, "record_check", by, session=key, check=check, ok=True, **told)
    for who in (life.team.therapist, monitor):
        life.write(start - timedelta(minutes=20), "enter_room", who, session=key, who=who)
    for at_min in (-15, -5):
        reading = _taken(signs(once, at_min, life.rng), life.rng)
        reading.pop("moaas")
        when = start + timedelta(minutes=at_min)
        life.write(when, "record_resting", monitor, session=key, at_min=at_min, **reading)


def roles_that_tick(check_id: str) -> tuple[str, ...]:
    """Who of a team ticks a line: whose it is, and a second person where two sign."""
    check = next(each for each in all_checks() if each.id == check_id)
    team = [each.name for each in fields(Team)]
    first = next(role for role in check.who if role in team)
    return (first, *check.second[:1])


def _taken(of: Signs, rng: np.random.Generator) -> dict[str, int]:
    systolic, diastolic = rng.integers(-CUFF_JITTER_MMHG, CUFF_JITTER_MMHG + 1, 2)
    return {
        "systolic_bp": int(of.systolic_bp[0] + systolic),
        "diastolic_bp": int(of.diastolic_bp[0] + diastolic),
        "heart_rate": int(of.heart_rate[0]),
        "oxygen_saturation": int(of.oxygen_saturation[0]),
        "respiratory_rate": int(of.respiratory_rate[0]),
        "moaas": int(of.moaas[0]),
    }


def _readings(life: Draft, key: str, start: datetime, once: Resting) -> None:
    peak = PEAK_MIN[life.story.route]
    for at_min in READINGS_MIN[life.story.route]:
        reading = _taken(signs(once, at_min, life.rng, peak_min=peak), life.rng)
        when = start + timedelta(minutes=at_min)
        by = life.team.session_monitor
        life.write(when, "record_reading", by, session=key, at_min=at_min, **reading)


# What plays, from which minute; and a hand that was offered and declined, which no agreement bars.
TRACKS = ((1, "Slow Rain, from the practice's list"), (16, "Low Tide, from the practice's list"))
TOUCHES = ((11, "touch_asked"), (12, "touch_declined"))


def _comforts(life: Draft, key: str, start: datetime) -> None:
    for at_min, words in TRACKS:
        when = start + timedelta(minutes=at_min)
        life.write(when, "record_music", life.team.therapist, session=key, words=words)
    for at_min, mark in TOUCHES:
        when = start + timedelta(minutes=at_min)
        by = life.team.therapist
        life.write(when, "record_touch", by, session=key, mark=mark, area="hand")


def _marks(life: Draft, key: str, start: datetime) -> None:
    for at_min in (8, 18, 33):
        mark, when = life.one_of(shared().marks), start + timedelta(minutes=at_min)
        life.write(when, "record_mark", life.team.therapist, session=key, mark=mark)
    for effect, share in EFFECTS:
        if life.rng.random() < share:
            when = start + timedelta(minutes=int(life.rng.integers(12, 30)))
            life.write(
                when,
                "record_side_effect",
                life.team.session_monitor,
                session=key,
                effect=effect,
                severity="mild",
            )


def _going_home(life: Draft, key: str, when: datetime) -> None:
    monitor = life.team.session_monitor
    life.write(
        when,
        "score_discharge",
        monitor,
        session=key,
        aldrete=dict.fromkeys(ALDRETE_ITEMS, 2),
        padss={
            "vital_signs": 2,
            "activity": 2,
            "pain_nausea": 1 if life.rng.random() < 0.15 else 2,
            "bleeding": 2,
            "intake": 2,
        },
    )
    home = when + timedelta(minutes=10)
    life.write(
        home,
        "discharge",
        monitor,
        session=key,
        escort=life.escort.name,
        relation=life.escort.relation,
        phone=life.escort.phone,
    )
    for who in (life.team.therapist, monitor):
        life.write(home + timedelta(minutes=1), "leave_room", who, session=key, who=who)
    note = life.one_of(shared().notes)
    life.write(
        home + timedelta(minutes=20),
        "write_note",
        life.team.therapist,
        kind="session",
        words=note,
        session=key,
    )
