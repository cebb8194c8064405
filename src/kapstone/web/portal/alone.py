"""A few questions that each of a couple is asked alone; what is answered is not shown again."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from kapstone.intake import alone as rows
from kapstone.web import clock
from kapstone.web.portal.own import me
from kapstone.web.records import couples
from kapstone.web.records.access import actor, only_for
from kapstone.web.records.actions import alone as deeds
from kapstone.web.records.refusals import LONGEST_REASON, Refused


@only_for("see my own")
@require_http_methods(["GET", "POST"])
def questions(request: HttpRequest) -> HttpResponse:
    """The same page whatever was answered before; no browser keeps a copy of it."""
    user = actor(request)
    person = me(user)
    if couples.couple_of(person) is None:
        raise Http404("There is nothing to ask here.")
    refusal = ""
    if request.method == "POST":
        try:
            deeds.answer_alone(
                person,
                {each.id: request.POST.get(each.id, "") for each in rows.alone_questions()},
                reach=request.POST.get("reach", ""),
                reach_words=request.POST.get("reach_words", ""),
                at=clock.now(),
                by=user,
            )
            messages.success(request, _("Thank you. It is kept."))
            return redirect("portal:today")
        except Refused as refused:
            refusal = refused.words
    words = {
        "questions": rows.alone_questions(),
        "ways": rows.ways().values(),
        "most": LONGEST_REASON,
        "refusal": refusal,
    }
    answer = render(request, "portal/alone.html", words, status=422 if refusal else 200)
    answer["Cache-Control"] = "no-store"
    return answer
