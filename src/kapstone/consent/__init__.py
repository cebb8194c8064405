"""Informed consent: what is said, what is asked back, and whether it is in force."""

from __future__ import annotations

from kapstone.consent.document import Document, Element, Section, document
from kapstone.consent.in_force import InForce, Renewal, in_force, renewal, renews_at
from kapstone.consent.read_back import Question, ReadBack, check_read_back, read_back_questions
from kapstone.consent.signing import (
    Signature,
    SignedConsent,
    choices_made,
    same_name,
    sign,
    signature_meaning,
)
from kapstone.consent.text import routes, version

__all__ = [
    "Document",
    "Element",
    "InForce",
    "Question",
    "ReadBack",
    "Renewal",
    "Section",
    "Signature",
    "SignedConsent",
    "check_read_back",
    "choices_made",
    "document",
    "in_force",
    "read_back_questions",
    "renewal",
    "renews_at",
    "routes",
    "same_name",
    "sign",
    "signature_meaning",
    "version",
]
