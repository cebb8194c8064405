"""Files that come with a message: what they are by their content, and a name that is safe to keep.

Whatever a file is called, and whatever a browser says that it is, counts for nothing here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from kapstone.web.records import attached_images as images
from kapstone.web.records import attached_pdfs as pdfs
from kapstone.web.records.refusals import Refused

MOST_BYTES = 5_000_000
MOST_FILES = 3
LONGEST_NAME = 80
ACCEPTED = ".pdf,.jpg,.jpeg,.png,.txt"
# What Windows takes for a device, whatever ending it has.
DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.I)
# Letters that belong to no word a text file holds.
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
SENDS = "Send a PDF, a photo as JPEG or PNG, or plain text."
# Files that people mean well with: by their first bytes, what they are and what to do.
KNOWN = (
    (
        4,
        rb"ftyp(heic|heix|heif|hevc|mif1|msf1)",
        f"is a HEIC photo. Save it as JPEG first. {SENDS}",
    ),
    (0, rb"PK\x03\x04", f"is an Office document or an archive. Save it as a PDF first. {SENDS}"),
    (0, rb"\xd0\xcf\x11\xe0", f"is an old Office document. Save it as a PDF first. {SENDS}"),
    (0, rb"GIF8|RIFF....WEBP|BM|II\*\0|MM\0\*", f"is a picture of another kind. {SENDS}"),
    (0, rb"MZ|\x7fELF|#!|\xcf\xfa\xed\xfe", f"is a program, and no program is taken here. {SENDS}"),
)


@dataclass(frozen=True, slots=True)
class File:
    """A file as it came."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that may be kept: what it is, under a safe name, of a photo the picture alone."""

    name: str
    content_type: str
    content: bytes


def plain_text(content: bytes) -> bytes:
    """A text as it is; raises ValueError for what is none."""
    if CONTROLS.search(content.decode("utf-8-sig")):
        raise ValueError("it holds what no text holds")
    return content


KINDS: tuple[tuple[bytes, str, str, Callable[[bytes], bytes]], ...] = (
    (b"%PDF-", "application/pdf", ".pdf", pdfs.sound),
    (b"\xff\xd8\xff", "image/jpeg", ".jpg", images.jpeg),
    (b"\x89PNG\r\n\x1a\n", "image/png", ".png", images.png),
    (b"", "text/plain", ".txt", plain_text),
)


def checked(file: File) -> Checked:
    """The file as it may be kept; refused in words that name it and say what to do instead."""
    refuse_size(file)
    begins, content_type, ending, sound = next(
        kind for kind in KINDS if file.content.startswith(kind[0])
    )
    if not begins:
        refuse_known(file)
    try:
        content = sound(file.content)
    except pdfs.Active as why:
        words = (
            f"{named(file)} can run something or holds another file ({why}), and is not taken. "
            "Print it into a new PDF, and send that."
        )
        raise Refused("active", words) from why
    except ValueError as why:
        raise Refused("unsound", unsound(file, begins, why)) from why
    return Checked(safe_name(file.name, ending), content_type, content)


def unsound(file: File, begins: bytes, why: ValueError) -> str:
    if not begins:
        return f"{named(file)} is no file that is taken here. {SENDS}"
    return f"{named(file)} is damaged or incomplete ({why}). Save it anew, and send that."


def refuse_size(file: File) -> None:
    if not file.content:
        raise Refused("empty-file", f"{named(file)} is empty. Choose the file again.")
    if len(file.content) > MOST_BYTES:
        words = f"{named(file)} is larger than {MOST_BYTES // 1_000_000} MB. Send a smaller one."
        raise Refused("too-large", words)


def refuse_known(file: File) -> None:
    """Refuse what is known and not taken, in words of its own."""
    for place, first, words in KNOWN:
        if re.compile(first, re.DOTALL).match(file.content, place):
            raise Refused("other-kind", f"{named(file)} {words}")


def named(file: File) -> str:
    """The file as the one who sent it knows it, fit for a sentence."""
    return f"“{shown_name(file.name) or 'A file'}”"


def shown_name(name: str) -> str:
    """The last part of a path, of letters that stand where they seem to stand."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    # Category C holds what cannot be seen, and what turns the rest of a name around.
    seen = "".join(" " if unicodedata.category(each)[0] in "CZ" else each for each in last)
    return " ".join(seen.split())[:LONGEST_NAME]


def safe_name(name: str, ending: str) -> str:
    """A name to save under on any system, with the ending of what the file really is."""
    stem = re.sub(r"\.\w{1,5}$", "", shown_name(name))
    kept = "".join(
        each if unicodedata.category(each)[0] in "LMN" or each in " -_.()" else "_" for each in stem
    )
    kept = kept.strip(" .") or "file"
    return f"{'_' if DEVICES.match(kept) else ''}{kept}{ending}"
