"""Records as another system writes them: what a rule asks for is found, its near miss is not.

Written from the evidence tables and the issue alone; the limits are those of the sources.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from screening.people import NOW

from kapstone.cli import main

Resource = dict[str, Any]
Found = Mapping[str, Any]

SNOMED = "http://snomed.info/sct"
ICD_10_CM = "http://hl7.org/fhir/sid/icd-10-cm"
LOINC = "http://loinc.org"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
DECISIONS = {"clear", "note", "oversight", "review", "stop", "incomplete"}
DOMAINS = {
    *("cardiac", "neurological", "hepatic", "urological", "respiratory", "endocrine"),
    *("ophthalmic", "pregnancy", "psychiatric", "substance", "medicines", "readiness"),
    *("social", "home", "general"),
}
SUBJECT = {"reference": "Patient/p1"}


def patient(**also: Any) -> Resource:
    return {"resourceType": "Patient", "id": "p1", "birthDate": "1985-06-15"} | also


def bundle(*resources: Resource, who: Resource | None = None, kind: str = "collection") -> Resource:
    entries = [{"resource": one} for one in (who or patient(), *resources)]
    return {"resourceType": "Bundle", "type": kind, "entry": entries}


def day(ago: int) -> str:
    return (NOW - timedelta(days=ago)).date().isoformat()


def condition(
    icd_or_sct: str, status: str = "active", ago: int | None = None, **also: Any
) -> Resource:
    system = SNOMED if icd_or_sct.isdecimal() else ICD_10_CM
    onset = {} if ago is None else {"onsetDateTime": day(ago)}
    return {
        "resourceType": "Condition",
        "subject": SUBJECT,
        "clinicalStatus": {"coding": [{"code": status}]},
        "code": {"coding": [{"system": system, "code": icd_or_sct}]},
        **onset,
        **also,
    }


def called(status: str) -> Resource:
    return {"verificationStatus": {"coding": [{"code": status}]}}


def observation(code: str, value: Any, unit: str | None = None, **also: Any) -> Resource:
    held = (
        {"valueQuantity": {"value": value, **({"unit": unit} if unit else {})}}
        if isinstance(value, int | float) and not isinstance(value, bool)
        else {"valueBoolean": value}
        if isinstance(value, bool)
        else {"valueCodeableConcept": {"text": value}}
        if isinstance(value, str)
        else {}
    )
    return {
        "resourceType": "Observation",
        "status": "final",
        "subject": SUBJECT,
        "effectiveDateTime": f"{day(1)}T08:00:00Z",
        "code": {"coding": [{"system": LOINC, "code": code}]},
        **held,
        **also,
    }


def pressure(systolic: float, diastolic: float, minute: int = 0, ago: int = 1) -> Resource:
    figures = (("8480-6", systolic), ("8462-4", diastolic))
    parts = [
        {
            "code": {"coding": [{"system": LOINC, "code": code}]},
            "valueQuantity": {"value": value, "unit": "mmHg"},
        }
        for code, value in figures
    ]
    at = f"{day(ago)}T08:{minute:02}:00Z"
    return observation("85354-9", None, component=parts, effectiveDateTime=at)


def pair(systolic: float, diastolic: float, ago: int = 1) -> tuple[Resource, Resource]:
    return pressure(systolic, diastolic, 0, ago), pressure(systolic, diastolic, 5, ago)


def liver(code: str, value: float) -> Resource:
    return observation(code, value, "U/L", referenceRange=[{"high": {"value": 40, "unit": "U/L"}}])


def medicine(text: str | None, status: str = "active", **also: Any) -> Resource:
    named = {} if text is None else {"medicationCodeableConcept": {"text": text}}
    return {
        "resourceType": "MedicationRequest",
        "status": status,
        "intent": "order",
        "subject": SUBJECT,
        **named,
        **also,
    }


def allergy(text: str, **also: Any) -> Resource:
    code = {"text": text}
    return {"resourceType": "AllergyIntolerance", "patient": SUBJECT, "code": code, **also}


def screened(content: str | bytes | Resource, path: Path, *more: str) -> tuple[int, Path]:
    raw = json.dumps(content) if isinstance(content, dict) else content
    path.write_bytes(raw.encode() if isinstance(raw, str) else raw)
    return main(["screen", *more, str(path), "--now", NOW.isoformat()]), path


@pytest.fixture
def screen(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> Any:
    """What the command makes of this content: exit code, output and complaint."""

    def run(content: str | bytes | Resource, *more: str, name: str = "in.json") -> Any:
        code, _ = screened(content, tmp_path / name, *more)
        out, err = capfdbinary.readouterr()
        return code, out.decode(), err.decode()

    return run


def read(screen: Any, content: str | bytes | Resource, **also: Any) -> dict[str, Any]:
    code, out, err = screen(content, **also)
    assert (code, err) == (0, "")
    found: dict[str, Any] = json.loads(out)
    return found


def ids(found: Found) -> set[str]:
    return {one["id"] for one in found["findings"]}


DIAGNOSES = [
    ("SCR-CAR-01", condition("I71.4"), condition("I71.4", **called("refuted"))),
    ("SCR-CAR-01", condition("I67.1", "resolved"), condition("I67.1", **called("provisional"))),
    ("SCR-CAR-01", condition("233985008"), condition("I10")),
    ("SCR-CAR-02", condition("Q28.2"), condition("Q28.2", **called("entered-in-error"))),
    ("SCR-CAR-02", condition("234142008"), condition("234142009")),
    ("SCR-CAR-03", condition("I61.9", "resolved", 4000), condition("I63.9", ago=4000)),
    ("SCR-CAR-03", condition("I60.9"), condition("I62.9")),
    ("SCR-CAR-04", condition("I21.9", ago=20), condition("I21.9", ago=43)),
    ("SCR-CAR-04", condition("22298006", ago=42), condition("22298006", ago=100)),
    ("SCR-CAR-04", condition("I63.9", "resolved", 42), condition("I63.9", "resolved", 43)),
    ("SCR-CAR-05", condition("I21.9", ago=43), condition("I21.9", ago=42)),
    ("SCR-CAR-05", condition("I21.9", ago=180), condition("I21.9", ago=181)),
    ("SCR-CAR-08", condition("I25.10"), condition("I25.10", **called("refuted"))),
    ("SCR-CAR-08", condition("I25.2"), condition("I10")),
    ("SCR-CAR-17", condition("I67.4"), condition("I10")),
    ("SCR-CAR-19", condition("I73.9"), condition("I73.9", **called("differential"))),
    ("SCR-CAR-20", condition("302835009", **called("provisional")), condition("D35.0")),
    ("SCR-NEU-01", condition("G93.2"), condition("G93.2", "resolved")),
    ("SCR-NEU-01", condition("G91.9", **called("provisional")), condition("G91.9", "resolved")),
    ("SCR-NEU-02", condition("Z86.73"), condition("I65.2")),
    ("SCR-NEU-02", condition("G45.9", ago=400), condition("G43.9", ago=400)),
    ("SCR-NEU-03", condition("S06.0X0A", ago=180), condition("S06.0X0A", ago=181)),
    ("SCR-NEU-05", condition("R56.9", ago=365), condition("R56.9", ago=366)),
    ("SCR-NEU-05", condition("G40.919"), condition("G40.909")),
    ("SCR-NEU-07", condition("G30.9"), condition("G31.84")),
    ("SCR-NEU-08", condition("G43.409"), condition("G43.909")),
    ("SCR-NEU-09", condition("H81.10"), condition("H81.10", "resolved")),
    ("SCR-HEP-05", condition("197441003"), condition("197441003", "resolved")),
    ("SCR-HEP-06", condition("E80.21"), condition("E80.1")),
    ("SCR-URO-01", condition("N30.10"), condition("N30.00")),
    ("SCR-URO-03", condition("Z99.2"), condition("N18.3")),
    ("SCR-PUL-01", condition("Z99.81"), condition("J45.909")),
    ("SCR-PUL-01", condition("J18.9", ago=30), condition("J18.9", ago=31)),
    ("SCR-PUL-01", condition("J18.9"), condition("J18.9", "resolved")),
    ("SCR-PUL-05", condition("T88.4XXA"), condition("T88.3XXA")),
    ("SCR-END-03", condition("Z79.4"), condition("E11.9")),
    ("SCR-END-05", condition("E27.1"), condition("E27.1", "resolved")),
    ("SCR-OPH-01", condition("H40.211", ago=10), condition("H40.11X1", ago=10)),
    ("SCR-PRG-01", condition("Z33.1"), condition("Z33.1", "resolved")),
    ("SCR-PRG-01", condition("77386006", ago=294), condition("77386006", ago=295)),
    ("SCR-PRG-03", condition("Z39.1"), condition("Z39.1", "resolved")),
    ("SCR-PRG-04", condition("O14.90"), condition("O14.90", "resolved")),
    ("SCR-PRG-04b", condition("O14.90", "resolved"), condition("O14.90")),
    ("SCR-PSY-01", condition("F20.9", "resolved"), condition("F20.9", **called("refuted"))),
    ("SCR-PSY-01", condition("58214004"), condition("F32.9")),
    ("SCR-PSY-01", condition("F25.0"), condition("F23")),
    ("SCR-PSY-06", condition("371596008"), condition("F31.81")),
    ("SCR-PSY-07", condition("F31.81"), condition("F31.9")),
    ("SCR-PSY-11", condition("F44.81"), condition("F44.6")),
]


def range_of(code: str, high: Any, value: float = 160) -> Resource:
    return observation(code, value, "U/L", referenceRange=[{"high": high}])


MEASURED = [
    ("SCR-CAR-07", [*pair(185, 112)], [*pair(179, 109)]),
    ("SCR-CAR-07", [*pair(120, 110)], [*pair(179, 109)]),
    ("SCR-CAR-07", [pressure(185, 80)], [pressure(185, 80, ago=8)]),
    ("SCR-CAR-06", [*pair(148, 80)], [*pair(140, 90)]),
    ("SCR-CAR-06", [*pair(120, 92)], [*pair(140, 90)]),
    ("SCR-CAR-06", [pressure(148, 92)], [*pair(148, 92, ago=30)]),
    ("SCR-CAR-23", [*pair(89, 60)], [*pair(90, 60)]),
    ("SCR-CAR-14", [observation("8636-3", 520, "ms")], [observation("8636-3", 500, "ms")]),
    ("SCR-CAR-14", [observation("8867-4", 49, "/min")], [observation("8867-4", 50, "/min")]),
    ("SCR-CAR-14", [observation("8867-4", 111, "/min")], [observation("8867-4", 110, "/min")]),
    ("SCR-CAR-10", [observation("10230-1", 39, "%")], [observation("10230-1", 40, "%")]),
    ("SCR-NEU-07", [observation("72172-0", 17, "{score}")], [observation("72172-0", 18)]),
    ("SCR-NEU-07b", [observation("72172-0", 25, "{score}")], [observation("72172-0", 26)]),
    ("SCR-HEP-03", [liver("1742-6", 121)], [liver("1742-6", 120)]),
    ("SCR-HEP-03", [liver("1920-8", 160)], [liver("1920-8", 120)]),
    ("SCR-HEP-03", [liver("6768-6", 81)], [liver("6768-6", 80)]),
    ("SCR-HEP-03", [range_of("1742-6", {"value": 40})], [range_of("1742-6", {"value": 54})]),
    (
        "SCR-HEP-03",
        [range_of("1742-6", {"value": 40, "unit": "U/L"})],
        [range_of("1742-6", {"value": 0.7, "unit": "ukat/L"})],
    ),
    ("SCR-URO-03", [observation("98979-8", 25, "mL/min/{1.73_m2}")], [observation("98979-8", 25)]),
    (
        "SCR-URO-03",
        [observation("33914-3", 29, "mL/min/1.73m2")],
        [observation("33914-3", 30, "mL/min/1.73m2")],
    ),
    ("SCR-PUL-01", [observation("2708-6", 93, "%")], [observation("2708-6", 94, "%")]),
    ("SCR-PUL-01", [observation("59408-5", 91, "%")], [observation("59408-5", 99, "%")]),
    ("SCR-PUL-06", [observation("39156-5", 40, "kg/m2")], [observation("39156-5", 39.9, "kg/m2")]),
    ("SCR-SUB-05", [observation("75624-7", 10, "{score}")], [observation("75624-7", 7, "{score}")]),
    ("SCR-SUB-05", [observation("75626-2", 4, "{score}")], [observation("75626-2", 2, "{score}")]),
    ("SCR-SUB-02b", [observation("82667-7", 3, "{score}")], [observation("82667-7", 2, "{score}")]),
    ("SUI-P1", [observation("44260-8", 1)], [observation("44260-8", 0)]),
    ("SUI-P2", [observation("44260-8", "More than half the days")], [observation("44260-8", 0)]),
    ("SUI-P3", [observation("44260-8", "LA6571-9")], [observation("44260-8", "LA6568-5")]),
    ("SCR-PSY-08", [observation("93250-9", True)], [observation("93250-9", False)]),
    ("SCR-PSY-08", [observation("93269-9", "LA33-6")], [observation("93269-9", "LA32-8")]),
    ("SCR-PSY-09", [observation("93248-3", "Yes")], [observation("93248-3", "No")]),
    ("SCR-PRG-01", [observation("82810-3", "Pregnant")], [observation("82810-3", "Not pregnant")]),
    (
        "SCR-PRG-01",
        [observation("2106-3", "Positive (qualifier value)", effectiveDateTime=day(0))],
        [observation("2106-3", "Negative (qualifier value)", effectiveDateTime=day(0))],
    ),
    ("SCR-ALL-01", [allergy("Ketamine")], [allergy("Ketamine", **called("refuted"))]),
    ("SCR-ALL-01", [allergy("Esketamine")], [allergy("Penicillin")]),
    (
        "SCR-ALL-01",
        [allergy("", code={"coding": [{"system": RXNORM, "code": "6130"}]})],
        [allergy("", code={"coding": [{"system": RXNORM, "code": "723"}]})],
    ),
]

AGES = [
    ("SCR-AGE-01", "2008-03-03", "2008-03-02"),
    ("SCR-AGE-02", "2001-03-03", "2001-03-02"),
    ("SCR-AGE-03", "1950-03-02", "1950-03-03"),
    ("SCR-CAR-18", "1961-03-02", "1961-03-03"),
]

MEDICINES = [
    ("MED-BZD", "lorazepam 1 mg twice daily"),
    ("MED-BZD", "Xanax"),
    ("MED-ZDRUG", "Ambien"),
    ("MED-OXB", "Xyrem"),
    ("MED-OPI", "Acetaminophen 325 MG / HYDROcodone Bitartrate 7.5 MG Oral Tablet"),
    ("MED-OPI", "oxycodone"),
    ("MED-OAT", "Suboxone"),
    ("MED-TRAM", "tramadol"),
    ("MED-ALC", "ethanol"),
    ("MED-STIM", "Adderall"),
    ("MED-NRI", "Strattera"),
    ("MED-MAOI", "phenelzine"),
    ("MED-MAOI", "Emsam"),
    ("MED-MAOB", "linezolid"),
    ("MED-LAM", "lamotrigine"),
    ("MED-NTX", "naltrexone 50 MG Oral Tablet"),
    ("MED-VIV", "Vivitrol"),
    ("MED-MEM", "memantine"),
    ("MED-THEO", "theophylline"),
    ("MED-CAF", "caffeine"),
    ("MED-THY", "levothyroxine"),
    ("MED-HTN", "lisinopril"),
    ("MED-BB", "metoprolol"),
    ("MED-CCBDV", "diltiazem"),
    ("MED-CLON", "clonidine"),
    ("MED-PRAZ", "prazosin"),
    ("MED-AP", "haloperidol"),
    ("MED-CLZ", "clozapine"),
    ("MED-GABA", "gabapentin"),
    ("MED-LI", "lithium"),
    ("MED-VPA", "Depakote"),
    ("MED-CBZ", "Carbamazepine[Tegretol]"),
    ("MED-RIF", "rifampin"),
    ("MED-IND2", "bosentan"),
    ("MED-SJW", "St. John's wort"),
    ("MED-3A4S", "clarithromycin"),
    ("MED-3A4M", "fluconazole"),
    ("MED-GFJ", "grapefruit juice"),
    ("MED-2B6I", "ticlopidine"),
    ("MED-2B6IND", "efavirenz"),
    ("MED-SSRI", "sertraline"),
    ("MED-SNRI", "venlafaxine"),
    ("MED-TCA", "amitriptyline"),
    ("MED-BUP", "bupropion"),
    ("MED-MIRT", "mirtazapine"),
    ("MED-AH", "diphenhydramine"),
    ("MED-MR", "baclofen"),
    ("MED-GLP1", "semaglutide"),
    ("MED-DEC", "pseudoephedrine"),
    ("MED-NCS", "fluticasone"),
    ("MED-SYM", "ephedrine"),
    ("MED-TRIP", "sumatriptan"),
    ("MED-PDE", "sildenafil"),
    ("MED-ANX", "hydroxyzine"),
    ("MED-THC", "Epidiolex"),
    ("MED-PSI", "psilocybin"),
    ("MED-MDMA", "midomafetamine"),
    ("MED-KET", "Spravato"),
    ("MED-IND-KRAT", "tianeptine"),
    ("MED-AUD", "disulfiram"),
    ("MED-EMET", "ondansetron"),
    ("MED-OCP", "Camila 28 Day Pack"),
    ("MED-STER", "prednisone"),
    ("MED-HIVB", "ritonavir"),
]

# A record, the finding, and whether it must be there.
Case = tuple[Resource, str, bool]
CASES: list[Case] = [
    *((bundle(one), rule, True) for rule, one, _ in DIAGNOSES),
    *((bundle(one), rule, False) for rule, _, one in DIAGNOSES),
    *((bundle(*those), rule, True) for rule, those, _ in MEASURED),
    *((bundle(*those), rule, False) for rule, _, those in MEASURED),
    *((bundle(who=patient(birthDate=born)), rule, True) for rule, born, _ in AGES),
    *((bundle(who=patient(birthDate=born)), rule, False) for rule, _, born in AGES),
    *((bundle(medicine(text)), row, True) for row, text in MEDICINES),
    *((bundle(medicine(text, "stopped")), row, False) for row, text in MEDICINES),
]


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """All cases as one batch, answered line by line."""
    path = tmp_path_factory.mktemp("strangers") / "people.jsonl"
    path.write_text("".join(f"{json.dumps(one)}\n" for one, _, _ in CASES), encoding="utf-8")
    command = [sys.executable, "-m", "kapstone.cli", "screen", "--batch", str(path)]
    done = subprocess.run([*command, "--now", NOW.isoformat()], capture_output=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize(
    "number", range(len(CASES)), ids=lambda n: f"{n}-{CASES[n][1]}-{CASES[n][2]}"
)
def test_a_record_leads_to_the_finding_and_its_near_miss_does_not(
    answers: list[dict[str, Any]], number: int
) -> None:
    _, rule, is_there = CASES[number]
    found = answers[number]
    assert (rule in ids(found)) is is_there
    assert found["decision"] in DECISIONS
    assert {*found["decision_by_domain"]} == DOMAINS
    assert {*found["decision_by_domain"].values()} <= DECISIONS


def test_no_record_alone_is_ever_clear(answers: list[dict[str, Any]]) -> None:
    """A record cannot answer what only a person can, and unknown is never no."""
    assert {one["decision"] for one in answers} == {"stop", "incomplete"}


def test_what_a_record_leaves_out_keeps_the_medicines_open(screen: Any) -> None:
    assert read(screen, bundle())["medicines"] is None
    for odd in (medicine("sertralin"), medicine("flurbitol 5 mg"), medicine(None)):
        found = read(screen, bundle(odd))
        assert [one["recognised"] for one in found["medicines"]] == [False]
        assert found["decision_by_domain"]["medicines"] == "incomplete"


def test_a_medicine_is_found_where_the_record_keeps_it(screen: Any) -> None:
    contained = medicine(
        None,
        contained=[{"resourceType": "Medication", "id": "m", "code": {"text": "phenelzine"}}],
        medicationReference={"reference": "#m"},
    )
    pointed = medicine(None, medicationReference={"reference": "Medication/m9"})
    other = {"resourceType": "Medication", "id": "m9", "code": {"text": "phenelzine"}}
    codes = [("197319", None), ("6470", "lorazepam")]
    coding = [{"system": RXNORM, "code": code, "display": text} for code, text in codes]
    by_code = medicine(None, medicationCodeableConcept={"coding": coding})
    for those, row in (([contained], "MAOI"), ([pointed, other], "MAOI"), ([by_code], "BZD")):
        assert f"MED-{row}" in ids(read(screen, bundle(*those)))


def test_the_route_decides_how_much_a_strong_inhibitor_weighs(screen: Any) -> None:
    actions = []
    for route in ("oral", "sublingual", "intravenous", "intramuscular"):
        table = {"planned_route": route, "medicines": ["clarithromycin"]}
        (found,) = read(screen, table)["findings"]
        actions.append(found["action"])
    assert actions == ["review", "review", "oversight", "oversight"]


@pytest.mark.parametrize(("mg", "is_high"), [(3, False), (3.1, True)])
def test_a_benzodiazepine_is_high_over_three_milligrams(
    screen: Any, mg: float, is_high: bool
) -> None:
    table = {"medicines": ["lorazepam"], "lorazepam_equivalent_mg": mg}
    assert ("MED-BZD-HI" in ids(read(screen, table))) is is_high


@pytest.mark.parametrize("kind", ["collection", "searchset", "transaction", "batch", "document"])
def test_any_bundle_of_one_state_is_read(screen: Any, kind: str) -> None:
    assert read(screen, bundle(condition("I71.4"), kind=kind))["decision"] == "stop"


@pytest.mark.parametrize(
    ("full_url", "subject"),
    [("urn:uuid:a1", "urn:uuid:a1"), ("https://x.example/fhir/Patient/p1", "Patient/p1")],
)
def test_a_reference_is_followed(screen: Any, full_url: str, subject: str) -> None:
    ill = condition("I71.4", subject={"reference": subject})
    whole = bundle(ill)
    whole["entry"][0]["fullUrl"] = full_url
    assert "SCR-CAR-01" in ids(read(screen, whole))


@pytest.mark.parametrize(
    "odd",
    [
        condition("I71.4", subject={"reference": "Patient/somebody-else"}),
        {name: each for name, each in condition("I71.4").items() if name != "subject"},
        condition("I71.4", code="aneurysm"),
        condition("I71.4", modifierExtension=[{"url": "urn:x"}]),
        observation("8634-8", 520, "ms"),
        observation("8636-3", 0.52, "s"),
        observation("8480-6", 24.7, "psi"),
        {"resourceType": "Procedure", "subject": SUBJECT, "status": "completed"},
        "not even a resource",
    ],
    ids=lambda each: str(each)[:40],
)
def test_what_is_not_taken_is_listed_and_answers_nothing(screen: Any, odd: Any) -> None:
    found = read(screen, bundle(odd))
    assert found["findings"] == []
    assert len(found["not_weighed"]) == 1
    assert found["decision"] == "incomplete"


@pytest.mark.parametrize(
    ("coding", "text"),
    [
        ({"system": "http://hl7.org/fhir/sid/icd-10", "code": "I71.4"}, None),
        ({"code": "I71.4"}, None),
        (None, "Abdominal aortic aneurysm"),
        ({"system": "urn:local", "code": "77"}, "Abdominal aortic aneurysm"),
    ],
)
def test_what_only_may_be_meant_is_for_a_person_to_confirm(
    screen: Any, coding: Resource | None, text: str | None
) -> None:
    code = {"coding": [coding] if coding else [], **({"text": text} if text else {})}
    found = read(screen, bundle(condition("I71.4", code=code)))
    assert [(one["fact"], one["value"]) for one in found["suggested"]] == [("aneurysm", True)]
    assert "SCR-CAR-01" not in ids(found)
    assert found["decision_by_domain"]["cardiac"] == "incomplete"


def test_one_code_of_several_is_enough(screen: Any) -> None:
    codings = [("urn:local", "1"), (ICD_10_CM, "I71.4"), (SNOMED, "999")]
    coding = [{"system": system, "code": code} for system, code in codings]
    whole = bundle(condition("I71.4", code={"coding": coding}))
    assert "SCR-CAR-01" in ids(read(screen, whole))


def answered(name: str, value: bool) -> Resource:
    return {
        "resourceType": "QuestionnaireResponse",
        "status": "completed",
        "subject": SUBJECT,
        "authored": f"{day(1)}T08:00:00Z",
        "item": [{"linkId": name, "answer": [{"valueBoolean": value}]}],
    }


def test_words_of_the_record_against_a_no_leave_the_question_open(screen: Any) -> None:
    form, words = answered("aneurysm", False), condition("", code={"text": "Aortic aneurysm"})
    calm = read(screen, bundle(form))
    assert "aneurysm" not in {one["fact"] for one in calm["missing"]}
    disputed = read(screen, bundle(form, words))
    assert "aneurysm" in {one["fact"] for one in disputed["missing"]}
    agreed = read(screen, bundle(answered("aneurysm", True), words))
    assert "SCR-CAR-01" in ids(agreed)


@pytest.mark.parametrize(
    "content",
    [
        *("", " \r\n", "{", "[]", "null", "3", '"x"', "<Bundle/>", "age_years,45", "age: 45"),
        *(b"\x00\x01\x02", bytes(range(256)), json.dumps(bundle()).encode("utf-16")),
        json.dumps(patient()),
        json.dumps(condition("I71.4")),
        json.dumps(bundle(patient(id="p2"))),
        '{"resourceType": "Bundle", "type": "collection"}',
        '{"resourceType": "Bundle", "type": "collection", "entry": []}',
        json.dumps(bundle(kind="history")),
        json.dumps({"resourceType": "Bundle", "type": "collection", "entry": [condition("I10")]}),
        *('{"age_years": NaN}', '{"age_years": 1e999}', '{"age_years": -Infinity}'),
        *('{"age_years": "45"}', '{"age_years": true}', '{"age_years": -1}'),
        *('{"aneurysm": "no"}', '{"aneurysm": 0}', '{"aneurysm": []}'),
        *('{"medicines": "none"}', '{"medicines": [3]}', '{"medicines": {}}', '{"facts": []}'),
        *('{"aneurysm": true, "aneurysm": false}', "aneurysm = true\naneurysm = false\n"),
        *('{"resting_bp_high": true}', '{"takes_glp1": true}', '{"Aneurysm": true}'),
        '{"systolic_bp_mmhg": {"value": 18, "unit": "psi"}}',
        '{"systolic_bp_mmhg": {"value": 185, "unit": "kPa"}}',
        '{"aneurysm": {"value": true, "at": "yesterday"}}',
    ],
    ids=lambda each: str(each)[:50],
)
def test_what_is_not_readable_says_so_in_one_line(screen: Any, content: str | bytes) -> None:
    code, out, err = screen(content)
    assert (code, out) == (2, "")
    assert err.startswith("kapstone screen: ")
    assert err.count("\n") == 1
    assert len(err) > len("kapstone screen: ")


def test_a_folder_is_not_readable(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["screen", str(tmp_path)]) == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("age", "age_years"),
        ("sex", "sex_at_birth"),
        ("systolic", "systolic_bp_mmhg"),
        ("blood_pressure", "systolic_bp_mmhg"),
        ("BMI", "bmi"),
        ("phq_9_item_9", "phq9_item9"),
        ("audit", "audit_score"),
        ("aortic_aneurysm", "aneurysm"),
        ("avm", "arteriovenous_malformation"),
        ("schizophrenia", "psychotic_disorder_ever"),
        ("epilepsy", "seizures"),
        ("cirrhosis", "child_pugh"),
        ("glaucoma", "eye_pressure_or_open_eye"),
        ("dementia", "neurocognitive_disorder"),
        ("nyha", "heart_failure_class"),
        ("copd", "lung_disease_severe"),
        ("is_pregnant", "pregnant"),
        ("medication", "medicines"),
        ("Aneurysm", "aneurysm"),
    ],
)
def test_a_name_that_does_not_exist_is_answered_with_one_that_does(
    screen: Any, name: str, meant: str
) -> None:
    code, _, err = screen({name: True})
    assert code == 2
    assert meant in err.partition("near it are ")[2].strip().split(", ")


@pytest.mark.parametrize(
    "content",
    [
        '{"systolic_bp_mmhg": 185}',
        '{"facts": {"systolic_bp_mmhg": {"value": 185, "from": "reading"}}}',
        '{"systolic_bp_mmhg": {"value": 185, "unit": "mm[Hg]"}}',
        '{"systolic_bp_mmhg": {"value": 24.7, "unit": "kPa"}}',
        '\ufeff{"systolic_bp_mmhg": 185}\r\n',
        "systolic_bp_mmhg = 185\r\n",
        '# a comment\n[facts]\nsystolic_bp_mmhg = { value = 185, unit = "mmHg" }\n',
        "[facts.systolic_bp_mmhg]\nvalue = 185\nat = 2026-03-01T09:00:00Z\n",
    ],
)
def test_every_form_of_a_table_says_the_same(screen: Any, content: str) -> None:
    assert "SCR-CAR-07" in ids(read(screen, content))


def test_a_medicine_may_come_as_its_code_alone(screen: Any) -> None:
    found = read(screen, {"medicines": [{"rxnorm": "6470"}, {"rxnorm": "1"}]})
    assert [one["recognised"] for one in found["medicines"]] == [True, False]
    assert "MED-BZD" in ids(found)


def test_a_batch_goes_on_after_what_it_cannot_read(screen: Any) -> None:
    good = json.dumps({"aneurysm": True})
    lines = ["\ufeff" + good, "", "  ", "nonsense", "[]", json.dumps(patient()), good, "{"]
    code, out, err = screen("\r\n".join(lines), "--batch", name="in.jsonl")
    assert (code, err) == (0, "")
    found = [json.loads(line) for line in out.splitlines()]
    assert [one.get("decision") for one in found] == ["stop", None, None, None, "stop", None]
    assert [one.get("line") for one in found] == [1, 4, 5, 6, 7, 8]
