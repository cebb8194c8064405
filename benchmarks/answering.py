"""One answer on the phone: sent, kept durably, and the next question back."""

from __future__ import annotations

import json
from datetime import timedelta

from benchmarks import setting
from kapstone import instruments
from kapstone.web import clock
from kapstone.web.records.actions import questionnaires

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
    fields = {"item": items[sent % len(items)], "value": str(sent // len(items) % 4)}
    answer = client.post(f"/me/sheets/{sheet.pk}/", fields, follow=True)
    if answer.status_code != 200:
        raise SystemExit(f"the answer was answered with {answer.status_code}")
    sent += 1


print(json.dumps(setting.timed(send, 60, 40)))
