"""Signing: what a signature means, and the consent exactly as it was signed."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from kapstone.consent import text
from kapstone.consent.document import Document
from kapstone.consent.read_back import ReadBack


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A printed name, the date and time, and the meaning [21 CFR 11.50]."""

    name: str
    role: str
    meaning: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedConsent:
    """Everything that was signed; `choices` has None where the person gave no answer."""

    document: Document
    choices: Mapping[str, bool | None]
    read_back: ReadBack
    signatures: tuple[Signature, ...]


def signature_meaning(role: str) -> str:
    """The words a signature stands for; `role` is person, clinician or second_clinician."""
    meanings = text.meanings()
    if role not in meanings:
        raise ValueError(f"no such signer: {role}; there are {', '.join(meanings)}")
    return meanings[role].words


def sign(*, role: str, name: str, at: datetime) -> Signature:
    """A signature of this person now; raises ValueError for a blank name or a naive time."""
    if not name.strip():
        raise ValueError("signature: type your full name")
    if at.tzinfo is None:
        raise ValueError("signature: the time has no zone")
    return Signature(name=name.strip(), role=role, meaning=signature_meaning(role), at=at)


def same_name(typed: str, known: str) -> bool:
    """Whether somebody typed the name they are known by; case, accents and spaces do not count."""
    return letters(typed) == letters(known)


def letters(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in plain if letter.isalnum() or is_vowel_sign(letter))


def is_vowel_sign(letter: str) -> bool:
    """A sign that is no accent: in Hindi, say, it is part of the name's spelling."""
    return unicodedata.category(letter)[0] == "M" and not unicodedata.combining(letter)


def choices_made(document: Document, given: Mapping[str, bool | None]) -> dict[str, bool | None]:
    """Every choice of the document with its answer; unanswered stays None and permits nothing.

    Raises ValueError for an answer to something this document does not ask.
    """
    asked = [element.id for element in document.choices]
    if strange := sorted(set(given) - set(asked)):
        raise ValueError(f"consent {document.version} does not ask: {', '.join(strange)}")
    return {name: given.get(name) for name in asked}
