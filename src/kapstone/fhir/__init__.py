"""Values from FHIR R4: one file of another system in, one person's record out.

Nothing is guessed, and nothing is dropped in silence: what is not taken is listed with its reason.
"""

from kapstone.fhir.bundle import read_bundle
from kapstone.fhir.facts import (
    NotWeighed,
    Told,
    of_allergy,
    of_item_nine,
    of_observations,
    of_screener,
    told,
)
from kapstone.fhir.opening import MAX_BYTES
from kapstone.fhir.values import (
    Address,
    Allergy,
    Answer,
    Caution,
    Coding,
    Condition,
    Identifier,
    Imported,
    Medicine,
    NotUnderstood,
    Observation,
    Origin,
    Person,
    Unreadable,
    VitalSign,
    When,
)

__all__ = [
    "MAX_BYTES",
    "Address",
    "Allergy",
    "Answer",
    "Caution",
    "Coding",
    "Condition",
    "Identifier",
    "Imported",
    "Medicine",
    "NotUnderstood",
    "NotWeighed",
    "Observation",
    "Origin",
    "Person",
    "Told",
    "Unreadable",
    "VitalSign",
    "When",
    "of_allergy",
    "of_item_nine",
    "of_observations",
    "of_screener",
    "read_bundle",
    "told",
]
