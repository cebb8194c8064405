"""That a row of a session came into the record later than it happened, as its log says it."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from kapstone.web.records.actions.late import LATE


def late(row: Any) -> tuple[tuple[str, str], ...]:
    """That a row was written down on a device and came later, when it did."""
    if row.client_id is None or row.recorded_at - row.at <= LATE:
        return ()
    came = timezone.localtime(row.recorded_at)
    return (("", f"entered offline, arrived {came:%H:%M}"),)


def since(row: Any) -> tuple[tuple[str, str], ...]:
    """When a dose came into the record: somebody may have charted it minutes later at a page."""
    if row.recorded_at - row.at <= LATE:
        return ()
    return (("", f"in the record since {timezone.localtime(row.recorded_at):%H:%M}"),)
