"""What a therapist outside may read: what there is to allow, what is allowed now, and how it reads.

All of it is worked out as it is read, out of what was ticked and stands still. What is not listed
in `available` can be allowed by nobody: no note, no first words, nothing of a couple, no answer of
a screening for safety, no medicine, no dose.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.core import signing
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kapstone.instruments import Instrument
from kapstone.web.records import definitions
from kapstone.web.records.models import (
    Appointment,
    Commitment,
    IntegrationContact,
    OutsideAllowed,
    OutsideTherapist,
    Person,
    PreparationAnswer,
    Session,
    SheetScore,
)
from kapstone.web.records.session_facts import with_story

SALT = "page of a therapist outside"
DATES, SESSIONS, MEASURE, INTENTION, COMMITMENT = (
    *("dates", "sessions", "measure", "intention", "commitment"),
)
# What a total may be about: never suicide, substances, violence, or the work with the team.
OPEN_DOMAINS = frozenset(
    {"depression", "anxiety", "insomnia", "functioning", "demoralization", "trauma", "mood"}
)
MEETINGS: dict[str, Promise] = {
    "preparation": _("Preparation"),
    "integration": _("Integration session"),
}
CHECKED: dict[str, Promise] = {
    "kept": _("kept"),
    "changed": _("changed"),
    "let_go": _("let go"),
}
MOST_ROWS = 50


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that can be allowed, by the key that names it."""

    key: str
    title: str


@dataclass(frozen=True, slots=True)
class Part:
    """One thing as it is read: lines of a day, None where there is none, and words."""

    key: str
    title: str
    lines: Sequence[tuple[date | None, str]]


def token_of(therapist: OutsideTherapist) -> str:
    """What stands in the address of their page; alone it opens nothing."""
    return signing.Signer(salt=SALT).sign(str(therapist.pk))


def therapist_of(token: str) -> OutsideTherapist | None:
    """Whose address it is; None for one that was never made."""
    try:
        pk = signing.Signer(salt=SALT).unsign(token)
    except signing.BadSignature:
        return None
    rows = OutsideTherapist.objects.filter(pk=pk)
    found: OutsideTherapist | None = rows.select_related("person__practice", "by").first()
    return found


def allowed_now(therapist: OutsideTherapist, *, now: datetime) -> OutsideAllowed | None:
    """What holds at this moment; None once it was taken back or its time is over."""
    row: OutsideAllowed | None = OutsideAllowed.objects.newest(therapist=therapist)
    return None if row is None or row.ended or row.expires_at <= now else row


def open_ones(person: Person, *, now: datetime) -> QuerySet[OutsideAllowed]:
    """What a person allows now, to whomever."""
    rows: QuerySet[OutsideAllowed] = OutsideAllowed.objects.standing()
    return rows.filter(therapist__person=person, ended=False, expires_at__gt=now)


def end_of(day: date, person: Person) -> datetime:
    """The midnight after a day, by the practice's clock."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=person.practice.zone)


# What there is


def intentions(person: Person) -> QuerySet[PreparationAnswer]:
    """What they wrote as their intention, as it stands."""
    rows: QuerySet[PreparationAnswer] = PreparationAnswer.objects.standing()
    mine = rows.filter(course__person=person, question="intention").exclude(value=None)
    return mine.order_by("-at", "-pk")


def commitments(person: Person) -> QuerySet[Commitment]:
    rows: QuerySet[Commitment] = Commitment.objects.standing()
    mine = rows.filter(course__person=person).prefetch_related("check_ins")
    return mine.order_by("-at", "-pk")


def scores(person: Person) -> list[SheetScore]:
    """The totals that may be read by somebody outside, the oldest first."""
    rows = SheetScore.objects.standing().filter(sheet__course__person=person)
    found = rows.exclude(total=None).select_related("sheet").order_by("at", "pk")
    return [row for row in found if is_open(definitions.of_sheet(row.sheet))]


def is_open(of: Instrument) -> bool:
    return of.domain in OPEN_DOMAINS and not of.private


def available(person: Person) -> list[Item]:
    """All that the person can tick; what is not here cannot be read."""
    measured = {row.sheet.instrument: definitions.of_sheet(row.sheet) for row in scores(person)}
    total, meant, small = gettext("Total of"), gettext("My intention"), gettext("A small thing")
    taken_on = commitments(person)
    return [
        Item(DATES, gettext("The dates that are planned")),
        Item(SESSIONS, gettext("That a session was held, and when; nothing medical")),
        *(
            Item(f"{MEASURE}:{name}", f"{total} {of.short}")
            for name, of in sorted(measured.items())
        ),
        *(
            Item(own(INTENTION, row), f"{meant}, {in_full(day(row.at))}: {row.value}")
            for row in intentions(person)[:MOST_ROWS]
        ),
        *(
            Item(
                own(COMMITMENT, row), f"{small}, {in_full(row.due_on or day(row.at))}: {row.words}"
            )
            for row in taken_on[:MOST_ROWS]
        ),
    ]


def in_full(on: date) -> str:
    """A day as it is told: the same words taken on twice are told apart by it."""
    return f"{on.day} {on:%B %Y}"


def own(kind: str, row: PreparationAnswer | Commitment) -> str:
    """The key of one thing of theirs: with its row, so that a later wording is ticked anew."""
    return f"{kind}:{row.pk}"


def keys(person: Person) -> list[str]:
    return [item.key for item in available(person)]


def titles(person: Person, allowed: Iterable[str]) -> list[str]:
    """What is allowed, by its name; what does not stand any more is left out."""
    wanted = set(allowed)
    return [item.title for item in available(person) if item.key in wanted]


# How it reads


def shown(person: Person, allowed: Iterable[str], *, now: datetime) -> list[Part]:
    """What is allowed and stands, in the order of `available`; nothing else of the chart."""
    wanted = set(allowed)
    parts = (
        *([Part(DATES, gettext("Planned"), planned(person, now))] if DATES in wanted else []),
        *([Part(SESSIONS, gettext("Held"), held(person))] if SESSIONS in wanted else []),
        *measures(person, wanted),
        *in_their_words(person, wanted),
    )
    return list(parts)


def planned(person: Person, now: datetime) -> list[tuple[date | None, str]]:
    """Dates to come: sessions without what is given, and meetings without with whom."""
    rows = with_story(Session.objects.standing().filter(course__person=person, discharge=None))
    ahead = rows.exclude(cancelled=True).filter(planned_for__gte=now, started_at=None)
    met = Appointment.objects.standing().filter(course__person=person, cancelled=False)
    met = met.filter(kind__in=MEETINGS, starts_at__gte=now)
    found = [(row.planned_for, f"{gettext('Session')} {row.number}") for row in ahead]
    found += [(row.starts_at, str(MEETINGS[row.kind])) for row in met]
    return [(day(at), words) for at, words in sorted(found)[:MOST_ROWS]]


def held(person: Person) -> list[tuple[date | None, str]]:
    """That a session was held, and whether it was talked over; not what, how much, or how."""
    rows = with_story(Session.objects.standing().filter(course__person=person))
    contacts = IntegrationContact.objects.standing().filter(course__person=person)
    talked = {row.session_id: row.at for row in contacts.filter(~Q(session=None)).order_by("-at")}
    return [
        (day(row.started_at), in_words(row.number, talked.get(row.pk)))
        for row in rows.exclude(started_at=None).order_by("-started_at")[:MOST_ROWS]
    ]


def in_words(number: int, talked: datetime | None) -> str:
    words = f"{gettext('Session')} {number}"
    return f"{words}, {gettext('talked over on')} {day(talked)}" if talked else words


def measures(person: Person, wanted: set[str]) -> list[Part]:
    """The totals of what is allowed: no answer, no item, no band."""
    found: dict[str, Part] = {}
    for row in scores(person):
        key, of = f"{MEASURE}:{row.sheet.instrument}", definitions.of_sheet(row.sheet)
        if key in wanted:
            before = found[key].lines if key in found else ()
            found[key] = Part(key, of.short, (*before, (day(row.at), f"{row.total:g}")))
    return [found[key] for key in sorted(found)]


def in_their_words(person: Person, wanted: set[str]) -> list[Part]:
    told = [row for row in intentions(person) if own(INTENTION, row) in wanted]
    small = [row for row in commitments(person) if own(COMMITMENT, row) in wanted]
    meant = [(day(row.at), str(row.value)) for row in told]
    parts = (
        Part(INTENTION, gettext("Their intention"), meant),
        Part(COMMITMENT, gettext("Small things they took on"), [committed(row) for row in small]),
    )
    return [part for part in parts if part.lines]


def committed(row: Commitment) -> tuple[date | None, str]:
    """A commitment and how it went, without the words about it."""
    last = max(
        (each for each in row.check_ins.all() if each.how in CHECKED),
        key=lambda each: (each.at, each.pk),
        default=None,
    )
    return row.due_on, f"{row.words} ({CHECKED[last.how]})" if last else row.words


def day(at: datetime) -> date:
    return timezone.localtime(at).date()
