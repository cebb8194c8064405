"""Recording one reading through the page, with the database on disk and every commit flushed."""

from __future__ import annotations

import json
from uuid import uuid4

from benchmarks import setting
from django.db import connection


def flushes() -> str:
    """What the database says of its own commits; anything less would not be durable."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA synchronous")
            return {2: "synchronous FULL"}.get(cursor.fetchone()[0], "not durable")
        cursor.execute("SELECT current_setting('fsync'), current_setting('synchronous_commit')")
        return "fsync {}, synchronous_commit {}".format(*cursor.fetchone())


by = setting.practice()
course = setting.somebody(by)
session = setting.running(course, by)
client = setting.inside(by)
address = f"/sessions/{session.pk}/readings/"


def send() -> None:
    fields = {"heart_rate": "72", "oxygen_saturation": "98", "client_id": str(uuid4())}
    answer = client.post(address, fields)
    if answer.status_code != 302:
        raise SystemExit(f"the reading was answered with {answer.status_code}")


# A session of three hours has about forty readings; what a thousandth costs says nothing.
figures = setting.timed(send, 60, 40)
print(json.dumps({**figures, "every commit": flushes()}))
