"""The rules, and the page of one: what it reads and says, on what it rests, what it cannot say."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from kapstone import screening as room
from kapstone.screening import attributes
from kapstone.screening.disagreements import disagreements
from kapstone.web.records.access import only_for

Row = room.Rule | room.Interaction

FROM = {
    "person": "the person",
    "clinician": "a clinician",
    "reading": "a reading here",
    "import": "another record",
    "instrument": "a questionnaire",
}


@only_for("see people")
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Every rule and interaction by its domain, each with what it asks for."""
    by_domain: dict[str, list[dict[str, Any]]] = {}
    for row in every():
        told = says(row)
        by_domain.setdefault(told["domain"], []).append(told | {"rule": row})
    words = {"domains": by_domain, "digest": room.knowledge_digest()}
    return render(request, "clinician/rules.html", words)


def every() -> tuple[Row, ...]:
    return (*room.rules(), *room.interactions())


@only_for("see people")
@require_GET
def rule(request: HttpRequest, name: str) -> HttpResponse:
    """A rule or an interaction with everything by which its basis can be judged."""
    rows = {each.id: each for each in every()}
    if name not in rows:
        raise Http404(f"There is no rule {name}.")
    row = rows[name]
    about = attributes.attributes_of(row)
    words = says(row) | {
        "rule": row,
        "inputs": [inputs(each) for each in attributes.inputs_of(row)],
        "medicines": attributes.medicines_of(row),
        "only_if": attributes.applies_when(row),
        "conditions": attributes.conditions_of(row),
        "strengths": attributes.strengths_of(row),
        "basis": attributes.basis_words(row),
        "how_read": attributes.how_read(row),
        "limits": [*attributes.limits_of(row)],
        "about": about,
        "disagreements": disagreements(row.id),
        "uses": {
            title: [room.fact(each).ask for each in used] for title, used in about.uses.items()
        },
        "digest": room.knowledge_digest(),
    }
    return render(request, "clinician/rule.html", words)


def says(row: Row) -> dict[str, str]:
    """What a rule and an interaction each say in columns of their own, under one name."""
    if isinstance(row, room.Rule):
        joined = "any of these" if row.when.any else "all of these"
        return {
            "domain": row.domain,
            "action": row.action,
            "override": row.override,
            "joined": joined,
        }
    return {
        "domain": "medicines",
        "action": severity(row),
        "override": "prescriber",
        "joined": "all of these",
    }


def severity(row: room.Interaction) -> str:
    """The severity, and the other one where it hangs on the planned route."""
    if row.otherwise is None:
        return row.severity
    return f"{row.severity} by {', '.join(row.routes)}; {row.otherwise} by another route"


def inputs(of: room.Fact) -> dict[str, Any]:
    """One fact that the rule reads: its question, unit, who may give it, and for how long."""
    return {
        "fact": of,
        "given_by": [FROM[each] for each in of.from_],
        "worked_out": [room.fact(each).ask for each in of.derived_from],
        "only_if": attributes.applies_when(of),
        "uses": [one.title for one in attributes.attributes() if one.has(of)],
    }
