"""Messages at the practice: what waits, one person's threads, and each of them."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from kapstone.web import clock, letters
from kapstone.web.accounts.models import User
from kapstone.web.ids import number_in
from kapstone.web.records import attachments, audit, away, opening, threads
from kapstone.web.records.access import actor, may, only_for
from kapstone.web.records.actions import messages as deeds
from kapstone.web.records.models import Attachment, Person, Thread
from kapstone.web.records.refusals import Refused, status_of

A_PAGE, MOST_MESSAGES = 50, 100
MOST_THREADS = 20
MOST_OVERDUE = 6


@only_for("answer messages")
@require_GET
def messages(request: HttpRequest) -> HttpResponse:
    """What waits for an answer, the longest wait first; and everybody who has written."""
    user, now = actor(request), clock.now()
    waits = threads.waiting(user)
    only_mine = request.GET.get("whose") == "me"
    if only_mine:
        waits = waits.filter(threads.mine(user, now))
    open_page = Paginator(waits, A_PAGE).get_page(request.GET.get("open"))
    people = Person.objects.visible_to(user).annotate(last_at=Max("messages__at"))
    people = people.exclude(last_at=None).order_by("-last_at")
    words = {
        "open_page": open_page,
        "waiting": threads.shown(list(open_page), user, now),
        "overdue": threads.overdue(user, now).count(),
        "only_mine": only_mine,
        "open_name": "whose=me&open" if only_mine else "open",
        "page": Paginator(people, A_PAGE).get_page(request.GET.get("page")),
        "hours": opening.shown(user.practice, now),
        "may_settle": may(user, "settle hours"),
    }
    return render(request, "clinician/messages.html", words)


def overdue(user: User, now: Any) -> dict[str, Any]:
    """The first of those who wait for longer than they were told, for the pages of the day."""
    if not may(user, "answer messages"):
        return {}
    rows = threads.overdue(user, now)
    found = threads.shown(list(rows[:MOST_OVERDUE]), user, now)
    return {"overdue": found, "more_overdue": rows.count() - len(found)}


def person_of(request: HttpRequest, pk: int) -> Person:
    rows = Person.objects.visible_to(actor(request)).select_related("practice", "user")
    found: Person = get_object_or_404(rows, pk=pk)
    return found


@only_for("answer messages")
@require_http_methods(["GET", "POST"])
def person_messages(request: HttpRequest, pk: int) -> HttpResponse:
    """One person's threads, and the form for a new one."""
    user, now, person = actor(request), clock.now(), person_of(request, pk)
    form = letters.LetterForm(request.POST or None, request.FILES or None, to=None)
    if request.method == "POST" and form.is_valid():
        with form.sending():
            told = form.cleaned_data
            sent = {"text": told["text"], "files": told["enclosed"], "at": now, "by": user}
            thread = deeds.begin_thread(person, form.heading(), **sent)
            return redirect("thread", pk=thread.pk)
    if request.method == "GET":
        audit.record(user, "see messages", person=person)
    rows = threads.of_person(person)
    page = Paginator(rows, MOST_THREADS).get_page(request.GET.get("page"))
    words = {
        "person": person,
        "form": form,
        "page": page,
        "threads": threads.titled(page),
        "earlier": threads.earlier(person),
        **letters.around(person, now),
    }
    return render(request, "clinician/person_messages.html", words, status=status_of(form))


@only_for("answer messages")
@require_http_methods(["GET", "POST"])
def thread(request: HttpRequest, pk: int) -> HttpResponse:
    """One thread; what the person wrote stays open until it is answered or dealt with by name."""
    rows = Thread.objects.visible_to(actor(request)).select_related("addressed_to")
    found: Thread = get_object_or_404(rows, pk=pk)
    return opened(request, person_of(request, found.person_id), found)


@only_for("answer messages")
@require_http_methods(["GET", "POST"])
def earlier_messages(request: HttpRequest, pk: int) -> HttpResponse:
    """All that was written before there were threads, as one."""
    return opened(request, person_of(request, pk), None)


def opened(request: HttpRequest, person: Person, thread: Thread | None) -> HttpResponse:
    user, now = actor(request), clock.now()
    dealing = request.POST.get("action") == "dealt"
    given = None if dealing else request.POST or None
    # Without it the page showed nothing, so that nothing is closed unread.
    read_to = number_in(request.POST.get("read_to")) or 0
    form = letters.ReplyForm(given, request.FILES or None)
    if dealing:
        # Somebody else was quicker: the page that comes shows that nothing is open.
        with suppress(Refused):
            deeds.deal_with_messages(person, thread, read_to=read_to, at=now, by=user)
        return redirect(request.path)
    if form.is_bound and form.is_valid():
        with form.sending():
            told = form.cleaned_data
            sent = {"text": told["text"], "files": told["enclosed"], "at": now, "by": user}
            deeds.send_message(person, thread=thread, read_to=read_to, **sent)
            return redirect(request.path)
    # The deed writes down the reading of what was new; what was read before is read again.
    if not deeds.see_messages(person, thread, at=now, by=user):
        audit.record(user, "see messages", person=person)
    words = shown(person, thread) | {"form": form, **letters.around(person, now)}
    return render(request, "clinician/thread.html", words, status=status_of(form))


def shown(person: Person, thread: Thread | None) -> dict[str, Any]:
    rows = threads.messages_of(person, thread)
    addressed = thread.addressed_to if thread else None
    now = clock.now()
    newest = list(rows[:MOST_MESSAGES])
    return {
        "person": person,
        "thread": thread,
        "title": threads.title_of(thread),
        "messages_of": newest[::-1],
        "read_to": max((each.pk for each in newest), default=0),
        "more": rows.count() - MOST_MESSAGES,
        "unanswered": rows.open().count(),  # type: ignore[attr-defined]  # a queryset of messages
        "to": away.recipient(addressed, away.today(person.practice, now)) if addressed else None,
    }


@only_for("answer messages")
@require_GET
def attachment(request: HttpRequest, pk: int) -> HttpResponse:
    """A file that came with a message, to save."""
    user = actor(request)
    rows = Attachment.objects.visible_to(user).select_related("message__person")
    row: Attachment = get_object_or_404(rows, pk=pk)
    answer = attachments.download(row)
    audit.record(user, "open attachment", person=row.message.person, about=f"attachment:{pk}")
    return answer
