"""What would silence each rule that speaks."""

from __future__ import annotations

from datetime import UTC, datetime

from kapstone import screening

NOW = datetime(2026, 11, 3, 13, 0, tzinfo=UTC)


def lifted(medicines: tuple[str, ...] = (), **values: bool | float | str) -> dict[str, list[str]]:
    facts = {name: screening.Given(value, NOW, "clinician", None) for name, value in values.items()}
    read = [screening.recognise(name) for name in medicines]
    found = screening.what_would_lift(facts, medicines=read, now=NOW)
    spoken = screening.screen(facts, medicines=read, now=NOW).findings
    assert {*found} == {each.id for each in spoken}
    return {name: [*words] for name, words in found.items()}


def test_an_answer_is_lifted_by_the_other_answer() -> None:
    (words,) = lifted(aneurysm=True)["SCR-CAR-01"]
    assert words == "Any known aneurysm: no"


def test_a_number_is_lifted_by_the_nearest_range() -> None:
    (words,) = lifted(systolic_bp_mmhg=188.0, bp_symptoms=False, diastolic_bp_mmhg=80.0)[
        "SCR-CAR-07"
    ]
    assert words == "Systolic blood pressure below 180 mmHg"


def test_an_answer_that_leaves_a_rule_waiting_is_named_with_what_it_waits_for() -> None:
    (words,) = lifted(ecg_on_file=True, qtc_ms=520.0, heart_rate_bpm=70.0)["SCR-CAR-14"]
    bundle = "New left bundle branch block or ischaemic change on the ECG"
    assert words == f"QTc interval up to 500 ms (it then waits for: {bundle})"


def test_two_reasons_at_once_are_lifted_by_no_single_answer() -> None:
    assert lifted(systolic_bp_mmhg=188.0, diastolic_bp_mmhg=118.0)["SCR-CAR-07"] == []


def test_nobody_is_told_to_stop_a_medicine() -> None:
    found = lifted(medicines=("Phenelzine",))
    assert all("Phenelzine" not in words for each in found.values() for words in each)
    assert [] in found.values()


def test_a_dose_is_not_lowered_to_silence_its_interaction() -> None:
    assert lifted(("Ativan",), lorazepam_equivalent_mg=4.0)["MED-BZD-HI"] == []


def test_a_dose_not_yet_known_is_asked_for() -> None:
    facts = {"planned_route": screening.Given("intramuscular", NOW, "clinician", None)}
    read = [screening.recognise("Ativan")]
    (waiting,) = (
        one
        for one in screening.screen(facts, medicines=read, now=NOW).waiting
        if one.id == "MED-BZD-HI"
    )
    assert [each.fact for each in waiting.missing] == ["lorazepam_equivalent_mg"]
    screening.what_would_change(facts, medicines=read, now=NOW)


def test_an_answer_that_only_hands_over_to_something_graver_is_not_named() -> None:
    found = lifted(phq9_item9=2, cssrs_after_item9=False)
    words = " ".join(found["SUI-P2"])
    assert "PHQ-9 item 9 up to 1" in words or "PHQ-9 item 9 below 2" in words
    assert "3" not in words


def test_a_worse_answer_silences_nothing_also_where_a_stop_speaks_already() -> None:
    """A review of item 9 hands over to the stop of item 9 from 3 points."""
    words = lifted(phq9_item9=2.0, cssrs_after_item9=False, aneurysm=True)["SUI-P2"]
    assert words
    assert not any("3" in each for each in words)
