"""Cards of one screening: how many, how grave, how long."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kapstone.screening import Decision, Finding, Screening, Waiting, lacks, rules, screen
from kapstone.screening.rules import Action, Override
from kapstone.web.api.cards import INDICATOR, OVERALL, cards, cut, plain

NOW = datetime(2026, 11, 3, 13, 0, tzinfo=UTC)


def finding(
    number: int = 1, action: Action = "stop", override: Override = "MD", source: str = "S01"
) -> Finding:
    return Finding(
        id=f"SCR-X-{number:02}",
        domain="cardiac",
        action=action,
        urgent=False,
        title=f"Matter {number}",
        tell="Do not start.",
        tell_person="Not now.",
        why="It may harm.",
        sources=(source,),
        basis="LABEL",
        confidence="seen",
        override=override,
        because=(),
    )


def screened(*findings: Finding, waiting: tuple[Waiting, ...] = ()) -> Screening:
    return Screening(findings=findings, waiting=waiting, looked_at=180, digest="d" * 64, at=NOW)


def made(*findings: Finding) -> list[dict[str, object]]:
    return cards(screened(*findings), not_weighed=(), site="https://kap.example.org")


def test_twenty_findings_have_a_card_each_and_the_next_is_named() -> None:
    assert len(made(*map(finding, range(20)))) == 21
    assert "Further findings" not in str(made(*map(finding, range(20)))[0]["detail"])
    more = made(*map(finding, range(21)))
    assert len(more) == 21
    assert "Matter 20" in str(more[0]["detail"])


def test_notes_share_one_card() -> None:
    found = made(finding(1), finding(2, "note"), finding(3, "note"))
    assert [each["summary"] for each in found[1:]] == ["Stop: Matter 1", "2 notes for the plan"]


@pytest.mark.parametrize(
    ("action", "indicator", "reasons"),
    [("stop", "critical", True), ("review", "warning", True), ("oversight", "info", False)],
)
def test_only_what_holds_a_person_back_asks_for_a_reason(
    action: Action, indicator: str, reasons: bool
) -> None:
    first, second = made(finding(action=action))
    assert first["indicator"] == second["indicator"] == indicator
    assert ("overrideReasons" in second) is reasons


def test_a_rule_that_nobody_may_override_offers_no_reason_to_go_on() -> None:
    codes = {
        override: {one["code"] for one in made(finding(override=override))[1]["overrideReasons"]}  # type: ignore[attr-defined]
        for override in ("none", "MD", "prescriber")
    }
    assert codes["none"] == {"record-wrong", "not-given"}
    assert codes["none"] < codes["MD"]
    assert codes["none"] < codes["prescriber"]


def test_nothing_found_is_said_too() -> None:
    (only,) = made()
    assert only["indicator"] == "info"
    assert only["summary"] == "Ketamine screening: nothing found. 0 findings, 0 facts not known."


def test_every_decision_and_action_has_an_indicator() -> None:
    assert set(OVERALL) == set(Decision)
    assert set(INDICATOR) == {rule.action for rule in rules()}


@pytest.mark.parametrize(
    ("source", "label"), [("S01", "SPRAVATO"), ("ENG-04", "The practice's own setting")]
)
def test_a_card_names_its_first_source_also_where_that_is_the_practices_own(
    source: str, label: str
) -> None:
    named = made(finding(source=source))[1]["source"]
    assert named["url"] == "https://kap.example.org/cds-rules/SCR-X-01"  # type: ignore[index]
    assert named["label"].startswith(label)  # type: ignore[index]


def test_what_could_stop_is_the_first_of_what_is_not_known() -> None:
    """As on the review: the same open questions, in the same order."""
    found = screen({}, medicines=None, now=NOW)
    (first, *_) = cards(found, not_weighed=(), site="")
    words = [*dict.fromkeys(each.words for each in lacks(found))]
    assert f"**Not known**: {plain('; '.join(words))}" in str(first["detail"])
    assert f"{len(words)} facts not known" in first["summary"]


@pytest.mark.parametrize(("length", "kept"), [(139, 139), (140, 139)])
def test_a_summary_stays_under_140_characters(length: int, kept: int) -> None:
    assert len(cut("x" * length)) == kept
    assert cut("x" * length).endswith("…") is (length > 139)
