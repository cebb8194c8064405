"""Going home: the scores, the criteria, the escort, and the session in short afterwards."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from kapstone import documents, monitoring
from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.clinician.posted import posted_from
from kapstone.web.clinician.session_forms import HomeForm
from kapstone.web.clinician.sessions import session_for
from kapstone.web.records import audit, emergencies, home_card, register
from kapstone.web.records.access import actor, may, only_for
from kapstone.web.records.actions import leaving as deeds
from kapstone.web.records.actions.sessions import KNOWN
from kapstone.web.records.models import Discharge, LeavingAnswer, Mark
from kapstone.web.records.refusals import Refused, shown_on

WORD = {said: word for word, said in KNOWN.items()}
POINTS = {"0": 0, "1": 1, "2": 2}
MOST_POINTS = 10


@only_for("run sessions")
@require_GET
def leaving(request: HttpRequest, pk: int) -> HttpResponse:
    """What stands between this person and the way home."""
    found, user = session_for(request, pk), actor(request)
    audit.record(user, "see leaving", person=found.course.person, about=f"session:{pk}")
    named = found.checkanswer_set.newest(check_id="PRE-24")
    initial = {"escort_name": named.words if named and named.ok else ""}
    return page(request, found, home_form(found, user, initial=initial))


def home_form(found: Any, user: User, *sent: Any, **also: Any) -> HomeForm:
    """The form with the answers that are kept so far."""
    kept = {name: button for name, (_, button) in standing(found, user).items()}
    initial = kept | also.pop("initial", {})
    lines = [row.id for row in of_route(found)]
    return HomeForm(*sent, asked=asked(found), lines=lines, initial=initial, **also)


def standing(found: Any, user: User) -> dict[str, tuple[str, str]]:
    """The key of the newest answer of each line, and the button that is pressed for this user.

    Where several sign, another's yes presses none: to sign is a tap of one's own.
    """
    signed = {row.id for row in of_route(found) if row.signed_by}
    return {
        name: (str(rows[-1].pk), pressed(rows, user if name in signed else None))
        for name, rows in deeds.answered(found).items()
    }


def pressed(rows: list[LeavingAnswer], signer: User | None) -> str:
    signatures = deeds.signatures(rows)
    if signer and signatures and all(row.by_id != signer.pk for row in signatures):
        return ""
    return WORD[rows[-1].ok]


def of_route(found: Any) -> list[monitoring.CriterionRow]:
    rows = monitoring.criteria()
    return [row for row in rows if row.routes is None or found.route in row.routes]


def asked(found: Any) -> dict[str, str]:
    """The criteria of the route that somebody has to ask, with the question."""
    return {row.id: row.asks for row in of_route(found) if row.asks}


def page(request: HttpRequest, found: Any, form: HomeForm, refusal: str = "") -> HttpResponse:
    now, user = clock.now(), actor(request)
    known, said, stands = deeds.leaving_of(found), deeds.answered(found), standing(found, user)
    scored = scores(found, known)
    if form.is_bound:
        form.show_standing(stands)
    not_kept = form.not_kept(stands)
    criteria = monitoring.ready_to_leave(known, now=now)
    home = Discharge.objects.standing().filter(session=found).first()
    words = {
        "session": found,
        "person": found.course.person,
        "course": found.course,
        "scores": scored,
        "most_points": MOST_POINTS,
        "lines": [
            {
                "criterion": each,
                "field": form[each.id] if each.id in form.asked else None,
                "reason": form[f"reason-{each.id}"] if each.met is not True else None,
                "not_kept": each.id in not_kept,
                "was": "|".join(stands.get(each.id, ("", ""))),
                "signed": signed(said.get(each.id, [])),
            }
            for each in criteria
        ],
        "ready": monitoring.may_leave(criteria),
        "overlong": monitoring.overlong(known, now=now),
        "form": form,
        "refusal": refusal,
        "running": emergencies.running(emergencies.of_session(found), now),
        "home": home,
        "unaccounted": register.out_with(found),
        "summary": summary(found, home.at if home else now),
        "against": [each for score in scored for each in score["against"]],
        "may_discharge": may(user, "discharge"),
        "may_override": may(user, "override gates"),
    }
    status = 422 if refusal or (form.is_bound and form.errors) else 200
    return render(request, "clinician/leaving.html", words, status=status)


def signed(rows: list[LeavingAnswer]) -> str:
    """Who has said yes to a line, in a sentence; empty when nobody has."""
    return ", ".join(row.by.signed_name for row in deeds.signatures(rows))


def scores(found: Any, known: monitoring.Leaving) -> list[dict[str, Any]]:
    """Each score with its items, their answers so far, and the total or what is missing.

    Beside it what was charted otherwise.
    """
    kept = {row.tool: row for row in found.dischargescore_set.standing().select_related("by")}
    return [score_words(tool, kept.get(tool.id), known) for tool in monitoring.tools().values()]


def score_words(tool: Any, row: Any, known: monitoring.Leaving) -> dict[str, Any]:
    answers = row.answers if row else {}
    score = monitoring.score_discharge(tool.id, answers) if row else None
    labels = {item.id: item.label for item in tool.items}
    return {
        "tool": tool,
        "row": row,
        "score": score,
        "missing": [labels[name] for name in score.missing] if score else [],
        "against": monitoring.contradictions(score, known.readings, known.resting) if score else (),
        "items": [
            {
                "item": item,
                "options": list(enumerate(item.options)),
                "value": answers.get(item.id),
            }
            for item in tool.items
            if item.counts_as is None
        ],
    }


def summary(found: Any, until: datetime) -> dict[str, Any]:
    """The session in a few figures: how long, how high, what was marked."""
    came = found.arrived_at or found.started_at
    taken = [row.to_core() for row in found.reading_set.standing().filter(resting=False)]
    marks = Mark.objects.standing().filter(session=found)
    effects = {each.id: each.label for each in monitoring.side_effects()}
    return {
        "minutes": round((until - came) / timedelta(minutes=1)) if came else None,
        "since_arrival": found.arrived_at is not None,
        "pressures": monitoring.highest_pressures(taken),
        "readings": len(taken),
        "marks": marks.filter(kind="state").count(),
        "effects": [
            f"{effects.get(row.mark, row.mark)}, {row.severity}"
            for row in marks.filter(kind="side_effect").order_by("at")
        ],
        "words": [row.words for row in marks.filter(kind="quote").order_by("at")],
    }


@only_for("run sessions")
@require_GET
def home_card_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The card for the way home as a PDF; there is none before the discharge is signed."""
    found, user = session_for(request, pk), actor(request)
    card = home_card.of(found)
    if card is None:
        raise Http404("Nobody has signed this discharge.")
    audit.record(user, "print home card", person=found.course.person, about=f"session:{pk}")
    answer = HttpResponse(documents.home_card_pdf(card), content_type="application/pdf")
    name = f"going-home-{found.course.person.number}-{found.number}.pdf"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@only_for("run sessions")
@posted_from("leaving")
def score(request: HttpRequest, pk: int) -> HttpResponse:
    """Score Aldrete or PADSS; an item left out leaves the total open."""
    found, name = session_for(request, pk), request.POST.get("tool", "")
    tool = monitoring.tools().get(name)
    form = home_form(found, actor(request))
    if tool is None:
        return page(request, found, form, refusal="There is no such score.")
    given = {item.id: request.POST.get(item.id, "") for item in tool.items}
    answers = {item: POINTS[points] for item, points in given.items() if points in POINTS}
    try:
        deeds.score_discharge(found, name, answers, at=clock.now(), by=actor(request))
    except Refused as refused:
        return page(request, found, form, refusal=refused.words)
    return redirect(f"{reverse('leaving', args=[pk])}#{name}")


@only_for("run sessions")
@posted_from("leaving")
def weigh(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep these answers, and see where every criterion stands."""
    found, user = session_for(request, pk), actor(request)
    form = home_form(found, user, request.POST)
    with shown_on(form):
        deeds.answer_leaving(found, form.said(), seen=form.seen(), at=clock.now(), by=user)
        return redirect("leaving", pk=pk)
    return page(request, found, form)


@only_for("discharge")
@posted_from("leaving")
def discharge(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the person home with their escort, once everything is met or a prescriber decides.

    The answers are kept first, and stay when the discharge itself is refused.
    """
    found, user = session_for(request, pk), actor(request)
    form = home_form(found, user, request.POST)
    if form.is_valid():
        with shown_on(form):
            deeds.answer_leaving(found, form.said(), seen=form.seen(), at=clock.now(), by=user)
            deeds.discharge(found, form.told(), at=clock.now(), by=user)
            return redirect("leaving", pk=pk)
    return page(request, found, form)
