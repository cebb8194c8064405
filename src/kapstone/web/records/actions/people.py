"""Deeds about people: who comes, how to reach them, and who stands beside them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from kapstone.web.accounts import links
from kapstone.web.accounts.models import Practice, User
from kapstone.web.accounts.roles import COMPANION, PATIENT
from kapstone.web.records import audit, couples, outbox
from kapstone.web.records.models import Companion, Couple, Course, Person
from kapstone.web.records.refusals import Refused

DETAILS = (
    *("given", "family", "pronouns", "birth_date", "sex_at_birth"),
    *("email", "phone", "country"),
)


@transaction.atomic
def add_person(details: dict[str, Any], *, at: datetime, by: User) -> Course:
    """Take a person in: their details, a way to log in when there is an e-mail, a first course."""
    practice = Practice.objects.select_for_update(no_key=True).get(user=by)
    person = Person.objects.create(
        practice=practice,
        number=next_number(practice),
        user=log_in_for(details, practice),
        added_at=at,
        **{name: details[name] for name in DETAILS if details.get(name)},
    )
    course = Course.objects.create(person=person, concern=details.get("concern", ""), at=at, by=by)
    audit.record(by, "add person", person=person, about=f"course:{course.pk}")
    return course


def next_number(practice: Practice) -> str:
    """The next record number of the practice; its row is locked, so none is given twice."""
    return f"K-{Person.objects.filter(practice=practice).count() + 1:04}"


def log_in_for(details: dict[str, Any], practice: Practice) -> User | None:
    """A log-in by e-mailed link; None when there is no e-mail yet."""
    email = str(details.get("email") or "").lower()
    if not email:
        return None
    refuse_taken(email)
    name = f"{details['given']} {details['family']}"
    return User.objects.create_user(email, name=name, practice=practice, roles=[PATIENT])


def refuse_taken(email: str) -> None:
    if User.objects.filter(email=email).exists():
        raise Refused(
            "email-taken",
            f"{email} already belongs to somebody here: look under People, or leave it out.",
        )


def move_log_in(user: User, email: str) -> None:
    """Let the log-in follow the person's e-mail; without one nobody gets in until there is one."""
    if email and email != user.email:
        refuse_taken(email)
    links.move(user, email)


@transaction.atomic
def correct_details(person: Person, details: dict[str, Any], *, by: User) -> None:
    """Change the address book; the audit entry keeps what stood there before.

    Their log-in follows their e-mail in the same deed, or the deed is refused.
    """
    person = Person.objects.locked(person.pk)
    changed = {
        name: details[name]
        for name in DETAILS
        if name in details and details[name] != getattr(person, name)
    }
    before = {name: plain(getattr(person, name)) for name in changed}
    for name, value in changed.items():
        setattr(person, name, value)
    if person.user is None:
        person.user = log_in_for({**details, "given": person.given}, person.practice)
    elif "email" in changed:
        move_log_in(person.user, str(changed["email"] or "").lower())
    person.save()
    audit.record(by, "correct details", person=person, before=before, after=changed)


def plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


@transaction.atomic
def let_in(
    person: Person, *, name: str, email: str, relation: str, at: datetime, by: User, **also: Any
) -> Companion:
    """Let a partner, escort or sitter in, by their e-mail; what they see is theirs to be told."""
    Person.objects.locked(person.pk)
    user = User.objects.filter(email=email.lower()).first()
    refuse_companion(person, user)
    if user is None:
        user = User.objects.create_user(
            email, name=name, practice=person.practice, roles=[COMPANION]
        )
    elif COMPANION not in user.roles:
        user.roles = [*user.roles, COMPANION]
        user.save(update_fields=["roles"])
    companion = Companion.objects.create(
        person=person,
        user=user,
        relation=relation,
        phone=also.get("phone", ""),
        is_escort=also.get("is_escort", False),
        at=at,
        by=by,
    )
    invite(companion)
    audit.record(by, "let companion in", person=person, about=f"companion:{companion.pk}")
    return companion


def invite(companion: Companion) -> None:
    """Write to whom was let in; nothing of the person: who reads that mail is not known."""
    practice = companion.person.practice
    address = settings.SITE_ADDRESS + reverse("enter")
    words = {"companion": companion.user, "practice": practice, "address": address}
    text = render_to_string("mail/let_in.txt", words).strip()
    outbox.put(companion.user.email, subject=f"A note from {practice}", text=text)


def refuse_companion(person: Person, user: User | None) -> None:
    if user is not None and user.pk == person.user_id:
        raise Refused("yourself", "This is your own e-mail. Write the e-mail of the other person.")
    standing = Companion.objects.standing().filter(person=person, user=user, ended=False)
    if user is not None and standing.exists():
        raise Refused("already", f"{user.name} is let in already.")


@transaction.atomic
def let_go(companion: Companion, *, at: datetime, by: User) -> Companion:
    """Close the door to a companion at once; that they were let in stays on record."""
    Person.objects.locked(companion.person_id)
    if not Companion.objects.standing().filter(pk=companion.pk, ended=False).exists():
        raise Refused("gone", "They are no longer let in.")
    ended = Companion.objects.create(**companion.but(ended=True), at=at, by=by)
    audit.record(by, "let companion go", person=companion.person, about=f"companion:{ended.pk}")
    return ended


@transaction.atomic
def link_couple(person: Person, partner: Person, *, at: datetime, by: User) -> Couple:
    """Two people walk the road side by side; neither chart opens to the other by this."""
    if person.pk == partner.pk:
        raise Refused("same-person", "A couple is two people; choose the partner's own chart.")
    if person.practice_id != partner.practice_id:
        raise Refused("elsewhere", "Nobody of that number is cared for here.")
    # Always in the same order, so that two who link the same two do not wait for each other.
    for each in sorted((person, partner), key=lambda one: one.pk):
        Person.objects.locked(each.pk)
        if couples.of_person(each).exists():
            raise Refused("already", f"{each.given} is of a couple already; end that one first.")
    couple = Couple.objects.create(person=person, partner=partner, at=at, by=by)
    audit.record(by, "link couple", person=person, about=f"couple:{couple.pk}")
    audit.record(by, "link couple", person=partner, about=f"couple:{couple.pk}")
    return couple
