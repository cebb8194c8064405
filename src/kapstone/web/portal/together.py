"""The space that two of a couple share: what each offers the other, and what both intend.

All that is the partner's here comes from `couples.offered` and `couples.intentions`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.ids import number_in
from kapstone.web.portal.own import me, mine
from kapstone.web.records import audit, couples, groups, joint, side_by_side
from kapstone.web.records.access import actor, only_for
from kapstone.web.records.actions import couples as deeds
from kapstone.web.records.actions import groups as group_deeds
from kapstone.web.records.models import Couple, JointIntention, Person, SharedItem
from kapstone.web.records.refusals import Refused

A_PAGE = 20
# What there is to share, in the order of the chips.
TITLES = {
    couples.WORDS: _("My words before the medicine"),
    couples.JOURNAL: _("My journal"),
    couples.INSIGHT: _("What I keep"),
    couples.COMMITMENT: _("My small things"),
}
# What holds only while both agree to it.
AGREEMENTS = {
    groups.SCORES: _("How we are with each other, side by side: only the totals of our forms"),
    groups.JOINT_NOTE: _("A note of your team about both of us, in both charts"),
}


@only_for("see my own")
@require_GET
def together(request: HttpRequest) -> HttpResponse:
    """What I share, what my partner shares with me, what we both intend, and what is private."""
    return page(request)


def page(request: HttpRequest, *, typed: str = "", refusal: str = "") -> HttpResponse:
    """The space; `typed` is an intention that could not be kept, with the reason."""
    user = actor(request)
    person = me(user)
    couple = couples.couple_of(person)
    words: dict[str, Any] = {"person": person, "couple": couple}
    if couple:
        words |= space(request, user, person, couple) | {"typed": typed, "refusal": refusal}
    return render(request, "portal/together.html", words, status=422 if refusal else 200)


def space(request: HttpRequest, user: User, person: Person, couple: Couple) -> dict[str, Any]:
    partner = couples.partner_in(couple, person)
    offered = page_of(request, couples.offered(user), "theirs")
    if offered or groups.agreed(couple, groups.SCORES):
        audit.record(user, "see shared items", person=partner, about=f"couple:{couple.pk}")
    chosen = request.GET.get("kind", couples.WORDS)
    kind = chosen if chosen in couples.KINDS else couples.WORDS
    rows = page_of(request, couples.own_rows(person, kind), "own")
    return {
        "partner": partner,
        "titles": TITLES,
        "kind": kind,
        "own_pages": f"kind={kind}&own",
        "offered": offered,
        "sharing": page_of(request, couples.sharing(person, couple), "mine"),
        "rows": rows,
        "own": couples.own(person, couple, kind, list(rows)),
        "intentions": page_of(request, couples.intentions(couple), "intentions"),
        "time": joint.is_time(person.pk, couple, clock.now()),
        "agreements": [
            {"about": about, "words": says, "mine": groups.is_agreed_by(person, couple, about)}
            for about, says in AGREEMENTS.items()
        ],
        "pairs": side_by_side.of_both(couple, person),
    }


def page_of(request: HttpRequest, rows: Any, name: str) -> Any:
    return Paginator(rows, A_PAGE).get_page(request.GET.get(name))


def done(request: HttpRequest, deed: Callable[[], object], anchor: str = "") -> HttpResponse:
    """Do it, or say why not; then the space as it is now."""
    try:
        deed()
    except Refused as refused:
        messages.error(request, refused.words)
    place = redirect("portal:together")
    place["Location"] += anchor
    return place


@only_for("see my own")
@require_POST
def share(request: HttpRequest) -> HttpResponse:
    """Share one thing with the partner: its words as they stand now."""
    user, row = actor(request), number_in(request.POST.get("row"))
    kind, person = request.POST.get("kind", ""), me(actor(request))
    if row is None or kind not in couples.KINDS:
        raise Http404("There is no such thing of yours.")
    return done(
        request, lambda: deeds.share(person, kind, row, at=clock.now(), by=user), f"?kind={kind}"
    )


@only_for("see my own")
@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one thing back: the partner sees it no more from now on."""
    user = actor(request)
    item: SharedItem = mine(SharedItem, user, pk)
    return done(request, lambda: deeds.take_back(item, at=clock.now(), by=user))


@only_for("see my own")
@require_POST
def agree_for_both(request: HttpRequest, about: str) -> HttpResponse:
    """Agree to something for both, or take it back; it holds while both agree."""
    user, yes = actor(request), request.POST.get("agreed") == "yes"
    person = me(user)
    return done(
        request,
        lambda: group_deeds.agree(person, about, yes, at=clock.now(), by=user),
        "#agreements",
    )


@only_for("see my own")
@require_POST
def propose(request: HttpRequest) -> HttpResponse:
    """Propose an intention of both."""
    user, words = actor(request), request.POST.get("words", "")
    try:
        deeds.propose(me(user), words, at=clock.now(), by=user)
    except Refused as refused:
        return page(request, typed=words, refusal=refused.words)
    return redirect("portal:together")


def of_us(user: User, pk: int) -> tuple[JointIntention, Person]:
    """An intention of the couple of the one who asks; 404 for anybody else's."""
    person = me(user)
    couple = couples.couple_of(person)
    rows = couples.intentions(couple) if couple else JointIntention.objects.none()
    return get_object_or_404(rows, pk=pk), person


@only_for("see my own")
@require_POST
def agree(request: HttpRequest, pk: int) -> HttpResponse:
    """Agree to what the partner proposed."""
    user = actor(request)
    found, person = of_us(user, pk)
    return done(request, lambda: deeds.agree(found, person, at=clock.now(), by=user))


@only_for("see my own")
@require_POST
def let_intention_go(request: HttpRequest, pk: int) -> HttpResponse:
    """Let an intention go, alone and without a reason."""
    user = actor(request)
    found, person = of_us(user, pk)
    return done(request, lambda: deeds.let_go(found, person, at=clock.now(), by=user))


@only_for("see my own")
@require_POST
def end(request: HttpRequest) -> HttpResponse:
    """End the shared space, alone and without a reason."""
    user = actor(request)
    couple = couples.couple_of(me(user))
    if couple is None:
        raise Http404("There is no space that you share.")
    return done(request, lambda: deeds.end_couple(couple, at=clock.now(), by=user))
