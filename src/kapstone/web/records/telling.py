"""What a person reads of their screening: one page, the same for them and for a preview."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kapstone import intake, screening
from kapstone.knowledge.citations import Citation, cited
from kapstone.screening.telling import (
    ASK_MEDICINES,
    Path,
    Told,
    news_to_them,
    other_paths,
    told,
    told_going_on,
    told_of_another_path,
)
from kapstone.screening.vocabulary import Domain
from kapstone.web.accounts.models import User
from kapstone.web.records import audit, facts
from kapstone.web.records.models import FAVOURABLE, Course, Entry, PersonTold, ScreeningDecision
from kapstone.web.records.road_ahead import after_consent

READ = "read what was found"
# Left unread for longer it stands lower on the first page, and hides no next thing.
NEWS_FOR = timedelta(days=14)
# For so long after the newest decision the numbers to call stand first; at the end they always do.
HELP_FIRST_FOR = timedelta(days=30)
# What was looked at closely, in the person's words.
AREAS: dict[Domain, Promise] = {
    "general": _("your health as a whole"),
    "cardiac": _("your heart and blood pressure"),
    "neurological": _("your head and nerves"),
    "hepatic": _("your liver"),
    "urological": _("your bladder and kidneys"),
    "respiratory": _("your breathing and sleep"),
    "endocrine": _("your thyroid and blood sugar"),
    "ophthalmic": _("your eyes"),
    "pregnancy": _("pregnancy"),
    "psychiatric": _("your mood and thoughts"),
    "substance": _("alcohol and drugs"),
    "medicines": _("your medicines"),
    "readiness": _("how ready you feel"),
    "social": _("your support at home"),
    "home": _("care at home"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The page as it is read; `at` is None before a decision is signed.

    `next` is what comes next where the course has gone on since. `held`: the person sees none of
    it before somebody has spoken with them.
    """

    decision: str
    told: Told
    closely: tuple[Promise, ...]
    paths: tuple[Path, ...]
    sources: tuple[Citation, ...]
    words: str = ""
    signed_name: str = ""
    at: datetime | None = None
    valid_until: datetime | None = None
    has_ended: bool = False
    help_first: bool = False
    next: Promise | None = None
    held: bool = False
    lacks_second: bool = False

    @property
    def waits_for_second(self) -> bool:
        """A second signature over a stop that is not told would tell that there is one."""
        return self.lacks_second and self.told.stop_for_two

    @property
    def answer_at(self) -> Mapping[str, str]:
        """The intake question that each question here is, by its words; another has none."""
        return intake_questions()


@cache
def intake_questions() -> Mapping[str, str]:
    """Each question as a person reads it in what was found, and the page that takes its answer."""
    asked, found = screening.vocabulary(), {ASK_MEDICINES: "takes_medicines"}
    for sitting in intake.sittings():
        for question in sitting.question:
            of = asked.get(question.fact or "")
            if of is not None and of.ask_person:
                found[of.ask_person] = question.id
    return found


def of_decision(row: ScreeningDecision, *, now: datetime) -> Summary:
    """A signed decision with what stood when it was signed; never the reason the team keeps."""
    found = screening.Screening.from_data(row.screening)
    lacking = ScreeningDecision.objects.lacking_second(now)
    return summary(
        row.decision,
        found,
        words=row.words_for_person,
        signed_name=row.signed_name,
        at=row.at,
        valid_until=row.valid_until,
        has_ended=row.valid_until < now,
        lacks_second=lacking.filter(pk=row.pk).exists(),
        help_first=now - row.at < HELP_FIRST_FOR and row == decided(row.course),
        next=next_for(row.decision, row.course),
        held=is_held(row),
    )


def is_held(row: ScreeningDecision) -> bool:
    """Whether somebody has to tell the person first: bad news that they did not bring themselves.

    What they have read already is not taken away again.
    """
    if row.decision in FAVOURABLE or PersonTold.objects.filter(decision=row).exists():
        return False
    if Entry.objects.filter(did=READ, about=about(row)).exists():
        return False
    return news_to_them(screening.Screening.from_data(row.screening))


def thought_of(course: Course, decision: str, *, now: datetime) -> Summary:
    """The page for a decision that could be signed now."""
    found = facts.screen(course, now=now)
    return summary(decision, found, help_first=True, next=next_for(decision, course))


def next_for(decision: str, course: Course) -> Promise | None:
    return after_consent(course) if decision in FAVOURABLE else None


def said(decision: str, found: screening.Screening) -> Told:
    if decision in FAVOURABLE:
        return told_going_on(found)
    return told_of_another_path(found) if decision == "another_path" else told(found)


def summary(decision: str, found: screening.Screening, **signed: object) -> Summary:
    """The page for a decision, signed or only thought of."""
    plain = said(decision, found)
    paths = () if decision in FAVOURABLE else other_paths()
    return Summary(
        decision=decision,
        told=plain,
        closely=tuple(AREAS[domain] for domain in plain.closely),
        paths=paths,
        sources=tuple(cited(name) for name in names_in(paths)),
        **signed,  # type: ignore[arg-type]  # the fields of a signed decision, from this module
    )


def names_in(paths: Iterable[Path]) -> Iterable[str]:
    return dict.fromkeys(name for path in paths for name in path.sources)


def decided(course: Course) -> ScreeningDecision | None:
    """The decision that holds, or None before the first one."""
    row: ScreeningDecision | None = ScreeningDecision.objects.of_now(course)
    return row


def was_read(row: ScreeningDecision, by: User) -> bool:
    rows = Entry.objects.filter(person_id=row.course.person_id, did=READ, by=by)
    return rows.filter(about=about(row)).exists()


def is_news(row: ScreeningDecision, by: User, *, now: datetime) -> bool:
    return now - row.at <= NEWS_FOR and not was_read(row, by)


def note_reading(row: ScreeningDecision, by: User) -> None:
    """Keep that the person has read it, once."""
    if not was_read(row, by):
        audit.record(by, READ, person=row.course.person, about=about(row))


def about(row: ScreeningDecision) -> str:
    return f"screening_decision:{row.pk}"
