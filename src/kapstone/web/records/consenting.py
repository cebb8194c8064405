"""Which consent a course asks for, which was signed, and whether it holds."""

from __future__ import annotations

from datetime import datetime, timedelta

from kapstone import consent
from kapstone.knowledge import dose_day
from kapstone.web.records.models import Consent, Couple, Course, Roadmap, SessionPlan

AT_HOME = "lozenge_home"
A_DAY = timedelta(days=1)


def route_of(course: Course, now: datetime) -> str | None:
    """The route planned: at home where a session there is ahead or goes on, else by the roadmap,
    else by the next session; None while it is open.

    An open route shows the words of every route, so nobody is told less than they need.
    """
    plans = SessionPlan.objects.standing().filter(session__course=course, cancelled=False)
    lately = plans.filter(planned_for__gte=now - A_DAY, session__discharge=None)
    if lately.filter(route=AT_HOME).exists():
        return AT_HOME
    plan = Roadmap.objects.newest(course=course)
    if plan is not None:
        return str(plan.route)
    ahead = plans.filter(planned_for__gte=now)
    return ahead.order_by("planned_for").values_list("route", flat=True).first()


def tracks_of(course: Course, route: str | None) -> frozenset[str]:
    """The further words this course needs: for a couple, and for care from afar."""
    pairs = Couple.objects.standing().filter(ended=False)
    person = course.person_id
    tracks = set()
    if pairs.filter(person=person).exists() or pairs.filter(partner=person).exists():
        tracks.add("couples")
    if route == AT_HOME:
        tracks.add("telehealth")
    return frozenset(tracks)


def document_for(course: Course, *, now: datetime) -> consent.Document:
    """The words that this person is asked to sign now."""
    route, signed = route_of(course, now), signed_for(course)
    document = words_for(course, route)
    if signed is None or state_of(signed, now=now).yes is not True or not covers(signed, document):
        return document
    return words_for(course, route_signed(signed))


def words_for(course: Course, route: str | None) -> consent.Document:
    practice = str(course.person.practice)
    return consent.document(route=route, practice=practice, tracks=tracks_of(course, route))


def covers(signed: Consent, document: consent.Document) -> bool:
    """Whether everything in a text stood, word for word, in what was signed already."""
    told = {
        each["id"]: each["words"]
        for part in signed.document["sections"]
        for each in part["elements"]
    }
    asked = (each for part in document.sections for each in part.elements)
    return all(told.get(each.id) == each.words for each in asked)


def signed_for(course: Course) -> Consent | None:
    """The consent that stands for the course, in force or not; None when none was signed."""
    rows = Consent.objects.select_related("withdrawal", "by")
    found: Consent | None = rows.newest(course=course)
    return found


def taken_back_at(signed: Consent) -> datetime | None:
    withdrawal = getattr(signed, "withdrawal", None)
    return withdrawal.at if withdrawal else None


def state_of(signed: Consent | None, *, now: datetime) -> consent.InForce:
    """Whether it holds now, and the sentence that says why."""
    return consent.in_force(
        signed_at=signed.at if signed else None,
        version=signed.version if signed else None,
        current_version=consent.version(),
        expires_at=signed.expires_at if signed else None,
        withdrawn_at=taken_back_at(signed) if signed else None,
        now=now,
    )


def route_signed(signed: Consent) -> str | None:
    """The route whose words were signed; None when they were the words of every route."""
    route: str | None = signed.document.get("route")
    return route


def other_route(signed: Consent | None, route: str | None) -> str:
    """What to say when the plan has moved to a route the signed words do not tell of [CON-43]."""
    if signed is None or route is None or route_signed(signed) in (None, route):
        return ""
    if covers(signed, words_for(signed.course, route)):
        return ""
    was, planned = (dose_day.route_named(str(r)).label for r in (route_signed(signed), route))
    return f"What was signed tells of: {was}. The plan is now: {planned}. Ask for consent again."


def meaning() -> str:
    """What the person's signature says, word for word."""
    return consent.signature_meaning("person")
