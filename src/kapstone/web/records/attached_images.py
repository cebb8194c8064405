"""Photos that come with a message: whole, and without the place, the date and the rest they tell.

No picture is drawn here: each file is walked through part by part, and only the parts that a
picture is made of are kept. How a phone was held is kept too, or the photo would lie on its side.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from math import ceil

MOST_PIXELS = 100_000_000
PIECE = 1_000_000
PNG_SIGN = b"\x89PNG\r\n\x1a\n"
# What is drawn, and its colours; whatever else a PNG carries is text, dates and places.
PNG_KEPT = {
    *(b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"pHYS"),
    *(b"sBIT", b"bKGD"),
}
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
DEPTHS = {0: {1, 2, 4, 8, 16}, 2: {8, 16}, 3: {1, 2, 4, 8}, 4: {8, 16}, 6: {8, 16}}
# First column, first row, and the steps of each pass of an interlaced PNG.
PASSES = (
    *((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4)),
    *((0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)),
)

FRAMES = {0xC0, 0xC1, 0xC2, 0xC9, 0xCA}
TABLES = {0xC4, 0xCC, 0xDB, 0xDD, 0xDA}
SCAN, END, EXIF, JFIF, ICC, ADOBE = 0xDA, 0xD9, 0xE1, 0xE0, 0xE2, 0xEE
ORIENTATION = 0x0112


def png(content: bytes) -> bytes:
    """The picture with nothing beside it; raises ValueError when it is not whole."""
    kept, data = [PNG_SIGN], []
    chunks = list(png_chunks(content))
    if not chunks or chunks[0][0] != b"IHDR" or chunks[-1][0] != b"IEND":
        raise ValueError("its beginning or end is missing")
    size = raw_size(chunks[0][1])
    for name, body in chunks:
        if name == b"IDAT":
            data.append(body)
        if name in PNG_KEPT:
            kept.append(struct.pack(">I", len(body)) + name + body + crc(name, body))
    if inflated_size(b"".join(data), size) != size:
        raise ValueError("its picture is not as large as it says")
    return b"".join(kept)


def crc(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", zlib.crc32(name + body))


def png_chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Each part with its name, up to the last one; what comes after that is left out."""
    place, name = len(PNG_SIGN), b""
    while name != b"IEND":
        head = content[place : place + 8]
        if len(head) < 8:
            raise ValueError("its end is missing")
        length, name = struct.unpack(">I4s", head)
        body = content[place + 8 : place + 8 + length]
        if content[place + 8 + length : place + 12 + length] != crc(name, body):
            raise ValueError("a part of it is damaged")
        yield name, body
        place += 12 + length


def raw_size(header: bytes) -> int:
    """The bytes of the picture once it is unpacked, from its header."""
    if len(header) != 13:
        raise ValueError("its header is damaged")
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", header)
    if not (0 < width * height <= MOST_PIXELS) or depth not in DEPTHS.get(colour, ()):
        raise ValueError("its size or colours are not those of a photo")
    bits = CHANNELS[colour] * depth
    passes = PASSES if interlaced else ((0, 0, 1, 1),)
    sizes = (
        (ceil((width - x) / across), ceil((height - y) / down)) for x, y, across, down in passes
    )
    return sum(rows * (1 + ceil(columns * bits / 8)) for columns, rows in sizes if columns > 0)


def inflated_size(packed: bytes, most: int) -> int:
    """How much it unpacks to, held in memory a piece at a time; -1 where it does not unpack."""
    opener, found = zlib.decompressobj(), 0
    try:
        while packed and found <= most:
            found += len(opener.decompress(packed, PIECE))
            packed = opener.unconsumed_tail
    except zlib.error:
        return -1
    return found if opener.eof else -1


def jpeg(content: bytes) -> bytes:
    """The photo with nothing beside it but how it was held; ValueError when it is not whole."""
    head, kept, turned, framed, scans = [b"\xff\xd8"], [], 0, False, 0
    for code, body, scan in jpeg_segments(content):
        if code in FRAMES:
            framed = framed or has_size(body)
        if code == EXIF and body.startswith(b"Exif\0\0"):
            turned = orientation(body[6:])
        elif code == JFIF and body.startswith(b"JFIF\0") and len(body) >= 14:
            # Its own small picture may show what was cut away.
            head.append(segment(JFIF, body[:12] + b"\0\0"))
        elif is_picture(code, body):
            kept.append(segment(code, body) + scan)
            scans += len(scan)
    if not framed or not scans:
        raise ValueError("its picture is missing")
    if 2 <= turned <= 8:
        head.append(segment(EXIF, turned_words(turned)))
    return b"".join([*head, *kept, b"\xff\xd9"])


def is_picture(code: int, body: bytes) -> bool:
    profile = code == ICC and body.startswith(b"ICC_PROFILE\0")
    return code in FRAMES | TABLES or profile or (code == ADOBE and body.startswith(b"Adobe"))


def segment(code: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, code, len(body) + 2) + body


def jpeg_segments(content: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Each segment: its kind, its body, and the scan behind it; what comes after the end is not."""
    place = 2
    while True:
        while content[place : place + 2] == b"\xff\xff":
            place += 1
        if len(content) < place + 4 and content[place : place + 2] != b"\xff\xd9":
            raise ValueError("its end is missing")
        if content[place] != 0xFF:
            raise ValueError("a part of it is damaged")
        code = content[place + 1]
        if code == END:
            return
        length = int.from_bytes(content[place + 2 : place + 4], "big")
        if length < 2:
            raise ValueError("a part of it is damaged")
        body, place = content[place + 4 : place + 2 + length], place + 2 + length
        ends = scan_end(content, place) if code == SCAN else place
        yield code, body, content[place:ends]
        place = ends


def scan_end(content: bytes, place: int) -> int:
    """Where the next marker begins; inside a scan a plain 255 is followed by a zero."""
    while (place := content.find(b"\xff", place)) >= 0:
        after = content[place + 1 : place + 2]
        if after != b"\0" and not b"\xd0" <= after <= b"\xd7" and after != b"\xff":
            return place
        place += 1 if after == b"\xff" else 2
    raise ValueError("its end is missing")


def has_size(frame: bytes) -> bool:
    """Whether the frame says how large the photo is, within reason."""
    height, width = struct.unpack(">HH", frame[1:5]) if len(frame) > 5 else (0, 0)
    if not 0 < width * height <= MOST_PIXELS:
        raise ValueError("its size is not that of a photo")
    return True


def orientation(tiff: bytes) -> int:
    """How the phone was held, 1 to 8; 0 where it is not said or cannot be read."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    try:
        (first,) = struct.unpack_from(f"{order}I", tiff, 4) if order else (0,)
        (count,) = struct.unpack_from(f"{order}H", tiff, first) if order else (0,)
        for each in range(min(count, 200)):
            tag, kind = struct.unpack_from(f"{order}HH", tiff, first + 2 + 12 * each)
            if (tag, kind) == (ORIENTATION, 3):
                (found,) = struct.unpack_from(f"{order}H", tiff, first + 10 + 12 * each)
                return int(found)
    except struct.error:
        return 0
    return 0


def turned_words(turned: int) -> bytes:
    """An EXIF of one line: how the photo is turned."""
    line = struct.pack(">HHIHH", ORIENTATION, 3, 1, turned, 0)
    return b"Exif\0\0MM\0*\0\0\0\x08" + struct.pack(">H", 1) + line + struct.pack(">I", 0)
