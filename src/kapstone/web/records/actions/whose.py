"""Whose session it is: each deed of one asks it itself, as a page is not the only way to it."""

from __future__ import annotations

from kapstone.web.accounts.models import User
from kapstone.web.records import access
from kapstone.web.records import at_home as home
from kapstone.web.records.models import Course, Session
from kapstone.web.records.refusals import Refused


def refuse_strangers(session: Session, by: User, deed: str = "run sessions") -> None:
    """Refuse whoever may not do it, and whoever works elsewhere than where the session is held.

    It asks the database nothing of a session that comes with its person, as a locked one does.
    """
    access.refuse_others(by, deed)
    if by.practice_id != session.course.person.practice_id:
        raise Refused("elsewhere", "This session is not of your practice.")


def refuse_strangers_to_course(course: Course, by: User) -> None:
    """The same of a course, in which a session is only planned, by whoever books."""
    access.refuse_others(by, "book")
    if by.practice_id != course.person.practice_id:
        raise Refused("elsewhere", "This person is not of your practice.")


def refuse_others_at_home(session: Session, by: User) -> None:
    """The same, but that in a session at home the person writes it down themselves."""
    if by.pk != session.course.person.user_id or not home.is_at_home(session):
        refuse_strangers(session, by)
