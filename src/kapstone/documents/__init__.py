"""Printed documents, as PDF, for people and for the record."""

from __future__ import annotations

from kapstone.documents.consent import consent_pdf
from kapstone.documents.measures import MeasurePart, MeasuresReport, measures_pdf

__all__ = ["MeasurePart", "MeasuresReport", "consent_pdf", "measures_pdf"]
