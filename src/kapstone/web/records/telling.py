"""What a person reads of their screening: one page, the same for them and for a preview."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kapstone import screening
from kapstone.knowledge.citations import Citation, cited
from kapstone.screening.telling import Path, Told, other_paths, told
from kapstone.screening.vocabulary import Domain
from kapstone.web.accounts.models import User
from kapstone.web.records import audit
from kapstone.web.records.models import FAVOURABLE, Course, Entry, ScreeningDecision

READ = "read what was found"
# Left unread for longer it stands lower on the first page, and hides no next thing.
NEWS_FOR = timedelta(days=14)
# What others look at, in the person's words.
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
    """The page as it is read; `at` is None before a decision is signed."""

    decision: str
    told: Told
    areas: tuple[Promise, ...]
    paths: tuple[Path, ...]
    sources: tuple[Citation, ...]
    words: str = ""
    signed_name: str = ""
    at: datetime | None = None
    valid_until: datetime | None = None
    has_ended: bool = False
    lacks_second: bool = False

    @property
    def waits_for_second(self) -> bool:
        """A second signature over a stop that is not told would tell that there is one."""
        return self.lacks_second and self.told.stop_for_two


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
    )


def summary(decision: str, found: screening.Screening, **signed: object) -> Summary:
    """The page for a decision, signed or only thought of."""
    said = told(found)
    paths = () if decision in FAVOURABLE else other_paths()
    return Summary(
        decision=decision,
        told=said,
        areas=tuple(AREAS[domain] for domain in said.looked_at_by_others),
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
