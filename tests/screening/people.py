"""People for the screening tests: facts as a clinic would have them."""

from __future__ import annotations

from datetime import UTC, datetime

from kapstone.screening import Facts, Given, vocabulary
from kapstone.screening.conditions import Value

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def given(value: Value, at: datetime | None = NOW) -> Given:
    return Given(value=value, at=at, origin="clinician", words=None)


def facts(**values: Value) -> Facts:
    return {name: given(value) for name, value in values.items()}


REASSURING: dict[str, Value] = {
    "age_years": 45,
    "bmi": 24,
    "asa_class": "one",
    "sex_at_birth": "female",
    "systolic_bp_mmhg": 118,
    "diastolic_bp_mmhg": 74,
    "heart_rate_bpm": 68,
    "brain_injury": "none",
    "seizures": "none",
    "child_pugh": "none",
    "alt_times_uln": 0.6,
    "ast_times_uln": 0.6,
    "alp_times_uln": 0.6,
    "ggt_times_uln": 0.6,
    "bilirubin_times_uln": 0.6,
    "icsi_score": 1,
    "nocturia_times": 0,
    "egfr": 92,
    "oxygen_saturation_percent": 98,
    "sleep_apnoea": "none",
    "stop_bang_score": 1,
    "pre_eclampsia": "never",
    "bipolar_type": "none",
    "phq9_item9": 0,
    "pcl5_score": 12,
    "panic_attacks_per_week": 0,
    "adequate_treatments_tried": 2,
    "substance_use_disorder": "none",
    "dast10_score": 0,
    "audit_score": 2,
    "cannabis_days_per_month": 0,
    "preparation_sessions_done": 2,
    "readiness_lowest_item": 3,
    "readiness_total": 27,
    "planned_route": "intramuscular",
    "qtc_ms": 415,
}
WANTED = {
    "ecg_on_file",
    "liver_panel_on_file",
    "indication_clear",
    "capacity_confirmed",
    "agrees_no_driving",
    "integration_booked",
    "escort_named",
    "open_to_altered_states",
}


def healthy(**otherwise: Value) -> Facts:
    """A person about whom every rule is answered and none speaks, but for what is given."""
    answers = {
        fact.id: fact.id in WANTED
        for fact in vocabulary().values()
        if fact.from_ and fact.kind == "yes_no"
    }
    return facts(**{**answers, **REASSURING, **otherwise})
