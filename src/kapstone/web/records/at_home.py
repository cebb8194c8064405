"""A session at home as it stands: its sitter and link, what holds, what was counted and seen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core import signing
from django.db.models import Exists, OuterRef

from kapstone import at_home, monitoring, pathway, screening
from kapstone.web.records import counts, doses, facts, session_facts
from kapstone.web.records.models import (
    FAVOURABLE,
    Course,
    EmergencyEvent,
    HomeCount,
    Person,
    Reading,
    Release,
    ScreeningDecision,
    Session,
    SessionPlan,
    Sitter,
    SitterAnswer,
    SitterLink,
    SitterLook,
)

SALT = "sitter"
PLANNED = "home_session_planned"


def token_of(link: SitterLink) -> str:
    """What stands in the sitter's address; it is signed, and kept nowhere."""
    return signing.dumps(link.pk, salt=SALT)


def link_of(token: str, *, now: datetime) -> SitterLink | None:
    """The link of an address, while it holds; None when it is wrong, ended or too old."""
    return link_among(SitterLink.objects.standing(), token, now=now)


def replaced_link_of(token: str, *, now: datetime) -> SitterLink | None:
    """The link of an address that another was opened for since, for the same sitter.

    None as in `link_of`, and when the sitter's page was shut on purpose since.
    """
    shut = SitterLink.objects.filter(sitter=OuterRef("sitter"), pk__gt=OuterRef("pk"), ended=True)
    replaced = SitterLink.objects.exclude(corrected_by=None).exclude(Exists(shut))
    return link_among(replaced, token, now=now)


def link_among(rows: Any, token: str, *, now: datetime) -> SitterLink | None:
    try:
        pk = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    rows = rows.filter(pk=pk, ended=False, expires_at__gt=now, sitter__corrected_by=None)
    found: SitterLink | None = rows.select_related(
        "on_call", "sitter__session__course__person__practice"
    ).first()
    return None if found is None or called_off(found.sitter.session) else found


def called_off(session: Session) -> bool:
    return SessionPlan.objects.standing().filter(session=session, cancelled=True).exists()


def sitter_of(session: Session) -> Sitter | None:
    found: Sitter | None = Sitter.objects.newest(session=session)
    return found


def open_link(sitter: Sitter | None, *, now: datetime) -> SitterLink | None:
    """The link that a sitter's page opens by now."""
    if sitter is None:
        return None
    found = SitterLink.objects.newest(sitter=sitter)
    return found if found and not found.ended and found.expires_at > now else None


def answer_of(sitter: Sitter) -> SitterAnswer | None:
    """What the sitter said last of what is asked of them."""
    rows = SitterAnswer.objects.filter(link__sitter=sitter).order_by("-pk")
    return rows.first()


def sitter_facts(row: Sitter | None) -> at_home.Sitter | None:
    if row is None:
        return None
    said = answer_of(row)
    return at_home.Sitter(
        name=row.name,
        phone=row.phone,
        adult=row.adult,
        person_agrees=row.person_agrees,
        sitter_agrees=said.agrees if said else None,
    )


def conditions(session: Session, *, now: datetime) -> tuple[at_home.Condition, ...]:
    """What must hold before lozenges are released for this session, and whether it does."""
    return at_home.conditions(release_facts(session, now=now), now=now)


def release_facts(session: Session, *, now: datetime) -> at_home.ReleaseFacts:
    """What the chart knows of it; what it does not know stays unknown."""
    course = session.course
    before = last_release(course.person, but=session)
    return at_home.ReleaseFacts(
        criteria=criteria(course, now=now),
        sitter=sitter_facts(sitter_of(session)),
        pressure=pressure(session, now=now),
        released_before=before is not None,
        last_count=last_count(before) if before else None,
        events=events(session),
    )


def criteria(course: Course, *, now: datetime) -> at_home.Criteria:
    """What the rules for a session at home say, were it today.

    A stop that a prescriber may override, and that was weighed in the signed decision to go on, has
    been decided; one that came since has not.
    """
    known = facts.collect(course, now=now)
    known[PLANNED] = screening.Given(True, now, "clinician", None)
    medicines = facts.medicines(course)
    found = screening.screen(known, medicines=medicines, now=facts.here(course, now))
    ours, weighed = home_rules(), decided_over(course)
    stops = [one for one in found.findings if one.id in ours and one.action == "stop"]
    return at_home.Criteria(
        stops=tuple(one.title for one in stops if one.override == "none" or one.id not in weighed),
        waiting=tuple(one.title for one in found.waiting if one.id in ours),
    )


def home_rules() -> set[str]:
    """The rules that speak only where a session at home is planned."""
    return {rule.id for rule in screening.rules() if rule.only_if == PLANNED}


def decided_over(course: Course) -> set[str]:
    """The findings that lay before the prescriber who signed to go on."""
    row = ScreeningDecision.objects.standing().filter(course=course).order_by("-at", "-pk").first()
    if row is None or row.decision not in FAVOURABLE:
        return set()
    return {each["id"] for each in row.screening["findings"]}


def pressure(session: Session, *, now: datetime) -> at_home.Pressure | None:
    """The newest resting pressure of this session, judged on its own day."""
    rows = Reading.objects.standing().filter(session=session, resting=True, at__lte=now)
    readings = [
        pathway.Resting(
            at=row.at,
            systolic_bp=row.signs.get("systolic_bp"),
            diastolic_bp=row.signs.get("diastolic_bp"),
        )
        for row in rows.order_by("at", "pk")
    ]
    if not readings:
        return None
    person, last = session.course.person, readings[-1].at
    found = pathway.judge_pressure(
        readings,
        age=person.age(now.date()),
        at_home=True,
        now=last.astimezone(person.practice.zone),
    )
    within = {"ok": True, "unknown": None}.get(found.state, False)
    return at_home.Pressure(at=last, within=within, says=found.says)


def release_of(session: Session) -> Release | None:
    """What was released for this session; None also when it was typed wrongly and taken back."""
    rows = Release.objects.standing().filter(session=session, units__gt=0)
    found: Release | None = rows.select_related("holding", "by").first()
    return found


def releases_of(session: Session) -> list[Release]:
    """Every release of the session, also one that was taken back and the row that took it back."""
    return list(Release.objects.filter(session=session).select_related("by").order_by("number"))


def last_release(person: Person, *, but: Session) -> Release | None:
    """The newest release to this person for another session."""
    rows = Release.objects.standing().filter(session__course__person=person, units__gt=0)
    rows = rows.exclude(session=but)
    found: Release | None = rows.order_by("-at", "-pk").first()
    return found


def counted(release: Release, moment: str) -> HomeCount | None:
    found: HomeCount | None = HomeCount.objects.newest(release=release, moment=moment)
    return found


def is_explained(count: HomeCount) -> bool:
    return hasattr(count, "explained")


def differing(release: Release) -> list[HomeCount]:
    """Its counts that do not agree, or of which nobody can say whether they do."""
    rows = release.counts.standing().order_by("at", "pk")
    return [row for row in rows if result(row).agrees is not True]


def result(count: HomeCount) -> at_home.Count:
    return at_home.Count(count.expected, count.counted)


def last_count(release: Release) -> at_home.LastCount:
    """How a release was counted; unknown until it was counted after the session."""
    last = counted(release, "after")
    if last is None:
        number = release.session.number
        return at_home.LastCount(agrees=None, says=f"Session {number} was not counted afterwards.")
    apart = differing(release)
    says = " ".join(result(row).says for row in (apart or [last]))
    explained = bool(apart) and all(map(is_explained, apart))
    return at_home.LastCount(agrees=not apart, explained=explained, says=says)


def left_before(session: Session) -> int | None:
    """What should still be at home of earlier releases; None when the last was not counted."""
    before = last_release(session.course.person, but=session)
    if before is None:
        return 0
    last = counted(before, "after")
    return last.counted if last else None


def events(session: Session) -> tuple[str, ...]:
    """The emergencies of this person's other sessions at home."""
    plans = SessionPlan.objects.standing().filter(session=OuterRef("session"), at_home=True)
    rows = EmergencyEvent.objects.standing().filter(Exists(plans))
    rows = rows.filter(session__course__person=session.course.person).exclude(session=session)
    known = monitoring.emergencies()
    return tuple(known[row.emergency].label for row in rows if row.emergency in known)


def looks_of(session: Session) -> list[SitterLook]:
    rows = SitterLook.objects.filter(link__sitter__session=session)
    return list(rows.order_by("at", "pk"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Evening:
    """The watch of one session at home as a page shows it; `rows` the newest look first.

    `ended_at` is None while the watch goes on, also when the person has ended the session.
    """

    standing: at_home.Standing
    rows: tuple[SitterLook, ...]
    started_at: datetime | None
    ended_at: datetime | None


def evening(session: Session, *, now: datetime) -> Evening:
    """How the sitter's watch stands."""
    row = session_facts.story_of(session.pk)
    started = row["started_at"]
    # A second dose starts the least time anew.
    _, last_dose = doses.first_and_last(session)
    ended = at_home.watch_ends(
        started=last_dose or started, stopped=row["stopped_at"], let_go=row["discharged_at"]
    )
    rows = looks_of(session)
    looks = [at_home.Look(each.at, each.saw) for each in rows]
    standing = at_home.standing(looks, started=started, ended=ended, now=now)
    return Evening(
        standing=standing,
        rows=tuple(reversed(rows)),
        started_at=started,
        ended_at=ended if ended and ended <= now else None,
    )


def is_at_home(session: Session) -> bool:
    plan = SessionPlan.objects.newest(session=session)
    return bool(plan and plan.at_home and not plan.cancelled)


def running() -> Any:
    """Sessions at home that began, and whose person nobody has let go yet."""
    plans = SessionPlan.objects.standing().filter(session=OuterRef("pk"), at_home=True)
    return counts.under_way(Session.objects.filter(Exists(plans)))


def stay(session: Session) -> monitoring.Presence | None:
    """The sitter beside the person, from the moment they agreed; they leave with the session."""
    row = sitter_of(session)
    said = answer_of(row) if row else None
    if row is None or said is None or not said.agrees:
        return None
    return monitoring.Presence(person=row.name, role="sitter", came_at=said.at)
