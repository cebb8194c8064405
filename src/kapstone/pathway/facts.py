"""What is known about a person's course of treatment. `None` means unknown, never no."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from kapstone.knowledge.dose_day import route_named
from kapstone.pathway.long_term import LongTermFacts

Decision = Literal["suitable", "extra_oversight", "not_yet", "another_path"]
Risk = Literal["none", "si_positive", "si_urgent"]
ReviewDecision = Literal["go_on", "space_out", "maintenance", "another_path", "ending"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Consultation:
    """The first fit call; `fit` stays None until someone says yes or no."""

    booked_for: datetime | None = None
    held_at: datetime | None = None
    minutes: int | None = None
    fit: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """The person's own paperwork; `answered` is the share of questions answered, 0 to 1."""

    answered: float | None = None
    finished_at: datetime | None = None
    stopped_at_question: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Screening:
    """A clinician's signed decision.

    `valid_until` unknown keeps the gate shut; `screening_valid_until(signed_at)` gives the
    practice's usual day. `knowledge_changed`: do today's rules find something the signed decision
    did not weigh? `stops_since` names the stops among it, `settled_since` the answers that came
    after the decision and were set aside since. `oversight_for` in short words, such as "BP".
    `over` names the stops that a favourable decision goes on over and that two prescribers have
    to sign; `second_by` did.
    """

    decision: Decision | None = None
    signed_at: datetime | None = None
    signed_by: str | None = None
    valid_until: datetime | None = None
    knowledge_changed: bool | None = None
    stops_since: tuple[str, ...] = ()
    settled_since: tuple[str, ...] = ()
    oversight_for: str | None = None
    over: tuple[str, ...] | None = None
    second_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """The consent now on file.

    `withdrawn` is its own answer: an absent `withdrawn_at` cannot tell "still agreed" from
    "nobody looked". `expires_at` unknown keeps the gate shut; see `consent_expires_at`. `routes`
    are those whose words were signed.
    """

    version: str | None = None
    current_version: str | None = None
    signed_at: datetime | None = None
    expires_at: datetime | None = None
    withdrawn: bool | None = None
    withdrawn_at: datetime | None = None
    routes: frozenset[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Roadmap:
    """How many sessions of each kind are planned, and after which medicine sessions to review."""

    preparation: int | None = None
    medicine: int | None = None
    integration: int | None = None
    review_after: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Resting:
    """One set of readings at rest before the medicine: mmHg, beats/min, %, breaths/min."""

    at: datetime
    systolic_bp: float | None = None
    diastolic_bp: float | None = None
    heart_rate: float | None = None
    oxygen_saturation: float | None = None
    respiratory_rate: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """Who said yes to a line of the checklist, in which roles, and when."""

    by: int
    name: str
    roles: frozenset[str]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One line of the dose-day checklist as it was answered; it counts on that day only.

    `ok` is True when passed (or not applying), False when not passed, None when not known.
    `signed` holds each yes since the line was last anything else: some lines need two people.
    """

    ok: bool | None
    at: datetime
    signed: tuple[Signature, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """A prescriber's reason for passing a gate, and when; it counts on that day only [ENG-07]."""

    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RedNotice:
    """A red notice of a session that waits: what it says, and since when."""

    says: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionFacts:
    """One medicine session, planned, running or finished.

    `checks` answers the dose-day checklist by id, an absent one is unknown; `escort` is the line
    that names who takes the person home. `overrides` holds what a prescriber passed by gate id.
    `order_says` is the order in short words for the road, such as "IV 0.5 mg/kg". `red_notices` are
    those of the session that are open and that no prescriber has answered; None is not known.
    `asked_alone` is of a session of both of a couple: was each asked alone, and is all of it
    settled? None where it is not such a session.
    """

    number: int
    planned_for: datetime | None = None
    planned_route: str | None = None
    order_signed_at: datetime | None = None
    order_route: str | None = None
    order_says: str | None = None
    checks: Mapping[str, Answer] = field(default_factory=dict)
    resting: tuple[Resting, ...] = ()
    started_at: datetime | None = None
    stopped_at: datetime | None = None
    discharged_at: datetime | None = None
    escort: Answer | None = None
    cssrs_risk: Risk | None = None
    cssrs_at: datetime | None = None
    overrides: Mapping[str, Override] = field(default_factory=dict)
    red_notices: tuple[RedNotice, ...] | None = None
    asked_alone: bool | None = None

    @property
    def at_home(self) -> bool | None:
        """Whether the ordered route is taken at home; None while there is no order."""
        return None if self.order_route is None else route_named(self.order_route).at_home


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """The last look at whether the treatment serves, and what was decided."""

    decision: ReviewDecision | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseFacts:
    """Everything the pathway may look at; all of it may be unknown.

    `age` in whole years. `preparations` and `integrations` are the times of contacts held,
    `preparations_booked` those agreed on. `sheets_due` and `sheets_overdue` count questionnaires.
    `unreviewed_risk` says whether an urgent answer about suicide waits for review; closing its
    notice is no review. `risk_answered`: was each notice that is open answered, so that it waits
    for closing only? `long_term` is what was looked at over months; None where nobody asked.
    """

    age: int | None = None
    consultation: Consultation = Consultation()
    intake: Intake = Intake()
    screening: Screening = Screening()
    consent: Consent = Consent()
    roadmap: Roadmap = Roadmap()
    preparations: tuple[datetime, ...] = ()
    preparations_booked: tuple[datetime, ...] = ()
    safety_plan_at: datetime | None = None
    sessions: tuple[SessionFacts, ...] = ()
    integrations: tuple[datetime, ...] = ()
    sheets_due: int | None = None
    sheets_overdue: int | None = None
    open_risk_notice: bool | None = None
    risk_answered: bool | None = None
    unreviewed_risk: bool | None = None
    review: Review = Review()
    long_term: LongTermFacts | None = None

    def session(self, number: int) -> SessionFacts:
        """The session of that number, with everything unknown when it is not there."""
        found = (each for each in self.sessions if each.number == number)
        return next(found, SessionFacts(number=number))
