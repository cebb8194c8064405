"""The effectiveness pages: who is counted, what is known of them, and what nobody can tell."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kapstone import instruments, stories
from kapstone.charts import shares
from kapstone.outcomes import trial
from kapstone.outcomes.figures import Figure
from kapstone.web import clock
from kapstone.web.accounts.models import Practice
from kapstone.web.records import audit
from kapstone.web.records import effectiveness as read
from kapstone.web.records.access import actor, may, only_for
from kapstone.web.records.actions import effectiveness as deeds
from kapstone.web.records.models import ComparisonPlan, EffectivenessShown
from kapstone.web.records.refusals import Refused, status_of

WIDE, NARROW = 640.0, 340.0
HARMS = "harms"
TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json"}


def practice_of(request: HttpRequest) -> Practice:
    found = actor(request).practice
    if found is None:
        raise Http404("You belong to no practice.")
    return found


def reckoned_for(request: HttpRequest, measure: str) -> read.Reckoned:
    """The figures of a page; 404 for a measure that is not told."""
    here, now = practice_of(request), clock.now()
    try:
        return read.harmed(here, at=now) if measure == HARMS else read.helped(here, measure, at=now)
    except LookupError as nothing:
        raise Http404(str(nothing)) from nothing


def shown(figures: tuple[Figure, ...]) -> list[dict[str, Any]]:
    return [
        {
            "figure": each,
            "wide": shares.drawing(each, width=WIDE),
            "narrow": shares.drawing(each, width=NARROW),
        }
        for each in figures
    ]


@only_for("see effectiveness")
@require_GET
def effectiveness(request: HttpRequest) -> HttpResponse:
    """Does it help, how fast, does it last; of one measure."""
    measure = request.GET.get("measure", read.MEASURES[0])
    found = reckoned_for(request, measure)
    return page(request, measure, found)


@only_for("see effectiveness")
@require_GET
def effectiveness_harms(request: HttpRequest) -> HttpResponse:
    """What did harm, and whether a quarter stands out."""
    return page(request, HARMS, reckoned_for(request, HARMS))


def page(request: HttpRequest, measure: str, found: read.Reckoned) -> HttpResponse:
    user = actor(request)
    audit.record(user, "see effectiveness", measure=measure, digest=found.query["digest"])
    words = {
        "measure": measure,
        "measures": [instruments.instrument(each) for each in read.MEASURES],
        "figures": shown(found.figures),
        "query": found.query,
        "most_hidden": stories.fewest() - 1,
        "comparisons": trial.COMPARISONS,
        "may_publish": may(user, "publish effectiveness"),
        "published": EffectivenessShown.objects.now(user.practice),
    }
    return render(request, "clinician/effectiveness.html", words)


@only_for("see effectiveness")
@require_GET
def effectiveness_figure(
    request: HttpRequest, measure: str, figure: str, kind: str
) -> HttpResponse:
    """One figure as it is told, to take away; what is hidden on the page is hidden in it."""
    found = reckoned_for(request, measure)
    try:
        each = found.figure(figure)
    except LookupError as nothing:
        raise Http404(str(nothing)) from nothing
    if kind not in TYPES:
        raise Http404(f"Nothing is kept as {kind}.")
    audit.record(actor(request), "take figure", about=f"{measure}:{figure}", kind=kind)
    return taken(each, found.query, kind, f"{measure}-{figure}.{kind}")


def taken(figure: Figure, query: dict[str, Any], kind: str, name: str) -> HttpResponse:
    answer: HttpResponse
    if kind == "json":
        answer = JsonResponse(figure.as_data(query))
    else:
        answer = HttpResponse(figure.as_csv(query), content_type=TYPES[kind])
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


class PlanForm(forms.Form):
    """The protocol, a line a field; `signed_name` stands under it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for each in trial.PROTOCOL:
            self.fields[each.id] = forms.CharField(
                label=each.title,
                help_text=f"What is done: {each.done}",
                max_length=deeds.LONGEST,
                widget=forms.Textarea(attrs={"rows": 2}),
            )
        self.fields["signed_name"] = forms.CharField(label="Your full name", max_length=200)


@only_for("plan comparisons")
@require_http_methods(["GET", "POST"])
def comparison(request: HttpRequest, name: str) -> HttpResponse:
    """The protocol first; the result only under a plan that was signed for this very analysis."""
    if name not in trial.COMPARISONS:
        raise Http404("There is no such comparison.")
    form = PlanForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = dict(form.cleaned_data)
        signed_name = told.pop("signed_name")
        user, now = actor(request), clock.now()
        try:
            deeds.sign_plan(name, told, signed_name=signed_name, at=now, by=user)
            return redirect("comparison", name=name)
        except Refused as refused:
            form.add_error(None, refused.words)
    return comparison_page(request, name, form)


def comparison_page(request: HttpRequest, name: str, form: PlanForm) -> HttpResponse:
    user = actor(request)
    plans = list(ComparisonPlan.objects.of(user.practice).filter(comparison=name))
    plan = next((each for each in plans if each.knowledge_digest == trial.digest()), None)
    words: dict[str, Any] = {
        "title": trial.COMPARISONS[name],
        "form": form,
        "plan": plan,
        "older": [each for each in plans if each != plan],
    }
    if plan is not None:
        lines = [(each, plan.answers.get(each.id, "")) for each in trial.PROTOCOL]
        found, query = read.compared(practice_of(request), at=clock.now())
        audit.record(user, "see comparison", about=f"comparison_plan:{plan.pk}")
        words |= {"lines": lines, "found": found, "figures": shown(found.figures), "query": query}
    return render(request, "clinician/comparison.html", words, status=status_of(form))


@only_for("publish effectiveness")
@require_POST
def show_effectiveness(request: HttpRequest) -> HttpResponse:
    """Open the plain page to everybody, or shut it."""
    is_shown = request.POST.get("shown") == "yes"
    deeds.show_effectiveness(is_shown, at=clock.now(), by=actor(request))
    messages.success(request, "The plain page is open." if is_shown else "The plain page is shut.")
    return redirect("effectiveness")
