"""The practice's limits: what holds here, what ships, and a prescriber who stands for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from kapstone import monitoring
from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.clinician import laxer
from kapstone.web.clinician.laxer import Answering, NameForm
from kapstone.web.records import lines
from kapstone.web.records.access import actor, only_for
from kapstone.web.records.actions import limits as deeds
from kapstone.web.records.actions import practice as practice_deeds
from kapstone.web.records.actions.countersigning import shown_of
from kapstone.web.records.models import LineChange
from kapstone.web.records.refusals import LONGEST_REASON, Refused, shown_on, status_of

MOST_BEFORE = 50


class ReasonForm(NameForm):
    """Why something is settled so, who stands for it, and the newest row that its page showed.

    Every figure is posted, typed anew or not: one that a colleague changed since would be undone.
    """

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    why = forms.CharField(
        label="Why?",
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="A sentence; it stands beside what is settled.",
    )

    @contextmanager
    def beside(self, standing: Callable[[], Mapping[str, str]]) -> Iterator[None]:
        """Show what stands now where the deed inside is refused since somebody signed meanwhile."""
        try:
            yield
        except Refused as refused:
            if refused.code == "since":
                self.show_standing(standing())
            raise

    def show_standing(self, standing: Mapping[str, str]) -> None:
        """Say beside each figure what holds now, where that is not what the page showed.

        What was typed is kept; a figure that was left as the page showed it takes what holds now.
        """
        # A copy, not a dict of it: what is posted holds a list under each name.
        data: Any = copy(self.data)
        for name, holds in standing.items():
            was, typed = self.data.get(f"initial-{name}", ""), self.data.get(name, "")
            if was == typed or name == "seen":
                data[name] = holds
            if name != "seen" and holds != was:
                words = "" if was == typed else f" You typed {typed}."
                self.add_error(name, f"{holds} holds now; this page showed {was}.{words}")
            data[f"initial-{name}"] = holds
        self.data = data


class FiguresForm(ReasonForm):
    """The figures of one limit, why they are so, and who stands for them."""

    def __init__(self, *args: Any, limit: monitoring.Limit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.keys = {name.replace(".", "_"): name for name in monitoring.figures_of(limit)}
        sign, shipped = monitoring.signs()[limit.sign], monitoring.figures_of(limit)
        for field, name in self.keys.items():
            self.fields[field] = forms.FloatField(
                label=f"{monitoring.called(limit, name)}, {sign.unit}".rstrip(", "),
                help_text=f"Ships as {shipped[name]:g}.",
                show_hidden_initial=True,
            )
        self.order_fields([*self.keys, "why", "name"])

    def figures(self) -> dict[str, float]:
        return {name: self.cleaned_data[field] for field, name in self.keys.items()}


@only_for("sign limits")
@require_http_methods(["GET", "POST"])
def limits(request: HttpRequest) -> HttpResponse:
    """Every limit as it holds here; a prescriber signs those that no paper fixes."""
    user, form = actor(request), NameForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with shown_on(form):
            name = form.cleaned_data["name"]
            practice_deeds.sign_settings(name, at=clock.now(), by=user)
            return redirect("limits")
    context = {"form": form, "rows": table(user)}
    return render(request, "clinician/limits.html", context, status=status_of(form))


def table(user: User) -> list[dict[str, Any]]:
    practice, now = user.practice_id or 0, clock.now()
    own, two = lines.changes(practice, now), LineChange.objects.two_signed(practice, now)
    waits = laxer.waiting_of(LineChange, user)
    return [
        {
            **row(each, own.get(each.id)),
            "alone": lines.laxer(each, lines.figures(each, own.get(each.id)), two.get(each.id, [])),
            "waits": waits.get(each.id),
        }
        for each in monitoring.limits()
    ]


def row(limit: monitoring.Limit, change: LineChange | None) -> dict[str, Any]:
    """A limit with its figures as they hold, those that differ marked, and who signed them."""
    held, shipped = lines.figures(limit, change), monitoring.figures_of(limit)
    loose = monitoring.laxer(monitoring.settled(limit, held), limit)
    figures = [
        {
            "words": monitoring.called(limit, name),
            "value": held[name],
            "shipped": shipped[name] if held[name] != shipped[name] else None,
            "looser": name in loose,
        }
        for name in shipped
    ]
    sign = monitoring.signs()[limit.sign]
    return {"limit": limit, "sign": sign, "figures": figures, "change": change}


@only_for("sign limits")
@require_http_methods(["GET", "POST"])
def limit(request: HttpRequest, id: str) -> HttpResponse:
    """Settle the figures of one limit, signed; everything settled before stays below."""
    user, found = actor(request), limit_of(id)
    form = FiguresForm(request.POST or None, limit=found, initial=standing(user, found))
    if request.method == "POST" and form.is_valid():
        told, figures = form.cleaned_data, form.figures()
        with shown_on(form), form.beside(lambda: standing(user, found)):
            signed = deeds.settle_limit(id, figures, **whose(told), at=clock.now(), by=user)
            laxer.say_whether_it_holds(request, signed)
            return redirect("limits")
    return page(request, found, form)


def limit_of(id: str) -> monitoring.Limit:
    found = next((row for row in monitoring.limits() if row.id == id), None)
    if found is None:
        raise Http404("no such limit")
    return found


def again(request: HttpRequest, id: str, answering: Answering) -> HttpResponse:
    """The page with an answer that was refused, as it was typed."""
    found = limit_of(id)
    form = FiguresForm(limit=found, initial=standing(actor(request), found))
    return page(request, found, form, answering)


def whose(told: Mapping[str, Any]) -> dict[str, str]:
    return {name: told[name] for name in ("why", "seen", "name")}


def standing(user: User, limit: monitoring.Limit) -> dict[str, str]:
    """What the form shows: the figures that hold now, by its fields, and the newest row.

    That row is read first: whatever is signed in between is then refused as not seen.
    """
    practice = user.practice_id or 0
    seen = shown_of(LineChange.objects.newest(practice, limit.id))
    held = lines.figures(limit, lines.changes(practice, clock.now()).get(limit.id))
    return {**{name.replace(".", "_"): f"{held[name]:g}" for name in held}, "seen": seen}


def page(
    request: HttpRequest,
    limit: monitoring.Limit,
    form: FiguresForm,
    answering: Answering | None = None,
) -> HttpResponse:
    user = actor(request)
    context = {
        "form": form,
        "before": before(user.practice_id or 0, limit),
        **laxer.beside(laxer.waiting_of(LineChange, user).get(limit.id), answering),
        "others": laxer.others(user),
        "settled_here": limit.id in lines.changes(user.practice_id or 0, clock.now()),
        "limit": limit,
        "sign": monitoring.signs()[limit.sign],
    }
    return render(
        request, "clinician/limit.html", context, status=422 if answering else status_of(form)
    )


def before(practice: int, limit: monitoring.Limit) -> list[dict[str, Any]]:
    """What was settled of the limit, the newest first."""
    rows = LineChange.objects.filter(practice=practice, limit=limit.id).select_related("answer")
    newest = LineChange.objects.newest(practice, limit.id)
    return [
        {**row(limit, each), "became": laxer.became(each, newest)}
        for each in rows.order_by("-at", "-pk")[:MOST_BEFORE]
    ]
