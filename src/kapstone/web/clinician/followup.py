"""Follow-up: is it working, what is due, and what was answered; answers can be taken by phone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kapstone import instruments
from kapstone.instruments import reminding
from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records import audit, definitions, flags, reaching, scores, sharing, sheets
from kapstone.web.records.access import actor, may, only_for
from kapstone.web.records.actions import following
from kapstone.web.records.actions import questionnaires as deeds
from kapstone.web.records.models import Course, Sheet, SheetAnswer, SheetScore
from kapstone.web.records.refusals import Refused, shown_on, status_of

A_PAGE = 25
MOST_WAITING = 12
BESIDE = ("nobody else", "interpreter", "companion")


class AskForm(forms.Form):
    """Which questionnaire to ask the person for now; what staff rate is not asked of them."""

    instrument = forms.ChoiceField(label="Questionnaire")

    def __init__(self, *args: Any, course: Course, **kwargs: Any) -> None:
        """Those that the person answers themselves and that this practice may show."""
        super().__init__(*args, **kwargs)
        names = [(of.id, of.short) for of in usable(course) if sheets.is_own(of)]
        first = ("", "Choose a questionnaire")
        self.fields["instrument"].choices = [first, *names]  # type: ignore[attr-defined]


def usable(course: Course) -> list[instruments.Instrument]:
    """The questionnaires that this practice may show today."""
    known = definitions.forms_of(course.person.practice, timezone.localdate(clock.now()))
    return [form.of for form in known.values() if form.may_be_asked]


class PhoneForm(forms.Form):
    """A whole questionnaire, asked aloud; nothing is chosen beforehand and blanks may stay.

    What is the page's own begins with _, which no item of a questionnaire does.
    """

    _given = forms.ChoiceField(
        label="How were the answers given?",
        choices=[(way, words.capitalize()) for way, words in deeds.GIVEN.items() if way != "rated"],
        widget=forms.RadioSelect,
        error_messages={"required": "Say how the answers were given."},
    )
    _beside = forms.ChoiceField(
        label="Who else took part?",
        choices=[(name, name.capitalize()) for name in BESIDE],
        widget=forms.RadioSelect,
        required=False,
    )
    _name = forms.CharField(
        label="Their name",
        help_text="Of the interpreter, the companion, or the one who answered for the person.",
        max_length=120,
        required=False,
    )

    def __init__(self, *args: Any, sheet: Sheet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        of = definitions.of_sheet(sheet)
        if not sheets.is_own(of):
            del self.fields["_given"], self.fields["_beside"], self.fields["_name"]
        self.about = list(self.fields)
        for number, item in enumerate(of.item, 1):
            self.fields[item.id] = item_field(of, item, number)

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        named = told.get("_name", "").strip()
        if told.get("_given") == "proxy" and not named:
            self.add_error("_name", "Name the one who answered for the person.")
        return told

    def asked(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name not in self.about]

    def circumstances(self) -> list[forms.BoundField]:
        return [self[name] for name in self.about]

    def how(self) -> dict[str, str]:
        """How the answers were given, and who was beside, as the deed takes it."""
        if not self.about:
            return {"given": "rated"}
        told = self.cleaned_data
        words = [told["_beside"], told["_name"].strip()]
        return {"given": told["_given"], "beside": ": ".join(filter(None, words))}

    def given_answers(self) -> dict[str, float]:
        told = self.cleaned_data.items()
        return {name: v for name, v in told if name not in self.about and v is not None}


def item_field(of: instruments.Instrument, item: instruments.Item, number: int) -> forms.Field:
    """One question: its choices as buttons, or a number within its range."""
    words: dict[str, Any] = {
        "label": sheets.words_of(item, number),
        "help_text": only_after(of, item),
        "required": False,
    }
    if choices := sheets.offered(of, item):
        return forms.TypedChoiceField(
            choices=[(each.value, each.text or f"{each.value:g}") for each in choices],
            widget=forms.RadioSelect,
            coerce=float,
            empty_value=None,
            **words,
        )
    return forms.FloatField(min_value=item.min, max_value=item.max, **words)


def only_after(of: instruments.Instrument, item: instruments.Item) -> str:
    """When a question is asked, in words; nothing when it always is."""
    if item.asked_if is None:
        return ""
    opener = of.named(item.asked_if.item)
    wanted = next(c for c in of.choices_of(opener) if c.value == item.asked_if.value)
    return f"Only after “{wanted.text or wanted.id}” to: {opener.words}"


class CorrectionForm(forms.Form):
    """One answer that was wrong, and why it is put right."""

    item = forms.ChoiceField(label="Question")
    value = forms.TypedChoiceField(label="The right answer", coerce=float)
    reason = forms.CharField(label="Why", max_length=400)

    def __init__(self, *args: Any, sheet: Sheet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        of = definitions.of_sheet(sheet)
        items = [(item.id, sheets.words_of(item, n)) for n, item in enumerate(of.item, 1)]
        values = answer_words(of)
        self.fields["item"].choices = items  # type: ignore[attr-defined]
        if not all(sheets.offered(of, item) for item in of.item):
            self.fields["value"] = forms.FloatField(label="The right answer")
            return
        self.fields["value"].choices = list(values.items())  # type: ignore[attr-defined]


def answer_words(of: instruments.Instrument) -> dict[float, str]:
    """Each value with what it means, by every question that takes it: they may differ."""
    found: dict[float, list[str]] = {}
    for item in of.item:
        for choice in sheets.offered(of, item):
            found.setdefault(choice.value, []).append(choice.text or f"{choice.value:g}")
    return {value: " / ".join(dict.fromkeys(texts)) for value, texts in sorted(found.items())}


def course_of(user: User, pk: int) -> Course:
    found: Course = get_object_or_404(
        Course.objects.visible_to(user).select_related("person"), pk=pk
    )
    return found


@only_for("see charts")
@require_GET
def followup(request: HttpRequest, pk: int) -> HttpResponse:
    """Every score over time, and every questionnaire with how it stands."""
    user = actor(request)
    course = course_of(user, pk)
    audit.record(user, "see follow-up", person=course.person, about=f"course:{course.pk}")
    return page(request, course, AskForm(course=course))


def page(request: HttpRequest, course: Course, form: AskForm) -> HttpResponse:
    sight = sharing.sight_of(actor(request), course.person)
    rows = sheets.listed(course, clock.now(), sight)
    rated = [each for each in usable(course) if each.respondent == "clinician"]
    measures = scores.of_course(course, sight=sight)
    # What closes first stands first.
    waiting = [row for row in reversed(rows) if row.state in sheets.WAITING]
    past = [row for row in rows if row.state not in sheets.WAITING]
    words = {
        "course": course,
        "person": course.person,
        "measures": measures,
        "legend": scores.legend(measures),
        "waiting": waiting[:MOST_WAITING],
        "more_waiting": len(waiting) - MOST_WAITING,
        "page": Paginator(past, A_PAGE).get_page(request.GET.get("page")),
        "form": form,
        "rated": rated,
        "rated_ids": [each.id for each in rated],
        "may_ask": may(actor(request), "give facts"),
    }
    return render(request, "clinician/followup.html", words, status=status_of(form))


@only_for("give facts")
@require_POST
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a questionnaire now."""
    user = actor(request)
    course = course_of(user, pk)
    form = AskForm(request.POST, course=course)
    if form.is_valid():
        with shown_on(form):
            chosen = form.cleaned_data["instrument"]
            asked = deeds.ask_now(course, chosen, at=clock.now(), by=user)
            messages.success(request, asked_words(asked))
            return redirect("sheet", pk=asked.pk)
    return page(request, course, form)


def asked_words(asked: Sheet) -> str:
    """What was done, whether the person hears of it, and when the same was last answered."""
    of, person, now = definitions.of_sheet(asked), asked.course.person, clock.now()
    words = [f"{of.short} lies before {person.given} now."]
    if why := reminding.barrier(reaching.reached(reaching.of_person(person, now)), now=now):
        words.append(f"No message goes out now: {reminding.reasons()[why]}.")
    scores = SheetScore.objects.filter(sheet__course__person=person)
    last = scores.filter(sheet__instrument=of.id).order_by("-at").first()
    if last and of.recall_days and now - last.at < timedelta(days=of.recall_days):
        day = clock.written(timezone.localtime(last.at))
        words.append(f"It looks back {of.recall_days} days, and was answered on {day}.")
    return " ".join(words)


@only_for("give facts")
@require_POST
def rate(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a scale that staff rate: the one that is open already, or a new one."""
    user = actor(request)
    course, wanted = course_of(user, pk), request.POST.get("instrument", "")
    # What is observed in a session is rated on the session's own pages.
    if wanted not in {of.id for of in usable(course) if of.respondent == "clinician"}:
        raise Http404("There is no such scale here.")
    return redirect("answer_sheet", pk=opened_for(course, wanted, user).pk)


@only_for("give facts")
@require_POST
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the person for one aloud, now: the one that is open already, or a new one."""
    user = actor(request)
    course, wanted = course_of(user, pk), request.POST.get("instrument", "")
    if wanted not in {of.id for of in usable(course) if sheets.is_own(of)}:
        raise Http404("There is no such questionnaire here.")
    return redirect("answer_sheet", pk=opened_for(course, wanted, user).pk)


def opened_for(course: Course, wanted: str, user: User) -> Sheet:
    now = clock.now()
    opened = Sheet.objects.open_at(now).filter(course=course, instrument=wanted)
    found = opened.order_by("due_at").first()
    return found or deeds.ask_now(course, wanted, at=now, by=user)


@only_for("give facts")
@require_POST
def ask_due(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for what the schedule says is due, without waiting for the next round."""
    user = actor(request)
    course = course_of(user, pk)
    deeds.schedule_due(course, at=clock.now(), by=user)
    return redirect("followup", pk=course.pk)


def sheet_of(user: User, pk: int) -> Sheet:
    found: Sheet = get_object_or_404(
        Sheet.objects.visible_to(user).with_begun().select_related("course__person"), pk=pk
    )
    return found


@only_for("see charts")
@require_GET
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """One questionnaire, question by question, with who gave each answer."""
    user = actor(request)
    found = sheet_of(user, pk)
    audit.record(user, "see sheet", person=found.course.person, about=f"sheet:{found.pk}")
    return one_sheet(request, found, CorrectionForm(sheet=found))


def one_sheet(request: HttpRequest, found: Sheet, form: CorrectionForm) -> HttpResponse:
    sight = sharing.sight_of(actor(request), found.course.person)
    listed = sheets.list_entry(found, clock.now(), sight)
    own, of = found.course.person.user_id, definitions.of_sheet(found)
    lines = [] if listed.kept else sheets.lines(found)
    words = {
        "course": found.course,
        "person": found.course.person,
        "sheet": found,
        "of": of,
        "own": sheets.is_own(of),
        "listed": listed,
        "lines": lines,
        "late": [] if listed.kept else sheets.late_lines(found),
        "flags": flags.in_words(of, listed.score.answers) if listed.score else [],
        "may_take_back": may_take_back(found),
        "by_staff": sorted({entered(row.row) for row in lines if row.row and row.row.by_id != own}),
        "form": form,
        "may_answer": may(actor(request), "give facts") and not listed.kept,
    }
    return render(request, "clinician/sheet.html", words, status=status_of(form))


def entered(row: SheetAnswer) -> str:
    """Who entered an answer that the person did not tap, how it was given, and with whom."""
    way = deeds.GIVEN.get(row.given, "taken down")
    who = f"{way} by {row.by}" if row.given in {"", "rated"} else f"{way}, taken down by {row.by}"
    return f"{who}; {row.beside}" if row.beside else who


@only_for("give facts")
@require_http_methods(["GET", "POST"])
def answer_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter answers that were given by phone or in the room, as the one who asked."""
    user, now = actor(request), clock.now()
    found = sheet_of(user, pk)
    if sheets.list_entry(found, now, sharing.sight_of(user, found.course.person)).kept:
        return redirect("sheet", pk=found.pk)
    form = PhoneForm(request.POST or None, sheet=found, initial=deeds.answers_of(found))
    if request.method == "POST" and form.is_valid():
        with shown_on(form):
            given, finish = form.given_answers(), "_finish" in request.POST
            deeds.take_down(found, given, finish=finish, at=now, by=user, **form.how())
            return redirect("sheet", pk=found.pk)
    return one_answering(request, found, form)


def one_answering(
    request: HttpRequest, found: Sheet, form: PhoneForm, refusal: str = ""
) -> HttpResponse:
    of = definitions.of_sheet(found)
    words = {
        "course": found.course,
        "person": found.course.person,
        "sheet": found,
        "of": of,
        "own": sheets.is_own(of),
        "form": form,
        "refusal": refusal,
        "may_take_back": may_take_back(found),
    }
    status = 422 if refusal else status_of(form)
    return render(request, "clinician/answer_sheet.html", words, status=status)


def may_take_back(found: Sheet) -> bool:
    """Whether it was asked by hand, stands, and nobody has answered any of it."""
    by_hand = not instruments.is_of_schedule(found.anchor)
    return by_hand and not hasattr(found, "withdrawal") and not found.sheetanswer_set.exists()


@only_for("give facts")
@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what was asked by hand, before anybody has answered any of it."""
    user = actor(request)
    found = sheet_of(user, pk)
    try:
        following.take_back(found, at=clock.now(), by=user)
    except Refused as refused:
        form = PhoneForm(None, sheet=found, initial=deeds.answers_of(found))
        return one_answering(request, found, form, refusal=refused.words)
    return redirect("followup", pk=found.course_id)


@only_for("give facts")
@require_POST
def correct_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Put one answer of a finished questionnaire right."""
    user = actor(request)
    found = sheet_of(user, pk)
    form = CorrectionForm(request.POST, sheet=found)
    if form.is_valid():
        with shown_on(form):
            deeds.correct_answer(found, **form.cleaned_data, at=clock.now(), by=user)
            return redirect("sheet", pk=found.pk)
    return one_sheet(request, found, form)
