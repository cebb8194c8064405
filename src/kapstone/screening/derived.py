"""Facts worked out from other facts, where a rule needs more than one line can say.

Each function takes what is known and answers yes, no or unknown (None). `CUTS` names the limits
of the numbers a function reads, so that what-would-change can try both sides of each.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from kapstone.screening.conditions import Known, all_of, any_of


class Reads(Protocol):
    """What is known of a person at one moment; None is unknown."""

    def yes(self, id: str) -> Known: ...
    def number(self, id: str) -> float | None: ...
    def word(self, id: str) -> str | None: ...


Derive = Callable[[Reads], Known]


def at_least(value: float | None, limit: float) -> Known:
    return None if value is None else value >= limit


def above(value: float | None, limit: float) -> Known:
    return None if value is None else value > limit


def below(value: float | None, limit: float) -> Known:
    return None if value is None else value < limit


def interview_or(interview: Known, score_high: Known) -> Known:
    """A high score raises by itself; a missing score does not hold back a clinician's no."""
    return True if score_high else interview


def either_form(one: Known, other: Known) -> Known:
    """Two questionnaires for the same thing: a yes counts, and one answered form will do."""
    if one or other:
        return True
    return None if one is None and other is None else False


def resting_bp_high(known: Reads) -> Known:
    """Over 140/90, or over 150/90 from 65 years [BPC-01, BPC-02]; either component is enough.

    One reading alone raises by itself and never clears [BPC-10].
    """
    older = at_least(known.number("age_years"), 65)
    return interview_or(
        over_gate(known.number("systolic_bp_mmhg"), known.number("diastolic_bp_mmhg"), older),
        over_gate(
            known.number("systolic_single_mmhg"), known.number("diastolic_single_mmhg"), older
        ),
    )


def over_gate(systolic: float | None, diastolic: float | None, older: Known) -> Known:
    from_140 = all_of([above(systolic, 140), None if older is None else not older])
    return any_of([above(systolic, 150), from_140, above(diastolic, 90)])


def resting_bp_severe(known: Reads) -> Known:
    """180/110 or more, or above the gate with symptoms [SCR-CAR-07]; one reading alone raises."""
    alone = any_of(
        [
            at_least(known.number("systolic_single_mmhg"), 180),
            at_least(known.number("diastolic_single_mmhg"), 110),
        ]
    )
    paired = any_of(
        [
            at_least(known.number("systolic_bp_mmhg"), 180),
            at_least(known.number("diastolic_bp_mmhg"), 110),
            all_of([resting_bp_high(known), known.yes("bp_symptoms")]),
        ]
    )
    return interview_or(paired, alone)


def pressure_symptoms(known: Reads) -> Known:
    """Symptoms at any pressure; they are asked for where it is raised [SCR-CAR-07]."""
    told = known.yes("bp_symptoms")
    return False if told is None and resting_bp_high(known) is False else told


def ecg_needed(known: Reads) -> Known:
    """Age from 50, a cardiovascular risk factor or a medicine that prolongs QT [SCR-CAR-15]."""
    return any_of(
        [
            at_least(known.number("age_years"), 50),
            at_least(known.number("bmi"), 30),
            known.yes("hypertension_diagnosed"),
            known.yes("diabetes"),
            known.yes("ever_smoked"),
            known.yes("early_heart_disease_in_family"),
            known.yes("takes_qt_medicine"),
        ]
    )


def heart_event_or_stroke(known: Reads) -> Known:
    """A stroke is an event, also where the question about events was denied [SCR-CAR-04]."""
    return True if known.yes("stroke_or_tia_ever") else known.yes("heart_event_ever")


def heart_history(known: Reads) -> Known:
    """Any cardiovascular history, which asks for an ECG as a risk factor does [SCR-CAR-15]."""
    return any_of(known.yes(name) for name in FROM_HEART)


def sleep_apnoea_serious(known: Reads) -> Known:
    """Untreated, or diagnosed with BMI from 35, or STOP-BANG from 5 [SCR-PUL-02, SCR-PUL-03].

    STOP-BANG is only waited for where there is no diagnosis; a high one counts always.
    """
    by_score = at_least(known.number("stop_bang_score"), 5)
    if by_score:
        return True
    match known.word("sleep_apnoea"):
        case "untreated":
            return True
        case "treated":
            return at_least(known.number("bmi"), 35)
        case "none":
            return by_score
        case _:
            return None


def sleep_apnoea_likely(known: Reads) -> Known:
    """Diagnosed, treated or not, or STOP-BANG from 5: not for a session at home [HOM-12]."""
    diagnosis = known.word("sleep_apnoea")
    diagnosed = None if diagnosis is None else diagnosis != "none"
    return any_of([diagnosed, at_least(known.number("stop_bang_score"), 5)])


def seizure_ever(known: Reads) -> Known:
    """Any seizure, controlled or not: not for a session at home [HOM-12]."""
    seizures = known.word("seizures")
    return None if seizures is None else seizures != "none"


def urinary_symptoms(known: Reads) -> Known:
    """ICSI from 6 or BPIC-SS from 19 (one of the two will do), nocturia from 3, blood or pain."""
    by_icsi = at_least(known.number("icsi_score"), 6)
    by_bpic = at_least(known.number("bpic_ss_score"), 19)
    return any_of(
        [
            either_form(by_icsi, by_bpic),
            at_least(known.number("nocturia_times"), 3),
            known.yes("blood_or_pain_with_urine"),
        ]
    )


def psychosis_now(known: Reads) -> Known:
    """By interview, or PQ-16 of 6 items or more [SCR-PSY-02]."""
    return interview_or(
        known.yes("psychotic_symptoms_now"), at_least(known.number("pq16_items"), 6)
    )


def mania_now(known: Reads) -> Known:
    """By interview, or YMRS of 12 or more [SCR-PSY-05]."""
    return interview_or(known.yes("mania_current"), at_least(known.number("ymrs_score"), 12))


def dissociation_high(known: Reads) -> Known:
    """Diagnosed, or DES-II of 30 or more [SCR-PSY-11]."""
    return interview_or(
        known.yes("dissociative_disorder"), at_least(known.number("des_ii_score"), 30)
    )


def suicide_risk_raised(known: Reads) -> Known:
    """C-SSRS screener moderate or high [SCR-PSY-08, SCR-PSY-09]."""
    by_level = known.word("cssrs_level") in {"moderate", "high"}
    return interview_or(any_of(known.yes(question) for question in FROM_CSSRS), by_level)


def suicide_risk_high(known: Reads) -> Known:
    """Question 4 or 5 this month or 6 in three, or the level of another record [SCR-PSY-08]."""
    return at_level(known, "high", "cssrs_plan_or_intent_month", "cssrs_behaviour_3_months")


def suicide_risk_moderate(known: Reads) -> Known:
    """Question 3 this month or 6 ever, or the level of another record [SCR-PSY-09]."""
    return at_level(known, "moderate", "cssrs_method_month", "cssrs_behaviour_lifetime")


def suicidal_thoughts(known: Reads) -> Known:
    """Question 1 or 2 this month, or the level of another record [SUI-B1]."""
    return at_level(known, "low", "cssrs_wish_month", "cssrs_thoughts_month")


def at_level(known: Reads, level: str, *questions: str) -> Known:
    """A level that another record gives raises by itself; only the questions clear."""
    return interview_or(any_of(map(known.yes, questions)), known.word("cssrs_level") == level)


def item9_not_followed(known: Reads) -> Known:
    """No C-SSRS is known to have followed the raised item 9 [SUI-P1 to SUI-PD].

    One that nobody knows of was not asked: this is what keeps the dose back. Never unknown.
    """
    return known.yes("cssrs_after_item9") is not True


def item9_followed(known: Reads) -> Known:
    """A C-SSRS followed a raised item 9; where nobody knows of one, none did [SUI-P1 to SUI-P3]."""
    if known.yes("cssrs_after_item9"):
        return True
    return None if known.number("phq9_item9") is None else False


def eating_disorder_unstable(known: Reads) -> Known:
    """With BMI under 17.5, potassium under 3.0, heart rate under 50 or QTc over 460."""
    signs = any_of(
        [
            below(known.number("bmi"), 17.5),
            below(known.number("potassium_mmol_l"), 3.0),
            below(known.number("heart_rate_bpm"), 50),
            above(known.number("qtc_ms"), 460),
        ]
    )
    return all_of([known.yes("eating_disorder"), signs])


def substance_use_active(known: Reads) -> Known:
    """Four criteria or more by interview, or DAST-10 of 6 or more [SCR-SUB-02, SCR-SUB-03]."""
    disorder = known.word("substance_use_disorder")
    active = None if disorder is None else disorder == "active"
    return interview_or(active, at_least(known.number("dast10_score"), 6))


def alcohol_withdrawal_likely(known: Reads) -> Known:
    """By history, or CIWA-Ar of 8 or more [SCR-SUB-04]."""
    return interview_or(
        known.yes("alcohol_withdrawal_risk"), at_least(known.number("ciwa_score"), 8)
    )


def hazardous_alcohol(known: Reads) -> Known:
    """AUDIT from 8; or AUDIT-C from 4, and from 3 in women [SCR-SUB-05]. Either form will do."""
    short = known.number("audit_c_score")
    sex = known.word("sex_at_birth")
    from_three = None if sex is None else sex == "female"
    by_short = any_of([at_least(short, 4), all_of([at_least(short, 3), from_three])])
    return either_form(at_least(known.number("audit_score"), 8), by_short)


def violence_at_home(known: Reads) -> Known:
    """Disclosed, or HITS of 10 or more, or E-HITS of 7 or more [SCR-SOC-03, GAP-14]."""
    by_hits = at_least(known.number("hits_score"), 10)
    by_e_hits = at_least(known.number("e_hits_score"), 7)
    return interview_or(known.yes("partner_violence"), any_of([by_hits, by_e_hits]))


FROM_HEART = (
    "heart_event_ever",
    "coronary_disease",
    "heart_failure",
    "valve_disease_significant",
    "arrhythmia_uncontrolled",
    "peripheral_vascular_disease",
)
FROM_CSSRS = (
    "cssrs_plan_or_intent_month",
    "cssrs_behaviour_3_months",
    "cssrs_method_month",
    "cssrs_behaviour_lifetime",
)

DERIVED: Mapping[str, Derive] = {
    function.__name__: function
    for function in (
        resting_bp_high,
        resting_bp_severe,
        pressure_symptoms,
        ecg_needed,
        heart_event_or_stroke,
        heart_history,
        sleep_apnoea_serious,
        sleep_apnoea_likely,
        seizure_ever,
        urinary_symptoms,
        psychosis_now,
        mania_now,
        dissociation_high,
        suicide_risk_raised,
        suicide_risk_high,
        suicide_risk_moderate,
        suicidal_thoughts,
        item9_not_followed,
        item9_followed,
        eating_disorder_unstable,
        substance_use_active,
        alcohol_withdrawal_likely,
        hazardous_alcohol,
        violence_at_home,
    )
}

RAISE_ONLY = frozenset({"systolic_single_mmhg", "diastolic_single_mmhg", "cssrs_level"})
"""Facts that raise a concern and never end one, so that nobody is asked for them."""

CUTS: Mapping[str, tuple[float, ...]] = {
    "systolic_bp_mmhg": (140, 150, 180),
    "diastolic_bp_mmhg": (90, 110),
    "systolic_single_mmhg": (140, 150, 180),
    "diastolic_single_mmhg": (90, 110),
    "age_years": (50, 65),
    "bmi": (17.5, 30, 35),
    "stop_bang_score": (5,),
    "icsi_score": (6,),
    "bpic_ss_score": (19,),
    "nocturia_times": (3,),
    "pq16_items": (6,),
    "ymrs_score": (12,),
    "des_ii_score": (30,),
    "potassium_mmol_l": (3.0,),
    "heart_rate_bpm": (50,),
    "qtc_ms": (460,),
    "ciwa_score": (8,),
    "audit_score": (8,),
    "audit_c_score": (3, 4),
    "hits_score": (10,),
    "e_hits_score": (7,),
    "dast10_score": (6,),
}
