"""PDFs that come with a message: whole, and with nothing in them that acts or hides.

No page is drawn here. Names are looked for wherever a reader could find an object: in the file as
it lies there, behind the escapes of names, and in everything that is packed.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

# What begins an action beyond the page, carries another file, or packs a form that runs scripts.
ACTS = re.compile(
    rb"/(JavaScript|Launch|EmbeddedFiles?|RichMedia|Rendition|Movie|Sound|SubmitForm|ImportData"
    rb"|GoToE|GoToR|GoTo3DView|XFA|Encrypt)(?![A-Za-z0-9])"
)
ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
STREAM = re.compile(rb"stream\r?\n")
PACKED = re.compile(rb"/ObjStm(?![A-Za-z0-9])")
# Ways of packing that are not opened here; where objects are packed, they could hide anything.
UNOPENED = re.compile(
    rb"/(ASCIIHexDecode|AHx|ASCII85Decode|A85|LZWDecode|LZW|RunLengthDecode|RL|Crypt)"
    rb"(?![A-Za-z0-9])"
)
# Fit for the tables of a file, and not for its objects.
SHIFTED = re.compile(rb"/Predictor(?![A-Za-z0-9])")
START = re.compile(rb"startxref\s+(\d{1,10})\s+%%EOF\s*$")
TABLE = re.compile(rb"\s*(xref\b|\d+\s+\d+\s+obj\b)")
# A page is some tens of kilobytes; what unpacks to more than this, or has more parts, is a trap.
MOST_UNPACKED, MOST_STREAMS = 100_000_000, 20_000
FED, PIECE = 65_536, 1_000_000
# As long as the longest name with each of its letters escaped.
LONGEST_NAME = 64
# As far as the dictionary of a stream is looked for in front of it.
DICTIONARY = 2_000


class Active(ValueError):
    """It acts by itself, hides something, or cannot be looked into."""


def sound(content: bytes) -> bytes:
    """The PDF as it is; raises Active, or ValueError for one that is not whole."""
    refuse_torn(content)
    whole = plain(content)
    refuse_acts(whole)
    if PACKED.search(whole) and UNOPENED.search(whole):
        raise Active("its objects are packed in a way that is not opened here")
    for piece in unpacked(content):
        refuse_acts(piece)
    return content


def refuse_torn(content: bytes) -> None:
    """Refuse a file without an end, or whose end points to no table of objects."""
    end = START.search(content, max(0, len(content) - 2_000))
    if end is None or not TABLE.match(content, int(end[1])):
        raise ValueError("its end is missing")


def refuse_acts(part: bytes) -> None:
    if found := ACTS.search(plain(part)):
        raise Active(found[1].decode())


def plain(part: bytes) -> bytes:
    """Names as they are meant: `/J#61vaScript` is `/JavaScript`."""
    return ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), part) if b"#" in part else part


def unpacked(content: bytes) -> Iterator[bytes]:
    """Whatever is packed in the file, piece by piece, each with the end of the one before."""
    left = MOST_UNPACKED
    for count, begins in enumerate(STREAM.finditer(content)):
        refuse_shifted(content[max(0, begins.start() - DICTIONARY) : begins.start()])
        before = b""
        for piece in inflated(content, begins.end()):
            left -= len(piece)
            if left < 0 or count > MOST_STREAMS:
                raise Active("it is packed too tightly to be looked into")
            yield before + piece
            before = piece[-LONGEST_NAME:]


def refuse_shifted(before: bytes) -> None:
    """Refuse packed objects whose letters are shifted; `before` ends where the stream begins."""
    own = plain(before[before.rfind(b"endobj") + 1 :])
    if PACKED.search(own) and SHIFTED.search(own):
        raise Active("its objects are packed in a way that is not opened here")


def inflated(content: bytes, begins: int) -> Iterator[bytes]:
    """What a deflated stream holds; nothing of a stream that is packed in another way."""
    opener, fed = zlib.decompressobj(), content[begins : begins + FED]
    place = begins + len(fed)
    try:
        while fed and not opener.eof:
            yield opener.decompress(fed, PIECE)
            fed = opener.unconsumed_tail
            if not fed:
                fed = content[place : place + FED]
                place += len(fed)
    except zlib.error:
        return
