"""My story: let it be told, read exactly what is shown, and take it down with one tap."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kapstone import stories as rules
from kapstone.web import clock
from kapstone.web.portal.own import me, mine, my_course
from kapstone.web.records import stories as told
from kapstone.web.records.access import actor, only_for
from kapstone.web.records.actions import stories as deeds
from kapstone.web.records.models import (
    PersonStory,
    StoryAuthorisation,
    StoryText,
)
from kapstone.web.records.refusals import Refused, shown_on, status_of

A_PAGE = 10
YES_NO = (("yes", _("Yes")), ("no", _("No")))
SAID = {"yes": True, "no": False}


class WordsForm(forms.Form):
    """A story in the person's own words."""

    words = forms.CharField(
        label=_("Your story"),
        help_text=_("As you would tell it. Leave out names, and how anybody can be reached."),
        max_length=deeds.LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 10}),
    )
    of_partner = forms.ChoiceField(
        label=_("Does it speak of your partner?"),
        help_text=_("If so, it is shown only once your partner agrees too. They read it first."),
        choices=YES_NO,
        widget=forms.RadioSelect,
    )


class TermsForm(forms.Form):
    """To whom, what for, until when, and whether anybody gets something for it."""

    audience = forms.ChoiceField(
        label=_("Who may read it?"),
        choices=lambda: [(each.id, each.title) for each in rules.audiences().values()],
        widget=forms.RadioSelect,
    )
    recipient = forms.CharField(
        label=_("If one person or organisation: who?"),
        max_length=deeds.LONGEST_RECIPIENT,
        required=False,
    )
    purpose = forms.ChoiceField(
        label=_("What for?"),
        choices=lambda: [(each.id, each.title) for each in rules.purposes().values()],
        widget=forms.RadioSelect,
    )
    expires_on = forms.DateField(
        label=_("Until which day?"),
        help_text=_("After that day it is not shown any more. You can end it sooner at any time."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    paid = forms.ChoiceField(
        label=_("Does anybody get something for it?"),
        help_text=_("Money, a discount, a gift: to you or to the practice."),
        choices=YES_NO,
        widget=forms.RadioSelect,
    )
    paid_words = forms.CharField(
        label=_("If so: who gets what?"), max_length=deeds.LONGEST_PAID, required=False
    )

    def __init__(self, *args: Any, fixed: StoryAuthorisation | None = None, **kwargs: Any) -> None:
        """`fixed` is what a partner stands beside: to whom and what for is settled there."""
        super().__init__(*args, **kwargs)
        self.fixed = fixed
        for name in ("audience", "recipient", "purpose") if fixed else ():
            del self.fields[name]

    def terms(self) -> rules.Terms:
        """As the deed takes them."""
        said = dict(self.cleaned_data)
        said["paid"] = SAID[said["paid"]]
        if self.fixed:
            names = ("audience", "recipient", "purpose")
            said |= {name: getattr(self.fixed, name) for name in names}
        return rules.Terms(**said)


@only_for("see my own")
@require_GET
def stories(request: HttpRequest) -> HttpResponse:
    """My stories with where each stands, and those of a partner that speak of me."""
    user, now = actor(request), clock.now()
    person = me(user)
    page = Paginator(told.of_person(person), A_PAGE).get_page(request.GET.get("page"))
    asked = Paginator(told.asked_of(person, now), A_PAGE).get_page(request.GET.get("asked"))
    agreed = told.in_force(now).filter(person=person).exclude(beside=None)
    words = {
        "page": page,
        "states": told.states(list(page), now),
        "asked": asked,
        "agreed": agreed.select_related("person__practice").order_by("expires_at"),
        "kinds": rules.kinds().values(),
        "rights": rules.rights(),
    }
    return render(request, "portal/stories.html", words)


@only_for("see my own")
@require_POST
def open_story(request: HttpRequest) -> HttpResponse:
    """Begin a story; by that nothing is told to anybody."""
    user, kind = actor(request), request.POST.get("kind", "")
    try:
        row = deeds.open_story(my_course(user), kind, at=clock.now(), by=user)
    except Refused as refused:
        messages.error(request, refused.words)
        return redirect("portal:stories")
    return redirect("portal:story", pk=row.pk)


@only_for("see my own")
@require_GET
def story(request: HttpRequest, pk: int) -> HttpResponse:
    """One story: the words, who approved them, who may read it, and the tap that takes it down."""
    return page_of(request, mine(PersonStory, actor(request), pk))


def page_of(request: HttpRequest, row: PersonStory, form: Any = None) -> HttpResponse:
    state = told.state(row, clock.now())
    text = state.text
    first = {"words": text.words, "of_partner": yes_no(text)} if text else {}
    is_own = row.kind == told.OWN_WORDS
    words = {
        "story": row,
        "state": state,
        "form": form or (WordsForm(initial=first) if is_own else None),
        "audiences": rules.audiences(),
        "partner": told.partner_of(row.person),
        "spots": spots_of(row, text),
    }
    return render(request, "portal/story.html", words, status=status_of(form) if form else 200)


def spots_of(row: PersonStory, text: StoryText | None) -> tuple[str, ...]:
    """What still has to be changed before the words can be approved."""
    if text is None:
        return ()
    try:
        deeds.refuse_spots(row, text.words, speaks_of=text.speaks_of)
    except Refused as refused:
        return refused.lines
    return ()


def yes_no(text: StoryText) -> str:
    return "yes" if text.speaks_of_id else "no"


@only_for("see my own")
@require_POST
def write_story(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the words, or change them."""
    user = actor(request)
    row: PersonStory = mine(PersonStory, user, pk)
    form = WordsForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        with shown_on(form):
            deeds.write_own_words(
                row,
                said["words"],
                of_partner=SAID[said["of_partner"]],
                at=clock.now(),
                by=user,
            )
            return redirect("portal:story", pk=pk)
    return page_of(request, row, form)


def done(request: HttpRequest, pk: int, deed: Callable[[], object], says: Any) -> HttpResponse:
    """Do it, or say why not; then the story as it is now."""
    try:
        deed()
        messages.success(request, says)
    except Refused as refused:
        messages.error(request, refused.words)
    return redirect("portal:story", pk=pk)


@only_for("see my own")
@require_POST
def approve_story(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve exactly the version that was shown."""
    user = actor(request)
    text: StoryText = mine(StoryText, user, pk)
    read = request.POST.get("digest", "")
    return done(
        request,
        text.story_id,
        lambda: deeds.approve_own(text, digest_read=read, at=clock.now(), by=user),
        _("You approved these words. Nothing else is shown."),
    )


@only_for("see my own")
@require_http_methods(["GET", "POST"])
def authorise_story(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose who may read it, read what that means, then sign; the last step alone counts."""
    user = actor(request)
    row: PersonStory = mine(PersonStory, user, pk)
    person = row.person
    usual = today_of(row) + timedelta(days=rules.longest().usual)
    form = TermsForm(request.POST or None, initial={"expires_on": usual})
    if "change" in request.POST or not form.is_valid():
        return signing(request, row, form)
    document = rules.document(row.kind, form.terms(), teller=person.practice.name)
    if "name" not in request.POST:
        with shown_on(form):
            deeds.refuse_terms(form.terms(), today=today_of(row))
            return signing(request, row, form, document=document)
        return signing(request, row, form)
    with shown_on(form):
        deeds.authorise(row, signed_in(request, form), at=clock.now(), by=user)
        messages.success(request, _("Signed. You can take it back with one tap, here."))
        return redirect("portal:story", pk=pk)
    return signing(request, row, form, document=document)


def today_of(row: PersonStory) -> date:
    return timezone.localtime(clock.now(), row.person.practice.zone).date()


def signed_in(request: HttpRequest, form: TermsForm) -> deeds.Signed:
    name, read = request.POST.get("name", ""), request.POST.get("digest", "")
    return deeds.Signed(terms=form.terms(), name=name, digest_read=read)


def signing(
    request: HttpRequest,
    row: PersonStory,
    form: TermsForm,
    *,
    document: rules.Agreed | None = None,
    text: StoryText | None = None,
) -> HttpResponse:
    """The terms to choose, or, once chosen, the words to sign."""
    words = {
        "story": row,
        "form": form,
        "document": document,
        "text": text,
        "fixed": form.fixed,
        "audiences": rules.audiences(),
        "purposes": rules.purposes(),
    }
    status = 422 if form.is_bound and form.errors and "change" not in request.POST else 200
    return render(request, "portal/story_sign.html", words, status=status)


@only_for("see my own")
@require_POST
def withdraw_story(request: HttpRequest, pk: int) -> HttpResponse:
    """One tap: it is down when this answer arrives."""
    user = actor(request)
    row: StoryAuthorisation = mine(StoryAuthorisation, user, pk)
    deeds.withdraw(row, at=clock.now(), by=user)
    messages.success(request, _("Taken down. Nobody can read it here any more."))
    if row.beside_id:
        return redirect("portal:stories")
    return redirect("portal:story", pk=row.story_id)


@only_for("see my own")
@require_http_methods(["GET", "POST"])
def story_of_me(request: HttpRequest, pk: int) -> HttpResponse:
    """A partner's story that speaks of me: read it, and agree for myself, or leave it."""
    user, now = actor(request), clock.now()
    person = me(user)
    text: StoryText = get_object_or_404(told.asked_of(person, now), pk=pk)
    own = told.own_in_force(now).get(story=text.story)
    form = TermsForm(request.POST or None, fixed=own, initial={"expires_on": own.last_day})
    if "change" in request.POST or not form.is_valid():
        return signing(request, text.story, form, text=text)
    teller = person.practice.name
    document = rules.document(text.story.kind, form.terms(), teller=teller, of_partner=True)
    if "name" in request.POST:
        read, signed = request.POST.get("text", ""), signed_in(request, form)
        with shown_on(form):
            deeds.authorise_beside(text, person, signed, text_read=read, at=now, by=user)
            messages.success(request, _("Signed. You can take it back with one tap, here."))
            return redirect("portal:stories")
    return signing(request, text.story, form, document=document, text=text)
