"""First words and what is attached, at rest: a file each in the data folder, sealed with one key.

Not in the database: its rows are never deleted, and its copies would keep what a person took away.
`records/sealing.py` is the other way round and stays apart: words of psychotherapy notes lie in
rows that are never deleted, so each names its key, and a new key takes over while old ones go on
opening. Here one key is enough, a file is erased for good, and no table is known.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

# Both are named in private.py as well.
FOLDER, KEY = "captures", "capture-key"
OWNER_ONLY = 0o600


def put(name: str, content: bytes) -> None:
    """Seal the content under this name; it is whole or not there at all."""
    folder = Path(settings.DATA) / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    written(folder, key().encrypt(content)).replace(folder / name)


def get(name: str) -> bytes | None:
    """What was sealed under this name; None when it is gone, or this key does not open it."""
    try:
        return key().decrypt((Path(settings.DATA) / FOLDER / name).read_bytes())
    except (FileNotFoundError, InvalidToken):
        return None


def erase(name: str) -> None:
    """Take the file away; one that is gone already is no fault."""
    (Path(settings.DATA) / FOLDER / name).unlink(missing_ok=True)


def key() -> Fernet:
    """The practice's key, made when it is first needed."""
    file = Path(settings.DATA) / KEY
    if not file.exists():
        make_key(file)
    return Fernet(file.read_bytes())


def make_key(file: Path) -> None:
    """Of two processes that come at once the first one's key stands."""
    part = written(file.parent, Fernet.generate_key())
    try:
        file.hardlink_to(part)
    except FileExistsError:
        pass
    finally:
        part.unlink()


def written(folder: Path, content: bytes) -> Path:
    """A new file that only its owner reads, on the disk before it gets its name."""
    part = folder / f".{secrets.token_hex(8)}.part"
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return part
