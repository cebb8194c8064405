"""What is taken, what is refused, and in which words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kapstone.intake import Answer, Question, Refused, Value, check, question, sittings

QUESTIONS = [question for sitting in sittings() for question in sitting.question]
TAPPED = [one for one in QUESTIONS if one.kind in {"yes_no_unsure", "choice", "many", "number"}]


def value(name: str, raw: str | list[str]) -> Value:
    answer = check(question(name), raw)
    assert isinstance(answer, Answer), answer
    return answer.value


def refusal(name: str, raw: str | list[str]) -> str:
    answer = check(question(name), raw)
    assert isinstance(answer, Refused), answer
    return answer.words


@pytest.mark.parametrize("one", TAPPED, ids=lambda one: one.id)
def test_not_sure_is_an_answer_and_it_is_unknown(one: Question) -> None:
    expected = Answer(question=one.id, value=None, words="I am not sure")
    assert check(one, "unsure") == expected


def test_yes_is_yes_and_no_is_no() -> None:
    assert value("aneurysm", "yes") is True
    assert value("aneurysm", "no") is False


@pytest.mark.parametrize("raw", ["", "  ", [], [""], "maybe", "True", ["yes", "no"]])
def test_anything_else_is_not_taken_for_no(raw: str | list[str]) -> None:
    assert refusal("aneurysm", raw)


def test_blank_is_unknown_where_it_may_be_blank_and_refused_where_not() -> None:
    assert value("worries", " ") is None
    assert "A few words are enough" in refusal("goals", " ")


@pytest.mark.parametrize(
    ("raw", "cm"),
    [
        ("170 cm", 170.0),
        ("1.70 m", 170.0),
        ("5 ft 7 in", 170.2),
        ("5'7\"", 170.2),
        ("5\u2019 7\u201d".replace("\u201d", "\u2033"), 170.2),
        ("6 feet", 182.9),
        ("67 in", 170.2),
    ],
)
def test_height_is_read_as_people_write_it(raw: str, cm: float) -> None:
    assert value("height_cm", raw) == pytest.approx(cm)


@pytest.mark.parametrize(("raw", "kg"), [("154 lb", 69.9), ("154 Pounds", 69.9), ("70kg", 70.0)])
def test_weight_is_read_as_people_write_it(raw: str, kg: float) -> None:
    assert value("weight_kg", raw) == pytest.approx(kg)


@pytest.mark.parametrize("raw", ["70 cm", "12 stone", "70,5 kg"])
def test_a_weight_without_a_clear_unit_is_never_guessed(raw: str) -> None:
    assert "number and its unit" in refusal("weight_kg", raw)


@pytest.mark.parametrize(
    ("name", "raw", "words"), [("height_cm", "170", "170 cm"), ("weight_kg", "70.5", "70.5 kg")]
)
def test_a_bare_number_is_in_the_unit_beside_the_box(name: str, raw: str, words: str) -> None:
    answer = check(question(name), raw)
    assert isinstance(answer, Answer)
    assert (answer.value, answer.words) == (float(raw), words)


@pytest.mark.parametrize(("raw", "taken"), [("25 kg", True), ("24.9 kg", False)])
def test_the_low_end_of_what_is_plausible(raw: str, taken: bool) -> None:
    assert isinstance(check(question("weight_kg"), raw), Answer) is taken


@pytest.mark.parametrize(("raw", "taken"), [("31", True), ("31.1", False), ("32", False)])
def test_a_month_has_no_more_than_31_days_of_cannabis(raw: str, taken: bool) -> None:
    assert isinstance(check(question("cannabis_days_per_month"), raw), Answer) is taken


@pytest.mark.parametrize("raw", ["nan", "inf", "-1", "1e3", "1,5", "3 or 4", "0x10"])
def test_what_is_not_plainly_a_number_is_refused(raw: str) -> None:
    assert "write a number" in refusal("nocturia_times", raw)


def test_several_may_be_chosen_and_come_in_the_order_shown() -> None:
    assert value("concerns", ["pain", "low_mood"]) == ("low_mood", "pain")
    assert "from the answers shown" in refusal("concerns", ["pain", "hacking"])


def test_a_list_keeps_what_is_known_and_leaves_the_rest_unknown() -> None:
    assert value("medicines", ["Sertraline", "100 mg", "", "", "", "", "Aspirin", "", "daily"]) == (
        {"name": "Sertraline", "dose": "100 mg", "how_often": None},
        {"name": "Aspirin", "dose": None, "how_often": "daily"},
    )


def test_a_line_without_its_name_is_asked_for() -> None:
    assert 'fill in "Name"' in refusal("medicines", ["", "100 mg", "daily"])


@pytest.mark.parametrize(
    "boxes", [["Sertraline", "100 mg"], ["a", "", ""] * 61, ["a" * 201, "", ""]]
)
def test_a_list_that_is_broken_or_endless_is_refused(boxes: list[str]) -> None:
    assert "send it again" in refusal("medicines", boxes)


@pytest.mark.parametrize(("letters", "taken"), [(4_000, True), (4_001, False)])
def test_a_text_has_an_end(letters: int, taken: bool) -> None:
    assert isinstance(check(question("goals"), "a" * letters), Answer) is taken


def test_words_are_kept_as_they_were_written() -> None:
    hostile = "<script>alert(1)</script> #let x = 1 \u202e"
    assert value("goals", hostile) == hostile.strip()


@pytest.mark.parametrize("raw", ["555 010 2030", "+49 (0)30 123456", "555-010-2030 ext. 4"])
def test_a_phone_number_is_taken_as_written(raw: str) -> None:
    assert value("emergency_phone", raw) == raw


@pytest.mark.parametrize("raw", ["ask my sister", "911", "555 010 2030 <b>", "5" * 40])
def test_what_cannot_be_called_is_refused(raw: str) -> None:
    assert "area code" in refusal("emergency_phone", raw)


@given(st.sampled_from(QUESTIONS), st.text() | st.lists(st.text(), max_size=8))
def test_nothing_sent_breaks_it_and_no_refusal_is_wordless(
    one: Question, raw: str | list[str]
) -> None:
    found = check(one, raw)
    assert found.words
