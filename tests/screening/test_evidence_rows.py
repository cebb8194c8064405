"""Every row of the evidence stands in the knowledge once, and says where its sources disagree."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime

import pytest
from screening.people import NOW, facts, given

from kapstone.knowledge import KnowledgeError, read, rows
from kapstone.screening import Rule, interactions, rules
from kapstone.screening.disagreements import (
    DISAGREEMENTS,
    Disagreement,
    all_disagreements,
    disagreements,
    precedence,
    refuse_strangers,
)
from kapstone.screening.limits import Reference, limits, register
from kapstone.screening.picture import Picture

RUNNING = {
    "SCR-CAR": 23,
    "SCR-NEU": 9,
    "SCR-HEP": 6,
    "SCR-URO": 4,
    "SCR-PUL": 6,
    "SCR-END": 5,
    "SCR-OPH": 2,
    "SCR-PRG": 4,
    "SCR-ALL": 1,
    "SCR-AGE": 3,
    "SCR-ASA": 1,
    "SCR-PSY": 20,
    "SCR-SUB": 12,
    "SCR-RDY": 6,
    "SCR-SOC": 10,
    "PRE": 41,
    "HOM": 16,
    "CSL": 15,
    "CAP": 9,
    "GAP": 19,
    "ENG": 13,
}
"""How many rows each table of the evidence has; they are numbered from 01."""

MEDICINE_ROWS = """
BZD BZD-HI ZDRUG OXB OPI OAT TRAM ALC ALCW STIM NRI MAOI MAOB LAM NTX VIV MEM THEO CAF THY HTN BB
CCBDV CLON PRAZ AP CLZ GABA LI VPA CBZ RIF IND2 SJW 3A4S 3A4M GFJ 2B6I 2B6IND SSRI SNRI TCA BUP
MIRT AH MR GLP1 DEC NCS SYM TRIP PDE ANX THC PSI MDMA KET IND-KRAT AUD EMET OCP STER HIVB
"""
EVIDENCE = {
    *(f"{table}-{n:02}" for table, most in RUNNING.items() for n in range(1, most + 1)),
    *(f"MED-{name}" for name in MEDICINE_ROWS.split()),
    "SUI-B1",
    "SUI-P1",
    "SUI-P2",
    "SUI-P3",
    "SUI-PD",
    "DCK-15",
    "DCK-16",
}
OUR_OWN = {"MED-BZD-UNLISTED", "MED-SED-2", "MED-SED-3", "RDY-OPEN"}
"""Engine notes (b) of the medicine table and ENG-04, which are about many rows there."""

HOMES = {
    "screening/rules.toml": "rule",
    "screening/home.toml": "rule",
    "screening/interactions.toml": "interaction",
    "screening/limits.toml": "limit register",
    "screening/disagreements.toml": "disagreement precedence",
    "monitoring/checklist.toml": "check",
}


def ids() -> list[str]:
    tables = [(read(path), key) for path, keys in HOMES.items() for key in keys.split()]
    return [row["id"] for table, key in tables for row in table[key]]


def evidence_id(id: str) -> str:
    """The row of the evidence that a part of it belongs to: SCR-NEU-07b is of SCR-NEU-07."""
    return re.sub(r"(?<=-\d\d|-P\d)([b-z]|-[A-Z]+)$", "", id)


def test_every_row_of_the_evidence_stands_there_once() -> None:
    counts = Counter(ids())
    assert {row: counts[row] for row in EVIDENCE} == dict.fromkeys(EVIDENCE, 1)
    assert [row for row, count in counts.items() if count > 1] == []


def test_nothing_stands_there_that_no_row_of_the_evidence_carries() -> None:
    assert {evidence_id(row) for row in ids()} - EVIDENCE == OUR_OWN


def test_no_rule_rests_on_what_is_unsure() -> None:
    sure = {row.id: row.confidence for row in rules()}
    sure |= {row.id: row.confidence for row in interactions()}
    assert [row for row, confidence in sure.items() if "unsure" in confidence] == []


def test_what_is_unsure_is_shown_as_a_gap() -> None:
    unsure = {row.id for row in all_disagreements() if "unsure" in row.confidence}
    assert unsure == {"GAP-15", "GAP-16", "GAP-17"}


def test_a_rule_page_finds_its_disagreements() -> None:
    assert [row.id for row in disagreements("SCR-PRG-03")] == ["GAP-07"]
    assert [row.id for row in disagreements("HOM-02")] == ["GAP-18", "GAP-19"]
    assert disagreements("SCR-CAR-23") == ()


def test_a_disagreement_about_no_rule_is_refused() -> None:
    (row, *_) = all_disagreements()
    with pytest.raises(KnowledgeError, match="no such rule: SCR-XXX-01"):
        refuse_strangers(row.model_copy(update={"rules": ("SCR-XXX-01",)}))


def test_the_precedence_begins_with_the_order_of_actions() -> None:
    assert precedence()[0].id == "ENG-01"


def test_every_limit_names_its_source_or_is_our_own() -> None:
    assert [row.id for row in limits() if not row.sources] == ["CAP-09"]
    assert [row.id for row in register() if not row.sources] == []
    with pytest.raises(ValueError, match="give a source"):
        Reference(
            id="CAP-10", statement="x", value="y", sources=(), basis="STUDY", confidence="seen"
        )


def test_every_source_of_limits_and_disagreements_is_in_the_registry() -> None:
    known = {row["id"] for row in read("sources.toml")["source"]}
    cited = {source for row in (*limits(), *register()) for source in row.sources}
    cited |= {
        source
        for row in rows(DISAGREEMENTS, "disagreement", Disagreement)
        for source in row.sources
    }
    assert cited - known == set()


def test_dated_law_carries_its_date() -> None:
    assert {row.id for row in rules() if row.valid_to is not None} == {"HOM-02", "SCR-SOC-10b"}
    assert {row.id for row in register() if row.valid_to is not None} == {"CSL-15"}


def test_law_that_has_run_out_is_open_only_for_those_it_concerns() -> None:
    later = datetime(2027, 1, 1, 9, 0, tzinfo=UTC)
    here = {"home_session_planned": given(value=False, at=later)}
    here["remote_session_planned"] = given(value=False, at=later)
    dated = [rule for rule in rules() if rule.valid_to is not None]
    local = Picture.of(here, None, later)
    afar = Picture.of({name: given(value=True, at=later) for name in here}, None, later)
    assert [local.rule(rule) for rule in dated] == [False, False]
    assert [afar.rule(rule) for rule in dated] == [None, None]


def test_nothing_about_home_is_open_for_somebody_treated_in_the_practice() -> None:
    picture = Picture.of(facts(home_session_planned=False), None, NOW)
    about_home = [rule for rule in rules() if rule.id.startswith("HOM")]
    assert [picture.rule(rule) for rule in about_home] == [False] * len(about_home)


def tells_of_violence(rule: Rule) -> bool:
    lines = " ".join((*rule.when.any, *rule.when.all))
    return "violence_at_home" in lines or "unsafe_at_home" in lines


def test_what_a_partner_must_not_read_is_kept_off_the_phone() -> None:
    private = {rule.id for rule in rules() if rule.private}
    assert private == {rule.id for rule in rules() if tells_of_violence(rule)} | {"SCR-RDY-02"}
