"""Everything that screening may know of a person, each fact with where it came from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain
from typing import Any

from django.utils import timezone

from kapstone import fhir, intake, screening
from kapstone.screening.candidates import readiness_score
from kapstone.web.records import other_records
from kapstone.web.records.models import (
    Course,
    GivenFact,
    IntakeAnswer,
    MedicineMeaning,
    Reading,
    SheetScore,
    Statement,
)

Named = tuple[str, screening.Given]

RISK_SHEETS = ("cssrs-screener", "cssrs-since", "phq9")
# A line without a name is still a medicine, and one that nobody could recognise.
NAMELESS = "a medicine without its name"
# What is measured here at rest.
MEASURED = {
    "heart_rate": "heart_rate_bpm",
    "oxygen_saturation": "oxygen_saturation_percent",
}
STILL_OPEN = screening.Recognised(
    text="the person's own list is not given yet", ingredients=(), classes=(), recognised=False
)


def here(course: Course, now: datetime) -> datetime:
    """The moment by the practice's clock: a day of screening is a day there, for whoever asks."""
    return now.astimezone(course.person.practice.zone)


def screen(course: Course, *, now: datetime) -> screening.Screening:
    """What the rules say of this person now."""
    known, taken = collect(course, now=now), medicines(course)
    return screening.screen(known, medicines=taken, now=here(course, now))


def collect(course: Course, *, now: datetime) -> dict[str, screening.Given]:
    """The answer to each fact that counts: the newest, but none that silences a graver one.

    A person's newer "not sure" does not wipe out an older answer; how old an answer may be is for
    the vocabulary to say. A row that the vocabulary of today cannot read is as good as not given.
    """
    now = here(course, now)
    found = weighed(course, now)
    for name, given in readiness_score(found, now).items():
        if name not in found or when((name, found[name])) <= when((name, given)):
            found[name] = given
    return found


def weighed(course: Course, now: datetime) -> dict[str, screening.Given]:
    found = screening.counted(readable(sources(course, now)), set_aside(course))
    return screening.without_overtaken(found)


def readable(told: Iterable[Named]) -> Iterator[Named]:
    """Without what the vocabulary of today cannot read."""
    known = screening.vocabulary()
    return (each for each in told if each[0] in known and known[each[0]].accepts(each[1].value))


def differing(course: Course, *, now: datetime) -> dict[str, list[screening.Given]]:
    """The yes-or-no and worded facts to which those who were asked gave different answers.

    The newest answer of each origin, the one that counts first, then newest first. A record that
    the person denies stands there with their no.
    """
    now = here(course, now)
    counts, newest = weighed(course, now), defaultdict[str, dict[str, screening.Given]](dict)
    denied = [each for pair in other_records.denials(course.person, now) for each in pair]
    for name, given in readable(sorted([*sources(course, now), *denied], key=when)):
        if screening.fact(name).kind != "number":
            newest[name][given.origin] = given
    shown = {name: first(counts.get(name), told.values()) for name, told in newest.items()}
    return {name: told for name, told in shown.items() if len({each.value for each in told}) > 1}


def first(counts: screening.Given | None, told: Iterable[screening.Given]) -> list[screening.Given]:
    """The answer that counts, then the others from the newest on."""
    others = sorted((each for each in told if each != counts), key=when_of, reverse=True)
    return others if counts is None else [counts, *others]


def overruled(course: Course, name: str, value: Any, *, now: datetime) -> list[screening.Given]:
    """The answers that would stand over this one, were it a clinician's of now."""
    of, now = screening.fact(name), here(course, now)
    mine = screening.Given(value, now, "clinician", None)
    aside = [*set_aside(course)]
    return [
        given
        for told, given in readable(sources(course, now))
        if told == name
        and screening.stands_over(given, mine, of)
        and not any(screening.same(one, (told, given)) for one in aside)
    ]


def set_aside(course: Course) -> Iterator[Named]:
    """The answers that prescribers have settled, each as it was told."""
    rows = GivenFact.objects.standing().filter(person=course.person).exclude(settles=[])
    for row in rows:
        yield from ((row.fact, given) for given in settled_by(row))


def settled_by(row: GivenFact) -> Iterator[screening.Given]:
    """The answers that one row sets aside; their words stand where they were told."""
    for each in row.settles:
        at = datetime.fromisoformat(each["at"])
        yield screening.Given(each["value"], at, each["origin"], None)


def when(named: Named) -> datetime:
    return when_of(named[1])


def when_of(given: screening.Given) -> datetime:
    if given.at is None:
        raise ValueError(f"{given}: a fact of the chart always has its time")
    return given.at


def sources(course: Course, now: datetime) -> Iterator[Named]:
    yield from from_person(course, now)
    yield from from_intake(course)
    yield from other_records.answers(course.person, now)
    yield from from_readings(course, now)
    yield from from_instruments(course)
    yield from from_clinicians(course)


def from_person(course: Course, now: datetime) -> Iterator[Named]:
    """The age now; its date is the day the birth date was written down."""
    age = course.person.age(now.date())
    if age is not None:
        yield "age_years", screening.Given(float(age), course.at, "person", None)


def from_intake(course: Course) -> Iterator[Named]:
    rows = {row.question: row for row in answers_of(course)}
    told = intake.facts({question: row.value for question, row in rows.items()})
    for question, row in rows.items():
        fact = intake.question(question).fact
        value = told.get(fact) if fact else None
        if fact and value is not None:
            yield fact, screening.Given(value, row.at, "person", row.words or None)
    yield from body_mass(rows)


def body_mass(rows: Mapping[str, IntakeAnswer]) -> Iterator[Named]:
    """The body mass index from the height and the weight that the person gave, kg/m2."""
    height, weight = rows.get("height_cm"), rows.get("weight_kg")
    if height is None or weight is None:
        return
    tall_cm, heavy_kg = above_zero(height.value), above_zero(weight.value)
    if tall_cm is None or heavy_kg is None:
        return
    words = f"{height.words}, {weight.words}"
    bmi = heavy_kg / (tall_cm / 100) ** 2
    yield "bmi", screening.Given(bmi, min(height.at, weight.at), "person", words)


def above_zero(value: Any) -> float | None:
    """A measure as a number; None for anything that cannot be one."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and value > 0 else None


def answers_of(course: Course) -> list[IntakeAnswer]:
    return list(IntakeAnswer.objects.standing().filter(course=course).order_by("at", "pk"))


def from_readings(course: Course, now: datetime) -> Iterator[Named]:
    """Vital signs measured here at rest, before a dose; those under ketamine say something else.

    Blood pressure counts with that of other records, as the mean of two readings.
    """
    rows = Reading.objects.standing().filter(session__course__person=course.person, resting=True)
    pressures = [*other_records.pressures(course.person)]
    for row in rows.order_by("at", "pk"):
        upper, lower = row.signs.get("systolic_bp"), row.signs.get("diastolic_bp")
        pressures.append(screening.Pressure(at=row.at, systolic=upper, diastolic=lower))
        for name, value in row.signs.items():
            if name in MEASURED and value is not None:
                yield MEASURED[name], screening.Given(value, row.at, "reading", None)
    yield from screening.resting(pressures, now).items()


def from_instruments(course: Course) -> Iterator[Named]:
    """What the C-SSRS screener and item 9 of the PHQ-9 say, and whether the one followed.

    The screeners of other records are weighed with those answered here, each at its own time.
    """
    asked = SheetScore.objects.standing().filter(sheet__course=course).select_related("sheet")
    rows = [*asked.filter(sheet__instrument__in=RISK_SHEETS).order_by("at")]
    yield from followed(rows)
    own = (
        screening.Screener(at=row.at, answers=row.answers, origin="instrument")
        for row in rows
        if row.sheet.instrument == "cssrs-screener"
    )
    yield from screening.cssrs([*other_records.screeners(course.person), *own]).items()
    yield from item_nine(row for row in rows if row.sheet.instrument == "phq9")


def followed(rows: Sequence[SheetScore]) -> Iterator[Named]:
    """Whether a C-SSRS was answered on the day of the newest item 9, or since [SUI-P1 to P3]."""
    nines = [row for row in rows if row.answers.get("self_harm") is not None]
    if not nines:
        return
    day = timezone.localdate(nines[-1].at)
    whole = [row for row in rows if not row.missing]
    asked = [row for row in whole if row.sheet.instrument.startswith("cssrs")]
    since = any(timezone.localdate(row.at) >= day for row in asked)
    at = max(row.at for row in rows) if since else nines[-1].at
    yield "cssrs_after_item9", screening.Given(since, at, "instrument", "C-SSRS")


def item_nine(sheets: Iterable[SheetScore]) -> Iterator[Named]:
    """Item 9 of each sheet, and its rise since the one before that answered it, else since 0."""
    answered = [(row.at, row.answers.get("self_harm")) for row in sheets]
    known = [(at, value) for at, value in answered if value is not None]
    for (at, value), rise in zip(known, screening.rises(value for _, value in known), strict=True):
        yield "phq9_item9", screening.Given(value, at, "instrument", "PHQ-9")
        yield "phq9_item9_rise", screening.Given(rise, at, "instrument", "PHQ-9")


def from_clinicians(course: Course) -> Iterator[Named]:
    """What staff wrote down; "not known" takes back what was said from the same origin before."""
    said: dict[tuple[str, str], list[Named]] = defaultdict(list)
    for row in GivenFact.objects.standing().filter(person=course.person).order_by("at", "pk"):
        given = screening.Given(row.value, row.at, row.origin, row.words or None)
        if row.value is None:
            said[row.fact, row.origin].clear()
        else:
            said[row.fact, row.origin].append((row.fact, given))
    yield from chain.from_iterable(said.values())


def givers(course: Course) -> dict[tuple[str, datetime], str]:
    """Who on staff wrote a fact, by the fact and its time."""
    rows = GivenFact.objects.filter(person=course.person).select_related("by").order_by("pk")
    return {(row.fact, row.at): row.by.signed_name for row in rows}


def medicines(course: Course) -> list[screening.Recognised] | None:
    """Every medicine the person or another record names; None when nothing is known yet.

    The list is whole only with the person's own word: a no, or the names after a yes. Until then
    what another record names is weighed, and one entry nobody can read keeps the question open.
    """
    takes, named = own_list(course)
    found: dict[tuple[str, tuple[str, ...]], screening.Recognised] = {}
    for line, row in with_words(course, named):
        each = as_meant(line, row)
        found.setdefault((each.text, each.ingredients), each)
    if takes is False or (takes and named):
        return [*found.values()]
    return [*found.values(), STILL_OPEN] if found else None


def own_list(course: Course) -> tuple[bool | None, list[screening.Recognised]]:
    """Whether the person takes any, and the lines of their own list; a no takes a list back."""
    told = {row.question: row for row in answers_of(course)}
    takes = told["takes_medicines"].value if "takes_medicines" in told else None
    listed = told.get("medicines") if takes is not False else None
    return takes, on_own_list(listed)


def on_own_list(listed: IntakeAnswer | None) -> list[screening.Recognised]:
    """The medicines that the person wrote down."""
    if listed is None:
        return []
    return [replace(line_read(line), origin="person", at=listed.at) for line in listed.value or []]


def line_read(line: Mapping[str, str | None]) -> screening.Recognised:
    """A line is read by its name and shown whole, with how much and how often.

    What stands beside the name counts where it names another medicine, or doubts this one.
    """
    name = line.get("name") or NAMELESS
    by_name = screening.recognise(name)
    if name == NAMELESS:
        return by_name
    beside = (line.get("dose"), line.get("how_often"))
    whole = screening.recognise(", ".join([name, *filter(None, beside)]))
    return whole if whole.ingredients != by_name.ingredients else replace(by_name, text=whole.text)


def written(course: Course) -> list[tuple[screening.Recognised, MedicineMeaning | None]]:
    """Each line as it was written, with the clinician's word that counts for it."""
    return with_words(course, own_list(course)[1])


def with_words(
    course: Course, named: Sequence[screening.Recognised]
) -> list[tuple[screening.Recognised, MedicineMeaning | None]]:
    meant = meanings(course)
    return [(line, word_on(line, meant)) for line in [*named, *on_other_records(course)]]


def meanings(course: Course) -> dict[str, MedicineMeaning]:
    """What clinicians said that this person's lines mean, by the line as it was written."""
    rows = MedicineMeaning.objects.standing().filter(person=course.person).select_related("by")
    return {row.text: row for row in rows.order_by("pk")}


def word_on(
    line: screening.Recognised, meant: Mapping[str, MedicineMeaning]
) -> MedicineMeaning | None:
    """The clinician's word on a line, where it still counts.

    "None of the list" may have been "not taken any more": a line written after it is a new one.
    """
    row = meant.get(line.text) or word_on_name(line, meant)
    again = row is not None and line.at is not None and line.at > row.at
    return None if row is not None and again and not row.ingredients else row


def word_on_name(
    line: screening.Recognised, meant: Mapping[str, MedicineMeaning]
) -> MedicineMeaning | None:
    """A word from when a line was shown by its name alone: it holds until the list is rewritten."""
    if line.origin != "person" or line.at is None:
        return None
    for text, row in meant.items():
        if row.ingredients and row.at >= line.at and line.text.startswith(f"{text}, "):
            return row
    return None


def as_meant(line: screening.Recognised, row: MedicineMeaning | None) -> screening.Recognised:
    """The line as a clinician said it is meant, where one did."""
    return line if row is None else screening.confirmed(line, row.ingredients, at=row.at)


def can_be_meant(line: screening.Recognised) -> bool:
    """Whether a clinician can say what a line means: it has to name something."""
    return line.text not in {NAMELESS, STILL_OPEN.text}


def on_other_records(course: Course) -> list[screening.Recognised]:
    """The medicines that an import names and does not call ended."""
    rows = Statement.objects.standing().filter(person=course.person, kind="medicine")
    taken = rows.exclude(status__in=fhir.NOT_TAKEN_NOW).order_by("pk")
    return [told_by(row.text, row.code or None, "import", row.at) for row in taken]


def told_by(text: str, code: str | None, origin: str, at: datetime) -> screening.Recognised:
    return replace(screening.recognise(text, code), origin=origin, at=at)
