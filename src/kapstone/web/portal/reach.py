"""How we reach you; and the two addresses that stand in each message: the form, and no more."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from kapstone.web import clock
from kapstone.web.accounts import links
from kapstone.web.accounts.models import Practice, SignInLink, User
from kapstone.web.portal.own import me
from kapstone.web.records import channels, corrected, reaching
from kapstone.web.records.access import actor, only_for
from kapstone.web.records.actions import reaching as deeds
from kapstone.web.records.models import Person, Reminder, Sheet
from kapstone.web.records.refusals import shown_on, status_of
from kapstone.web.wishes import WishesForm

A_DAY = timedelta(days=1)
TOO_MANY = _("Too many codes were asked for. Wait an hour, or call the practice.")


@only_for("see my own")
@require_http_methods(["GET", "POST"])
def reach(request: HttpRequest) -> HttpResponse:
    """The person's own wishes: channel, hour, time zone, or no messages at all."""
    user, now = actor(request), clock.now()
    person = me(user)
    form = WishesForm(
        request.POST or None,
        sms=channels.sms_is_offered(),
        initial=deeds.wishes_now(person, now),
    )
    if request.method == "POST" and form.is_valid():
        with shown_on(form):
            deeds.wish(person, form.cleaned_data, at=now, by=user)
            messages.success(request, _("Saved."))
            return redirect("portal:reach")
    words = {"person": person, "form": form}
    return render(request, "portal/reach.html", words, status=status_of(form))


@login_not_required
@require_http_methods(["GET", "POST"])
def reminded(request: HttpRequest, token: str) -> HttpResponse:
    """The link of a message: one button sends a code, and the code opens the form.

    The link alone opens nothing and names nobody; opening it changes nothing.
    """
    sent = reaching.of_token(token)
    if not sent:
        return too_old(request)
    person, now = sent[0].sheet.course.person, clock.now()
    sheet = first_open(sent)
    words = {"practice": person.practice, "open": sheet is not None, "refusal": ""}
    if sheet is None or person.user is None or not person.user.is_active:
        return render(request, "portal/reminded.html", {**words, "open": False})
    form = reverse("portal:sheet", args=[sheet.pk])
    if request.user == person.user:
        return redirect(form)
    if request.method == "POST":
        link = links.make()
        if links.issue(link, person.user, now=now, goes_to=form, by=by_wish(person)):
            return redirect("enter_code", token=link.token)
        words["refusal"] = TOO_MANY
    status = 422 if words["refusal"] else 200
    return render(request, "portal/reminded.html", words, status=status)


def too_old(request: HttpRequest) -> HttpResponse:
    """What to do with an address that no message has, or no longer."""
    practices = list(Practice.objects.all()[:2])
    words = {"practice": practices[0] if len(practices) == 1 else None}
    return render(request, "portal/link_old.html", words, status=404)


def first_open(sent: list[Reminder]) -> Sheet | None:
    """The form of the message that closes first of those still to be finished, moved or not."""
    now_at = [corrected.newest(row.sheet).pk for row in sent]
    mine = reaching.open_sheets(clock.now()).filter(pk__in=now_at)
    return next(reaching.own(mine.order_by("closes_at", "pk")), None)


@login_not_required
@require_POST
def code_again(request: HttpRequest, token: str) -> HttpResponse:
    """Another code by the same way to the same page; an address nobody asked from starts anew."""
    now = clock.now()
    asked = SignInLink.objects.filter(token_hash=links.digest(token), made_at__gt=now - A_DAY)
    old = asked.filter(user__is_active=True).select_related("user").first()
    if old is None:
        return redirect("enter")
    link, person = links.make(), Person.objects.filter(user=old.user).first()
    by = by_wish(person) if person else None
    if links.issue(link, old.user, now=now, goes_to=old.goes_to, by=by):
        return redirect("enter_code", token=link.token)
    words = {"refusal": TOO_MANY, "token": token}
    return render(request, "accounts/enter_code.html", words, status=422)


class ByText:
    """Sends a code as a text message, for somebody who chose to be reached that way."""

    def __init__(self, to: str) -> None:
        self.to = to

    def __call__(self, link: links.Link, user: User) -> None:
        words = {"practice": user.practice, "code": link.code, "minutes": 20}
        text = render_to_string("mail/code.txt", words).strip()
        try:
            channels.send_sms(self.to, text, key=links.digest(link.token)[:32])
        except channels.Undelivered:
            links.log.exception("user %s: the code could not be sent", user.pk)


def by_wish(person: Person) -> ByText | None:
    """By text where that is their channel; None is by mail."""
    channel, to = reaching.address(reaching.of_person(person, clock.now()))
    return ByText(to) if channel == "sms" else None


@login_not_required
@require_http_methods(["GET", "POST"])
def stop_reminders(request: HttpRequest, token: str) -> HttpResponse:
    """No more messages, without logging in. A scanner that opens the link stops nothing."""
    person, now = reaching.whose_stop(token), clock.now()
    if person is None:
        return too_old(request)
    words = {"practice": person.practice, "stopped": deeds.wishes_now(person, now)["opted_out"]}
    if request.method == "POST" and person.user is not None:
        deeds.opt_out(person, at=now, by=person.user)
        words["stopped"] = True
    return render(request, "portal/stop_reminders.html", words)
