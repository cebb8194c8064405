"""Server time, queries and size of the chart page of a person with a long chart."""

from __future__ import annotations

import json

from benchmarks import setting
from django.db import connection
from django.test.utils import CaptureQueriesContext

by = setting.practice()
course = setting.somebody(by)
setting.long_chart(course, by)
client = setting.inside(by)
page = f"/courses/{course.pk}/"

median, p95 = setting.p95_ms(lambda: client.get(page), 100)
with CaptureQueriesContext(
    connection,
) as queries:
    answer = client.get(page)
if answer.status_code != 200:
    raise SystemExit(f"the chart page answered {answer.status_code}")
asked = [each["sql"] for each in queries.captured_queries]
asked = [sql for sql in asked if not sql.startswith(("SAVEPOINT", "RELEASE", "BEGIN"))]
print(
    json.dumps(
        {
            "server time, median": f"{median:.1f} ms",
            "server time, p95": f"{p95:.1f} ms | <= 80 ms",
            "queries": f"{len(asked)} | <= 12",
            "size, compressed": f"{len(answer.content) / 1024:.1f} KB | <= 150 KB",
        }
    )
)
