"""All knowledge of the room, read at once: a bad row stops the server before a person is met."""

from __future__ import annotations

from kapstone.screening.attributes import attributes, release
from kapstone.screening.diagnoses import diagnoses
from kapstone.screening.disagreements import all_disagreements, precedence
from kapstone.screening.limits import limits, register
from kapstone.screening.medicines import names
from kapstone.screening.rules import ruleset

READERS = (
    *(ruleset, names, diagnoses, all_disagreements, precedence),
    *(limits, register, attributes, release),
)


def read_knowledge() -> None:
    """Read and check every row; raises KnowledgeError, naming file, row and reason."""
    for reader in READERS:
        reader()
