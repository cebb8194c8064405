"""What every PDF of the practice has in common: fonts, standards, time and the way it is made."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib.resources import as_file, files
from typing import Any

import typst

from kapstone.documents.glyphs import drawable

HERE = files(__name__.rpartition(".")[0])


def compiled(template: str, data: Mapping[str, Any], *, at: datetime) -> bytes:
    """The template with this data as PDF/A-2a and PDF/UA-1; the same data gives the same bytes.

    A character no font of ours has is printed as its code (`[U+9F8D]`).
    """
    pdf: bytes = typst.compile(
        HERE.joinpath(template).read_bytes(),
        font_paths=fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(printable(data))},
        # One is for keeping, one for reading aloud; both need tags, a language and a title.
        pdf_standards=["a-2a", "ua-1"],
        timestamp=int(at.timestamp()),
    )
    return pdf


def dated(practice: str, at: datetime) -> dict[str, str]:
    """What stands on every page that is written by the practice at a time."""
    return {
        "written_at": moment(at),
        "footer": f"{practice}  \u00b7  {moment(at)}",
        "page_word": "Page",
        "of_word": "of",
    }


@cache
def fonts() -> typst.Fonts:
    with as_file(HERE.joinpath("fonts")) as folder:
        return typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)]
        )


def printable(data: Any) -> Any:
    """The same data with every text in characters that can be drawn."""
    if isinstance(data, str):
        return drawable(data)
    if isinstance(data, Mapping):
        return {name: printable(value) for name, value in data.items()}
    if isinstance(data, list | tuple):
        return [printable(value) for value in data]
    return data


def moment(at: datetime) -> str:
    """`2 March 2026, 15:04:05 EST (UTC-05:00)`: a zone's letters alone are not unique."""
    offset = f"{at:%z}"
    zone = "" if f"{at:%Z}".startswith("UTC") else f"{at:%Z} "
    named = f"UTC{offset[:3]}:{offset[3:5]}"
    return f"{at.day} {at:%B %Y, %H:%M:%S} {zone}({named})"
