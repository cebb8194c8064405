"""The parameters of the outcome model, one row per kind of care."""

from __future__ import annotations

from functools import cache

from kapstone.knowledge import Knowledge, rows


class Reply(Knowledge):
    """How one latent class replies to the medicine: its share of people, its reach and its gain."""

    weight: float
    reach_mean: float
    reach_sd: float
    gain: float


class Preset(Knowledge):
    """One calibrated kind of care; durations in days unless the name says weeks."""

    id: str
    title: str
    sources: tuple[str, ...]
    baseline_mean: float
    baseline_sd: float
    baseline_range: tuple[int, int]
    doses: int
    gap_days: float
    gain_concentration: float
    relapse_shape: float
    relapse_scale_weeks: float
    early_relapse_share: float
    early_relapse_days: float
    rapid: Reply
    delayed: Reply
    none: Reply
    onset_hours: float = 4.0
    leak_per_day: float = 1 / 60
    residual: float = 0.25
    loss_half_life_days: float = 10.0
    scatter: float = 1.9
    integration_hazard: float = 0.60
    maintenance_hazard: float = 0.30
    gad_baseline_mean: float = 12.8
    gad_baseline_sd: float = 5.7
    gad_correlation: float = 0.75

    @property
    def classes(self) -> tuple[Reply, Reply, Reply]:
        """The latent classes in the order of `CLASSES`."""
        return (self.rapid, self.delayed, self.none)

    @property
    def dose_days(self) -> tuple[float, ...]:
        """The days of the doses, counted from the first."""
        return tuple(number * self.gap_days for number in range(self.doses))


CLASSES = ("rapid", "delayed", "none")


@cache
def presets() -> dict[str, Preset]:
    """Every preset by its id, in the order of the file."""
    return {row.id: row for row in rows("synthesis/presets.toml", "preset", Preset)}


def preset(id: str) -> Preset:
    """The preset of that id; LookupError names the ones there are."""
    if id not in presets():
        raise LookupError(f"no such preset: {id}; there are {', '.join(presets())}")
    return presets()[id]


def without_integration_effect(of: Preset) -> Preset:
    """The same care where integration changes nothing: the null that an analysis must not beat."""
    return of.model_copy(update={"integration_hazard": 1.0})
