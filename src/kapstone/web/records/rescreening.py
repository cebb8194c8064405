"""Whether what has come to be known since a screening decision still agrees with it [ENG-05]."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from kapstone import pathway, screening
from kapstone.web.records import facts as screened_facts
from kapstone.web.records.models import Course, ScreeningDecision


def looked_at_again(
    course: Course, facts: pathway.CourseFacts, *, now: datetime
) -> pathway.CourseFacts:
    """The same facts, with the screening gate shut when the rules now find something graver.

    It asks the database about everything that screening knows of one course: for the deeds and
    the pages of one person; in a list only for whoever is about to be called ready.
    """
    signed = facts.screening
    if signed.decision is None or signed.knowledge_changed is not False:
        return facts
    if not found_since(course, now=now):
        return facts
    return replace(facts, screening=replace(signed, knowledge_changed=True))


def found_since(course: Course, *, now: datetime) -> list[screening.Finding]:
    """The stops and reviews of now that the signed decision did not weigh."""
    rows = ScreeningDecision.objects.standing().filter(course=course).order_by("-at", "-pk")
    stored = rows.values_list("screening", flat=True).first() or {"findings": []}
    weighed = {each["id"] for each in stored["findings"]}
    grave = screened_facts.screen(course, now=now).findings
    return [
        each
        for each in grave
        if each.weight >= screening.Decision.REVIEW and each.id not in weighed
    ]
