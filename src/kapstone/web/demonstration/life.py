"""One synthetic life while it is written into the chart: what its keys have become."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from kapstone import synthesis
from kapstone.web.accounts.models import User
from kapstone.web.records.models import Commitment, Course, Insight, Session, Sheet

ROUTES = {"iv": "iv", "im": "im", "sl": "lozenge_clinic"}


@dataclass(slots=True)
class Life:
    """A life's rows by their keys in the synthesis."""

    told: synthesis.Life
    staff: dict[str, User]
    course_row: Course | None = None
    sessions: dict[str, Session] = field(default_factory=dict)
    routes: dict[str, str] = field(default_factory=dict)
    sheets: dict[str, Sheet] = field(default_factory=dict)
    insights: dict[str, Insight] = field(default_factory=dict)
    commitments: dict[str, Commitment] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)
    visited: bool = False

    @property
    def course(self) -> Course:
        if self.course_row is None:
            raise LookupError(f"{self.told.person.key}: nothing can happen before add_person")
        return self.course_row

    @property
    def person(self) -> Any:
        return self.course.person

    def who(self, key: str) -> User:
        """The user behind a staff key, or the person themselves."""
        if key in self.staff:
            return self.staff[key]
        user: User = self.person.user
        return user

    def staff_in(self, role: str) -> User:
        return next(user for user in self.staff.values() if role in user.roles)
