"""What is one's own: the person behind the log-in, their course, their rows.

Never asked with `visible_to` alone: staff who are cared for here too see their whole practice by
it, and would meet somebody else's course on pages that say "you".
"""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404

from kapstone.web.accounts.models import User
from kapstone.web.records.models import Course, Person


def me(user: User) -> Person:
    """The person behind the log-in; 404 when there is none."""
    return get_object_or_404(Person.objects.select_related("practice"), user=user)


def my_course(user: User) -> Course:
    """The newest course of the person themselves; 404 before the first one has begun."""
    courses = Course.objects.standing().filter(person__user=user)
    found: Course | None = courses.select_related("person__practice").order_by("-number").first()
    if found is None:
        raise Http404("Your course has not begun yet.")
    return found


def mine(table: Any, user: User, pk: int) -> Any:
    """A row of one's own; 404 for anybody else's."""
    rows = table.objects.visible_to(user).filter(**{f"{table.PERSON}__user": user})
    return get_object_or_404(rows, pk=pk)
