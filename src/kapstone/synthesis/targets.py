"""What the model gives beside each published figure that it was fitted to (in sample)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
from numpy.typing import ArrayLike

from kapstone.knowledge import Knowledge, rows
from kapstone.synthesis.model import Counts, Flags, Latent, draw, phq9
from kapstone.synthesis.observing import observed
from kapstone.synthesis.presets import CLASSES, preset
from kapstone.synthesis.vitals import people, session, signs

PEOPLE, SEED = 20_000, 31
# The day of the score after the last dose: in the window of 14 to 31 days after the last infusion,
# a week after the last lozenge, the last recorded visit.
AFTER_LAST_DAYS = {"iv-community": 22.0, "sl-home": 7.0, "im-ehr": 7.0}
# From when responders were followed, and when they were looked at.
FOLLOWED = {
    "iv-community": (7.0, (7, 14, 21, 28, 35, 42, 49, 56)),
    "iv-continuing-care": (3.0, (7, 14, 28, 60, 90, 120, 180)),
}
MEASURED = {90: 0.18, 180: 0.05}
CASE_FROM, POINTS = 10, 5
SEVERE_MMHG, INFUSIONS, PEAK_MIN = (180, 120), 17, 40.0


class Target(Knowledge):
    """One published figure: what it is of, how near the model must come, and from where."""

    id: str
    preset: str
    measure: str
    what: str
    unit: str
    published: float
    within: float
    sampling: float = 0.0
    missed: bool = False
    sources: tuple[str, ...]

    def holds(self, figure: float) -> bool:
        """Whether a figure is as near as it must be."""
        return abs(figure - self.published) <= self.within + self.sampling


@cache
def targets() -> tuple[Target, ...]:
    """Every published figure, in the order of the file."""
    return tuple(rows("synthesis/targets.toml", "target", Target))


@dataclass(frozen=True)
class Trial:
    """So many people of one preset, drawn once, and every figure that can be read off them."""

    id: str
    n: int = PEOPLE
    seed: int = SEED

    @cached_property
    def of(self) -> Latent:
        # Everybody in the source of `kap` had integration.
        share = 1.0 if self.id == "kap" else 0.0
        rng = np.random.default_rng(self.seed)
        return draw(preset(self.id), self.n, rng, integrated=share)

    def at(self, day: float) -> Counts:
        """Totals at a day since the first dose; the same ones each time they are asked for."""
        return phq9(self.of, day, np.random.default_rng([self.seed, int(day * 100)]))

    @property
    def end(self) -> float:
        return self.of.preset.dose_days[-1]

    @cached_property
    def last(self) -> Counts:
        return self.at(self.end + AFTER_LAST_DAYS[self.id])

    def figures(self) -> dict[str, float]:
        """Each figure by its measure, as `targets` names them."""
        found = dict(self.of_scores()) if self.id in AFTER_LAST_DAYS else {}
        found |= dict(self.of_classes()) | dict(self.of_first())
        if self.id in FOLLOWED:
            found |= {f"kept-{day}": left for day, left in self.kept()}
        if self.id == "kap":
            found |= dict(self.of_completers())
        if self.id == "iv-community":
            found |= dict(self.of_speed()) | dict(self.of_pressure())
        return found

    def of_scores(self) -> Iterator[tuple[str, float]]:
        first, last = self.of.baseline, self.last
        yield "response", percent(last <= first / 2)
        yield "remission", percent(last < POINTS)
        yield "worse", percent(last > first)
        yield "worse-by-5", percent(last - first >= POINTS)
        yield "effect", effect(first, last)
        yield "last-mean", float(last.mean())
        yield "last-sd", float(last.std(ddof=1))

    def of_first(self) -> Iterator[tuple[str, float]]:
        yield "first-mean", float(self.of.baseline.mean())
        yield "first-sd", float(self.of.baseline.std(ddof=1))

    def of_classes(self) -> Iterator[tuple[str, float]]:
        for number, name in enumerate(CLASSES):
            yield f"class-{name}", percent(np.equal(self.of.klass, number))

    def kept(self) -> Iterator[tuple[int, float]]:
        """Share of responders without reliable loss: over half of the first score, 5 points up."""
        after, visits = FOLLOWED[self.id]
        begun = self.end + after
        best = self.at(begun)
        holds = best <= self.of.baseline / 2
        responders = holds.sum()
        for visit in visits:
            score = self.at(begun + visit)
            holds = holds & ~((score > self.of.baseline / 2) & (score - best >= POINTS))
            yield visit, float(holds.sum() / responders)

    def of_completers(self) -> Iterator[tuple[str, float]]:
        for days, share in MEASURED.items():
            every = self.at(self.end + days)
            seen = observed(every, share, np.random.default_rng([self.seed, days]))
            first, last = self.of.baseline[seen], every[seen]
            cases = (last >= CASE_FROM).mean() / (first >= CASE_FROM).mean()
            yield f"measured-{days}", percent(seen)
            yield f"effect-{days}", effect(first, last)
            yield f"fewer-cases-{days}", float(100 * (1 - cases))
            yield f"better-by-5-{days}", percent(first - last >= POINTS)

    def of_speed(self) -> Iterator[tuple[str, float]]:
        half = self.of.baseline / 2
        yield "first-day-response", percent(self.at(1.0) <= half)
        gap = self.of.preset.gap_days
        doses = range(1, self.of.preset.doses + 1)
        responds = np.array([self.at(gap * dose - 0.01) <= half for dose in doses])
        first = responds.argmax(axis=0)[responds.any(axis=0)] + 1
        yield "first-response-dose", float(np.median(first))

    def of_pressure(self) -> Iterator[tuple[str, float]]:
        rng = np.random.default_rng([self.seed, 1])
        every = people(self.n, rng)
        today = session(every, rng)
        rise = signs(today, PEAK_MIN, rng).systolic_bp - signs(today, 0, rng).systolic_bp
        yield "pressure-rise", float(rise.mean())
        yield "pressure-rise-sd", float(rise.std(ddof=1))
        peaks = [signs(session(every, rng), PEAK_MIN, rng) for _ in range(INFUSIONS)]
        severe = np.array([severe_in(p.systolic_bp, p.diastolic_bp) for p in peaks])
        yield "severe-infusions", percent(severe)
        yield "severe-people", percent(severe.any(axis=0))


@cache
def figures(id: str, n: int = PEOPLE, seed: int = SEED) -> dict[str, float]:
    """What `n` people of a preset give, by measure."""
    return Trial(id, n, seed).figures()


def achieved(target: Target) -> float:
    """What the model gives for a published figure, at 20,000 people and one fixed seed."""
    return figures(target.preset)[target.measure]


def severe_in(systolic: Counts, diastolic: Counts) -> Flags:
    return (systolic >= SEVERE_MMHG[0]) | (diastolic >= SEVERE_MMHG[1])


def effect(before: Counts, after: Counts) -> float:
    """The change over the pooled SD of both."""
    pooled = np.sqrt((before.var(ddof=1) + after.var(ddof=1)) / 2)
    return float((before.mean() - after.mean()) / pooled)


def percent(flags: ArrayLike) -> float:
    return float(100 * np.mean(np.asarray(flags)))
