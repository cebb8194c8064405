"""The roles that people have in a practice."""

from __future__ import annotations

PRESCRIBER = "prescriber"
SESSION_MONITOR = "session_monitor"
THERAPIST = "therapist"
FRONT_DESK = "front_desk"
OWNER = "owner"
RESEARCHER = "researcher"
PATIENT = "patient"
COMPANION = "companion"

CLINICIANS = frozenset({PRESCRIBER, SESSION_MONITOR, THERAPIST})
STAFF = CLINICIANS | {FRONT_DESK, OWNER}
# Who logs in as staff do; a researcher sees figures and nobody's record.
HIRED = STAFF | {RESEARCHER}
EVERYONE = HIRED | {PATIENT, COMPANION}

WORDS = {
    PRESCRIBER: "Prescriber",
    SESSION_MONITOR: "Session monitor",
    THERAPIST: "Therapist",
    FRONT_DESK: "Front desk",
    OWNER: "Practice owner",
    RESEARCHER: "Researcher",
    PATIENT: "Patient",
    COMPANION: "Partner or escort",
}
