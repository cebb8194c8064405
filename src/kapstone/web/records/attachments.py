"""Attachments as they are kept: opened for the two sides, and in the person's own copy."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header

from kapstone.web import sealed
from kapstone.web.records.models import Attachment

# As much as one copy carries; what comes after that is named there, and downloaded by itself.
MOST_IN_A_COPY = 40_000_000


def download(row: Attachment) -> HttpResponse:
    """The file to save, never to open in the browser; 404 when it is gone, or no key opens it."""
    content = sealed.get(row.file)
    if content is None:
        raise Http404("This file is not there. Whoever runs the server looks for it.")
    answer = HttpResponse(content, content_type=row.content_type)
    answer["Content-Disposition"] = content_disposition_header(True, row.name)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["Cache-Control"] = "no-store, private"
    return answer


def put_into(rows: Sequence[dict[str, Any]]) -> None:
    """Put into each row of a copy what it holds, as base64; the newest first, up to a limit.

    None where it is not there, or did not fit: the page of the messages still gives it.
    """
    left = MOST_IN_A_COPY
    for row in sorted(rows, key=lambda row: -int(row["id"])):
        row["content"] = None
        content = sealed.get(f"attachment-{UUID(str(row['key'])).hex}")
        if content is not None and len(content) <= left:
            left -= len(content)
            row["content"] = b64encode(content).decode()
