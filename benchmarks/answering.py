"""One tap on the phone: sent, kept durably, and said to be kept."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import uuid4

from benchmarks import setting
from kapstone import instruments
from kapstone.web import clock
from kapstone.web.records.actions import questionnaires
from kapstone.web.records.models import SheetAnswer

by = setting.practice()
course = setting.somebody(by)
patient = course.person.user
if patient is None:
    raise SystemExit("the person who answers cannot log in")
client = setting.inside(patient)
items = [item.id for item in instruments.instrument("phq9").item if not item.risk]
at = clock.now()
times = {"opens_at": at, "due_at": at, "closes_at": at + timedelta(days=1)}
sheet = questionnaires.assign_sheet(course, "phq9", anchor="measured", at=at, by=by, **times)
sent = 0


def send() -> None:
    """Answers go round the form, each another than the one before, so that each is kept."""
    global sent  # noqa: PLW0603
    tap = {
        "id": str(uuid4()),
        "item": items[sent % len(items)],
        "value": sent // len(items) % 4,
        "ago_s": 0,
    }
    answer = client.post(
        f"/me/sheets/{sheet.pk}/taps/", {"taps": [tap]}, content_type="application/json"
    )
    if answer.status_code != 200:
        raise SystemExit(f"the answer was answered with {answer.status_code}")
    sent += 1


figures = setting.timed(send, 60, 40)
if SheetAnswer.objects.count() != sent:
    raise SystemExit("not every answer was kept")
print(json.dumps(figures))
