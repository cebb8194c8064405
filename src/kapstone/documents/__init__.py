"""Printed documents, as PDF, for people and for the record."""

from __future__ import annotations

from kapstone.documents.consent import consent_pdf
from kapstone.documents.going_home import HomeCard, home_card_pdf
from kapstone.documents.measures import MeasurePart, MeasuresReport, measures_pdf
from kapstone.documents.register import RegisterPart, RegisterSheet, register_pdf
from kapstone.documents.session import EmergencyPart, SessionPaper, session_pdf

__all__ = [
    "EmergencyPart",
    "HomeCard",
    "MeasurePart",
    "MeasuresReport",
    "RegisterPart",
    "RegisterSheet",
    "SessionPaper",
    "consent_pdf",
    "home_card_pdf",
    "measures_pdf",
    "register_pdf",
    "session_pdf",
]
