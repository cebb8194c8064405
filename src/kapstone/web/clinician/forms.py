"""The practice's questionnaires: which may be shown, under whose licence, until when."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kapstone import instruments
from kapstone.web import clock
from kapstone.web.records import definitions
from kapstone.web.records.access import actor, only_for
from kapstone.web.records.actions import forms as deeds
from kapstone.web.records.models import FormLicence
from kapstone.web.records.refusals import LONGEST_REASON, shown_on, status_of

# Said on the list so long before a licence ends: permission is asked by letter.
SOON = timedelta(days=60)


KEPT_BACK = "Scored here, words not free"


class Signed(forms.Form):
    """What is attested, and by whom."""

    scope = forms.CharField(
        label="What does the licence cover?",
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="In a sentence: who may use it, for what, on which conditions.",
    )
    signed_name = forms.CharField(
        label="Your full name",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "words"}),
    )


class BringForm(Signed):
    """A definition with its words, and who granted it."""

    file = forms.FileField(
        label="The definition, as JSON",
        help_text="In the schema of the forms that ship; its licence says until when.",
        widget=forms.FileInput(attrs={"accept": ".json,application/json"}),
    )
    licensor = forms.CharField(label="Who granted it?", max_length=200)
    field_order = ("file", "licensor", "scope", "signed_name")

    def clean_file(self) -> str:
        upload = self.cleaned_data["file"]
        if upload.size > deeds.MOST_BYTES:
            raise forms.ValidationError("Larger than 1 MB, which no form is. Is it the right file?")
        try:
            text: str = upload.read().decode("utf-8-sig")
        except UnicodeDecodeError as fault:
            raise forms.ValidationError(
                f"Not text in UTF-8 at byte {fault.start}. Save it as UTF-8 and try again."
            ) from fault
        return text


@only_for("license forms")
@require_http_methods(["GET", "POST"])
def all_forms(request: HttpRequest) -> HttpResponse:
    """Every questionnaire with its terms; a form is brought here."""
    user, form = actor(request), BringForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        with shown_on(form):
            given = {**form.cleaned_data}
            row = deeds.bring_form(given.pop("file"), **given, at=clock.now(), by=user)
            return redirect("form", id=row.instrument)
    words = {
        "form": form,
        "groups": grouped(request),
        "elsewhere": instruments.elsewhere(),
        "kept_back": KEPT_BACK,
    }
    return render(request, "clinician/forms.html", words, status=status_of(form))


def grouped(request: HttpRequest) -> list[tuple[str, list[dict[str, Any]]]]:
    """Those that may be asked, those with terms to agree to, those whose words are missing."""
    lines = [line(form) for form in known(request).values()]
    ready = [each for each in lines if each["form"].may_be_asked]
    terms = [each for each in lines if not each["form"].may_be_asked and each["has_terms"]]
    others = [each for each in lines if each not in ready and each not in terms]
    return [
        ("May be asked", ready),
        ("Free on conditions, not yet agreed to", terms),
        (KEPT_BACK, others),
    ]


def known(request: HttpRequest) -> dict[str, definitions.Form]:
    user = actor(request)
    if user.practice is None:
        return {}
    return definitions.forms_of(user.practice, timezone.localdate(clock.now()))


def line(form: definitions.Form) -> dict[str, Any]:
    today = timezone.localdate(clock.now())
    expires = form.licence.expires_on if form.licence else None
    return {
        "form": form,
        "of": form.of,
        "has_terms": not form.of.licence.commercial and form.of.has_text,
        "expires": expires,
        "soon": expires is not None and today <= expires <= today + SOON,
    }


@only_for("license forms")
@require_GET
def form(request: HttpRequest, id: str) -> HttpResponse:
    """One questionnaire: its terms, what was attested here, and the words as they are shown."""
    return page(request, id, Signed())


def page(request: HttpRequest, id: str, signing: Signed) -> HttpResponse:
    found = known(request).get(id)
    if found is None:
        raise Http404("no such form")
    rows = FormLicence.objects.visible_to(actor(request)).filter(instrument=id).order_by("-pk")
    words = line(found) | {
        "rows": rows,
        "signing": signing,
        "notice": instruments.licence_text(found.of) if not found.licence else "",
    }
    return render(request, "clinician/form.html", words, status=status_of(signing))


@only_for("license forms")
@require_GET
def skeleton(request: HttpRequest, id: str) -> HttpResponse:
    """A questionnaire's definition as JSON, to write the words and the licence into."""
    found = known(request).get(id)
    if found is None or found.of.has_text:
        raise Http404("no form whose words are missing")
    text = json.dumps(found.of.model_dump(mode="json", by_alias=True), indent=2, ensure_ascii=False)
    answer = HttpResponse(text, content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="{id}.json"'
    return answer


@only_for("license forms")
@require_POST
def agree(request: HttpRequest, id: str) -> HttpResponse:
    """Agree to the terms of a text that ships."""
    signing = Signed(request.POST)
    if signing.is_valid():
        with shown_on(signing):
            deeds.agree_terms(id, **signing.cleaned_data, at=clock.now(), by=actor(request))
            return redirect("form", id=id)
    return page(request, id, signing)


class Ending(forms.Form):
    why = forms.CharField(
        label="Why does it end?",
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


@only_for("license forms")
@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, id: str) -> HttpResponse:
    """End a licence; answers given under it stay."""
    ending = Ending(request.POST or None)
    found = known(request).get(id)
    if found is None or found.licence is None:
        raise Http404("no licence of that form")
    if request.method == "POST" and ending.is_valid():
        with shown_on(ending):
            deeds.end_licence(id, why=ending.cleaned_data["why"], at=clock.now(), by=actor(request))
            return redirect("forms")
    words = line(found) | {"form": ending}
    return render(request, "clinician/form_end.html", words, status=status_of(ending))
