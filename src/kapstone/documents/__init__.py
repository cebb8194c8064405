"""Printed documents, as PDF, for people and for the record."""

from __future__ import annotations

from kapstone.documents.consent import consent_pdf

__all__ = ["consent_pdf"]
