"""A person's own consent: read the words, say what they mean, sign, and take it back any time.

The answers between the pages are kept in the log-in session with the digest of the words they were
given for, so nobody signs words other than those they read.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from kapstone import consent as core
from kapstone.knowledge import dose_day
from kapstone.web import clock
from kapstone.web.portal.own import mine, my_course
from kapstone.web.records import audit, consenting
from kapstone.web.records.access import actor, only_for
from kapstone.web.records.actions import consents as deeds
from kapstone.web.records.models import Consent, Course
from kapstone.web.records.refusals import shown_on

KEPT = "consent"
CONFLICT, NOT_PASSED = 409, 422
ANSWERS = (("yes", "Yes"), ("no", "No"))
CHANGED = "The words changed while you were reading. Nothing was signed. Please read the new words."


class ChoicesForm(forms.Form):
    """Yes or no to each thing that is asked apart; no answer stays no answer."""

    digest = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, document: core.Document, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for element in document.choices:
            self.fields[element.id] = forms.ChoiceField(
                label=element.title, choices=ANSWERS, required=False, widget=forms.RadioSelect
            )

    def given(self) -> dict[str, bool | None]:
        known = {"yes": True, "no": False}
        answers = self.cleaned_data.items()
        return {name: known.get(word) for name, word in answers if name != "digest"}


class QuestionsForm(forms.Form):
    """The read-back: one right answer each, and nothing chosen beforehand."""

    def __init__(self, *args: Any, route: str | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in core.read_back_questions(route):
            self.fields[question.id] = forms.ChoiceField(
                label=question.ask,
                choices=[(option.id, option.text) for option in question.options],
                required=False,
                widget=forms.RadioSelect,
            )

    def given(self) -> dict[str, str | None]:
        return {name: answer or None for name, answer in self.cleaned_data.items()}


class SignatureForm(forms.Form):
    """The name that is signed with, and the digest of the words that stood above it."""

    digest = forms.CharField(widget=forms.HiddenInput)
    name = forms.CharField(
        label="Your full name",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "words"}),
        error_messages={"required": "Type your full name to sign."},
    )


class WithdrawalForm(forms.Form):
    reason = forms.CharField(
        label="If you want to, tell us why",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@only_for("see my own")
@require_http_methods(["GET", "POST"])
def consent(request: HttpRequest) -> HttpResponse:
    """The words, section by section, with the choices; or what was signed, when it holds."""
    course, now = my_course(actor(request)), clock.now()
    signed = consenting.signed_for(course)
    document = consenting.document_for(course, now=now)
    if request.method == "POST":
        return take_choices(request, course, document)
    holds = consenting.state_of(signed, now=now).yes is True
    moved = consenting.other_route(signed, document.route)
    if holds and not moved and "again" not in request.GET:
        return shown(request, course, signed)
    return read(request, course, document)


def shown(request: HttpRequest, course: Course, signed: Consent | None) -> HttpResponse:
    """What stands signed; looking at it leaves an entry."""
    user = actor(request)
    audit.record(user, "see consent", person=course.person, about=f"course:{course.pk}")
    words = {"signed": signed, "state": consenting.state_of(signed, now=clock.now())}
    return render(request, "portal/consent_signed.html", words)


def read(
    request: HttpRequest, course: Course, document: core.Document, *, changed: bool = False
) -> HttpResponse:
    """The text to read; `changed` says so first, and answers 409."""
    signed = consenting.signed_for(course)
    state = consenting.state_of(signed, now=clock.now())
    form = ChoicesForm(
        initial={**given_before(request, document), "digest": document.digest}, document=document
    )
    words = {
        "document": document,
        "sections": sections(document, form),
        "form": form,
        "signed": signed,
        "state": state,
        "moved": consenting.other_route(signed, document.route),
        "route": dose_day.route_named(document.route) if document.route else None,
        "changed": CHANGED if changed else "",
    }
    status = CONFLICT if changed else 200
    return render(request, "portal/consent.html", words, status=status)


def sections(document: core.Document, form: ChoicesForm) -> list[dict[str, Any]]:
    """Each section with its elements, and beside each choice its field."""
    return [
        {
            "id": section.id,
            "title": section.title,
            "intro": section.intro,
            "elements": [
                (element, form[element.id] if element.choice else None)
                for element in section.elements
            ],
        }
        for section in document.sections
    ]


def given_before(request: HttpRequest, document: core.Document) -> dict[str, str]:
    """The choices made on an earlier visit to the same words."""
    kept = kept_for(request, document) or {"choices": {}}
    words = {True: "yes", False: "no"}
    return {name: words[each] for name, each in kept["choices"].items() if each in words}


def kept_for(request: HttpRequest, document: core.Document) -> dict[str, Any] | None:
    """What was answered so far for exactly these words; None when nothing was."""
    kept: dict[str, Any] | None = request.session.get(KEPT)
    return kept if kept and kept["digest"] == document.digest else None


def take_choices(request: HttpRequest, course: Course, document: core.Document) -> HttpResponse:
    form = ChoicesForm(request.POST, document=document)
    if not form.is_valid() or form.cleaned_data["digest"] != document.digest:
        return read(request, course, document, changed=True)
    before = kept_for(request, document) or {"answers": {}, "missed": []}
    kept = {**before, "digest": document.digest, "choices": form.given()}
    request.session[KEPT] = kept
    return redirect("portal:read_back")


@only_for("see my own")
@require_http_methods(["GET", "POST"])
def read_back(request: HttpRequest) -> HttpResponse:
    """What the words mean, asked back; what was missed is explained and asked again."""
    course = my_course(actor(request))
    document = consenting.document_for(course, now=clock.now())
    kept = kept_for(request, document)
    if kept is None:
        return redirect("portal:consent")
    if request.method == "GET":
        return ask(request, document, {})
    form = QuestionsForm(request.POST, route=document.route)
    if not form.is_valid():
        return ask(request, document, {}, status=NOT_PASSED)
    answers = form.given()
    checked = core.check_read_back(answers, route=document.route)
    missed = sorted({*kept["missed"], *(name for name, _why in checked.wrong)})
    tries = kept.get("tries", 0) + 1
    request.session[KEPT] = {**kept, "answers": answers, "missed": missed, "tries": tries}
    if checked.passed is True:
        return redirect("portal:sign")
    return ask(request, document, answers, status=NOT_PASSED)


def ask(
    request: HttpRequest,
    document: core.Document,
    answers: dict[str, str | None],
    *,
    status: int = 200,
) -> HttpResponse:
    """The questions; a right answer stays, a wrong one is explained and open again."""
    checked = core.check_read_back(answers, route=document.route)
    why = dict(checked.wrong)
    told = {element.id: element for each in document.sections for element in each.elements}
    questions = [
        {
            "question": question,
            "right": question.id in checked.right,
            "answer": next((o.text for o in question.options if o.id == question.right), ""),
            "why": why.get(question.id),
            "open": bool(answers) and question.id in checked.missing,
            "element": told.get(question.element),
        }
        for question in core.read_back_questions(document.route)
    ]
    words = {"questions": questions, "asked_before": bool(answers), "wrong": len(why)}
    return render(request, "portal/read_back.html", words, status=status)


@only_for("see my own")
@require_http_methods(["GET", "POST"])
def sign(request: HttpRequest) -> HttpResponse:
    """The name under the words; only after every question was answered rightly."""
    user, now = actor(request), clock.now()
    course = my_course(user)
    document = consenting.document_for(course, now=now)
    if request.method == "POST" and request.POST.get("digest") != document.digest:
        return read(request, course, document, changed=True)
    kept = kept_for(request, document)
    if kept is None:
        return redirect("portal:consent")
    if core.check_read_back(kept["answers"], route=document.route).passed is not True:
        return redirect("portal:read_back")
    form = SignatureForm(request.POST or None, initial={"digest": document.digest})
    if request.method == "POST" and form.is_valid():
        with shown_on(form):
            sign_kept(request, course, document, form.cleaned_data)
            return redirect("portal:consent")
    words = {
        "form": form,
        "document": document,
        "choices": [(each, kept["choices"].get(each.id)) for each in document.choices],
        "meaning": consenting.meaning(),
        "now": now,
    }
    status = NOT_PASSED if form.is_bound else 200
    return render(request, "portal/sign.html", words, status=status)


def sign_kept(
    request: HttpRequest, course: Course, document: core.Document, clean: dict[str, Any]
) -> None:
    """Sign with what was answered on the pages before, and let those answers go."""
    kept = request.session[KEPT]
    deeds.sign_consent(
        course,
        document,
        name=clean["name"],
        read_back=kept["answers"],
        choices=kept["choices"],
        missed=kept["missed"],
        tries=kept.get("tries"),
        digest_read=clean["digest"],
        at=clock.now(),
        by=actor(request),
    )
    del request.session[KEPT]


@only_for("see my own")
@require_GET
def consent_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The stored PDF, byte for byte as it was signed."""
    user = actor(request)
    signed: Consent = mine(Consent, user, pk)
    audit.record(user, "see consent", person=signed.course.person, about=f"consent:{signed.pk}")
    return as_pdf(signed)


def as_pdf(signed: Consent) -> HttpResponse:
    answer = HttpResponse(bytes(signed.pdf), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="consent-{signed.pk}.pdf"'
    return answer


@only_for("see my own")
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest) -> HttpResponse:
    """Take it back: one button, no reason needed, no word to change anybody's mind."""
    user, now = actor(request), clock.now()
    signed = consenting.signed_for(my_course(user))
    if signed is None or consenting.taken_back_at(signed):
        return render(request, "portal/withdrawn.html", {"signed": signed})
    form = WithdrawalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with shown_on(form):
            deeds.withdraw_consent(signed, reason=form.cleaned_data["reason"], at=now, by=user)
            return redirect("portal:withdraw")
    status = NOT_PASSED if form.is_bound and form.errors else 200
    words = {"form": form, "signed": signed}
    return render(request, "portal/withdraw.html", words, status=status)
