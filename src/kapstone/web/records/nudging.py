"""Whom to write to about a question that waits, by the rules that hold for every reminder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from kapstone.instruments import reminding
from kapstone.pathway import integration
from kapstone.web.records import asking_after, reaching
from kapstone.web.records.asking_after import Question
from kapstone.web.records.models import (
    CheckIn,
    Commitment,
    Consent,
    ConsentWithdrawal,
    Course,
    Notice,
    Nudge,
    Outgoing,
    Person,
)
from kapstone.web.records.models.notices import RISK_KIND
from kapstone.web.records.pathway import is_on_the_road

OVER = "it was answered, or its time is over"


def courses() -> QuerySet[Course]:
    """Those whose people may be written to: not ended, consent not taken back, no risk open.

    On their own page the question stands all the same.
    """
    of_course = {"consent__course": OuterRef("pk")}
    taken_back = Exists(ConsentWithdrawal.objects.filter(**of_course))
    in_force = Exists(Consent.objects.standing().filter(course=OuterRef("pk"), withdrawal=None))
    risk = Exists(Notice.objects.open().filter(person=OuterRef("person"), kind=RISK_KIND))
    rows: QuerySet[Course] = Course.objects.standing()
    return rows.filter(is_on_the_road()).filter(~taken_back | in_force).filter(~risk)


def waiting(now: datetime, **only: Any) -> dict[int, Question]:
    """By person, the question that has waited longest and that fewer messages were sent about
    than may be; three queries."""
    begun = now - longest()
    rows = Commitment.objects.standing().filter(course__in=courses(), **only)
    rows = rows.filter(Q(at__gt=begun) | Q(due_on__gt=begun.date()))
    said = Prefetch("check_ins", queryset=CheckIn.objects.standing().order_by("at"))
    rows = rows.select_related("course__person__practice").prefetch_related(said)
    found: dict[int, list[Question]] = {}
    for row in rows.order_by("pk"):
        person = row.course.person
        asked = asking_after.asked(row, person.practice.zone, now)
        found.setdefault(person.pk, []).append(Question(row, asked))
    first = {pk: asking_after.first(each) for pk, each in found.items()}
    return {pk: each for pk, each in first.items() if each is not None}


def longest() -> timedelta:
    """So long after it was made the last question about a commitment is over."""
    last = integration.check_ins()[-1].after_h
    return timedelta(hours=last + integration.asking().open_h)


def sent(each: Question, but: Outgoing | None = None) -> list[datetime]:
    """When somebody was written to about the question; one withdrawn before any try was not."""
    moment = each.asked.now
    rows = Nudge.objects.filter(commitment=each.commitment, moment=moment.id if moment else "")
    return list(reaching.really_sent(rows, but).values_list("at", flat=True))


def due(now: datetime) -> Iterator[Person]:
    """Everybody to write to now; what is open as a form goes first."""
    found = waiting(now)
    written = Nudge.objects.filter(commitment__in=[each.commitment for each in found.values()])
    done = set(reaching.really_sent(written, None).values_list("commitment", "moment"))
    left = {pk: each for pk, each in found.items() if key(each) not in done}
    if not left:
        return
    known = reaching.known(Person.objects.filter(pk__in=left), now=now)
    for pk, one in known.items():
        if not reaching.to_send(one, now) and word(one, left[pk], now).does == "send":
            yield one.person


def key(each: Question) -> tuple[int, str]:
    return each.commitment.pk, each.asked.now.id if each.asked.now else ""


def word(
    known: reaching.Known, each: Question, now: datetime, but: Outgoing | None = None
) -> reminding.Word:
    """What the rule of reminders says of the question, as of a form that opened at its moment."""
    rule, opens = integration.asking(), asking_after.waits_since(each)
    form = reminding.OpenForm(
        id=each.commitment.pk,
        opens_at=opens,
        due_at=opens,
        closes_at=opens + timedelta(hours=rule.open_h),
        reminded=tuple(sent(each, but)),
    )
    person = replace(reaching.reached(known), forms=(form,))
    by = replace(reminding.rules(), most=rule.most_nudges)
    (found,) = reminding.weigh(person, now=now, by=by)
    return found


def to_send(person: Person, now: datetime) -> tuple[reaching.Known, Question] | None:
    """The question to write about now, with what is known of reaching the person."""
    each = waiting(now, course__person=person).get(person.pk)
    if each is None:
        return None
    known = reaching.of_person(person, now)
    if reaching.to_send(known, now) or word(known, each, now).does != "send":
        return None
    return known, each


def unwanted(row: Outgoing, now: datetime) -> str:
    """Why a nudge is not to be sent any more; empty when it is, or is none."""
    nudge = Nudge.objects.filter(outgoing=row).select_related("commitment__course").first()
    if nudge is None:
        return ""
    person = Person.objects.get(pk=nudge.commitment.course.person_id)
    each = waiting(now, course__person=person).get(person.pk)
    if each is None or key(each) != (nudge.commitment_id, nudge.moment):
        return OVER
    (known,) = reaching.known(Person.objects.filter(pk=person.pk), now=now, but=row).values()
    said = word(known, each, now, but=row)
    return "" if said.does == "send" else said.why
