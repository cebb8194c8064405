"""Run as a script: notes written plainly by an older program, then sealed by this one."""

from __future__ import annotations

import json

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.migrations.exceptions import IrreversibleError  # noqa: E402

from kapstone.web import clock  # noqa: E402
from kapstone.web.accounts.models import Practice, User  # noqa: E402
from kapstone.web.records import guards  # noqa: E402
from kapstone.web.records.actions import people  # noqa: E402
from kapstone.web.records.actions import psychotherapy as deeds  # noqa: E402
from kapstone.web.records.drafts import words_of  # noqa: E402
from kapstone.web.records.models import Course, Draft, PsychotherapyNote  # noqa: E402

PLAIN = (
    "INSERT INTO records_psychotherapynote "
    "(id, at, recorded_at, text, by_id, course_id, corrects_id)"
)


def written_plainly() -> tuple[User, Course]:
    call_command("migrate", verbosity=0)
    call_command("migrate", "records", "0034", verbosity=0)
    practice, now = Practice.objects.create(name="Ash Lane"), clock.now()
    lind = User.objects.create_user(
        "lind@example.org", "x" * 16, name="Lind", practice=practice, roles=["therapist"]
    )
    named = {"given": "Ade", "family": "Bello", "email": "ade@example.org"}
    lind.roles = ["therapist", "front_desk"]
    course = people.add_person(named, at=now, by=lind)
    with connection.cursor() as cursor:
        for pk, words, corrects in ((7, "Seahorse one", None), (9, "Seahorse two", 7)):
            cursor.execute(
                f"{PLAIN} VALUES (%s, %s, %s, %s, %s, %s, %s)",
                [pk, now, now, words, lind.pk, course.pk, corrects],
            )
    Draft.objects.create(user=lind, key=f"psychotherapy-note-{course.pk}", text="Seahorse three")
    return lind, course


def back() -> str:
    try:
        call_command("migrate", "records", "0034", verbosity=0)
    except IrreversibleError as why:
        return str(why)
    return "back"


def main() -> None:
    lind, course = written_plainly()
    call_command("migrate", verbosity=0)
    first, second = PsychotherapyNote.objects.order_by("pk")
    opened = [deeds.open_psychotherapy_note(note, by=lind) for note in (first, second)]
    stored = [first.sealed, second.sealed, Draft.objects.get().text]
    after = deeds.write_psychotherapy_note(course, text="After", at=clock.now(), by=lind)
    found = {
        "numbers": [first.pk, second.pk],
        "corrects": second.corrects_id,
        "opened": [*opened, words_of(Draft.objects.get())],
        "stored plainly": [each for each in stored if "Seahorse" in each],
        "the next has a number of its own": after.pk > second.pk,
        "guards missing": guards.missing(connection),
        "back": back(),
    }
    print(json.dumps(found))  # noqa: T201  # read by the test


if __name__ == "__main__":
    main()
