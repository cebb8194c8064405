"""A screening can be made again years later: from its facts, its rules and what was worked out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st
from screening.people import NOW, facts, healthy

from kapstone.knowledge import KnowledgeError
from kapstone.screening import (
    Decision,
    Facts,
    Ruleset,
    Screening,
    recognise,
    replay,
    ruleset,
    screen,
    vocabulary,
    worked_out,
)
from kapstone.screening.derived import DERIVED
from kapstone.screening.rules import knowledge_digest

TAKEN = [recognise("Xanax"), recognise("Foozol")]


def edited(**changes: Callable[[str], str]) -> Ruleset:
    """Today's rules with one file's text changed."""
    texts = dict(ruleset().texts)
    for name, change in changes.items():
        path = f"screening/{name}.toml"
        assert change(texts[path]) != texts[path]
        texts[path] = change(texts[path])
    return Ruleset.of(texts)


def again(known: Facts, by: Ruleset) -> Screening:
    kept = worked_out(known, medicines=TAKEN, now=NOW)
    return replay(known, medicines=TAKEN, now=NOW, by=by, kept=kept)


ASKED = [name for name, row in vocabulary().items() if row.from_]


@for_all(st.sets(st.sampled_from(ASKED), max_size=8), st.booleans())
def test_it_finds_what_was_found(names: set[str], at_ease: bool) -> None:
    person = healthy(aneurysm=not at_ease, systolic_bp_mmhg=148)
    known = {name: one for name, one in person.items() if name not in names}
    by = Ruleset.of(dict(ruleset().texts))
    assert again(known, by) == screen(known, medicines=TAKEN, now=NOW)


def test_rules_that_are_not_todays_are_weighed_as_they_were_kept() -> None:
    then = edited(rules=lambda text: text.replace("egfr < 30", "egfr < 45"))
    known = healthy(egfr=40)
    assert then.digest != ruleset().digest
    found = replay(known, medicines=[], now=NOW, by=then, kept={})
    assert [one.id for one in found.findings] == ["SCR-URO-03"]
    assert found.digest == then.digest
    assert screen(known, medicines=[], now=NOW).findings == ()


def test_a_derived_fact_stays_as_it_was_worked_out(monkeypatch: pytest.MonkeyPatch) -> None:
    known = healthy(systolic_bp_mmhg=148)
    then = screen(known, medicines=[], now=NOW)
    kept = worked_out(known, medicines=[], now=NOW)
    monkeypatch.setitem(DERIVED, "resting_bp_high", lambda known: False)
    assert screen(known, medicines=[], now=NOW).decision is Decision.CLEAR
    assert replay(known, medicines=[], now=NOW, by=ruleset(), kept=kept) == then


def test_a_fact_that_today_no_longer_asks_for_is_still_weighed() -> None:
    then = edited(
        facts=lambda text: text.replace('id = "porphyria"', 'id = "porphyria_of_old"'),
        rules=lambda text: text.replace('["porphyria"]', '["porphyria_of_old"]'),
    )
    known = facts(porphyria_of_old=True)
    found = replay(known, medicines=[], now=NOW, by=then, kept={})
    assert [one.id for one in found.findings] == ["SCR-HEP-06"]
    assert all(each.words for rule in found.waiting for each in rule.missing)


def test_a_derived_fact_that_today_cannot_work_out_is_unknown_and_not_no() -> None:
    then = edited(
        facts=lambda text: text.replace('id = "resting_bp_high"', 'id = "bp_of_old"'),
        rules=lambda text: text.replace("resting_bp_high", "bp_of_old"),
        home=lambda text: text.replace("resting_bp_high", "bp_of_old"),
    )
    found = replay(healthy(), medicines=[], now=NOW, by=then, kept={})
    assert "SCR-CAR-06" in {one.id for one in found.waiting}


@pytest.mark.parametrize("path", sorted(ruleset().texts))
def test_the_seal_covers_every_text(path: str) -> None:
    texts = dict(ruleset().texts)
    texts[path] += "\n# one more line\n"
    assert Ruleset.of(texts).digest != ruleset().digest


def test_a_rule_without_a_source_does_not_load() -> None:
    with pytest.raises(KnowledgeError, match="SCR-CAR-01"):
        edited(rules=lambda text: text.replace('sources = ["S01", "S06"]', "sources = []", 1))


def test_the_same_id_twice_does_not_load() -> None:
    with pytest.raises(KnowledgeError, match="given twice: SCR-CAR-01"):
        edited(rules=lambda text: text.replace('"SCR-CAR-02"', '"SCR-CAR-01"', 1))


def dated(*, valid_to: str, only_if: str = "") -> Ruleset:
    scope = f'only_if = "{only_if}"\n' if only_if else ""
    return edited(
        rules=lambda text: text.replace(
            'id = "SCR-HEP-06"\n', f'id = "SCR-HEP-06"\nvalid_to = {valid_to}\n{scope}', 1
        )
    )


@pytest.mark.parametrize(("hour", "speaks"), [(23, True), (24, False)])
def test_a_rule_speaks_to_the_end_of_its_last_day_and_is_unknown_after(
    hour: int, speaks: bool
) -> None:
    by = dated(valid_to="2026-12-31")
    now = datetime(2026, 12, 31 if hour < 24 else 1, hour % 24, tzinfo=UTC)
    now = now if hour < 24 else now.replace(year=2027, month=1)
    known = facts(porphyria=True)
    found = replay(known, medicines=[], now=now, by=by, kept={})
    assert ("SCR-HEP-06" in {one.id for one in found.findings}) is speaks
    waits = {one.id: one for one in found.waiting}
    assert ("SCR-HEP-06" in waits) is not speaks
    if not speaks:
        (missing,) = waits["SCR-HEP-06"].missing
        assert missing.words == "Rule: the rule has run out (SCR-HEP-06, 2026-12-31)"


def test_on_its_last_day_a_rule_waits_for_its_facts_alone() -> None:
    by = dated(valid_to="2026-12-31")
    now = datetime(2026, 12, 31, 9, tzinfo=UTC)
    found = replay({}, medicines=[], now=now, by=by, kept={})
    (waits,) = (one for one in found.waiting if one.id == "SCR-HEP-06")
    assert [each.fact for each in waits.missing] == ["porphyria"]


def test_another_knowledge_has_another_digest() -> None:
    one, two = dated(valid_to="2026-12-31"), dated(valid_to="2027-12-31")
    assert len({one.digest, two.digest, knowledge_digest()}) == 3


def test_the_same_interaction_twice_does_not_load() -> None:
    with pytest.raises(KnowledgeError, match=r"interactions.*given twice: MED-BZD$"):
        edited(interactions=lambda text: text.replace('"MED-BZD-HI"', '"MED-BZD"', 1))


def test_a_rule_that_has_run_out_is_silent_where_it_does_not_count() -> None:
    by = dated(valid_to="2020-01-01", only_if="diabetes")
    found = replay(healthy(porphyria=True), medicines=[], now=NOW, by=by, kept={})
    assert "SCR-HEP-06" not in {one.id for one in found.findings}
    assert "SCR-HEP-06" not in {one.id for one in found.waiting}


@pytest.mark.parametrize(("diabetes", "state"), [(True, "speaks"), (False, "silent")])
def test_a_rule_with_a_scope_speaks_inside_it_only(diabetes: bool, state: str) -> None:
    by = dated(valid_to="2030-01-01", only_if="diabetes")
    known = healthy(porphyria=True, diabetes=diabetes)
    found = replay(known, medicines=[], now=NOW, by=by, kept={})
    speaking = {one.id: one for one in found.findings}
    assert ("SCR-HEP-06" in speaking) is (state == "speaks")
    if state == "speaks":
        assert [name for name, _ in speaking["SCR-HEP-06"].because] == ["diabetes", "porphyria"]


def test_a_rule_whose_scope_is_unknown_waits() -> None:
    by = dated(valid_to="2030-01-01", only_if="diabetes")
    found = replay(facts(porphyria=True), medicines=[], now=NOW, by=by, kept={})
    (waits,) = (one for one in found.waiting if one.id == "SCR-HEP-06")
    assert [each.fact for each in waits.missing] == ["diabetes"]
