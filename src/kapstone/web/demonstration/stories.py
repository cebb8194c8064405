"""Stories of the invented practice: one that is told to everybody, and one that waits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from kapstone import stories as rules
from kapstone.web.accounts.models import User
from kapstone.web.accounts.roles import THERAPIST
from kapstone.web.demonstration.readers import courses, themselves
from kapstone.web.records import couples
from kapstone.web.records.actions import approving_stories
from kapstone.web.records.actions import stories as deeds
from kapstone.web.records.models import Course, DoseGiven, PersonStory

DAY = timedelta(days=1)
WORDS = (
    "For a long time every day felt the same. I came with little hope and many questions. After "
    "the first session not much had changed, and I nearly stopped. After the third I slept through "
    "a night again. It is not gone. But I cook, I call people back, and I know what helps me."
)


def tell(staff: Mapping[str, User], now: datetime) -> None:
    """Two who had medicine: one wrote and let everybody read it, one asked for a summary."""
    therapist = next(user for user in staff.values() if THERAPIST in user.roles)
    treated = set(DoseGiven.objects.standing().values_list("session__course", flat=True))
    alone = [each for each in courses() if each.pk in treated and not of_couple(each)]
    for wrote in alone[:1]:
        in_own_words(wrote, therapist, now)
    for asked in alone[1:2]:
        story = opened(asked, "summary", now - 2 * DAY)
        sign(story, themselves(asked), now - 2 * DAY)


def of_couple(course: Course) -> bool:
    return couples.of_person(course.person).exists()


def in_own_words(course: Course, therapist: User, now: datetime) -> None:
    """Written, signed, and approved by both: it stands on the public page."""
    they, at = themselves(course), now - 6 * DAY
    story = opened(course, "own_words", at)
    text = deeds.write_own_words(story, WORDS, of_partner=False, at=at, by=they)
    sign(story, they, at)
    deeds.approve_own(text, digest_read=text.digest, at=at, by=they)
    approving_stories.approve_as_clinician(text, digest_read=text.digest, at=at + DAY, by=therapist)


def opened(course: Course, kind: str, at: datetime) -> PersonStory:
    return deeds.open_story(course, kind, at=at, by=themselves(course))


def sign(story: PersonStory, they: User, at: datetime) -> None:
    """For everybody, to inform, for half a year, and nothing is paid."""
    terms = rules.Terms(
        audience="public", purpose="inform", expires_on=(at + 180 * DAY).date(), paid=False
    )
    deeds.authorise(story, deeds.Signed(terms=terms, name=story.person.name), at=at, by=they)
