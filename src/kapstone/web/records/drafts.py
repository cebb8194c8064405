"""Drafts as they stand: the words somebody was writing when they left a page."""

from __future__ import annotations

from django.http import HttpRequest

from kapstone.web.records.access import actor
from kapstone.web.records.models import Draft


def kept(request: HttpRequest, key: str) -> str:
    """The words kept under this key; nothing when there are none."""
    rows = Draft.objects.filter(user=actor(request), key=key)
    return rows.values_list("text", flat=True).first() or ""
