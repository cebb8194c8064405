"""Files as people send them, made by hand; and the data folder of one test."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

PLACE = b"48.2082N 16.3738E"


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    """The data folder of this test alone."""
    settings.DATA = tmp_path
    return tmp_path


def chunk(name: bytes, body: bytes) -> bytes:
    crc = struct.pack(">I", zlib.crc32(name + body))
    return struct.pack(">I", len(body)) + name + body + crc


def png(*, width: int = 3, height: int = 2, interlaced: int = 0, raw: int | None = None) -> bytes:
    """A small picture that tells where it was taken; `raw` bytes of it, or as many as it wants."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, interlaced)
    size = height * (1 + 3 * width) if raw is None else raw
    parts = (
        (b"IHDR", header),
        (b"tEXt", b"Comment\0" + PLACE),
        (b"eXIf", b"MM\0*" + PLACE),
        (b"IDAT", zlib.compress(bytes(size))),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*each) for each in parts)


def segment(code: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, code, len(body) + 2) + body


def exif(turned: int) -> bytes:
    line = struct.pack("<HHIHH", 0x0112, 3, 1, turned, 0)
    tiff = b"II*\0\x08\0\0\0" + struct.pack("<H", 1) + line + struct.pack("<I", 0)
    return b"Exif\0\0" + tiff + PLACE


def jpeg(*, turned: int = 6) -> bytes:
    """A photo by its parts alone, with a place, a comment, and a film behind its end."""
    frame = struct.pack(">BHHB", 8, 2, 3, 1) + b"\x01\x11\0"
    return b"".join(
        [
            b"\xff\xd8",
            segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\x01\x01" + b"abc"),
            segment(0xE1, exif(turned)),
            segment(0xFE, PLACE),
            segment(0xDB, bytes(65)),
            segment(0xC0, frame),
            segment(0xC4, bytes(17)),
            segment(0xDA, b"\x01\x01\0\0\x3f\0") + b"\x12\xff\0\x34\xff\xd0\x56",
            b"\xff\xd9",
            b"ftyp a film " + PLACE,
        ]
    )


def pdf(*objects: bytes, packed: bytes = b"", head: bytes = b"%PDF-1.7\n") -> bytes:
    """A file of these objects with a table behind them; `packed` is deflated into one stream."""
    body = head + b"1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n" + b"".join(objects)
    if packed:
        inside = zlib.compress(packed)
        words = f"9 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Length {len(inside)} ".encode()
        body += words + b"/Filter /FlateDecode >>\nstream\n" + inside + b"\nendstream\nendobj\n"
    table = len(body)
    end = f"xref\n0 1\n0000000000 65535 f \ntrailer\n<< /Size 1 >>\nstartxref\n{table}\n%%EOF\n"
    return body + end.encode()
