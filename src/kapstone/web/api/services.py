"""The two services: on which hook, with what data, and when to call them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from kapstone.fhir.codes import observations_read, signs

# A blood pressure is looked for under the code of its panel; its values stand in components.
PANELS = ("85354-9", "55284-4")
# Not every record system keeps what people report taking, so this one may be left out.
OPTIONAL = frozenset({"medicationStatements"})
USAGE = (
    "Call it for people considered for ketamine or esketamine. Nothing is fetched: every prefetch "
    "key but medicationStatements has to be there, null when there is nothing. "
    "What is not sent counts as not known, never as no."
)


@dataclass(frozen=True, slots=True)
class Service:
    """One CDS service."""

    id: str
    hook: str
    title: str
    description: str


SERVICES: Mapping[str, Service] = MappingProxyType(
    {
        service.id: service
        for service in (
            Service(
                "kapstone-patient-view",
                "patient-view",
                "Ketamine screening",
                "What the screening rules for ketamine say of this person's record, each finding "
                "with its source, and what is not known.",
            ),
            Service(
                "kapstone-order-sign",
                "order-sign",
                "Ketamine screening before an order is signed",
                "The same for an order of ketamine or esketamine, by its route and with the other "
                "orders; silent for other orders.",
            ),
        )
    }
)


def prefetch() -> dict[str, str]:
    """The FHIR R4 queries that a record system answers beforehand."""
    about = "patient={{context.patientId}}"
    codes = ",".join([*PANELS, *sorted({*signs(), *observations_read()})])
    return {
        "patient": "Patient/{{context.patientId}}",
        "conditions": f"Condition?{about}",
        "medicationRequests": f"MedicationRequest?{about}&status=active",
        "medicationStatements": f"MedicationStatement?{about}&status=active",
        "allergies": f"AllergyIntolerance?{about}",
        "observations": f"Observation?{about}&code={codes}&_sort=-date&_count=200",
    }


def described() -> dict[str, Any]:
    """The answer to discovery."""
    return {
        "services": [
            {
                "hook": service.hook,
                "title": service.title,
                "description": service.description,
                "id": service.id,
                "prefetch": prefetch(),
                "usageRequirements": USAGE,
            }
            for service in SERVICES.values()
        ]
    }
