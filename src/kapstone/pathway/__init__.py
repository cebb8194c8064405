"""Where a course of treatment stands, what comes next, and what blocks it."""

from __future__ import annotations

from kapstone.pathway.answers import Gate, Step
from kapstone.pathway.facts import (
    Answer,
    Consent,
    Consultation,
    CourseFacts,
    Intake,
    Override,
    RedNotice,
    Resting,
    Review,
    Risk,
    Roadmap,
    Screening,
    SessionFacts,
    Signature,
)
from kapstone.pathway.gates import gates, may_start, second_missing
from kapstone.pathway.resting import judge_pressure
from kapstone.pathway.road import ENDED, next_steps
from kapstone.pathway.roadmaps import RoadmapTemplate, Stop, lay_out, roadmap_templates
from kapstone.pathway.rows import consent_expires_at, screening_valid_until, timing

__all__ = [
    "ENDED",
    "Answer",
    "Consent",
    "Consultation",
    "CourseFacts",
    "Gate",
    "Intake",
    "Override",
    "RedNotice",
    "Resting",
    "Review",
    "Risk",
    "Roadmap",
    "RoadmapTemplate",
    "Screening",
    "SessionFacts",
    "Signature",
    "Step",
    "Stop",
    "consent_expires_at",
    "gates",
    "judge_pressure",
    "lay_out",
    "may_start",
    "next_steps",
    "roadmap_templates",
    "screening_valid_until",
    "second_missing",
    "timing",
]
