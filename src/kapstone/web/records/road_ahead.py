"""What happens next on a person's road, in their words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kapstone import pathway
from kapstone.web import clock
from kapstone.web.records import pathway as course_pathway
from kapstone.web.records.models import Course

# What happens at a step that others carry, for the person who waits.
MEANWHILE = {
    "consultation": _("We get to know each other in a first call."),
    "intake": _("We start with your story, in short sittings."),
    "screening": _("Your team reads what you told us and decides with care. We will write to you."),
    "consent": _("Next you read what you agree to."),
    "roadmap": _("Your team plans the sessions with you."),
    "preparation": _("Next we get ready together."),
    "medicine": _("Your next medicine session is being prepared."),
    "integration": _("Next we talk about what you brought back."),
    "follow_up": _("Now and then we ask how you are."),
    "long_term": _("Now and then we look after your body: bladder, blood pressure, liver."),
    "review": _("We look back together at what has helped."),
    "maintenance": _("We keep what helps."),
    "ending": _("You have reached the end of this road. You can write to us at any time."),
}
# What stands in the place of the screening once it is decided that somebody does not go on.
DECIDED = {
    "not_yet": _("Not yet: some things come first. We help you with them, then we look again."),
    "another_path": _("Another path is better for you now. We help you get there."),
}
ON_FIRST_PAGE = _("Your next step is on your first page.")


def steps_of(course: Course) -> tuple[pathway.Step, ...]:
    now, rows = clock.now(), Course.objects.filter(pk=course.pk)
    ((course, facts),) = course_pathway.facts_of(rows, now=now).items()
    return course_pathway.steps(course, facts, now=now)


def coming(steps: Iterable[pathway.Step], decided: str = "") -> dict[str, Any] | None:
    """The step that somebody else carries now, in calm words, with its day when it has one.

    `decided` is the screening decision that the person may know of.
    """
    # Where the road ends for now, what is still open before it waits for nobody.
    for step in sorted(steps, key=lambda each: not is_left(each, decided)):
        if step.state in {"now", "blocked", "waiting"} or is_left(step, decided):
            return {"step": step, "words": meanwhile(step, decided), "due": step.due}
    return None


def is_left(step: pathway.Step, decided: str) -> bool:
    """Whether the road ends at this step for now."""
    return step.id == "screening" and decided in DECIDED


def meanwhile(step: pathway.Step, decided: str) -> Promise:
    return DECIDED[decided] if is_left(step, decided) else MEANWHILE[step.id]


def after_consent(course: Course) -> Promise | None:
    """What comes next once the consent is signed; None while it is still to be read.

    Only the steps behind it are named: how the screening stands is for the team to say.
    """
    steps = steps_of(course)
    place = next(at for at, step in enumerate(steps) if step.id == "consent")
    if steps[place].state != "done":
        return None
    found = coming(steps[place + 1 :])
    return ON_FIRST_PAGE if found is None else found["words"]
