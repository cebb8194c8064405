"""Deeds of somebody who lets their story be told: only they do them, never the team for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction

from kapstone import consent, stories
from kapstone.web.accounts.models import User
from kapstone.web.records import audit
from kapstone.web.records import stories as told
from kapstone.web.records.models import (
    Course,
    Person,
    PersonStory,
    StoryApproval,
    StoryAuthorisation,
    StoryText,
    StoryWithdrawal,
)
from kapstone.web.records.refusals import Refused, is_blank, refuse_nul

LONGEST_WORDS, LONGEST_RECIPIENT, LONGEST_PAID = 6_000, 200, 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """What somebody chose and signed; `digest_read` is of the words that stood on their screen."""

    terms: stories.Terms
    name: str
    digest_read: str | None = None


@transaction.atomic
def open_story(course: Course, kind: str, *, at: datetime, by: User) -> PersonStory:
    """Begin a story of one's own; nobody else can begin one, and nothing is told by that yet."""
    refuse_others(course.person, by)
    if kind not in stories.kinds():
        raise Refused("no-such-kind", "Choose own words, or a summary from the chart.")
    Course.objects.locked(course.pk)
    row: PersonStory = PersonStory.objects.create(
        person=course.person, course=course, kind=kind, at=at, by=by
    )
    audit.record(by, "open story", person=course.person, about=f"story:{row.pk}", kind=kind)
    return row


@transaction.atomic
def write_own_words(
    story: PersonStory, words: str, *, of_partner: bool | None, at: datetime, by: User
) -> StoryText:
    """Write the words, or change them: what was approved before holds for the old ones only."""
    refuse_others(story.person, by)
    locked(story)
    if story.kind != told.OWN_WORDS:
        raise Refused("not-own-words", "Your team writes this one from your chart.")
    refuse_unfit(words)
    partner = partner_spoken_of(story.person, words, of_partner)
    refuse_spots(story, words, speaks_of=partner)
    return keep_text(story, words.strip(), speaks_of=partner, at=at, by=by)


def keep_text(
    story: PersonStory,
    words: str,
    *,
    at: datetime,
    by: User,
    speaks_of: Person | None = None,
    instruments: tuple[str, ...] = (),
    left_out: tuple[str, ...] = (),
) -> StoryText:
    """A new version of the words; the same ones again change nothing. The story is locked."""
    last: StoryText | None = StoryText.objects.newest(story=story)
    digest = told.digest_of(story.kind, words, speaks_of.pk if speaks_of else None, instruments)
    if last is not None and last.digest == digest:
        return last
    row: StoryText = StoryText.objects.create(
        story=story,
        words=words,
        speaks_of=speaks_of,
        instruments=list(instruments),
        left_out=list(left_out),
        digest=digest,
        corrects=last,
        at=at,
        by=by,
    )
    about = f"story:{story.pk}"
    audit.record(by, "write story", person=story.person, about=about, digest=digest)
    return row


@transaction.atomic
def approve_own(text: StoryText, *, digest_read: str, at: datetime, by: User) -> StoryApproval:
    """The person approves exactly the version that they read."""
    refuse_others(text.story.person, by)
    return approve(text, told.PERSON, digest_read=digest_read, at=at, by=by)


def approve(
    text: StoryText, role: str, *, digest_read: str, at: datetime, by: User
) -> StoryApproval:
    """Approve a version as it was shown; it is looked through once more, names may be new."""
    story = locked(text.story)
    standing: StoryText | None = StoryText.objects.newest(story=story)
    if standing is None or standing.pk != text.pk or text.digest != digest_read:
        raise Refused("text-changed", "The words changed meanwhile. Read the new ones first.")
    refuse_spots(story, text.words, speaks_of=text.speaks_of)
    last: StoryApproval | None = StoryApproval.objects.newest(text=text, role=role)
    if last is not None and last.approved:
        return last
    row: StoryApproval = StoryApproval.objects.create(
        text=text,
        role=role,
        approved=True,
        digest=text.digest,
        signed_name=by.signed_name,
        corrects=last,
        at=at,
        by=by,
    )
    about = f"story:{story.pk}"
    audit.record(
        by, "approve story", person=story.person, about=about, role=role, digest=text.digest
    )
    return row


@transaction.atomic
def authorise(story: PersonStory, signed: Signed, *, at: datetime, by: User) -> StoryAuthorisation:
    """Let the story be told, on these terms; a newer authorisation stands in for the one before."""
    refuse_others(story.person, by)
    locked(story)
    last = StoryAuthorisation.objects.newest(story=story, person=story.person, beside=None)
    row = sign(story, story.person, signed, at=at, by=by, corrects=last)
    about = f"story:{story.pk}"
    audit.record(by, "authorise story", person=story.person, about=about, audience=row.audience)
    return row


@transaction.atomic
def authorise_beside(
    text: StoryText, person: Person, signed: Signed, *, text_read: str, at: datetime, by: User
) -> StoryAuthorisation:
    """The partner of whom a story speaks lets it be told too: this version, on the same terms."""
    refuse_others(person, by)
    locked(text.story)
    if not told.asked_of(person, at).filter(pk=text.pk).exists() or text.digest != text_read:
        raise Refused("text-changed", "The words changed meanwhile. Look at the page again.")
    own = told.own_in_force(at).filter(story=text.story).get()
    same = (own.audience, own.recipient, own.purpose)
    if same != (signed.terms.audience, signed.terms.recipient, signed.terms.purpose):
        raise Refused("other-terms", "To whom and what for changed meanwhile. Read it again.")
    last = StoryAuthorisation.objects.newest(story=text.story, person=person)
    more = {"beside": own, "text": text, "corrects": last}
    row = sign(text.story, person, signed, at=at, by=by, **more)
    audit.record(by, "authorise story", person=person, about=f"story:{text.story_id}")
    return row


def sign(
    story: PersonStory, person: Person, signed: Signed, *, at: datetime, by: User, **more: Any
) -> StoryAuthorisation:
    """Keep the terms and the words that were read, under the signer's own name."""
    terms, practice = signed.terms, person.practice
    refuse_terms(terms, today=at.astimezone(practice.zone).date())
    refuse_other_signer(person, signed.name)
    words = stories.document(story.kind, terms, teller=practice.name, of_partner="beside" in more)
    if signed.digest_read not in (None, words.digest):
        raise Refused("text-changed", "The words changed while you were reading. Read them again.")
    end = datetime.combine(terms.expires_on + timedelta(days=1), time(), practice.zone)
    row: StoryAuthorisation = StoryAuthorisation.objects.create(
        story=story,
        person=person,
        audience=terms.audience,
        recipient=terms.recipient.strip(),
        purpose=terms.purpose,
        paid=bool(terms.paid),
        paid_words=terms.paid_words.strip(),
        expires_at=end,
        words=[list(line) for line in words.lines],
        digest=words.digest,
        signed_name=signed.name.strip(),
        at=at,
        by=by,
        **more,
    )
    return row


@transaction.atomic
def withdraw(authorisation: StoryAuthorisation, *, at: datetime, by: User) -> StoryWithdrawal:
    """Take it back, with no reason: the story is down with this deed. Twice changes nothing."""
    refuse_others(authorisation.person, by)
    locked(authorisation.story)
    last: StoryWithdrawal | None = StoryWithdrawal.objects.filter(
        authorisation=authorisation
    ).first()
    if last is not None:
        return last
    row: StoryWithdrawal = StoryWithdrawal.objects.create(authorisation=authorisation, at=at, by=by)
    about = f"story:{authorisation.story_id}"
    audit.record(by, "withdraw story", person=authorisation.person, about=about)
    return row


def locked(story: PersonStory) -> PersonStory:
    found: PersonStory = PersonStory.objects.locked(story.pk)
    return found


def refuse_others(person: Person, by: User) -> None:
    if person.user_id != by.pk:
        raise Refused("not-yours", "Only the person themselves does this, on their own page.")


def refuse_unfit(words: str) -> None:
    refuse_nul(words)
    if is_blank(words):
        raise Refused("empty", "Write something first.")
    if len(words) > LONGEST_WORDS:
        raise Refused("too-long", f"Keep it to {LONGEST_WORDS} characters; it has {len(words)}.")


def partner_spoken_of(person: Person, words: str, said: bool | None) -> Person | None:
    """The partner of whom the words speak, who is asked for their own authorisation."""
    if said is None:
        raise Refused("not-said", "Say whether your story speaks of your partner.")
    if not said:
        if spot := stories.speaks_of_partner(words):
            raise Refused(
                "speaks-of-partner",
                f"{spot.says}. Say that it speaks of your partner, or leave them out.",
            )
        return None
    partner = told.partner_of(person)
    if partner is None:
        raise Refused(
            "no-partner",
            "We can ask your partner only once your team has linked the two of you here. "
            "Until then, leave them out.",
        )
    return partner


def refuse_spots(story: PersonStory, words: str, *, speaks_of: Person | None = None) -> None:
    """Refuse words that name somebody or could tell who it is, with each spot."""
    names = told.names_near(story, speaks_of=speaks_of)
    if story.kind == told.SUMMARY:
        # It speaks of one person; whoever wants their partner in it tells it in their own words.
        partner = stories.speaks_of_partner(words)
        spots = [*stories.spots(words, names), *([partner] if partner else [])]
    else:
        spots = stories.spots_of_contact(words, names)
    if found := stories.cited(spots):
        raise Refused("names-somebody", f"Change these first. {'. '.join(found)}.", found)


def refuse_terms(terms: stories.Terms, *, today: date) -> None:
    """Refuse terms that lack an element, or an end within reach."""
    if terms.audience not in stories.audiences() or terms.purpose not in stories.purposes():
        raise Refused("no-such-terms", "Choose to whom it is told, and what for.")
    refuse_open_words(terms)
    most = stories.longest().days
    if not today < terms.expires_on <= today + timedelta(days=most):
        raise Refused("end", f"Choose a last day from tomorrow on, within {most} days.")


def refuse_open_words(terms: stories.Terms) -> None:
    refuse_nul(terms.recipient, terms.paid_words)
    if terms.audience == told.RECIPIENT and is_blank(terms.recipient):
        raise Refused("no-recipient", "Name the person or organisation.")
    if terms.paid is None:
        raise Refused("paid-not-said", "Say whether anybody gets something for it.")
    if terms.paid and is_blank(terms.paid_words):
        raise Refused("paid-how", "Say who gets what for it.")
    if len(terms.recipient) > LONGEST_RECIPIENT or len(terms.paid_words) > LONGEST_PAID:
        raise Refused("too-long", "Say it in fewer words.")


def refuse_other_signer(person: Person, typed: str) -> None:
    if not typed.strip():
        raise Refused("no-name", "Type your full name to sign.")
    if not consent.same_name(typed, person.name):
        raise Refused(
            "other-name", f"You are signed in as {person.name}. Type your name as it stands here."
        )
