"""Which concept of the OHDSI vocabulary a thing is: by the site's vocabulary, else as seen.

An id that nobody has seen is 0, as OMOP asks, with the source value kept beside it.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from kapstone.knowledge import Knowledge, KnowledgeError, rows

FILE = "registry/concepts.toml"
# The release that the ids of the knowledge file were seen in.
SEEN_IN = "v5.0 09-APR-22"
WANTED = frozenset({"LOINC", "UCUM", "RxNorm", "SNOMED", "Visit", "ICD10CM", "Gender"})


class Concept(Knowledge):
    """A thing with its concept id, and the code by which a vocabulary is asked for it."""

    id: str
    vocabulary: str = ""
    code: str = ""
    concept: int
    domain: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """A concept id with its domain; id 0 and no domain for what has none."""

    concept: int
    domain: str


NO_CONCEPT = Known(0, "")


class NoVocabulary(ValueError):
    """A folder that holds no vocabulary that can be read; says why."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Where concepts are looked up: `found` by vocabulary and code, of the release `version`."""

    version: str = SEEN_IN
    found: dict[tuple[str, str], Known] = field(default_factory=dict)

    def of(self, name: str) -> Known:
        """The concept of a thing by its id in the knowledge file; NO_CONCEPT without one."""
        row = concepts().get(name)
        if row is None:
            return NO_CONCEPT
        return self.found.get((row.vocabulary, row.code), Known(row.concept, row.domain))

    def coded(self, vocabulary: str, code: str) -> Known:
        """The concept of a code; NO_CONCEPT for one that neither vocabulary nor file knows."""
        if (vocabulary, code) in self.found:
            return self.found[vocabulary, code]
        row = by_code().get((vocabulary, code))
        return Known(row.concept, row.domain) if row else NO_CONCEPT


@cache
def concepts() -> dict[str, Concept]:
    return {row.id: row for row in rows(FILE, "concept", Concept)}


@cache
def by_code() -> dict[tuple[str, str], Concept]:
    found = {(row.vocabulary, row.code): row for row in concepts().values() if row.code}
    if len(found) != sum(1 for row in concepts().values() if row.code):
        raise KnowledgeError(f"{FILE}: a code is there twice")
    return found


def read_vocabulary(folder: Path) -> Vocabulary:
    """A site's own vocabulary from Athena's CONCEPT.csv and VOCABULARY.csv, tab-separated.

    Only standard, valid concepts are taken. Raises NoVocabulary when a file or column is missing.
    """
    found = {
        (row["vocabulary_id"], row["concept_code"]): Known(int(row["concept_id"]), row["domain_id"])
        for row in lines(folder / "CONCEPT.csv")
        if row["vocabulary_id"] in WANTED
        and row["standard_concept"] == "S"
        and not row["invalid_reason"]
    }
    return Vocabulary(version_in(folder), found)


def version_in(folder: Path) -> str:
    for row in lines(folder / "VOCABULARY.csv"):
        if row["vocabulary_id"] == "None":
            return row["vocabulary_version"]
    raise NoVocabulary(f"{folder}: VOCABULARY.csv does not say of which release it is")


def lines(file: Path) -> list[dict[str, str]]:
    try:
        with file.open(encoding="utf-8", newline="") as opened:
            # Athena quotes nothing: a name may hold a quotation mark.
            return wanted_lines(file, csv.DictReader(opened, "excel-tab", quoting=csv.QUOTE_NONE))
    except OSError as fault:
        raise NoVocabulary(f"{file}: {fault.strerror}") from fault


def wanted_lines(file: Path, reader: csv.DictReader[str]) -> list[dict[str, str]]:
    if "vocabulary_id" not in (reader.fieldnames or ()):
        raise NoVocabulary(f"{file}: not a file of Athena: no column vocabulary_id")
    return [row for row in reader if row["vocabulary_id"] in WANTED | {"None"}]
