"""A person's messages: write to the team about something, and read what they say."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from kapstone.web import clock, letters
from kapstone.web.portal.own import mine, my_course
from kapstone.web.records import attachments, audit, away, threads
from kapstone.web.records.access import actor, only_for
from kapstone.web.records.actions import messages as deeds
from kapstone.web.records.models import Attachment, Person, Thread
from kapstone.web.records.refusals import status_of

MOST_THREADS = 20
MOST_MESSAGES = 100


@only_for("see my own")
@require_http_methods(["GET", "POST"])
def messages(request: HttpRequest) -> HttpResponse:
    """Write to the practice; nobody watches this around the clock, and the page says so."""
    user, now = actor(request), clock.now()
    person = my_course(user).person
    team = away.recipients(person.practice, now)
    form = letters.LetterForm(request.POST or None, request.FILES or None, to=team)
    if request.method == "POST" and form.is_valid():
        with form.sending():
            told = form.cleaned_data
            sent = {"text": told["text"], "files": told["enclosed"], "at": now, "by": user}
            thread = deeds.begin_thread(person, form.heading(), **sent)
            return redirect("portal:thread", pk=thread.pk)
    page = Paginator(threads.of_person(person), MOST_THREADS).get_page(request.GET.get("threads"))
    words = {
        "form": form,
        "page": page,
        "threads": threads.titled(page),
        "earlier": threads.earlier(person),
        **letters.around(person, now),
    }
    return render(request, "portal/messages.html", words, status=status_of(form))


@only_for("see my own")
@require_http_methods(["GET", "POST"])
def thread(request: HttpRequest, pk: int) -> HttpResponse:
    """One thread, and a box to go on."""
    user = actor(request)
    found: Thread = mine(Thread, user, pk)
    return opened(request, my_course(user).person, found)


@only_for("see my own")
@require_http_methods(["GET", "POST"])
def earlier_messages(request: HttpRequest) -> HttpResponse:
    """All that was written before there were threads, as one."""
    return opened(request, my_course(actor(request)).person, None)


def opened(request: HttpRequest, person: Person, thread: Thread | None) -> HttpResponse:
    user, now = actor(request), clock.now()
    form = letters.ReplyForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        with form.sending():
            told = form.cleaned_data
            sent = {"text": told["text"], "files": told["enclosed"], "at": now, "by": user}
            deeds.send_message(person, thread=thread, **sent)
            return redirect(request.path)
    deeds.see_messages(person, thread, at=now, by=user)
    words = shown(person, thread) | {"form": form, **letters.around(person, now)}
    return render(request, "portal/thread.html", words, status=status_of(form))


def shown(person: Person, thread: Thread | None) -> dict[str, Any]:
    rows = threads.messages_of(person, thread)
    addressed = thread.addressed_to if thread else None
    absent = away.today(person.practice, clock.now()) if addressed else {}
    return {
        "thread": thread,
        "title": threads.title_of(thread),
        "messages_of": list(reversed(rows[:MOST_MESSAGES])),
        "to": letters.in_words(away.recipient(addressed, absent)) if addressed else "",
    }


@only_for("see my own")
@require_GET
def attachment(request: HttpRequest, pk: int) -> HttpResponse:
    """A file of one's own messages, to save."""
    user = actor(request)
    row: Attachment = mine(Attachment, user, pk)
    answer = attachments.download(row)
    about = f"attachment:{pk}"
    audit.record(user, "open attachment", person=row.message.person, about=about)
    return answer
