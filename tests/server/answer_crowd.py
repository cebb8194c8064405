"""Run as a script: the same tablet's answer is sent by many at once; prints what stands then.

Words: the session of `room_practice.py`, and how many send. Each is a thread with a connection of
its own; half of them have lost the reading, and send the answer alone.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import django

django.setup()

from django.db import connections  # noqa: E402

from kapstone.web import clock  # noqa: E402
from kapstone.web.accounts.models import User  # noqa: E402
from kapstone.web.clinician.entering import Entry, enter  # noqa: E402
from kapstone.web.records import session_facts  # noqa: E402
from kapstone.web.records.models import Notice, NoticeAnswer, Session  # noqa: E402
from kapstone.web.records.models.audit import Entry as Trail  # noqa: E402
from kapstone.web.records.refusals import Refused  # noqa: E402

number, many = int(sys.argv[1]), int(sys.argv[2])
nurse = User.objects.get(name="Abara")
reading, answer = uuid4(), uuid4()
taken = clock.now() - timedelta(minutes=4)
LIMIT = "ALM-SBP-H"


def entry(kind: str, once: Any, minutes: int, **fields: str) -> Entry:
    at = taken + timedelta(minutes=minutes)
    return Entry(client_id=once, kind=kind, fields=fields, at=at, by=nurse, arrived=clock.now())


def send(words: str, *, alone: bool) -> str:
    """What became of the answer: kept, or the code of its refusal."""
    session = session_facts.told(Session.objects.get(pk=number))
    told = {"reading": str(reading), "limit": LIMIT, "action": "close", "words": words}
    try:
        if not alone:
            enter(session, entry("reading", reading, 0, systolic_bp="186"))
        enter(session, entry("notice_answer", answer, 1, **told))
    except Refused as why:
        return why.code
    else:
        return "kept"
    finally:
        connections.close_all()


with ThreadPoolExecutor(many) as crowd:
    sent = list(crowd.map(lambda one: send("Pump slower", alone=one % 2 == 1), range(many)))
again = send("Pump slower", alone=False)
other = send("Something else", alone=False)
did = Trail.objects.filter(did__in=("answer notice", "close notice"))
found = {
    "sent": Counter(sent),
    "again": again,
    "other": other,
    "answers": list(NoticeAnswer.objects.values_list("words", "closes")),
    "notices": Notice.objects.filter(kind=LIMIT).count(),
    "trail": did.count(),
}
print(json.dumps(found))  # noqa: T201
