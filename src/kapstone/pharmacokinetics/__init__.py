"""Ketamine in the blood over time, after any doses, for one person and for many who differ.

What the published models say of people like those in their studies. Nothing here proposes a dose.
"""

from __future__ import annotations

from kapstone.pharmacokinetics.asking import (
    Answer,
    Question,
    answer,
    doses_of,
    mixing,
    not_reckoned_with,
    person_of,
    question_of,
    weight_unknown,
)
from kapstone.pharmacokinetics.dosing import Dose, OutOfScope, Step, infusion
from kapstone.pharmacokinetics.effects import (
    Effects,
    NearBaseline,
    effects,
    likely_felt,
    near_baseline,
)
from kapstone.pharmacokinetics.notebook import altair_chart
from kapstone.pharmacokinetics.people import Person
from kapstone.pharmacokinetics.rows import Given, given, models, routes
from kapstone.pharmacokinetics.simulating import Concentrations, areas, simulate

__all__ = [
    "Answer",
    "Concentrations",
    "Dose",
    "Effects",
    "Given",
    "NearBaseline",
    "OutOfScope",
    "Person",
    "Question",
    "Step",
    "altair_chart",
    "answer",
    "areas",
    "doses_of",
    "effects",
    "given",
    "infusion",
    "likely_felt",
    "mixing",
    "models",
    "near_baseline",
    "not_reckoned_with",
    "person_of",
    "question_of",
    "routes",
    "simulate",
    "weight_unknown",
]
