"""What one file of another system tells screening: facts, medicines, and what it leaves open."""

from __future__ import annotations

import re
from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from kapstone import screening
from kapstone.fhir.codes import RXNORM, observation_rows
from kapstone.fhir.dates import exact_day, moment
from kapstone.fhir.measured import day_of, of_signs
from kapstone.fhir.taken import of_medicines
from kapstone.fhir.values import (
    Allergy,
    Condition,
    Imported,
    Observation,
    Person,
    When,
)
from kapstone.screening import Given, Recognised, Suggestion

Named = tuple[str, Given]

KETAMINE = frozenset({"ketamine", "esketamine"})
LIVER_PANEL = tuple(f"{name}_times_uln" for name in ("alt", "ast", "alp", "ggt", "bilirubin"))


@dataclass(frozen=True, slots=True)
class NotWeighed:
    """Something of the record that no rule weighs, and why; it is never taken as clear."""

    text: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a record tells screening.

    `medicines` is None when the file names none that may be taken now, since then nobody asked.
    `suggested` waits for a person; `not_weighed` names the rest.
    """

    facts: screening.Facts
    medicines: tuple[Recognised, ...] | None
    suggested: tuple[Suggestion, ...]
    not_weighed: tuple[NotWeighed, ...]


def told(read: Imported, now: datetime) -> Told:
    """Everything that a file answers, asks, or leaves unweighed at `now` (aware).

    Of several answers to a fact the newest counts, of one moment the graver, and of what does not
    age the gravest; the order of the file says nothing. A diagnosis never answers no.
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
    merged = screening.counted(found)
    left += unordered(found, merged)
    facts = screening.without_overtaken(merged)
    facts = {name: one for name, one in facts.items() if not disputed(name, one, diagnosed)}
    return Told(
        facts=facts,
        medicines=of_medicines(read),
        suggested=tuple(one for one in dict.fromkeys(suggested) if adds(one, facts)),
        not_weighed=tuple(left),
    )


def unordered(found: Iterable[Named], merged: screening.Facts) -> Iterator[NotWeighed]:
    """What nobody can weigh, since one moment has two answers and neither is the graver."""
    for name in dict.fromkeys(name for name, _ in found if name not in merged):
        yield NotWeighed(screening.fact(name).ask, "two answers of one moment differ")


def disputed(name: str, given: Given, diagnosed: Iterable[object]) -> bool:
    """Whether words of the record raise what the answer denies; then a person is asked [ENG-04]."""
    raised = [one for one in diagnosed if isinstance(one, Suggestion) and one.fact == name]
    return any(one.value is not None and is_graver(one, given) for one in raised)


def is_graver(one: Suggestion, given: Given) -> bool:
    """Whether it says something graver than what was answered, or what nobody can order."""
    if one.value is None or one.value == given.value:
        return False
    of = screening.fact(one.fact)
    answered, raised = of.gravity(given.value), of.gravity(one.value)
    return answered is None or raised is None or raised > answered


def adds(one: Suggestion, facts: screening.Facts) -> bool:
    """Whether it asks for what is not answered, or says otherwise than the answer."""
    return one.fact not in facts or one.value not in {None, facts[one.fact].value}


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


def of_observations(seen: Iterable[Observation]) -> Part:
    """The newest to each fact; an older value does not stand in for a newer one nobody can read."""
    answers: list[Named] = []
    for latest in latest_of_each(seen):
        unread = [one for one in latest if isinstance(value_of(one), str)]
        for one in unread:
            yield NotWeighed(f"{one.text}: {shown(one)}", str(value_of(one)))
        # Beside one nobody can read only a yes is sure.
        read = [one for one in latest if not unread or value_of(one) is True]
        answers += (named for one in read for named in answered(one))
    yield from answers
    yield from liver_panel(answers)


def latest_of_each(seen: Iterable[Observation]) -> Iterator[list[Observation]]:
    """Those of the newest moment, for each fact whatever the code, or each code without a fact."""
    by_fact: dict[str, list[Observation]] = defaultdict(list)
    for one in seen:
        row = observation_rows().get(one.code)
        if row and not row.item:
            by_fact[row.fact or one.code].append(one)
    for several in by_fact.values():
        newest = max(map(day_of, several))
        yield [one for one in several if day_of(one) == newest]


def answered(one: Observation) -> Iterator[Named]:
    row, value, at = observation_rows()[one.code], value_of(one), moment(one.at)
    if row.fact and not isinstance(value, str):
        yield row.fact, Given(value, at, "import", shown(one))
        if row.also_yes:
            yield row.also_yes, Given(True, at, "import", one.text)


# The words of SNOMED CT end in what kind of thing is named, such as "Positive (qualifier value)".
AXIS = re.compile(r" \([a-z ]+\)$")
# LOINC's answers, in words and by code.
MARKED = {"yes": 1.0, "la33-6": 1.0, "no": 0.0, "la32-8": 0.0}


def of_screener(seen: Iterable[Observation]) -> Part:
    """The questions of the C-SSRS screener and its level; an answer nobody can read is named."""
    told = [*seen]
    yield from screening.cssrs(screeners(told)).items()
    for one in told:
        if item_of(one) and marked(one) is None:
            yield NotWeighed(f"{one.text}: {shown(one)}", unmarked(one))


def screeners(seen: Iterable[Observation]) -> Iterator[screening.Screener]:
    """The answers of one moment are one sheet; of two to one question there, yes wins."""
    sheets: dict[datetime, dict[str, set[float | None]]] = defaultdict(lambda: defaultdict(set))
    for one in seen:
        if item := item_of(one):
            sheets[day_of(one)][item].add(marked(one))
    for at, items in sheets.items():
        answers = {item: gravest_mark(told) for item, told in items.items()}
        yield screening.Screener(at=at, answers=answers, origin="import")


def gravest_mark(told: set[float | None]) -> float | None:
    top = max((each for each in told if each is not None), default=0.0)
    return None if top == 0 and None in told else top


def item_of(one: Observation) -> str | None:
    row = observation_rows().get(one.code)
    return row.item if row else None


def marked(one: Observation) -> float | None:
    """What was marked: 1 for yes and 0 for no, or one of the answers that the row names."""
    row, said = observation_rows()[one.code], one.value
    words = said if isinstance(said, str) else f"{said:g}"
    return (row.says or MARKED).get(AXIS.sub("", words.strip().lower()))


def unmarked(one: Observation) -> str:
    row = observation_rows()[one.code]
    return "these words do not say it" if row.says else "it is neither yes nor no"


def of_item_nine(seen: Iterable[Observation]) -> Iterator[Named]:
    """The rise of item 9 of the PHQ-9 between the last two times that it was asked.

    One time alone, or one of the two that cannot be read, leaves it unknown.
    """
    asked: dict[datetime, list[bool | float | str]] = defaultdict(list)
    for one in seen:
        if fact_of(one) == "phq9_item9":
            asked[day_of(one)].append(value_of(one))
    last = sorted(asked)[-2:]
    known = [score for at in last for score in asked[at] if not isinstance(score, str)]
    if len(last) == 2 and len(known) == sum(len(asked[at]) for at in last):
        *_, rise = screening.rises(max(map(float, asked[at])) for at in last)
        yield "phq9_item9_rise", Given(rise, last[-1], "import", "PHQ-9")


def fact_of(one: Observation) -> str | None:
    row = observation_rows().get(one.code)
    return row.fact if row else None


def shown(one: Observation) -> str:
    value = one.value if isinstance(one.value, str) else f"{one.value:g}"
    return f"{value} {one.unit}" if one.unit else value


def value_of(one: Observation) -> bool | float | str:
    """The value for the fact, or in words why it answers nothing."""
    row = observation_rows()[one.code]
    of = screening.vocabulary().get(row.fact or "")
    if of is None:
        return row.why or "no rule asks for it"
    if isinstance(one.value, str):
        plain = AXIS.sub("", one.value.lower()).strip()
        return row.says.get(plain, "these words do not say it")
    if row.times_uln:
        return times_upper_limit(one, one.value)
    # A score has no unit; its row says so by ending in "1".
    is_score = one.unit is None and row.units[-1:] == ("1",)
    if not is_score and {one.unit, one.ucum}.isdisjoint(row.units):
        return "its unit is not that of the rule"
    return f"it is not {screening.expected(of)}" if of.is_part(one.value) else one.value


def times_upper_limit(one: Observation, value: float) -> float | str:
    if not one.high:
        return "the upper limit of its normal range is not given"
    # A range without a unit of its own is in that of the value it stands beside.
    if one.unit is None or one.high_unit not in {None, one.unit, one.ucum}:
        return "its normal range is in another unit"
    return value / one.high


def liver_panel(answers: Iterable[Named]) -> Iterator[Named]:
    """All five are there: the panel is on file, and as old as the oldest of the newest five."""
    held = screening.newest(answers)
    days = [held[name].at for name in LIVER_PANEL if name in held]
    known = [at for at in days if at is not None]
    if len(known) == len(LIVER_PANEL):
        yield "liver_panel_on_file", Given(True, min(known), "import", None)
