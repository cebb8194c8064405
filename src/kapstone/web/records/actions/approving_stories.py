"""Deeds of the team on a story: write a summary from the chart, approve a version, take it down."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from kapstone.web.accounts.models import User
from kapstone.web.records import access, audit, case_summary, outbox
from kapstone.web.records import stories as told
from kapstone.web.records.actions import stories as own
from kapstone.web.records.models import Person, PersonStory, StoryApproval, StoryText
from kapstone.web.records.refusals import Refused

MAY, MAY_TAKE_DOWN = "approve stories", "take stories down"


@transaction.atomic
def build_summary(story: PersonStory, *, at: datetime, by: User) -> StoryText:
    """Make the summary from the chart as it stands, by rule; only under an authorisation."""
    refuse_not_for_team(story, at=at, by=by)
    made = case_summary.of_course(story.course, now=at)
    return own.keep_text(
        story,
        made.words,
        instruments=made.instruments,
        left_out=made.left_out,
        at=at,
        by=by,
    )


@transaction.atomic
def edit_summary(
    story: PersonStory, words: str, *, after: StoryText, at: datetime, by: User
) -> StoryText:
    """Change the words of a summary; those that could tell who it is are refused, spot by spot.

    `after` is the version that was changed: a newer one is not written over.
    """
    refuse_not_for_team(story, at=at, by=by)
    last: StoryText | None = StoryText.objects.newest(story=story)
    if last is None or last.pk != after.pk:
        raise Refused("text-changed", "Somebody changed it meanwhile. Look at the page again.")
    own.refuse_unfit(words)
    own.refuse_spots(story, words)
    return own.keep_text(
        story,
        words.strip(),
        instruments=tuple(last.instruments),
        left_out=tuple(last.left_out),
        at=at,
        by=by,
    )


def refuse_not_for_team(story: PersonStory, *, at: datetime, by: User) -> None:
    """Only whoever may, only a summary, and only while the person's authorisation holds."""
    access.refuse_others(by, MAY)
    own.locked(story)
    if story.kind != told.SUMMARY:
        raise Refused("own-words", "These are the person's own words; only they change them.")
    if told.state(story, at).authorisation is None:
        raise Refused(
            "no-authorisation", "The person has not authorised this, or not any more. Ask nothing."
        )


@transaction.atomic
def approve_as_clinician(
    text: StoryText, *, digest_read: str, at: datetime, by: User
) -> StoryApproval:
    """A clinician stands for exactly this version; never for a story of their own."""
    access.refuse_others(by, MAY)
    if text.story.person.user_id == by.pk:
        raise Refused("own-story", "Somebody else of the team approves your own story.")
    if not told.readable(told.state(text.story, at)):
        raise Refused("draft", "The person has not approved these words yet.")
    before = told.state(text.story, at).clinician_approval
    row = own.approve(text, told.CLINICIAN, digest_read=digest_read, at=at, by=by)
    state = told.state(text.story, at)
    if before is None and "person" in state.needs and state.authorisation is not None:
        tell(text.story.person)
    return row


def tell(person: Person) -> None:
    """Write that something is there to read; the mail says neither what nor why."""
    if not person.email or person.user_id is None:
        return
    address = settings.SITE_ADDRESS + reverse("portal:stories")
    words = {"person": person, "practice": person.practice, "address": address}
    outbox.put(
        person.email,
        subject=f"Something to read from {person.practice}",
        text=render_to_string("mail/something_to_read.txt", words),
    )


@transaction.atomic
def take_down(text: StoryText, *, at: datetime, by: User) -> StoryApproval:
    """Take the clinicians' approval back: the story is down with this deed."""
    access.refuse_others(by, MAY_TAKE_DOWN)
    story = own.locked(text.story)
    last: StoryApproval | None = StoryApproval.objects.newest(text=text, role=told.CLINICIAN)
    if last is None or not last.approved:
        raise Refused("not-approved", "No clinician's approval stands; it is not shown.")
    row: StoryApproval = StoryApproval.objects.create(
        **last.but(approved=False, signed_name=by.signed_name), at=at, by=by
    )
    audit.record(by, "take story down", person=story.person, about=f"story:{story.pk}")
    return row
