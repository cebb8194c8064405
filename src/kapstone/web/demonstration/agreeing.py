"""Consent in a synthetic life: read, asked back, signed."""

from __future__ import annotations

from datetime import datetime

from kapstone import consent, synthesis
from kapstone.web.demonstration.life import ROUTES, Life
from kapstone.web.records.actions import consents


def consent_route(life: Life) -> str:
    """The route of this life, which the synthesis names only once sessions are planned."""
    planned = (event for event in life.told.events if event.deed == "plan_roadmap")
    event = next(planned, None)
    return ROUTES[event.what["route"]] if event else "iv"


def sign_consent(life: Life, event: synthesis.Event) -> None:
    agree(life, event.what["name"], event.at)


def agree(life: Life, name: str, at: datetime) -> None:
    """The person reads, answers the questions rightly, and signs."""
    route = consent_route(life)
    document = consent.document(route=route, practice=str(life.person.practice))
    right = {each.id: each.right for each in consent.read_back_questions(route)}
    consents.sign_consent(
        life.course,
        document,
        name=name,
        read_back=right,
        choices={},
        at=at,
        by=life.person.user,
    )
