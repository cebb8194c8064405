"""What waits for whom: one queryset a kind, small enough to count on every page.

Each course that has a date for what waits carries it as `due`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    Case,
    Count,
    DateTimeField,
    Exists,
    F,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce

from kapstone import pathway
from kapstone.web.accounts.models import User
from kapstone.web.accounts.roles import FRONT_DESK, PRESCRIBER, SESSION_MONITOR, THERAPIST
from kapstone.web.records.counts import how_many
from kapstone.web.records.emdr import calls_owed
from kapstone.web.records.models import (
    FAVOURABLE,
    Appointment,
    ArticleQuestion,
    Consent,
    Consultation,
    Course,
    Discharge,
    IntakeFinished,
    IntegrationContact,
    LookAgain,
    Phase,
    Preparation,
    Review,
    Roadmap,
    ScreeningDecision,
    SessionPlan,
    Sheet,
)
from kapstone.web.records.next_step import to_choose
from kapstone.web.records.pathway import is_on_the_road
from kapstone.web.records.sheets import OVERDUE_AFTER

AHEAD = timedelta(days=3)
# A time agreed for yesterday still says when it was due.
LATELY = timedelta(days=1)
WENT_HOME_BEFORE = Q(session__course=OuterRef("session__course"), at__lte=OuterRef("at"))

Courses = QuerySet[Course]


@dataclass(frozen=True, slots=True)
class Waiting:
    """One kind of thing that waits: for which roles, what it says, where it is done.

    `by_another`: not for whoever signed the decision it hangs on. `after_the_end`: it waits as
    well when the course has ended.
    """

    kind: str
    title: str
    roles: frozenset[str]
    url_name: str
    find: Callable[[Courses, datetime], Courses]
    by_another: bool = False
    after_the_end: bool = False


def has(table: Any, path: str = "course", **also: Any) -> Exists:
    return Exists(table.objects.standing().filter(**{path: OuterRef("pk")}, **also))


def booked(kind: str, **also: Any) -> Subquery:
    """The first time that was agreed for this kind of meeting."""
    rows = Appointment.objects.standing().filter(
        course=OuterRef("pk"), kind=kind, cancelled=False, **also
    )
    return Subquery(rows.order_by("starts_at").values("starts_at")[:1])


def calls_to_book(courses: Courses, now: datetime) -> Courses:
    agreed = has(Appointment, kind="consultation", cancelled=False)
    return courses.filter(~agreed, ~has(Consultation))


def calls_to_hold(courses: Courses, now: datetime) -> Courses:
    dated = courses.annotate(due=booked("consultation"))
    return dated.filter(~has(Consultation), due__lt=now + AHEAD)


def intake_open(courses: Courses, now: datetime) -> Courses:
    return courses.filter(has(Consultation, fit=True), ~has(IntakeFinished))


def screening_to_decide(courses: Courses, now: datetime) -> Courses:
    dated = courses.annotate(due=booked("screening", starts_at__gte=now - LATELY))
    return dated.filter(has(IntakeFinished), ~has(ScreeningDecision))


def next_session(now: datetime) -> Subquery:
    """When the next medicine session is planned for."""
    ahead = SessionPlan.objects.standing().filter(
        session__course=OuterRef("pk"), cancelled=False, planned_for__gte=now - LATELY
    )
    return Subquery(ahead.order_by("planned_for").values("planned_for")[:1])


def of_newest_decision(field: str) -> Subquery:
    rows = ScreeningDecision.objects.standing().filter(course=OuterRef("pk"))
    return Subquery(rows.order_by("-at", "-pk").values(field)[:1])


def second_to_sign(courses: Courses, now: datetime) -> Courses:
    """The newest decision goes on over a stop that two prescribers have to sign [ENG-07].

    Due with the next medicine session.
    """
    decided = courses.annotate(
        decided=of_newest_decision("pk"), decided_by=of_newest_decision("by"), due=next_session(now)
    )
    lacking = ScreeningDecision.objects.lacking_second(now)
    return decided.filter(Exists(lacking.filter(pk=OuterRef("decided"))))


def differing(courses: Courses, now: datetime) -> Courses:
    """The rules, asked again, would now say something else than when it was signed [ENG-05].

    Due with the next medicine session; `changed` says what it is, in one line.
    """
    looks = LookAgain.objects.filter(decision=OuterRef("decided")).order_by("-pk")
    return courses.annotate(
        decided=of_newest_decision("pk"),
        look=Subquery(looks.values("pk")[:1]),
        differs=Subquery(looks.values("differs")[:1]),
        changed=Subquery(looks.values(words=KeyTextTransform("words", "says"))[:1]),
        due=next_session(now),
    ).filter(differs=True)


def look(**says: Any) -> Exists:
    return Exists(
        LookAgain.objects.filter(
            pk=OuterRef("look"), **{f"says__{name}": value for name, value in says.items()}
        )
    )


def to_look_at_again(courses: Courses, now: datetime) -> Courses:
    """Something else, and not only less: a new stop stands first, then a new review."""
    return (
        differing(courses, now)
        .filter(~look(eased=True))
        .annotate(
            gravity=Case(
                When(look(gravest="stop"), then=0), When(look(gravest="review"), then=1), default=2
            )
        )
    )


def eased(courses: Courses, now: datetime) -> Courses:
    """The rules now say less than when it was signed: nobody is in danger, and it may be eased."""
    return differing(courses, now).filter(look(eased=True))


def consent_open(courses: Courses, now: datetime) -> Courses:
    """Asked and never signed; who took their consent back is in a notice, and not pressed."""
    favourable = has(ScreeningDecision, decision__in=FAVOURABLE)
    return courses.filter(favourable, ~has(Consent))


def roadmap_to_plan(courses: Courses, now: datetime) -> Courses:
    return courses.filter(has(Consent, withdrawal=None), ~has(Roadmap))


def preparation_to_hold(courses: Courses, now: datetime) -> Courses:
    """Fewer sessions were held than the plan says; once the medicine began, only if none was."""
    dated = courses.annotate(
        due=booked("preparation", starts_at__gte=now - LATELY),
        planned=planned_preparation(),
        held=held_preparation(),
    )
    begun = has(Phase, "session__course", phase="started")
    return dated.filter(Q(held=0) | ~begun, planned__gt=F("held"))


def planned_preparation() -> Subquery:
    plans = Roadmap.objects.standing().filter(course=OuterRef("pk"))
    return Subquery(plans.order_by("-pk").values("preparation")[:1])


def held_preparation() -> Coalesce:
    held = Preparation.objects.standing().filter(course=OuterRef("pk"), held=True)
    counted = held.order_by().values("course").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted), 0)


def orders_to_sign(courses: Courses, now: datetime) -> Courses:
    soon = Q(
        session__sessionplan__planned_for__range=(now - AHEAD, now + AHEAD),
        session__sessionplan__corrected_by=None,
        session__sessionplan__cancelled=False,
        session__order=None,
        session__discharge=None,
    )
    return courses.filter(soon).annotate(due=Min("session__sessionplan__planned_for"))


def integration_due(courses: Courses, now: datetime) -> Courses:
    """Home since less than ten days, and nobody has been in touch since."""
    went_home = Discharge.objects.filter(session__course=OuterRef("pk")).order_by("-at")
    contact = IntegrationContact.objects.filter(course=OuterRef("pk")).order_by("-at")
    return courses.annotate(
        home_at=Subquery(went_home.values("at")[:1]),
        contact_at=Subquery(contact.values("at")[:1]),
        due=F("home_at") + pathway.timing().contact_within,
    ).filter(
        Q(contact_at=None) | Q(contact_at__lt=F("home_at")),
        home_at__gt=now - timedelta(days=10),
    )


def reviews_due(courses: Courses, now: datetime) -> Courses:
    """A session after which the roadmap wants a review, or its last one, and no review since."""
    plan = Roadmap.objects.standing().filter(course=OuterRef("pk")).order_by("-at", "-pk")
    reviewed = Review.objects.standing().filter(course=OuterRef("pk")).order_by("-at")
    home = Discharge.objects.filter(session__course=OuterRef("pk"))
    counted = courses.annotate(
        midway=Subquery(plan.values("review_after")[:1]),
        all_of_them=Subquery(plan.values("medicine")[:1]),
        home=Coalesce(how_many(home), 0),
        reviewed_at=Subquery(reviewed.values("at")[:1]),
    ).annotate(home_then=Coalesce(how_many(home.filter(at__lte=OuterRef("reviewed_at"))), 0))
    last = Q(home_then__lt=F("all_of_them"), home__gte=F("all_of_them"))
    wanted = counted.filter(last | Q(home_then__lt=F("midway"), home__gte=F("midway")))
    nth = how_many(Discharge.objects.filter(WENT_HOME_BEFORE))
    return wanted.annotate(
        mark=Case(When(last, then="all_of_them"), default="midway"),
        due=Subquery(home.annotate(nth=nth).filter(nth=OuterRef("mark")).values("at")[:1]),
    )


def sheets_overdue(courses: Courses, now: datetime) -> Courses:
    """A questionnaire was due a day ago or longer and can still be answered."""
    by_then = now - OVERDUE_AFTER
    late = Sheet.objects.open_at(now).filter(course=OuterRef("pk"), due_at__lte=by_then)
    first = late.order_by("due_at").values("due_at")[:1]
    return courses.annotate(due=Subquery(first)).exclude(due=None)


def articles_asked_about(courses: Courses, now: datetime) -> Courses:
    """A question about an article that nobody has answered, on the person's newest course."""
    later = Course.objects.standing().filter(
        person=OuterRef("person"), number__gt=OuterRef("number")
    )
    asked = ArticleQuestion.objects.unanswered().filter(person=OuterRef("person"))
    first = asked.order_by("at").values("at")[:1]
    return courses.filter(~Exists(later)).annotate(due=Subquery(first)).exclude(due=None)


KINDS = (
    # First of all: it may be about somebody who comes today.
    Waiting(
        "again",
        "Decision to look at again",
        frozenset({PRESCRIBER}),
        "screening",
        to_look_at_again,
    ),
    Waiting("call-book", "First call to book", frozenset({FRONT_DESK}), "book", calls_to_book),
    Waiting(
        "call-hold",
        "First call to hold",
        frozenset({FRONT_DESK, PRESCRIBER, THERAPIST}),
        "consultation",
        calls_to_hold,
    ),
    Waiting("intake", "Intake not finished", frozenset({FRONT_DESK}), "intake", intake_open),
    Waiting(
        "screening",
        "Screening to decide",
        frozenset({PRESCRIBER}),
        "screening",
        screening_to_decide,
    ),
    Waiting(
        "second",
        "Second signature",
        frozenset({PRESCRIBER}),
        "screening",
        second_to_sign,
        by_another=True,
    ),
    Waiting(
        "consent", "Consent to sign", frozenset({FRONT_DESK, THERAPIST}), "consent", consent_open
    ),
    Waiting(
        "roadmap",
        "Roadmap to plan",
        frozenset({PRESCRIBER, THERAPIST}),
        "roadmap",
        roadmap_to_plan,
    ),
    Waiting(
        "preparation",
        "Preparation to hold",
        frozenset({THERAPIST}),
        "preparation",
        preparation_to_hold,
    ),
    Waiting(
        "order",
        "Order to sign",
        frozenset({PRESCRIBER, SESSION_MONITOR}),
        "course",
        orders_to_sign,
    ),
    Waiting(
        "integration",
        "First contact after a session",
        frozenset({THERAPIST}),
        "integration",
        integration_due,
    ),
    Waiting("emdr", "Call after EMDR", frozenset({THERAPIST}), "emdr_targets", calls_owed),
    Waiting(
        "articles",
        "Question about an article",
        frozenset({PRESCRIBER, THERAPIST}),
        "reading",
        articles_asked_about,
        after_the_end=True,
    ),
    Waiting("review", "Review due", frozenset({PRESCRIBER}), "review", reviews_due),
    Waiting("next-step", "Next step to choose", frozenset({PRESCRIBER}), "next_step", to_choose),
    Waiting("eased", "Decision that may be eased", frozenset({PRESCRIBER}), "screening", eased),
    Waiting(
        "sheets",
        "Questionnaire overdue",
        frozenset({THERAPIST}),
        "followup",
        sheets_overdue,
    ),
    # The desk reminds people; the answers are not for it.
    Waiting("remind", "Questionnaire overdue", frozenset({FRONT_DESK}), "intake", sheets_overdue),
)


def for_user(user: User, *, now: datetime) -> list[tuple[Waiting, Courses]]:
    """What waits for this user's roles, kind by kind, in the order of the road."""
    mine = Course.objects.visible_to(user).select_related("person")
    going = mine.filter(is_on_the_road())
    return [
        (kind, soonest_first(theirs(kind, user, kind.find(among(kind, mine, going), now))))
        for kind in KINDS
        if kind.roles & set(user.roles)
    ]


def among(kind: Waiting, everybody: Courses, going: Courses) -> Courses:
    return everybody if kind.after_the_end else going


def theirs(kind: Waiting, user: User, courses: Courses) -> Courses:
    """Without what this user cannot do, having signed it themselves."""
    return courses.exclude(**{"decided_by": user.pk}) if kind.by_another else courses


def soonest_first(courses: Courses) -> Courses:
    """What is due first stands first; what has no date follows, the oldest course first.

    Where it was weighed, the gravest goes before all.
    """
    if "due" not in courses.query.annotations:
        courses = courses.annotate(due=Value(None, output_field=DateTimeField()))
    by_gravity = ["gravity"] if "gravity" in courses.query.annotations else []
    return courses.order_by(*by_gravity, F("due").asc(nulls_last=True), "at", "pk")
