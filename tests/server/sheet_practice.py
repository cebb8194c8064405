"""Run as a script: two people, one with two questionnaires open and a plan; prints ids as JSON."""

from __future__ import annotations

import json

import django

django.setup()

from django.core.management import call_command  # noqa: E402

from kapstone.web import clock  # noqa: E402
from kapstone.web.accounts import roles  # noqa: E402
from kapstone.web.accounts.models import Practice, User  # noqa: E402
from kapstone.web.records.actions import courses, people, questionnaires  # noqa: E402

call_command("createcachetable", verbosity=0)
now = clock.now()
practice = Practice.objects.create(name="Ash Lane", phone="+1 555 0100")
nurse = User.objects.create_user(
    "nurse@example.org", name="Nurse", practice=practice, roles=[roles.SESSION_MONITOR]
)


def person(given: str) -> tuple[int | None, dict[str, int]]:
    named = {"given": given, "family": "Bello", "email": f"{given.lower()}@example.org"}
    course = people.add_person(named, at=now, by=nurse)
    plan = {"sign_1": f"{given} stops answering calls"}
    courses.make_safety_plan(course.person, plan, at=now, by=nurse)
    sheets = {
        name: questionnaires.ask_now(course, name, at=now, by=nurse).pk
        for name in ("phq9", "cssrs-since")
    }
    return course.person.user_id, sheets


ade, of_ade = person("Ade")
bo, of_bo = person("Bo")
print(json.dumps({"nurse": nurse.pk, "ade": ade, "bo": bo, "of_ade": of_ade, "of_bo": of_bo}))  # noqa: T201
