"""Recording one reading through the page, with the database on disk and every commit flushed."""

from __future__ import annotations

import json
from uuid import uuid4

from benchmarks import setting

by = setting.practice()
course = setting.somebody(by)
session = setting.readings(course, by, 20)
client = setting.inside(by)
address = f"/sessions/{session.pk}/readings/"


def send() -> None:
    fields = {"heart_rate": "72", "oxygen_saturation": "98", "client_id": str(uuid4())}
    answer = client.post(address, fields)
    if answer.status_code not in {200, 302}:
        raise SystemExit(f"the reading was answered with {answer.status_code}")


median, p95 = setting.p95_ms(send, 200)
print(json.dumps({"median": f"{median:.1f} ms", "p95": f"{p95:.1f} ms | <= 40 ms"}))
