"""Server time, queries and size of the chart page of a person with a long chart."""

from __future__ import annotations

import json
from collections.abc import Iterable

from benchmarks import setting
from django.db import connection
from django.test.utils import CaptureQueriesContext

# Said around queries, to the same database: they fetch nothing.
AROUND = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


def queries(asked: Iterable[dict[str, str]]) -> int:
    """Everything that was asked, the audit entry and its lock included."""
    return sum(not each["sql"].startswith(AROUND) for each in asked)


by = setting.practice()
course = setting.somebody(by)
setting.long_chart(course, by)
client = setting.inside(by)
page = f"/courses/{course.pk}/"

figures = setting.timed(lambda: client.get(page), 200, 80)
with CaptureQueriesContext(connection) as asked:
    answer = client.get(page)
if answer.status_code != 200 or answer.headers.get("Content-Encoding") != "gzip":
    raise SystemExit(f"the chart page answered {answer.status_code}, or not compressed")
figures["queries"] = f"{queries(asked.captured_queries)} | <= 12"
figures["size, compressed"] = f"{len(answer.content) / 1024:.1f} KB | <= 150 KB"
print(json.dumps(figures))
