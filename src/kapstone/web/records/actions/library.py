"""Deeds of the library: what people are shown, what they read and ask, and who looked it over."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from kapstone import library
from kapstone.web.accounts.models import Practice, User
from kapstone.web.records import access, audit
from kapstone.web.records.models import (
    ArticleAnswer,
    ArticleChosen,
    ArticleQuestion,
    ArticleRead,
    ArticleReview,
    ArticleShown,
    Person,
)
from kapstone.web.records.refusals import Refused, refuse_other_name


def refuse_unknown(name: str, step: str | None = None) -> None:
    if name not in library.articles():
        raise Refused("no-article", "There is no such article in the library.")
    if step is not None and step not in library.steps():
        raise Refused("no-step", "There is no such step of the road.")


def refuse_another(person: Person, by: User) -> None:
    """What somebody has read and asks is theirs to say."""
    if by.pk != person.user_id:
        raise Refused("not-your-deed", "Only the person themselves can say this.")


@transaction.atomic
def mark_read(person: Person, name: str, *, at: datetime, by: User) -> ArticleRead:
    """The person has read the article as it is now; a second time changes nothing."""
    refuse_another(person, by)
    refuse_unknown(name)
    # The person's row is the lock: two taps at once leave one row.
    Person.objects.locked(person.pk)
    written = library.digest_of(name)
    before: ArticleRead | None = ArticleRead.objects.newest(
        person=person, article=name, digest=written
    )
    if before is not None:
        return before
    row: ArticleRead = ArticleRead.objects.create(
        person=person, article=name, digest=written, at=at, by=by
    )
    audit.record(by, "read article", person=person, about=f"article:{name}")
    return row


@transaction.atomic
def ask_about(person: Person, name: str, *, words: str, at: datetime, by: User) -> ArticleQuestion:
    """The person asks their team about an article; it waits until somebody answers."""
    refuse_another(person, by)
    refuse_unknown(name)
    if not words.strip():
        raise Refused("empty", "Write your question first.")
    Person.objects.locked(person.pk)
    same = ArticleQuestion.objects.unanswered().newest(
        person=person, article=name, words=words.strip()
    )
    if same is not None:
        raise Refused("asked", "You have asked this already. Your team will answer.")
    row: ArticleQuestion = ArticleQuestion.objects.create(
        person=person, article=name, words=words.strip(), at=at, by=by
    )
    audit.record(by, "ask about article", person=person, about=f"article question:{row.pk}")
    return row


@transaction.atomic
def answer_question(
    question: ArticleQuestion, *, words: str, talked: bool, at: datetime, by: User
) -> ArticleAnswer:
    """Answer what somebody asked about an article, in words they read or by having talked."""
    access.refuse_others(by, "answer readers")
    if not (words.strip() or talked):
        raise Refused("empty", "Write an answer, or say that you talked about it.")
    Person.objects.locked(question.person_id)
    if ArticleAnswer.objects.filter(question=question).exists():
        raise Refused("answered", "Somebody else has answered this meanwhile.")
    row: ArticleAnswer = ArticleAnswer.objects.create(
        question=question, words=words.strip(), at=at, by=by
    )
    about = f"article question:{question.pk}"
    audit.record(by, "answer about article", person=question.person, about=about)
    return row


@transaction.atomic
def choose_article(
    person: Person, *, step: str, name: str, shown: bool, at: datetime, by: User
) -> ArticleChosen:
    """Show an article to one person at a step of the road, or do not, whatever others are shown."""
    access.refuse_others(by, "choose articles")
    refuse_unknown(name, step)
    Person.objects.locked(person.pk)
    before: ArticleChosen | None = ArticleChosen.objects.newest(
        person=person, step=step, article=name
    )
    if before is not None and before.shown == shown:
        return before
    row: ArticleChosen = ArticleChosen.objects.create(
        person=person, step=step, article=name, shown=shown, at=at, by=by
    )
    about = f"article:{name}"
    audit.record(by, "choose article", person=person, about=about, step=step, shown=shown)
    return row


@transaction.atomic
def settle_article(
    *, step: str, name: str, shown: bool, at: datetime, by: User
) -> ArticleShown | None:
    """Show an article to everybody of the practice at a step, or not; None when it ships so."""
    access.refuse_others(by, "settle articles")
    refuse_unknown(name, step)
    practice = Practice.objects.select_for_update(no_key=True).get(user=by)
    before = ArticleShown.objects.filter(practice=practice, step=step, article=name)
    newest = before.order_by("-pk").first()
    now = newest.shown if newest else step in library.article(name).steps
    if now == shown:
        return newest
    row = ArticleShown.objects.create(
        practice=practice, step=step, article=name, shown=shown, at=at, by=by
    )
    audit.record(by, "settle article", about=f"article:{name}", step=step, shown=shown)
    return row


@transaction.atomic
def review_article(name: str, *, signed: str, at: datetime, by: User) -> ArticleReview:
    """A clinician has read the article as it is written and stands for it with their name."""
    access.refuse_others(by, "review articles")
    refuse_unknown(name)
    refuse_other_name(signed, by)
    practice = Practice.objects.select_for_update(no_key=True).get(user=by)
    written = library.digest_of(name)
    mine = ArticleReview.objects.filter(practice=practice, article=name, digest=written, by=by)
    if mine.exists():
        raise Refused("signed", "You have signed this article as it is written now.")
    row = ArticleReview.objects.create(
        practice=practice,
        article=name,
        digest=written,
        signed_name=by.signed_name,
        at=at,
        by=by,
    )
    audit.record(by, "review article", about=f"article:{name}", digest=written)
    return row
