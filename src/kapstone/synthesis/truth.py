"""What is true of synthetic people: each one's cause and end, and what an analysis should find.

The truths of a cohort are what complete measurement would show: no loss, all else as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np

from kapstone.outcomes import kaplan_meier
from kapstone.synthesis import harms
from kapstone.synthesis.model import Counts, Flags, Reals, draw, hazard, integrating, phq9
from kapstone.synthesis.population import (
    FOLLOW_UP_DAYS,
    PILOT,
    PILOT_SEED,
    WHY_MISSING,
    People,
    Plan,
)
from kapstone.synthesis.presets import CLASSES, Preset

# The rules of PHQ-9, as its own file has them (a test compares): who can respond, when it is
# remission, and by how many points more than at the response it is reliably lost.
CASE_FROM, REMISSION_BELOW, LOSS_POINTS = 10, 5, 5
MARKS_DAYS = (28, 56, 90, 180)
WHY_LOST = (*WHY_MISSING[:4], "stopped")


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """From each responder's first response: days until it was lost or last looked at; (n,).

    `good_until` is the last day on which it was not lost: the loss lies after it.
    """

    who: Counts
    days: Reals
    lost: Flags
    good_until: Reals


def eligible(of: People) -> Flags:
    """Whose first score left room to respond."""
    return of.latent.baseline >= CASE_FROM


def responding(of: People) -> Flags:
    """Whether each score is a response, (n, score days)."""
    return np.asarray(2 * of.phq9 <= of.latent.baseline[:, None])


def held(of: People, days: Reals, seen: Flags) -> Held:
    """How long responses hold by the scores in `seen`, by the reliable-loss rule.

    Loss is a score over half of the first one and at least five points above that of the first
    response. Who was not seen again is left out, as `outcomes.Cohort.durability` does.
    """
    responds = responding(of) & seen & eligible(of)[:, None]
    begun, last = responds.argmax(axis=1), seen.shape[1] - 1 - seen[:, ::-1].argmax(axis=1)
    who = np.flatnonzero(responds.any(axis=1) & (last > begun))
    start = begun[who]
    totals, at_best = of.phq9[who], of.phq9[who, start]
    after = seen[who] & (np.arange(seen.shape[1])[None, :] > start[:, None])
    gone = after & ~responding(of)[who] & (totals - at_best[:, None] >= LOSS_POINTS)
    lost = gone.any(axis=1)
    end = np.where(lost, gone.argmax(axis=1), last[who])
    visits = np.arange(seen.shape[1])[None, :]
    before = np.where(seen[who] & (visits < end[:, None]), visits, -1).max(axis=1)
    good = np.where(lost, before, end)
    begun_on = days[start]
    return Held(who=who, days=days[end] - begun_on, lost=lost, good_until=days[good] - begun_on)


def of_each(of: People, plan: Plan) -> dict[str, Any]:
    """The truth about each person, a column each: what they are and why they were lost."""
    latent, (why, last) = of.latent, lost(of, plan)
    return {
        "person_id": of.number,
        "latent_class": np.array(CLASSES)[latent.klass],
        "reach": latent.reach,
        "gain_per_dose": latent.gain,
        "holds_days": latent.relapse_days,
        "integrated": latent.integrated,
        "hazard_ratio": hazard(latent),
        "clinic": of.clinic + 1,
        "doses_taken": of.doses_taken,
        "stopped_for": np.array([*harms.STOP_REASONS, "none"])[of.stop_reason],
        "last_measured_day": last,
        "lost": why != 0,
        "lost_why": np.array(WHY_LOST)[why],
    }


def lost(of: People, plan: Plan) -> tuple[Counts, Reals]:
    """Why nobody measured the person at the end, 0 where somebody did, and the last day measured.

    The reason is that of the first score missing after the last one there is; people who stopped
    for a side effect and were never measured again are lost by that.
    """
    seen = of.missing == 0
    days = np.concatenate([[0.0], plan.score_days])
    ever = np.concatenate([np.ones((len(of), 1), bool), seen], axis=1)
    last = ever.shape[1] - 1 - ever[:, ::-1].argmax(axis=1)
    next_one = np.minimum(last, seen.shape[1] - 1)
    why = np.where(last == seen.shape[1], 0, of.missing[np.arange(len(of)), next_one])
    after = last <= len(plan.course_days)
    return np.where((of.stop_reason >= 0) & after, 4, why), days[last]


@dataclass(slots=True)
class Tally:
    """Sums over blocks, from which the truths of the cohort come; none grows with the people."""

    plan: Plan
    people: int = 0
    counts: dict[str, Counts] = field(default_factory=dict)
    durations: dict[tuple[float, bool], int] = field(default_factory=dict)

    def add(self, of: People) -> None:
        """Take in one block."""
        self.people += len(of)
        for name, flags in self.flags(of):
            self.counts[name] = self.counts.get(name, np.zeros(flags.shape[1:], int)) + flags.sum(0)
        whole = held(of, self.plan.score_days, np.ones_like(of.missing, bool))
        ends, many = np.unique(np.stack([whole.days, whole.lost]), axis=1, return_counts=True)
        for (days, was), count in zip(ends.T, many, strict=True):
            key = float(days), bool(was)
            self.durations[key] = self.durations.get(key, 0) + int(count)

    def flags(self, of: People) -> Iterator[tuple[str, Flags]]:
        """What is counted, each flag with the people first."""
        inside = eligible(of)
        last = np.asarray(of.latent.relapse_days[:, None] > np.array(MARKS_DAYS))
        after = slice(len(self.plan.course_days), None)
        later = of.phq9[:, after]
        yield "eligible", inside
        yield "response", responding(of)[:, after] & inside[:, None]
        yield "remission", (later < REMISSION_BELOW) & inside[:, None]
        worse = later - of.latent.baseline[:, None] >= LOSS_POINTS
        yield "worse", worse & inside[:, None]
        yield "measured", (of.missing[:, after] == 0) & inside[:, None]
        yield "integrated", of.latent.integrated
        yield "classes", np.equal(of.latent.klass[:, None], np.arange(len(CLASSES)))
        yield "stopped", np.equal(of.stop_reason[:, None], np.arange(len(harms.STOP_REASONS)))
        yield "holds", last
        taken = np.arange(len(of.sessions))[None, :] < of.doses_taken[:, None]
        charted = np.stack([each.charted >= 0 for each in of.sessions], axis=1) & taken
        yield "sessions", taken
        yield "charted", charted
        yield "anyone_charted", np.asarray(charted.any(axis=1))

    def truths(self) -> dict[str, Any]:
        """Every truth by name, ready for JSON; shares between 0 and 1, times in days."""
        care, sums = self.plan.preset, self.counts
        number = int(sums["eligible"])
        return {
            "preset": care.id,
            "seed": self.plan.seed,
            "confounded": self.plan.confounded,
            "loss": self.plan.loss,
            "people": self.people,
            "eligible": number,
            "hazard_ratio_of_integration": care.integration_hazard,
            "hazard_ratio_note": "no published value: an assumption, 1 in the null",
            "effect_of_integration": effect_of_integration(care),
            "integrated": share(sums["integrated"], self.people),
            "classes": dict(zip(CLASSES, shares(sums["classes"], self.people), strict=True)),
            "visits": list(self.visits(number)),
            "durability": self.durability(),
            "state_held": dict(zip(MARKS_DAYS, shares(sums["holds"], self.people), strict=True)),
            "harms": self.harms(),
        }

    def visits(self, number: int) -> Iterator[dict[str, Any]]:
        """Response and the rest at each score after the course, had everybody been measured."""
        for place, after in enumerate(FOLLOW_UP_DAYS):
            told = {
                name: share(self.counts[name][place], number)
                for name in ("response", "remission", "worse", "measured")
            }
            day = float(self.plan.follow_up_days[place])
            yield {"days_after_last_dose": after, "day": day, "week": round(day / 7, 2)} | told

    def durability(self) -> dict[str, Any]:
        """Among responders, the share that still responds so many days after the first response."""
        if not self.durations:
            return {"responders": 0, "kept": {}}
        days, was, many = zip(*((*key, n) for key, n in self.durations.items()), strict=True)
        curve = kaplan_meier(np.repeat(days, many), np.repeat(np.array(was, float), many))
        kept = {mark: float(curve.at([mark])[0]) for mark in MARKS_DAYS}
        known = {mark: None if np.isnan(left) else round(left, 5) for mark, left in kept.items()}
        return {"responders": int(sum(many)), "kept": known}

    def harms(self) -> dict[str, Any]:
        """What was charted, per session and per person, and who stopped for it."""
        sums, sessions = self.counts, int(self.counts["sessions"].sum())
        stopped = dict(zip(harms.STOP_REASONS, map(int, sums["stopped"]), strict=True))
        return {
            "sessions": sessions,
            "charted_per_session": share(sums["charted"].sum(), sessions),
            "charted_per_session_expected": round(harms.CHARTED_PER_SESSION, 5),
            "charted_per_person": share(sums["anyone_charted"], self.people),
            "stopped": stopped,
        }


@cache
def effect_of_integration(care: Preset) -> list[dict[str, Any]]:
    """The share that responds at each visit if everybody kept integration, and if nobody did.

    Of the same people, drawn for nothing else, with the same chances: the causal difference, which
    only invented people show. Without an effect it is exactly 0.
    """
    of = draw(care, PILOT, np.random.default_rng(PILOT_SEED))
    case, days = of.baseline >= CASE_FROM, care.dose_days[-1] + np.array(FOLLOW_UP_DAYS, float)
    answered = []
    for kept in (True, False):
        rng = np.random.default_rng([PILOT_SEED, 1])
        totals = phq9(integrating(of, np.full(len(of), kept), rng), days, rng)
        answered.append((2 * totals <= of.baseline[:, None])[case].mean(axis=0))
    return [
        {
            "days_after_last_dose": after,
            "response_if_all": round(float(every), 5),
            "response_if_none": round(float(nobody), 5),
            "difference": round(float(every - nobody), 5),
        }
        for after, every, nobody in zip(FOLLOW_UP_DAYS, *answered, strict=True)
    ]


def share(had: Any, of: int) -> float | None:
    """A share to five places; None of nobody."""
    return round(float(had) / of, 5) if of else None


def shares(had: Counts, of: int) -> list[float | None]:
    return [share(each, of) for each in had]
