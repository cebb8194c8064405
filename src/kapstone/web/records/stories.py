"""Stories as they stand at a moment: what is shown to whom, and what each still waits for.

Nothing is stored of being shown: every page works it out anew, so that what is withdrawn, changed
or past its day is gone with the next look.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from django.db.models import Exists, OuterRef, Q, QuerySet

from kapstone import stories
from kapstone.web.accounts.models import Practice, User
from kapstone.web.records import couples
from kapstone.web.records.models import (
    Companion,
    Couple,
    Person,
    PersonStory,
    StoryApproval,
    StoryAuthorisation,
    StoryText,
)

OWN_WORDS, SUMMARY = "own_words", "summary"
PUBLIC, PRACTICE, RECIPIENT = "public", "practice", "recipient"
PERSON, CLINICIAN = StoryApproval.ROLES
# What a story may still need: in words for the team, and for the person.
NEEDS = {
    "words": ("the words", "your words"),
    "summary": ("a summary by the team", "a summary, which your team makes"),
    "person": ("the person to approve this version", "you to approve these words"),
    "authorisation": ("the person's authorisation", "your signature on who may read it"),
    "partner": ("the partner's own authorisation", "your partner to agree too"),
    "clinician": ("a clinician to approve this version", "a clinician to approve these words"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Where a story stands now; a field is None where there is no such row that holds."""

    story: PersonStory
    text: StoryText | None
    person_approval: StoryApproval | None
    clinician_approval: StoryApproval | None
    authorisation: StoryAuthorisation | None
    last_authorisation: StoryAuthorisation | None
    partners: StoryAuthorisation | None

    @property
    def needs(self) -> tuple[str, ...]:
        """What it still needs, by the names of `NEEDS`; nothing when it is shown."""
        text = self.text
        open_ = {
            "words": text is None and self.story.kind == OWN_WORDS,
            "summary": text is None and self.story.kind == SUMMARY,
            "person": bool(text and not self.person_approval),
            "authorisation": self.authorisation is None,
            "partner": bool(text and text.speaks_of_id and not self.partners),
            "clinician": bool(text and not self.clinician_approval),
        }
        return tuple(name for name, is_open in open_.items() if is_open)

    @property
    def waits(self) -> tuple[str, ...]:
        """The same in words for the team."""
        return tuple(NEEDS[name][0] for name in self.needs)

    @property
    def asks(self) -> tuple[str, ...]:
        """The same in words for the person."""
        return tuple(NEEDS[name][1] for name in self.needs)

    @property
    def is_shown(self) -> bool:
        return self.text is not None and not self.needs

    @property
    def ended(self) -> str:
        """Why the last authorisation does not hold; empty while one does, or none was given."""
        if self.authorisation or not self.last_authorisation:
            return ""
        return "taken back" if hasattr(self.last_authorisation, "withdrawal") else "past its day"


def digest_of(kind: str, words: str, speaks_of: int | None, instruments: Iterable[str]) -> str:
    """SHA-256 of all that a reader is shown, and of whom it speaks."""
    shown = [kind, words, speaks_of, list(instruments)]
    return hashlib.sha256(orjson.dumps(shown)).hexdigest()


def in_force(now: datetime) -> QuerySet[Any]:
    """The authorisations that hold at this moment: newest, not taken back, not past their day."""
    rows: QuerySet[Any] = StoryAuthorisation.objects.standing()
    return rows.filter(withdrawal=None, expires_at__gt=now)


def own_in_force(now: datetime) -> QuerySet[Any]:
    """Those of the tellers themselves."""
    return in_force(now).filter(beside=None)


def partners_in_force(now: datetime) -> QuerySet[Any]:
    """Those of partners; each holds only as long as the one that it stands beside."""
    return in_force(now).filter(
        beside__corrected_by=None, beside__withdrawal=None, beside__expires_at__gt=now
    )


def live(now: datetime, audience: str) -> QuerySet[Any]:
    """The versions that may be shown to this audience now, the newest first.

    Each has the approval of its person and of a clinician for exactly these words, an
    authorisation that holds, and, where it speaks of a partner, theirs as well.
    """
    approved = StoryApproval.objects.standing().filter(
        text=OuterRef("pk"), approved=True, digest=OuterRef("digest")
    )
    teller = OuterRef("story__person")
    own = own_in_force(now).filter(story=OuterRef("story"), person=teller, audience=audience)
    partners = partners_in_force(now).filter(
        text=OuterRef("pk"), person=OuterRef("speaks_of"), beside__audience=audience
    )
    rows: QuerySet[Any] = StoryText.objects.standing().filter(
        Exists(approved.filter(role=PERSON)),
        Exists(approved.filter(role=CLINICIAN)),
        Exists(own),
        Q(speaks_of=None) | Exists(partners),
    )
    return rows.select_related("story__person__practice").order_by("-at", "-pk")


def states(rows: Sequence[PersonStory], now: datetime) -> list[State]:
    """Where each of these stories stands, in four queries however many there are."""
    keys = [row.pk for row in rows]
    texts = {each.story_id: each for each in standing(StoryText, story__in=keys)}
    versions = [each.pk for each in texts.values()]
    said = standing(StoryApproval, text__in=versions, approved=True).select_related("by")
    approvals = {(each.text_id, each.role): each for each in said}
    last = standing(StoryAuthorisation, story__in=keys, beside=None)
    last = last.select_related("withdrawal", "person__practice")
    given = {each.story_id: each for each in last}
    beside = {each.text_id: each for each in partners_in_force(now).filter(text__in=versions)}
    return [
        state_of(row, texts.get(row.pk), approvals, given.get(row.pk), beside, now=now)
        for row in rows
    ]


def state_of(
    row: PersonStory,
    text: StoryText | None,
    approvals: dict[tuple[int, str], StoryApproval],
    last: StoryAuthorisation | None,
    beside: dict[int, StoryAuthorisation],
    *,
    now: datetime,
) -> State:
    pk = text.pk if text else 0
    own = last if last and holds(last, now) else None
    partners = beside.get(pk)
    return State(
        story=row,
        text=text,
        person_approval=approvals.get((pk, PERSON)),
        clinician_approval=approvals.get((pk, CLINICIAN)),
        authorisation=own,
        last_authorisation=last,
        partners=partners if partners and text and is_of(partners, text, own) else None,
    )


def is_of(partners: StoryAuthorisation, text: StoryText, own: StoryAuthorisation | None) -> bool:
    """Whether it is of the partner spoken of, beside the authorisation that holds."""
    return own is not None and (partners.person_id, partners.beside_id) == (
        text.speaks_of_id,
        own.pk,
    )


def holds(row: StoryAuthorisation, now: datetime) -> bool:
    return row.expires_at > now and not hasattr(row, "withdrawal")


def state(row: PersonStory, now: datetime) -> State:
    (found,) = states([row], now)
    return found


def standing(table: Any, **of: Any) -> QuerySet[Any]:
    rows: QuerySet[Any] = table.objects.standing().filter(**of)
    return rows


def of_person(person: Person) -> QuerySet[Any]:
    """The stories that a person opened, the newest first."""
    rows: QuerySet[Any] = PersonStory.objects.standing().filter(person=person)
    return rows.select_related("person__practice").order_by("-at", "-pk")


def of_practice(practice: Practice | None) -> QuerySet[Any]:
    rows: QuerySet[Any] = PersonStory.objects.standing().filter(person__practice=practice)
    return rows.select_related("person__practice", "course").order_by("-at", "-pk")


def for_clinicians(user: User, now: datetime) -> QuerySet[Any]:
    """The stories that wait for a clinician, the longest wait first; never the user's own.

    Words that their person authorised, and approved where they are their own, or a summary to make.
    """
    texts = StoryText.objects.standing().filter(story=OuterRef("pk"))
    approved = StoryApproval.objects.standing().filter(
        text=OuterRef("pk"), approved=True, digest=OuterRef("digest")
    )
    unread = texts.filter(~Exists(approved.filter(role=CLINICIAN)))
    approved_own = unread.filter(Exists(approved.filter(role=PERSON)))
    own = own_in_force(now).filter(story=OuterRef("pk"), person=OuterRef("person"))
    waits = Q(Exists(approved_own)) | Q(kind=SUMMARY) & (Exists(unread) | ~Exists(texts))
    rows = of_practice(user.practice).filter(Exists(own), waits).exclude(person__user=user)
    return rows.order_by("at", "pk")


def readable(state: State) -> bool:
    """Whether the team may read the words: a draft in own words is the person's until approved."""
    return state.text is not None and (
        state.story.kind == SUMMARY or state.person_approval is not None
    )


def asked_of(person: Person, now: datetime) -> QuerySet[Any]:
    """The versions that speak of this person and wait for, or have, their own authorisation.

    Only those that the teller approved and has authorised: nobody reads a partner's draft. Whoever
    is no partner any more is not asked; what they agreed to before they may still read and end.
    """
    approved = StoryApproval.objects.standing().filter(
        text=OuterRef("pk"), approved=True, role=PERSON, digest=OuterRef("digest")
    )
    own = own_in_force(now).filter(story=OuterRef("story"), person=OuterRef("story__person"))
    given = in_force(now).filter(text=OuterRef("pk"), person=person)
    rows = StoryText.objects.standing().filter(Exists(approved), Exists(own), speaks_of=person)
    still = Q(story__person__in=partners_of(person)) | Exists(given)
    found: QuerySet[Any] = rows.filter(still).select_related("story__person__practice")
    return found.order_by("-at", "-pk")


def partners_of(person: Person) -> list[int]:
    couple = couples.couple_of(person)
    return [couples.partner_in(couple, person).pk] if couple else []


def partner_of(person: Person) -> Person | None:
    """With whom the person shares the road now."""
    couple = couples.couple_of(person)
    return couples.partner_in(couple, person) if couple else None


def ending(now: datetime, practice: Practice | None) -> QuerySet[Any]:
    """The authorisations that hold and end within a month, the first to end first."""
    soon = now + timedelta(days=stories.longest().soon)
    return of_practice_in_force(now, practice).filter(expires_at__lte=soon)


def of_practice_in_force(now: datetime, practice: Practice | None) -> QuerySet[Any]:
    """The tellers' authorisations that hold, those that end first coming first."""
    rows = own_in_force(now).filter(story__person__practice=practice)
    return rows.select_related("story__person", "person__practice").order_by("expires_at", "pk")


def names_near(story: PersonStory, *, speaks_of: Person | None = None) -> list[str]:
    """The names that no words of this story may hold.

    The person, whoever is or was their partner, those let in, and the team; the partner's own name
    is left to a text that speaks of them, which needs their authorisation. A summary names nobody,
    and not the practice.
    """
    person = story.person
    partners = {*partners_ever(person)} - ({speaks_of} if speaks_of else set())
    spared = {*words_in(speaks_of.name)} - {*words_in(person.name)} if speaks_of else set()
    let_in = Companion.objects.filter(person=person).values_list("user__name", flat=True)
    team = [u.name for u in User.objects.filter(practice=person.practice) if u.is_staff_member]
    every = [person.name, person.number, *(each.name for each in partners), *let_in, *team]
    if story.kind == SUMMARY:
        return [*every, person.practice.name, *(each.name for each in partners_ever(person))]
    return [word for name in every for word in words_in(name) if word not in spared]


def words_in(name: str) -> list[str]:
    return name.casefold().split()


def partners_ever(person: Person) -> set[Person]:
    both = Q(person=person) | Q(partner=person)
    rows = Couple.objects.filter(both).select_related("person", "partner")
    return {couples.partner_in(row, person) for row in rows}
