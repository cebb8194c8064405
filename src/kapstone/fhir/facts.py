"""What one file of another system tells screening: facts, medicines, and what it leaves open."""

from __future__ import annotations

import re
from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time

from kapstone import screening
from kapstone.fhir.codes import RXNORM, ObservationRow, observation_rows
from kapstone.fhir.values import (
    Allergy,
    Condition,
    Imported,
    Medicine,
    Observation,
    Person,
    Sign,
    VitalSign,
    When,
)
from kapstone.screening import Given, Recognised, Suggestion

Named = tuple[str, Given]

MEDICATION = frozenset({"MedicationRequest", "MedicationStatement"})
# A medicine of these is not taken now; any other status is weighed as if it were.
NOT_TAKEN_NOW = frozenset({"stopped", "completed", "cancelled", "draft", "not-taken"})
NO_MEDICINE = ("marked entered-in-error", "says the same as", "the same as entry", "it asks for")
KETAMINE = frozenset({"ketamine", "esketamine"})
SIGNS: Mapping[Sign, str] = {
    "bmi": "bmi",
    "heart_rate": "heart_rate_bpm",
    "oxygen_saturation": "oxygen_saturation_percent",
}
LIVER_PANEL = tuple(f"{name}_times_uln" for name in ("alt", "ast", "alp", "ggt", "bilirubin"))


@dataclass(frozen=True, slots=True)
class NotWeighed:
    """Something of the record that no rule weighs, and why; it is never taken as clear."""

    text: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a record tells screening.

    `medicines` is None when the file holds no medication at all, since then nobody asked.
    `suggested` waits for a person; `not_weighed` names the rest.
    """

    facts: screening.Facts
    medicines: tuple[Recognised, ...] | None
    suggested: tuple[Suggestion, ...]
    not_weighed: tuple[NotWeighed, ...]


def told(read: Imported, now: datetime) -> Told:
    """Everything that a file answers, asks, or leaves unweighed at `now` (aware).

    Of several answers to a fact the newest counts. A diagnosis never answers no.
    """
    found: list[Named] = []
    suggested: list[Suggestion] = []
    left: list[NotWeighed] = []
    diagnosed = [*of_conditions(read.conditions, now), *of_allergies(read.allergies, now)]
    parts = (
        of_person(read.person, now),
        diagnosed,
        of_signs(read.vital_signs, now),
        of_observations(read.observations),
        of_screener(read.observations),
        of_item_nine(read.observations),
        (
            (answer.fact, Given(answer.value, moment(answer.at), "import", None))
            for answer in read.answers
        ),
    )
    for part in parts:
        for each in part:
            if isinstance(each, NotWeighed):
                left.append(each)
            elif isinstance(each, Suggestion):
                suggested.append(each)
            else:
                found.append(each)
    facts = screening.without_overtaken(newest(found))
    facts = {name: one for name, one in facts.items() if not disputed(name, one, diagnosed)}
    return Told(
        facts=facts,
        medicines=of_medicines(read),
        suggested=tuple(one for one in dict.fromkeys(suggested) if adds(one, facts)),
        not_weighed=tuple(left),
    )


def disputed(name: str, given: Given, diagnosed: Iterable[object]) -> bool:
    """Whether words of the record raise what the answer denies; then a person is asked [ENG-04]."""
    raised = [one for one in diagnosed if isinstance(one, Suggestion) and one.fact == name]
    return any(one.value and one.value != given.value for one in raised)


def adds(one: Suggestion, facts: screening.Facts) -> bool:
    """Whether it asks for what is not answered, or says otherwise than the answer."""
    return one.fact not in facts or one.value not in {None, facts[one.fact].value}


def newest(found: Iterable[Named]) -> dict[str, Given]:
    """The newest answer to each fact; one without a date is the oldest."""
    earliest = datetime.min.replace(tzinfo=UTC)
    return dict(sorted(found, key=lambda named: named[1].at or earliest))


Part = Iterator[Named | Suggestion | NotWeighed]


def of_person(person: Person, now: datetime) -> Part:
    """Age and sex. An administrative gender of male does not say what was recorded at birth."""
    ages = ages_of(person.birth_date, now.date()) if person.birth_date else set()
    if len(ages) == 1:
        yield "age_years", Given(float(ages.pop()), now, "import", None)
    elif person.birth_date:
        yield NotWeighed(f"born {person.birth_date.as_written}", "the age is not certain")
    if person.deceased:
        yield NotWeighed("deceased", "the record says that this person has died")
    # Taken as female, pregnancy is asked about; taken as male, it would not be.
    if person.birth_sex or person.sex == "female":
        yield "sex_at_birth", Given(str(person.birth_sex or "female"), now, "import", None)
    elif person.sex == "male":
        yield Suggestion("sex_at_birth", "male", "gender: male", "gender may differ from it")


def ages_of(born: When, today: date) -> set[int]:
    """Every age in whole years that the birth date, as exact as it is written, allows."""
    first = born.value.date() if isinstance(born.value, datetime) else born.value
    last = first.replace(month=12) if born.precision == "year" else first
    if born.precision in {"year", "month"}:
        last = last.replace(day=monthrange(last.year, last.month)[1])
    return {age(first, today), age(last, today)} if first <= today else set()


def age(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def moment(when: When | None) -> datetime | None:
    """The time of something; a bare date, month or year is its first minute in UTC."""
    if when is None or isinstance(when.value, datetime):
        return when.value if when else None  # type: ignore[return-value]
    return datetime.combine(when.value, time(), UTC)


def exact_day(when: When | None) -> datetime | None:
    return None if when is None or when.precision in {"year", "month"} else moment(when)


def of_conditions(conditions: Iterable[Condition], now: datetime) -> Part:
    for one in conditions:
        condition = screening.Recorded(
            text=one.text,
            codes=tuple((each.system, each.code) for each in one.codings),
            status=one.clinical_status,
            verification=one.verification,
            onset=exact_day(one.onset),
            recorded=exact_day(one.recorded),
            over=one.abated is not None,
            seen=now,
        )
        found = screening.said(condition, now)
        yield from found.answers
        yield from found.suggested
        if not found.weighed:
            yield NotWeighed(one.text, "no rule is known to ask for it, or it is over")


def of_allergies(allergies: Iterable[Allergy], now: datetime) -> Part:
    for one in allergies:
        yield from of_allergy(
            one.text,
            substance=one.substance,
            rxnorm=one.code if one.code_system == RXNORM else None,
            verification=one.verification,
            says_none=one.says_none,
            seen=now,
        )


def of_allergy(
    text: str,
    *,
    substance: str | None,
    rxnorm: str | None = None,
    verification: str | None,
    says_none: bool,
    seen: datetime,
) -> Part:
    """An allergy to ketamine or its preservative answers yes; "no known allergy" needs a person."""
    if says_none:
        yield Suggestion("ketamine_allergy", False, text, "a person confirms it")
        return
    meant = {*screening.recognise(text, rxnorm).ingredients}
    meant |= {*screening.recognise(substance or "").ingredients}
    if not meant & KETAMINE and "benzethonium" not in text.lower():
        yield NotWeighed(text, "an allergy to something else, as far as it is known here")
    elif verification in {"unconfirmed", "presumed"}:
        yield Suggestion("ketamine_allergy", True, text, "the record is not sure")
    else:
        yield "ketamine_allergy", Given(True, seen, "import", text)


def of_signs(signs: Iterable[VitalSign], now: datetime) -> Part:
    """The newest of each sign, blood pressure by its own rule, BMI also from height and weight."""
    by_sign: dict[Sign, list[VitalSign]] = defaultdict(list)
    for one in signs:
        by_sign[one.sign].append(one)
    for sign, name in SIGNS.items():
        for one in by_sign[sign]:
            yield name, Given(one.value, moment(one.at), "import", one.as_written)
    yield from body_mass(by_sign["height_cm"], by_sign["weight_kg"])
    yield from screening.resting(
        pressures(by_sign["systolic_bp"], by_sign["diastolic_bp"]), now
    ).items()


def body_mass(heights: Iterable[VitalSign], weights: Iterable[VitalSign]) -> Iterator[Named]:
    """From the newest weight and the newest height, kg/m2; as old as the weight."""
    tall = max(heights, key=day_of, default=None)
    heavy = max(weights, key=day_of, default=None)
    if tall and heavy:
        bmi = round(heavy.value / (tall.value / 100) ** 2, 1)
        yield (
            "bmi",
            Given(bmi, moment(heavy.at), "import", f"{tall.as_written}, {heavy.as_written}"),
        )


def day_of(one: VitalSign | Observation) -> datetime:
    return moment(one.at) or datetime.min.replace(tzinfo=UTC)


def pressures(
    systolic: Iterable[VitalSign], diastolic: Iterable[VitalSign]
) -> Iterator[screening.Pressure]:
    """The two figures of one moment belong together; of two for the same moment the higher."""
    upper = highest(systolic)
    lower = highest(diastolic)
    for at in {**upper, **lower}:
        figures = (upper.get(at), lower.get(at))
        yield screening.Pressure(
            at=at,
            systolic=figures[0].value if figures[0] else None,
            diastolic=figures[1].value if figures[1] else None,
            origin="import",
            words="/".join(one.as_written for one in figures if one),
            exact=all(one.at.precision in {"minute", "second"} for one in figures if one),
        )


def highest(signs: Iterable[VitalSign]) -> dict[datetime, VitalSign]:
    return {day_of(one): one for one in sorted(signs, key=lambda one: one.value)}


def of_observations(seen: Iterable[Observation]) -> Part:
    """The newest of each code; an older value does not stand in for a newer one nobody can read."""
    latest = {one.code: one for one in sorted(seen, key=day_of)}
    answers: list[Named] = []
    for code, one in latest.items():
        row = observation_rows().get(code)
        if row is None or row.item:
            continue
        value = value_of(one, row)
        if row.fact is None or isinstance(value, str):
            yield NotWeighed(f"{one.text}: {shown(one)}", str(value))
            continue
        answers.append((row.fact, Given(value, moment(one.at), "import", shown(one))))
        if row.also_yes:
            answers.append((row.also_yes, Given(True, moment(one.at), "import", one.text)))
    yield from answers
    yield from liver_panel(answers)


# The words of SNOMED CT end in what kind of thing is named, such as "Positive (qualifier value)".
AXIS = re.compile(r" \([a-z ]+\)$")
# LOINC's answers, in words and by code.
MARKED = {"yes": 1.0, "la33-6": 1.0, "no": 0.0, "la32-8": 0.0}


def of_screener(seen: Iterable[Observation]) -> Iterator[Named]:
    """The questions of the C-SSRS screener, those of one moment together."""
    sheets: dict[datetime, dict[str, float]] = defaultdict(dict)
    for one in seen:
        row, answer = observation_rows().get(one.code), str(one.value).strip().lower()
        if row and row.item and answer in MARKED:
            sheets[day_of(one)][row.item] = MARKED[answer]
    for at, answers in sheets.items():
        for name, known in screening.cssrs_facts(answers).items():
            if known is not None:
                yield name, Given(known, at, "import", "C-SSRS screener")


def of_item_nine(seen: Iterable[Observation]) -> Iterator[Named]:
    """The rise of item 9 of the PHQ-9 between the last two times that it was asked.

    One time alone, or one of the two that cannot be read, leaves it unknown.
    """
    asked = {day_of(one): one for one in seen if fact_of(one) == "phq9_item9"}
    last = [asked[at] for at in sorted(asked)[-2:]]
    scores = [value_of(one, observation_rows()[one.code]) for one in last]
    known = [score for score in scores if not isinstance(score, str)]
    if len(known) == 2:
        *_, rise = screening.rises(known)
        yield "phq9_item9_rise", Given(rise, moment(last[-1].at), "import", "PHQ-9")


def fact_of(one: Observation) -> str | None:
    row = observation_rows().get(one.code)
    return row.fact if row else None


def shown(one: Observation) -> str:
    value = one.value if isinstance(one.value, str) else f"{one.value:g}"
    return f"{value} {one.unit}" if one.unit else value


def value_of(one: Observation, row: ObservationRow) -> bool | float | str:
    """The value for the fact, or in words why it answers nothing."""
    if row.fact not in screening.vocabulary():
        return row.why or "no rule asks for it"
    if isinstance(one.value, str):
        plain = AXIS.sub("", one.value.lower()).strip()
        return row.says.get(plain, "these words do not say it")
    if row.times_uln:
        return times_upper_limit(one, one.value)
    # A score has no unit; its row says so by ending in "1".
    is_score = one.unit is None and row.units[-1:] == ("1",)
    if is_score or not {one.unit, one.ucum}.isdisjoint(row.units):
        return one.value
    return "its unit is not that of the rule"


def times_upper_limit(one: Observation, value: float) -> float | str:
    if not one.high:
        return "the upper limit of its normal range is not given"
    # A range without a unit of its own is in that of the value it stands beside.
    if one.unit is None or one.high_unit not in {None, one.unit, one.ucum}:
        return "its normal range is in another unit"
    return value / one.high


def liver_panel(answers: Iterable[Named]) -> Iterator[Named]:
    """All five are there: the panel is on file, and as old as the oldest of the newest five."""
    held = newest(answers)
    days = [held[name].at for name in LIVER_PANEL if name in held]
    known = [at for at in days if at is not None]
    if len(known) == len(LIVER_PANEL):
        yield "liver_panel_on_file", Given(True, min(known), "import", None)


def of_medicines(read: Imported) -> tuple[Recognised, ...] | None:
    """Each medicine taken now, once; one that could not be read at all keeps the list open."""
    taken = [recognised(one) for one in read.medicines if one.status not in NOT_TAKEN_NOW]
    named = [*taken, *unread_medicines(read)]
    if not named and not any(kind in MEDICATION for kind, _ in read.counts):
        return None
    found: dict[tuple[str, tuple[str, ...]], Recognised] = {}
    for each in named:
        found.setdefault((each.text, each.ingredients), each)
    return tuple(found.values())


def recognised(one: Medicine) -> Recognised:
    coded = [each.code for each in one.codings if each.system == RXNORM and each.code]
    known = next((code for code in coded if screening.recognise("", code).ingredients), one.rxnorm)
    named = screening.recognise(one.text, known)
    return replace(named, origin="import", at=moment(one.authored))


def unread_medicines(read: Imported) -> Iterator[Recognised]:
    """A medicine that could not be read, or stands on a page not sent, is one nobody recognised."""
    for one in read.not_understood:
        if one.resource_type in MEDICATION and not one.why.startswith(NO_MEDICINE):
            yield unknown_medicine(f"{one.where}: {one.why}")
    if any("one page of several" in one.words for one in read.warnings):
        yield unknown_medicine("further pages of the record, which were not sent")


def unknown_medicine(text: str) -> Recognised:
    return Recognised(text=text, ingredients=(), classes=(), recognised=False, origin="import")
