"""Seals what only its writer may read, with a key that is kept apart from the database.

A key is known by its fingerprint, which stands beside what it sealed. So a new key can take over,
and an old one goes on opening what it sealed. Files that a person may take away for good are
sealed by `web/sealed.py`, which says why the two are not one.
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkstemp

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

from kapstone.web import environment
from kapstone.web.records.models import Draft, PsychotherapyNote
from kapstone.web.records.refusals import Refused

log = logging.getLogger("kapstone.sealing")
FILE = "notes-key"
# Drafts of psychotherapy notes are kept under names that begin so, and are sealed as well.
DRAFTS = "psychotherapy-note-"
GONE = (
    "The key of the psychotherapy notes is not there. Nothing is lost: what was written stays "
    f"sealed. Whoever runs the server puts the file {FILE} back into the data folder, or sets "
    "KAPSTONE_NOTES_KEY."
)


@dataclass(frozen=True, slots=True)
class Sealed:
    """Words that nobody reads without the key of this fingerprint."""

    key_id: str
    words: str


def file() -> Path:
    return Path(settings.DATA) / FILE


def keys() -> dict[str, Fernet]:
    """Every key by its fingerprint, the one that seals first; empty when there is none."""
    found = {}
    for key in environment.notes_keys() or in_file():
        try:
            found[fingerprint(key)] = Fernet(key)
        except ValueError as fault:
            raise Refused(
                "bad-notes-key", "A key of the psychotherapy notes is not one that can be used."
            ) from fault
    return found


def in_file() -> list[str]:
    try:
        return file().read_text(encoding="utf-8").split()
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as fault:
        raise Refused("notes-key-unread", f"The file {FILE} cannot be read.") from fault


def fingerprint(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:12]


def seal(words: str, *, about: str) -> Sealed:
    """Seal words; `about` is sealed in, so that they open only where they belong."""
    found = keys() or first_key()
    name, key = next(iter(found.items()))
    return Sealed(name, key.encrypt(f"{about}\n{words}".encode()).decode())


def unseal(sealed: Sealed, *, about: str) -> str:
    """The words again; refused when the key is not there or they were sealed for another place."""
    key = keys().get(sealed.key_id)
    if key is None:
        raise Refused("notes-key-gone", f"{GONE} This needs the key {sealed.key_id}.")
    try:
        plain = key.decrypt(sealed.words.encode()).decode()
    except InvalidToken as fault:
        raise Refused(
            "not-as-sealed", "This is not what was sealed here. Restore it from a backup."
        ) from fault
    where, _, words = plain.partition("\n")
    if where != about:
        raise Refused("not-as-sealed", "This was sealed for another place. Restore a backup.")
    return words


def first_key() -> dict[str, Fernet]:
    """Make the key, once; never where something is sealed, whose own key must be found again."""
    if sealed_before():
        raise Refused("notes-key-gone", GONE)
    part = written([Fernet.generate_key().decode()])
    try:
        os.link(part, file())
    except FileExistsError:
        # Another process was quicker: its key is the one, and nothing is overwritten.
        log.info("the key of the psychotherapy notes was made meanwhile")
    finally:
        part.unlink()
    settle()
    if not (found := keys()):
        raise Refused("bad-notes-key", f"The file {FILE} is empty.")
    return found


def sealed_before() -> bool:
    drafts = Draft.objects.filter(key__startswith=DRAFTS)
    return PsychotherapyNote.objects.exists() or drafts.exists()


def renew() -> str:
    """Let a new key seal from now on, before the others in the file; gives its fingerprint.

    Refused where the keys come from the environment, which this cannot write.
    """
    if environment.notes_keys():
        raise Refused("keys-from-outside", "The keys come from KAPSTONE_NOTES_KEY; set it there.")
    if not keys() and sealed_before():
        raise Refused("notes-key-gone", GONE)
    new = Fernet.generate_key().decode()
    written([new, *in_file()]).replace(file())
    settle()
    return fingerprint(new)


def written(found: Iterable[str]) -> Path:
    """The keys in a file beside the one that counts, on the disk, for its owner's eyes only."""
    handle, name = mkstemp(prefix=f"{FILE}.", dir=settings.DATA)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write("".join(f"{key}\n" for key in found))
        out.flush()
        os.fsync(out.fileno())
    return Path(name)


def settle() -> None:
    """See that the file's name is on the disk too: a key that is lost takes its notes along."""
    if os.name == "posix":
        folder = os.open(settings.DATA, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
