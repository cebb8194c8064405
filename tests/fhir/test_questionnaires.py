"""Every definition as a FHIR Questionnaire: it reads back equal, and its answers score the same."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from kapstone.fhir import questionnaires, responses
from kapstone.fhir.codes import LOINC
from kapstone.fhir.definitions import definition
from kapstone.fhir.questionnaires import NotAForm
from kapstone.instruments import Instrument, instrument, instruments, score

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
every = pytest.mark.parametrize("of", instruments(), ids=lambda of: of.id)


def over_the_wire(resource: dict[str, Any]) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(json.dumps(resource))
    return read


@every
def test_a_definition_reads_back_equal(of: Instrument) -> None:
    assert definition(over_the_wire(questionnaires.questionnaire(of))) == of


@every
def test_words_that_the_licence_keeps_back_are_not_given_away(of: Instrument) -> None:
    texts = [each.get("text") for each in questionnaires.questionnaire(of)["item"]]
    assert all(item.text in texts for item in of.item if item.text)
    if not of.has_text:
        assert of.licence.tier not in {"A"} or not any(item.text for item in of.item)


@every
def test_every_code_is_loincs_where_it_was_seen_and_ours_elsewhere(of: Instrument) -> None:
    resource = questionnaires.questionnaire(of)
    for item in of.item:
        [code] = next(e for e in resource["item"] if e["linkId"] == item.id)["code"]
        expected = (
            (LOINC, item.code)
            if item.code
            else (
                questionnaires.LOCAL_CODES,
                f"{of.id}.{item.id}",
            )
        )
        assert (code["system"], code["code"]) == expected


@every
def test_answers_come_back_and_score_the_same(of: Instrument) -> None:
    rng = np.random.default_rng(7)
    for blank in (0.0, 0.3):
        answers = {item.id: one_of(of, item.id, rng) for item in of.item if rng.random() >= blank}
        sent = over_the_wire(responses.response(of, answers, at=NOW, subject="Patient/1"))
        back = responses.answers(of, sent)
        assert back == answers
        assert score(of, back) == score(of, answers)


def one_of(of: Instrument, item: str, rng: np.random.Generator) -> float:
    low, high = of.spans[item]
    values = sorted(of.values.get(item, {low, high}))
    return values[int(rng.integers(len(values)))]


def test_a_total_is_an_observation_with_its_band_and_what_it_came_from() -> None:
    of = instrument("phq9")
    answers = {item.id: 1 for item in of.item if item.scored} | {"sleep": 3}
    told = responses.observation(
        of, score(of, answers), at=NOW, subject="Patient/1", derived_from="QuestionnaireResponse/9"
    )
    assert told["code"]["coding"][0]["code"] == "44261-6"
    assert told["valueQuantity"]["value"] == 11
    assert told["interpretation"] == [{"text": "moderate"}]
    assert told["derivedFrom"] == [{"reference": "QuestionnaireResponse/9"}]
    assert "note" not in told


def test_what_cannot_be_scored_says_so_and_has_no_value() -> None:
    of = instrument("phq9")
    told = responses.observation(
        of, score(of, {"mood": 3}), at=NOW, subject="Patient/1", derived_from="x/1"
    )
    assert "valueQuantity" not in told
    assert told["dataAbsentReason"]["text"] == "too few answers to score"


@every
def test_a_number_or_level_is_absent_only_where_it_could_not_be_scored(of: Instrument) -> None:
    whole = {item.id: of.spans[item.id][1] for item in of.item}
    for answers, absent in ((whole, False), ({}, True)):
        told = responses.observation(
            of, score(of, answers), at=NOW, subject="Patient/1", derived_from="x/1"
        )
        assert ("dataAbsentReason" in told) is absent
        assert "valueQuantity" not in told or not absent


def test_not_assessed_is_not_called_a_blank() -> None:
    of = instrument("cgi-s")
    told = responses.observation(
        of, score(of, {of.item[0].id: 0}), at=NOW, subject="Patient/1", derived_from="x/1"
    )
    assert told["dataAbsentReason"]["text"] == "marked as not assessed"


def test_a_prorated_total_names_what_was_left_blank() -> None:
    of = instrument("gad7")
    answers = {item.id: 1 for item in of.item[1:]}
    told = responses.observation(
        of, score(of, answers), at=NOW, subject="Patient/1", derived_from="x/1"
    )
    assert told["note"] == [{"text": f"Prorated: {of.item[0].id} left blank."}]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"resourceType": "Observation"}, "not a QuestionnaireResponse"),
        ({"status": "in-progress"}, "marked in-progress; only a finished one"),
        ({"item": {}}, "its item is not a list"),
        ({"item": [{"linkId": "page", "item": [{"linkId": "mood"}]}]}, "page holds further items"),
        ({"item": [{"linkId": "mood", "answer": None}]}, "the answer of mood is not a list"),
        ({"item": [{"linkId": "total", "item": []}]}, "total holds further items"),
        (
            {"item": [{"linkId": "mood", "answer": [{"valueInteger": 1, "item": []}]}]},
            "mood holds further items",
        ),
        ({"questionnaire": "urn:kapstone:fhir:Questionnaire:gad7|1"}, "answers urn.*gad7"),
        ({"questionnaire": "urn:kapstone:fhir:Questionnaire:phq9|9999"}, "9999, not urn.*phq9"),
        ({"questionnaire": "http://loinc.org/q/44249-1"}, "it answers http://loinc"),
        ({"item": ["x"]}, "an item has no linkId"),
        ({"item": [{"linkId": "nose", "answer": [{"valueInteger": 1}]}]}, "no such item: nose"),
        (
            {"item": [{"linkId": "mood", "answer": [{"valueInteger": 1}, {"valueInteger": 2}]}]},
            "mood has more than one answer",
        ),
        ({"item": [{"linkId": "mood", "answer": [{"valueString": "often"}]}]}, "none of the answ"),
        ({"item": [{"linkId": "mood", "answer": [{"valueInteger": 7}]}]}, "7 is not an answer"),
        ({"item": [{"linkId": "mood", "answer": [{"valueInteger": True}]}]}, "is not an answer"),
        (
            {"item": [{"linkId": "mood", "answer": [{"valueCoding": {"code": "LA6568-5"}}]}]},
            "none of the answers",
        ),
    ],
)
def test_what_cannot_be_read_as_answers_is_refused(changes: dict[str, Any], words: str) -> None:
    of = instrument("phq9")
    sent = responses.response(of, {"mood": 1}, at=NOW, subject="Patient/1") | changes
    with pytest.raises(NotAForm, match=words):
        responses.answers(of, sent)


@pytest.mark.parametrize("asked", [{}, {"questionnaire": "urn:kapstone:fhir:Questionnaire:phq9"}])
def test_answers_that_name_no_other_form_are_taken(asked: dict[str, str]) -> None:
    of = instrument("phq9")
    sent = responses.response(of, {"mood": 1}, at=NOW, subject="Patient/1")
    del sent["questionnaire"]
    assert responses.answers(of, sent | asked) == {"mood": 1}


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda r: r.pop("extension"), "^it has no extension"),
        (lambda r: r["extension"][0].update(valueString="{"), "no JSON"),
        (lambda r: r["item"][1].pop("linkId"), "not a Questionnaire"),
        (lambda r: r["item"][1]["answerOption"][0].pop("extension"), "no extension"),
        (lambda r: r["item"].append(dict(r["item"][1])), "stands there twice"),
    ],
)
def test_a_spoiled_definition_is_refused(spoil: Any, words: str) -> None:
    resource = over_the_wire(questionnaires.questionnaire(instrument("phq9")))
    spoil(resource)
    with pytest.raises(NotAForm, match=words):
        definition(resource)
