"""Run as a script: a prescriber answers so many questions of this course with yes."""

from __future__ import annotations

import sys

import django

django.setup()

from kapstone import screening  # noqa: E402
from kapstone.web import clock  # noqa: E402
from kapstone.web.accounts.models import User  # noqa: E402
from kapstone.web.records.actions import screening as deeds  # noqa: E402
from kapstone.web.records.models import Course  # noqa: E402

course, most = Course.objects.get(pk=sys.argv[1]), int(sys.argv[2])
prescriber = next(user for user in User.objects.order_by("pk") if user.has_role("prescriber"))
asked = [of for of in screening.vocabulary().values() if of.kind == "yes_no" and of.from_]
for of in [of for of in asked if "clinician" in of.from_][:most]:
    deeds.give_fact(
        course.person, of.id, True, origin="clinician", at=clock.now(), by=prescriber
    )  # fmt: skip
