"""The deed of raising what a form about suicide leaves open when nothing more is answered."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from kapstone.knowledge.helplines import pauses
from kapstone.web.records import definitions
from kapstone.web.records.actions import questionnaires, risk_notices
from kapstone.web.records.models import Notice, Sheet, SheetAnswer
from kapstone.web.records.models.notices import RISK_KIND, URGENT
from kapstone.web.records.models.questionnaires import LATE


def raise_broken_off(*, at: datetime) -> int:
    """Open an urgent notice for each form left after a yes; gives for how many.

    Nobody watches a form: this runs with the worker, and each pause is acted on once.
    """
    return sum(raise_one(pk, at=at) for pk in left(at).values_list("pk", flat=True))


def left(at: datetime) -> QuerySet[Sheet]:
    """Forms that raised a notice of risk, without a further answer for a while.

    Of those that were sent, only where something came late: its score stands without it.
    """
    quiet = at - timedelta(minutes=pauses()["broken_off"].minutes)
    risks = Notice.objects.filter(person=OuterRef("course__person"), kind=RISK_KIND)
    late = Exists(SheetAnswer.objects.filter(sheet=OuterRef("pk"), given=LATE))
    begun: QuerySet[Sheet] = Sheet.objects.filter(Q(sheetscore=None) | late)
    begun = begun.filter(Exists(risks.filter(at__gte=OuterRef("opens_at"))))
    return begun.annotate(last=Max("sheetanswer__recorded_at")).filter(last__lte=quiet)


@transaction.atomic
def raise_one(pk: int, *, at: datetime) -> bool:
    """The notice, unless the form was sent meanwhile or this pause was acted on already."""
    sheet = Sheet.objects.locked(pk)
    last: SheetAnswer = sheet.sheetanswer_set.order_by("-recorded_at", "-pk")[0]
    heard = questionnaires.heard_of(sheet)
    words = risk_notices.open_words(definitions.of_sheet(sheet), heard)
    sent = sheet.sheetscore_set.exists() and not questionnaires.late_answers(sheet)
    if not words or sent:
        return False
    person = sheet.course.person
    raised = Notice.objects.filter(person=person, kind=RISK_KIND, level=URGENT)
    if raised.filter(says__endswith=words, at__gte=last.recorded_at).exists():
        return False
    risk_notices.raise_risk(sheet, URGENT, words, at=at, by=last.by)
    return True
