"""The questionnaires of a life: when each is due, and answers that come from the latent state."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np

from kapstone.synthesis.draft import FRONT_DESK, Draft
from kapstone.synthesis.model import (
    GAD7_RANGE,
    PHQ9_RANGE,
    expected_phq9,
    gad7,
    phq9,
    suicide_item,
)
from kapstone.synthesis.sheets import GAD7_ITEMS, PHQ9_ITEMS, gad7_items, phq9_items

# Days after the last induction dose; month 6 and month 12 for those followed so long.
AFTER_LAST_DAYS = (7, 30, 90, 180, 365)
SECONDS_PER_DAY = 86_400
SCREENER_ITEMS = ("wish_dead", "thoughts", "behavior")
OPEN_NOTICE_DAYS = 4


def questionnaires(life: Draft) -> None:
    """Write every PHQ-9, GAD-7 and C-SSRS screener: assigned, answered, and its notice answered."""
    for place, when in enumerate(_due(life)):
        if life.story.answers_until is None or place <= life.story.answers_until:
            _both_sheets(life, place, when)
        else:
            _assign(life, f"phq9-{place}", "phq9", when)
            _assign(life, f"gad7-{place}", "gad7", when)
    for number, start in enumerate(life.every_start, start=1):
        _screener(life, number, start - timedelta(hours=2))


def _due(life: Draft) -> list[datetime]:
    """Evenings: at intake, the week of the first dose, before each later dose, then after."""
    before = [life.evening(-18, 20, 20), life.evening(-4)]
    between = [_evening(start - timedelta(days=1)) for start in life.starts[1:]]
    after = [_evening(life.starts[-1] + timedelta(days=days)) for days in AFTER_LAST_DAYS]
    return [*before, *between, *after]


def _evening(day: datetime) -> datetime:
    return day.replace(hour=19, minute=40, second=0, microsecond=0)


def _both_sheets(life: Draft, place: int, when: datetime) -> None:
    total, severity = _phq9_total(life, place, when)
    ninth = suicide_item(life.latent, np.array([severity]), life.rng)
    answers = phq9_items(np.array([total]), ninth, life.rng)[0].tolist()
    phq9_sheet, gad7_sheet = f"phq9-{place}", f"gad7-{place}"
    _answer(life, phq9_sheet, dict(zip(PHQ9_ITEMS, answers, strict=True)), when)
    if answers[-1] > 0:
        _notice(life, phq9_sheet, when)
    worry = gad7_items(np.array([_gad7_total(life, place, when)]), life.rng)[0].tolist()
    later = when + timedelta(minutes=3)
    _answer(life, gad7_sheet, dict(zip(GAD7_ITEMS, worry, strict=True)), later)


def _phq9_total(life: Draft, place: int, when: datetime) -> tuple[int, float]:
    """The total and the severity behind it, in points; only the baseline has no scatter."""
    if place == 0:
        return _early(life, int(life.latent.baseline[0]), PHQ9_RANGE)
    day, doses = _days(life, when), dose_days(life)
    total = int(phq9(life.latent, day, life.rng, dose_days=doses)[0])
    return total, float(expected_phq9(life.latent, day, dose_days=doses)[0])


def _gad7_total(life: Draft, place: int, when: datetime) -> int:
    if place == 0:
        return _early(life, int(life.latent.gad_baseline[0]), GAD7_RANGE)[0]
    return int(gad7(life.latent, _days(life, when), life.rng, dose_days=dose_days(life))[0])


def _early(life: Draft, baseline: int, limits: tuple[int, int]) -> tuple[int, float]:
    noisy = baseline + life.rng.normal(0, life.latent.preset.scatter)
    return int(np.clip(np.rint(noisy), *limits)), float(baseline)


def dose_days(life: Draft) -> tuple[float, ...]:
    """The induction doses in days since the first, as the model takes them."""
    return tuple(_days(life, start) for start in life.starts)


def _days(life: Draft, when: datetime) -> float:
    return (when - life.starts[0]).total_seconds() / SECONDS_PER_DAY


def _assign(life: Draft, sheet: str, instrument: str, due: datetime) -> None:
    assigned = (due - timedelta(days=1)).replace(hour=9, minute=0)
    what = {"sheet": sheet, "instrument": instrument, "due": due.date().isoformat()}
    life.write(assigned, "assign_sheet", FRONT_DESK, **what)


def _answer(life: Draft, sheet: str, answers: dict[str, int], when: datetime) -> None:
    instrument, person = sheet.partition("-")[0], life.person.key
    _assign(life, sheet, instrument, when)
    for number, (item, value) in enumerate(answers.items()):
        at = when + timedelta(seconds=9 * number)
        life.write(at, "answer_item", person, sheet=sheet, item=item, value=value)
    done = when + timedelta(seconds=9 * len(answers))
    life.write(done, "finish_sheet", person, sheet=sheet, instrument=instrument)


def _notice(life: Draft, sheet: str, when: datetime) -> None:
    """Someone on call answers the same evening; in one story the latest still waits."""
    if life.story.suicidal and life.now - when < timedelta(days=OPEN_NOTICE_DAYS):
        return
    life.write(
        when + timedelta(minutes=25),
        "answer_notice",
        life.team.prescriber,
        sheet=sheet,
        words="Called. Passing thoughts, no plan. Went over the safety plan; we speak tomorrow.",
    )


def _screener(life: Draft, number: int, when: datetime) -> None:
    severity = expected_phq9(life.latent, _days(life, when), dose_days=dose_days(life))
    felt = int(suicide_item(life.latent, severity, life.rng)[0])
    answers = {"wish_dead": int(felt >= 2), "thoughts": 0, "behavior": 0}
    _answer(life, f"cssrs-{number}", answers, when)
    if answers["wish_dead"]:
        life.write(
            when + timedelta(minutes=20),
            "answer_notice",
            life.team.therapist,
            sheet=f"cssrs-{number}",
            words="Spoke before the session. A wish not to wake up, no thought of acting on it.",
        )
