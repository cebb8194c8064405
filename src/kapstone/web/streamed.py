"""A sound as an answer: whole or the part that a player asks for, and kept by no browser."""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse

# One part at a time; whoever asks for several gets the whole.
PART = re.compile(r"bytes=(\d{1,12})-(\d{0,12})")


def sound(request: HttpRequest, content: bytes, content_type: str) -> HttpResponse:
    """The sound, or the part named by `Range`: some phones play nothing without it."""
    asked = PART.fullmatch(request.headers.get("Range", ""))
    answer = part(content, asked) if asked else HttpResponse(content)
    answer["Content-Type"] = content_type
    answer["Accept-Ranges"] = "bytes"
    answer["Cache-Control"] = "no-store, private"
    answer["Content-Disposition"] = "inline"
    return answer


def part(content: bytes, asked: re.Match[str]) -> HttpResponse:
    first, size = int(asked[1]), len(content)
    last = min(int(asked[2] or size), size - 1)
    if first > last:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    headers = {"Content-Range": f"bytes {first}-{last}/{size}"}
    return HttpResponse(content[first : last + 1], status=206, headers=headers)
