"""The owner's pages: the practice, its staff, what it has settled, and the audit trail."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kapstone.web import clock
from kapstone.web.accounts import roles
from kapstone.web.accounts.models import Practice, User
from kapstone.web.records import audit, screening_counts
from kapstone.web.records.access import MAY, actor, only_for
from kapstone.web.records.actions import practice as deeds
from kapstone.web.records.models import Entry
from kapstone.web.records.refusals import shown_on, status_of

A_PAGE = 100
STAFF_ROLES = [(role, roles.WORDS[role]) for role in sorted(roles.HIRED)]


class PracticeForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """What a practice settles for itself."""

    idle_minutes = forms.IntegerField(
        min_value=1,
        max_value=60,
        help_text="After so many minutes without use a screen of your staff locks itself.",
    )

    class Meta:
        model = Practice
        fields = ["name", "phone", "time_zone", "crisis_line", "emergency_number", "idle_minutes"]
        help_texts = {
            "crisis_line": "Shown to people at once when an answer points to suicidal thoughts.",
        }

    def clean_time_zone(self) -> str:
        zone = str(self.cleaned_data["time_zone"])
        if zone not in available_timezones():
            raise forms.ValidationError("Not a time zone; write one like America/New_York.")
        return zone


class StaffForm(forms.Form):
    """Somebody new on staff."""

    name = forms.CharField(max_length=200)
    title = forms.CharField(max_length=60, required=False, help_text="Such as Dr. or RN.")
    email = forms.EmailField(label="E-mail")
    held = forms.MultipleChoiceField(
        label="Roles", choices=STAFF_ROLES, widget=forms.CheckboxSelectMultiple
    )
    password = forms.CharField(
        label="First password",
        help_text="At least 12 letters. They set up a second factor when they first log in.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """With ids of its own: the practice on the same page has a name too."""
        super().__init__(*args, **({"auto_id": "new_%s"} | kwargs))


@only_for("run the practice")
@require_http_methods(["GET", "POST"])
def practice(request: HttpRequest) -> HttpResponse:
    """The practice's own settings, its staff, and who may do what."""
    user = actor(request)
    here = get_object_or_404(Practice, pk=user.practice_id)
    form = PracticeForm(request.POST or None, instance=here)
    if request.method == "POST" and form.is_valid():
        with shown_on(form):
            deeds.settle(here.pk, form.cleaned_data, by=user)
            return redirect("practice")
    return render(request, "clinician/practice.html", words(user, form), status=status_of(form))


def words(user: User, form: Any, new: Any = None) -> dict[str, Any]:
    here = User.objects.filter(practice=user.practice).order_by("-is_active", "name")
    return {
        "form": form,
        "new": new or StaffForm(),
        "screening": screening_counts.counted(user, now=clock.now()),
        "staff": [each for each in here if each.is_hired],
        "may": sorted((deed, sorted(roles.WORDS[r] for r in held)) for deed, held in MAY.items()),
    }


@only_for("run the practice")
@require_POST
def add_staff(request: HttpRequest) -> HttpResponse:
    user, new = actor(request), StaffForm(request.POST)
    if new.is_valid():
        with shown_on(new):
            deeds.add_staff(new.cleaned_data, by=user)
            return redirect("practice")
    here = get_object_or_404(Practice, pk=user.practice_id)
    context = words(user, PracticeForm(instance=here), new)
    return render(request, "clinician/practice.html", context, status=422)


@only_for("run the practice")
@require_POST
def end_staff(request: HttpRequest, pk: int) -> HttpResponse:
    """Close the door to somebody who has left; what they did stays theirs."""
    user = actor(request)
    member = get_object_or_404(User, pk=pk, practice=user.practice)
    deeds.end_staff(member, by=user)
    return redirect("practice")


@only_for("see the audit trail")
@require_GET
def audit_trail(request: HttpRequest) -> HttpResponse:
    """Who did what, newest first; looking here is written down as well."""
    user = actor(request)
    rows = Entry.objects.visible_to(user).select_related("by", "person").order_by("-number")
    q = request.GET.get("q", "").strip()
    if q:
        rows = rows.filter(person__number__iexact=q)
    audit.record(user, "see audit trail", about=q)
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "clinician/audit.html", {"page": page, "q": q})
