"""A session at home, from the practice's side: what holds, the sitter, the release, the evening."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from kapstone import at_home, register
from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.clinician import home_forms
from kapstone.web.clinician.sessions import session_for
from kapstone.web.records import at_home as home
from kapstone.web.records import audit, live, made_from
from kapstone.web.records import register as stock
from kapstone.web.records.access import actor, may, only_for
from kapstone.web.records.actions import at_home as deeds
from kapstone.web.records.actions import home_readings
from kapstone.web.records.models import Holding, HomeCount, LinkSent, Sitter, SitterLink
from kapstone.web.records.refusals import shown_on

# As many as fit beside the looks; all of them stand on the session's own page.
MOST_READINGS = 6


class SitterForm(forms.Form):
    """Who sits with the person, once they were asked; else the person does it on their own page."""

    name = forms.CharField(max_length=200)
    phone = forms.CharField(max_length=40, label="Their own phone")
    adult = forms.BooleanField(label="They are 18 or over")
    person_agrees = forms.BooleanField(label="The person has said yes to them")


class LinkForm(forms.Form):
    """Who is on call for the evening, and under which number."""

    on_call = forms.ModelChoiceField(queryset=User.objects.none(), label="On call that evening")
    call_phone = forms.CharField(max_length=40, label="The number the sitter calls")

    def __init__(self, *args: Any, practice: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        staff = User.objects.filter(practice=practice, is_active=True).order_by("name")
        able = [each.pk for each in staff if may(each, "answer notices")]
        self.fields["on_call"].queryset = staff.filter(pk__in=able)  # type: ignore[attr-defined]  # a choice of rows has one


class ReleaseForm(forms.Form):
    """How many of which lot."""

    holding = forms.ModelChoiceField(
        queryset=Holding.objects.none(),
        label="Which box they come from",
        empty_label="Choose the box",
        help_text="The lot number is printed on the box, often after “LOT”. Choose the line with "
        "the same number.",
    )
    units = forms.IntegerField(
        min_value=1,
        max_value=100,
        label="How many go home",
        help_text="Single lozenges, not boxes: the first dose and, where it was ordered, a second.",
    )

    def __init__(self, *args: Any, lots: list[stock.Lot], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["holding"]
        field.queryset = Holding.objects.filter(pk__in=[each.row.pk for each in lots])
        left = {each.row.pk: each.at_hand for each in lots}
        field.label_from_instance = lambda row: (
            f"{row.product}, lot {row.lot}, last day {row.expires_on:%d %b %Y}: {left[row.pk]} in "
            "the cabinet"
        )


class ExplainForm(forms.Form):
    words = forms.CharField(
        label="What was found", widget=forms.Textarea(attrs={"rows": 2}), max_length=4000
    )


def home_session(request: HttpRequest, pk: int) -> Any:
    """The session, when this user may know of it and it is planned at home."""
    found = session_for(request, pk)
    if not home.is_at_home(found):
        raise Http404("This session is not planned at home.")
    return found


@only_for("run sessions")
@require_GET
def at_home_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything about the session at home on one page; its evening comes again by itself."""
    found, user = home_session(request, pk), actor(request)
    if request.headers.get("X-Poll"):
        return render(request, "clinician/parts/evening.html", evening_words(found, clock.now()))
    audit.record(user, "see session at home", person=found.course.person, about=f"session:{pk}")
    return page(request, found)


def page(request: HttpRequest, found: Any, **also: Any) -> HttpResponse:
    """The page; `also` may bring a form that did not pass."""
    user, now = actor(request), clock.now()
    practice = found.course.person.practice
    sitter, release = home.sitter_of(found), home.release_of(found)
    link = home.open_link(sitter, now=now)
    conditions = home.conditions(found, now=now)
    begins = {"name": sitter.name, "phone": sitter.phone} if sitter else {}
    on_call = {"on_call": user, "call_phone": practice.phone}
    words = {
        "live_after": live.newest(),
        "session": found,
        "person": found.course.person,
        "order": found.order_set.newest(),
        "outlived": made_from.outlived(found.order_set.newest(), found.route),
        "conditions": conditions,
        "may_release": at_home.all_hold(conditions),
        "releases": may(user, "release for home"),
        "sitter": sitter,
        "answer": home.answer_of(sitter) if sitter else None,
        "link": link,
        "address": address(link) if link else "",
        "release": release,
        "counts": counts(release) if release else [],
        "sitter_form": SitterForm(initial=begins),
        "link_form": LinkForm(practice=practice.pk, initial=on_call),
        "release_form": ReleaseForm(lots=lots(found, now)),
        "explain_form": ExplainForm(),
        "sent": LinkSent.objects.filter(link=link).first() if link else None,
        **home_forms.words_for(found, user, now),
        **evening_words(found, now),
        **also,
    }
    refused = any(form.is_bound and form.errors for form in also.values())
    return render(request, "clinician/at_home.html", words, status=422 if refused else 200)


def address(link: SitterLink) -> str:
    return str(settings.SITE_ADDRESS) + reverse("sitter", args=[home.token_of(link)])


def lots(found: Any, now: datetime) -> list[stock.Lot]:
    """What may be released for this session today."""
    return [
        each
        for each in stock.lots(found.course.person.practice, now=now)
        if register.may_be_released(each.row.form, found.route) and not each.expired
    ]


def counts(release: Any) -> list[dict[str, Any]]:
    rows = release.counts.standing().select_related("by").order_by("at", "pk")
    return [
        {
            "row": row,
            "result": home.result(row),
            "explained": row.explained if home.is_explained(row) else None,
        }
        for row in rows
    ]


def evening_words(found: Any, now: datetime) -> dict[str, Any]:
    labels = {row.id: row for row in at_home.sights().values()}
    evening, outside = home.evening(found, now=now), home_readings.outside(found, now=now)
    notices = home_readings.waiting(found)
    return {
        "readings": home_readings.taken(found)[:MOST_READINGS],
        "outside": outside,
        "waiting": notices,
        "trouble": bool(outside or notices or evening.standing.calls or evening.standing.missed),
        "session": found,
        "evening": evening,
        "do_help": at_home.watch().do_help,
        "looks": [
            {"row": row, "sight": labels.get(row.saw), "late": row.recorded_at - row.at}
            for row in evening.rows
        ],
    }


def after(
    request: HttpRequest, found: Any, name: str, form: forms.Form, deed: Callable[[], object]
) -> HttpResponse:
    """Do the deed of a form that passed, and show the page again."""
    if form.is_valid():
        with shown_on(form):
            deed()
            return redirect("at_home", pk=found.pk)
    return page(request, found, **{name: form})


@only_for("run sessions")
@require_POST
def name_sitter(request: HttpRequest, pk: int) -> HttpResponse:
    """Name who sits with the person."""
    found, form = home_session(request, pk), SitterForm(request.POST)

    def deed() -> Sitter:
        told = form.cleaned_data
        return deeds.name_sitter(
            found,
            name=told["name"],
            phone=told["phone"],
            adult=told["adult"],
            person_agrees=told["person_agrees"],
            at=clock.now(),
            by=actor(request),
        )

    return after(request, found, "sitter_form", form, deed)


def named(found: Any) -> Sitter:
    sitter = home.sitter_of(found)
    if sitter is None:
        raise Http404("Nobody is named as sitter.")
    return sitter


@only_for("run sessions")
@require_POST
def sitter_link(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the sitter's page, anew each time, or shut it."""
    found, user, now = home_session(request, pk), actor(request), clock.now()
    sitter = named(found)
    if request.POST.get("action") == "shut":
        shutting = forms.Form(request.POST)
        return after(
            request, found, "shut_form", shutting, lambda: deeds.end_link(sitter, at=now, by=user)
        )
    form = LinkForm(request.POST, practice=found.course.person.practice_id)
    return after(
        request,
        found,
        "link_form",
        form,
        lambda: deeds.make_link(sitter, **form.cleaned_data, at=now, by=user),
    )


@only_for("release for home")
@require_POST
def release_home(request: HttpRequest, pk: int) -> HttpResponse:
    """Release lozenges for this session; the deed says what is missing."""
    found, now = home_session(request, pk), clock.now()
    form = ReleaseForm(request.POST, lots=lots(found, now))
    return after(
        request,
        found,
        "release_form",
        form,
        lambda: deeds.release(found, **form.cleaned_data, at=now, by=actor(request)),
    )


@only_for("release for home")
@require_POST
def explain_count(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down why a count differs."""
    rows = HomeCount.objects.visible_to(actor(request)).select_related("release")
    count: HomeCount = get_object_or_404(rows, pk=pk)
    found = home_session(request, count.release.session_id)
    form = ExplainForm(request.POST)
    return after(
        request,
        found,
        "explain_form",
        form,
        lambda: deeds.explain_count(
            count, words=form.cleaned_data["words"], at=clock.now(), by=actor(request)
        ),
    )
