"""Before the medicine: what is still shut, who opens it, the checklist and the readings at rest."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import mode
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from kapstone import monitoring, pathway
from kapstone.screening import limits as screening_limits
from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.accounts.roles import WORDS
from kapstone.web.clinician.contact_form import beside
from kapstone.web.clinician.order_form import OrderForm
from kapstone.web.clinician.oversight import oversight
from kapstone.web.clinician.posted import posted_from
from kapstone.web.clinician.session_forms import (
    ANSWERS,
    PlanForm,
    ReasonForm,
    RestingForm,
)
from kapstone.web.records import (
    audit,
    brief,
    corrected,
    earlier,
    made_from,
    one_room,
    order_words,
    session_facts,
)
from kapstone.web.records.access import actor, may, only_for
from kapstone.web.records.actions import readings, treatment
from kapstone.web.records.actions import sessions as deeds
from kapstone.web.records.models import CheckAnswer, Notice, Order, Session
from kapstone.web.records.refusals import Refused, shown_on

TICKED = (None, "escort")
SUMMED_DAYS = (30, 365)


def session_for(request: HttpRequest, pk: int) -> Any:
    """The session with its story, when the user may know of it and it was not called off."""
    rows = Session.objects.visible_to(actor(request)).select_related("course__person__practice")
    found = session_facts.told(get_object_or_404(rows, pk=pk))
    if found.cancelled:
        raise Http404("There is no such session here; it may have been called off.")
    return found


@only_for("see charts")
@require_GET
def session(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything before the medicine on one page."""
    found, user = session_for(request, pk), actor(request)
    if not request.headers.get("HX-Request"):
        audit.record(user, "see session", person=found.course.person, about=f"session:{pk}")
    return before(request, found)


def before(request: HttpRequest, found: Any, **also: Any) -> HttpResponse:
    """The page; `also` may bring a form that did not pass, or the checks of a typed order."""
    user = actor(request)
    gates = treatment.gates_of(found, now=found.started_at or clock.now())
    ticked = {check.id for check in monitoring.checklist(found.route) if check.judged_from is None}
    shut = [gate for gate in gates if not gate.lets_through]
    words = {
        "session": found,
        "course": found.course,
        "person": found.course.person,
        "age": found.course.person.age(clock.now().date()),
        "route": monitoring.route_named(found.route),
        "shut": shut,
        "passable": [gate for gate in shut if gate.overridable_by],
        "judged": [gate for gate in gates if gate.id not in ticked],
        "may_start": pathway.may_start(gates),
        "checklist": checklist(found, gates, user, also.get("refused_lines", {})),
        "oversight": oversight(found.course, at=found.stopped_at or clock.now()),
        "last_doses": earlier.last_doses(found, user, before=found.started_at or clock.now()),
        "answers": ANSWERS,
        "beside": len(one_room.with_session(found, user)) - 1,
        "order": found.order_set.newest(),
        "order_form": OrderForm(route=found.route),
        "resting_form": RestingForm(),
        "move_form": PlanForm(initial=plan_now(found)),
        "resting": found.reading_set.standing().filter(resting=True).order_by("at"),
        **powers(user),
        **also,
    }
    words |= signed_for(words["order"], found.route)
    words |= told_or_typed(found.route, words)
    words |= how_often(found) | beside(found, user, also.get("contact_form"))
    words["brief"] = brief.of(found, words["last_doses"])
    words |= {"pads": words["resting_form"].pads({}), "notices": red_notices(found)}
    refused = any(each.is_bound and each.errors for each in forms_of(words))
    status = 422 if refused or also.get("refusal") else 200
    return render(request, "clinician/session.html", words, status=status)


def told_or_typed(route: str, words: dict[str, Any]) -> dict[str, Any]:
    """What the order says, or what was typed of one, beside the ranges of its route."""
    signed = treatment.dose_of(words["order"]) if words["ordered"] else None
    typed = words.get("dose")
    return {
        "ranges": ranges_beside(typed or signed, route),
        "typed": order_words.told(typed, route) if typed else [],
        "part": monitoring.order_part(route),
    }


def red_notices(found: Any) -> list[Any]:
    """The open red notices of the session, until the medicine starts; then the room has them."""
    if found.started_at:
        return []
    open_ones = Notice.objects.filter(session=found, level="red").open().gravest_first()
    return [*corrected.noted(open_ones)]


def signed_for(order: Order | None, route: str) -> dict[str, Any]:
    """The lines of the order, or why it no longer stands; and what a form below it is made from."""
    outlived = made_from.outlived(order, route)
    return {
        "outlived": outlived,
        "ordered": order_words.of_order(order) if order and not outlived else [],
        "made_from": made_from.shown(order, route),
    }


def forms_of(words: Mapping[str, Any]) -> list[Any]:
    return [words[name] for name in ("order_form", "resting_form", "move_form", "contact_form")]


def powers(user: Any) -> dict[str, bool]:
    deeds_of_page = {
        "may_sign": "sign orders",
        "may_override": "override gates",
        "may_plan": "plan roadmaps",
        "may_book": "book",
    }
    return {name: may(user, deed) for name, deed in deeds_of_page.items()}


def plan_now(found: Any) -> dict[str, Any]:
    return {"route": found.route, "planned_for": found.planned_for, "room": found.room}


def how_often(found: Any) -> dict[str, Any]:
    """What counts up over the sessions of a person, and what the sources say of how often."""
    # Days are counted as the practice's calendar has them.
    at = found.started_at or treatment.due(found, clock.now())
    now = at.astimezone(found.course.person.practice.zone)
    history = treatment.history_of(found)
    often = monitoring.order_part(found.route).often
    return {
        "frequencies": treatment.frequencies_of(found, found.route, history, now=now),
        "sums": [
            (
                days,
                len(monitoring.within(history, days, now=now)),
                monitoring.mg_within(history, days, now=now),
            )
            for days in SUMMED_DAYS
        ],
        "often": [row for row in screening_limits.limits() if row.id in often],
    }


def ranges_beside(dose: treatment.Dose | None, route: str) -> list[dict[str, Any]]:
    """Each reference range of the route, and where the dose stands beside it."""
    return [
        {
            "range": row,
            "place": monitoring.place(dose.mg, row, weight_kg=dose.weight_kg) if dose else None,
        }
        for row in monitoring.reference_ranges(route)
    ]


def checklist(
    found: Any, gates: tuple[pathway.Gate, ...], user: User, refused: Mapping[str, str]
) -> list[dict[str, Any]]:
    """The lines that somebody ticks, by who answers them, each with its answer so far."""
    standing, now = standing_answers(found), clock.now()
    today = deeds.rows_of_day(found, now)
    counting, signed = deeds.newest(today), deeds.signed(today)
    by_gate = {gate.id: gate for gate in gates}
    groups: dict[str, list[dict[str, Any]]] = {}
    for check in ticked_lines(found.route):
        row, yeses = counting.get(check.id), signed.get(check.id, [])
        lacks = second_missing(check, yeses) if yeses else ""
        line = {
            "check": check,
            "answer": standing.get(check.id),
            "counts": row is not None,
            "value": shown(row, waits=waits_for(user, check, yeses)),
            "now": row,
            "refused": refused.get(check.id, ""),
            "lacks": lacks,
            "signed": yeses if check.second else [],
            "yes_from": "" if deeds.may_tick(check, user) else deeds.yes_from(check),
            "gate": by_gate.get(check.id),
        }
        groups.setdefault(check.who[0], []).append(line)
    return [
        {
            "role": role,
            "who": WORDS[role],
            "mine": user.has_role(role),
            "lines": lines,
            "yes_from": mode([each["yes_from"] for each in lines if each["yes_from"]] or [""]),
            "open": sum(bool(line["lacks"]) or line["value"] != "yes" for line in lines),
        }
        for role, lines in groups.items()
    ]


def shown(row: CheckAnswer | None, *, waits: bool) -> str:
    """The button that is pressed: none where one person signed and another has not."""
    return "" if waits else {True: "yes", False: "no", None: "unknown"}[row.ok if row else None]


def second_missing(check: monitoring.Check, yeses: list[CheckAnswer]) -> str:
    return pathway.second_missing(
        check,
        [
            pathway.Signature(
                by=row.by_id, name=row.by.signed_name, roles=frozenset(row.by.roles), at=row.at
            )
            for row in yeses
        ],
    )


def waits_for(user: User, check: monitoring.Check, yeses: list[CheckAnswer]) -> bool:
    """Whether a yes is there that needs a second one, and this user has given none."""
    mine = any(row.by_id == user.pk for row in yeses)
    return bool(yeses) and not mine and bool(second_missing(check, yeses))


def ticked_lines(route: str) -> list[monitoring.Check]:
    return [check for check in monitoring.checklist(route) if check.judged_from in TICKED]


def standing_answers(found: Any) -> dict[str, CheckAnswer]:
    rows = found.checkanswer_set.standing().select_related("by").order_by("pk")
    return {row.check_id: row for row in rows}


@only_for("run sessions")
@posted_from("session")
def check(request: HttpRequest, pk: int, check: str) -> HttpResponse:
    """Answer one line of the checklist with one tap."""
    found = session_for(request, pk)
    lines = [line for line in ticked_lines(found.route) if line.id == check]
    if not lines:
        raise Http404("There is no such line on the checklist of this route.")
    return answer(request, found, lines, anchor=check)


@only_for("run sessions")
@posted_from("session")
def checks(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer the whole list at once; a line that did not change is not written again."""
    found = session_for(request, pk)
    return answer(request, found, ticked_lines(found.route), anchor="checks")


def answer(
    request: HttpRequest, found: Any, lines: list[monitoring.Check], *, anchor: str
) -> HttpResponse:
    """Keep what changed; a line that is refused keeps no other line from being kept."""
    today = deeds.rows_of_day(found, clock.now())
    tried = {line.id: answer_line(request, found, line, today) for line in lines}
    refused = {name: words for name, words in tried.items() if words}
    if refused:
        said, anew = " ".join(refused.values()), session_for(request, found.pk)
        return before(request, anew, refusal=said, refused_lines=refused)
    return redirect(f"{reverse('session', args=[found.pk])}#{anchor}")


def answer_line(
    request: HttpRequest, found: Any, line: monitoring.Check, today: list[CheckAnswer]
) -> str:
    """Keep one answer if `today` has it not yet; gives the words of a refusal, or none."""
    given, now, user = request.POST.get(line.id, ""), clock.now(), actor(request)
    words = request.POST.get(f"{line.id}-words", "").strip()
    seen, _, left_alone = request.POST.get(f"{line.id}-was", "").partition("|")
    if given not in deeds.KNOWN or left_alone == f"{given}|{words}":
        return ""
    ok, last = deeds.KNOWN[given], deeds.newest(today).get(line.id)
    signs_too = ok and waits_for(user, line, deeds.signed(today).get(line.id, []))
    if not signs_too and not changed(last, ok, words):
        return ""
    if left_alone and last and not signs_too and seen != str(last.pk):
        return meanwhile(line, last)
    try:
        deeds.record_check(found, line.id, ok=ok, words=words, at=now, by=user)
    except Refused as refused:
        return refused.words
    return ""


def meanwhile(line: monitoring.Check, last: CheckAnswer) -> str:
    """What somebody else answered after this page was given out is never written over unseen."""
    said = dict(ANSWERS)[shown(last, waits=False)]
    at = last.at.astimezone(last.session.course.person.practice.zone)
    return (
        f"{line.label}: {last.by.signed_name} answered {said} at {at:%H:%M}, while this page was "
        "open. That stands; look at it, and answer again if yours differs."
    )


def changed(answer: CheckAnswer | None, ok: bool | None, words: str) -> bool:
    if answer is None:
        return ok is not None
    return answer.ok is not ok or (bool(words) and answer.words != words)


@only_for("run sessions")
@posted_from("session")
def resting(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep one reading at rest; the gate wants two, and judges their mean."""
    found, form = session_for(request, pk), RestingForm(request.POST)
    if form.is_valid():
        with shown_on(form):
            told = form.cleaned_data
            readings.record_reading(
                found,
                told["signs"],
                resting=True,
                client_id=told["client_id"],
                at=clock.now(),
                by=actor(request),
            )
            return redirect(f"{reverse('session', args=[pk])}#resting")
    return before(request, found, resting_form=form)


@only_for("override gates")
@posted_from("session")
def override(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a gate be passed that the practice lets a prescriber decide about."""
    found, form = session_for(request, pk), ReasonForm(request.POST)
    if form.is_valid():
        with shown_on(form):
            treatment.override_gate(found, **form.cleaned_data, at=clock.now(), by=actor(request))
            return redirect("session", pk=pk)
    said = form.non_field_errors() or ["Give the reason for passing this gate; it is kept."]
    return before(
        request,
        found,
        refusal=said[0],
        refused_gate=form.data.get("gate"),
        typed_reason=form.data.get("reason", ""),
    )


@only_for("run sessions")
@posted_from("session")
def arrive(request: HttpRequest, pk: int) -> HttpResponse:
    found = session_for(request, pk)
    try:
        deeds.move_on(found, "arrived", at=clock.now(), by=actor(request))
    except Refused as refused:
        return before(request, found, refusal=refused.words)
    return redirect("session", pk=pk)


@only_for("run sessions")
@posted_from("session")
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Start the medicine; a shut gate is named, and nothing starts."""
    found, user, now = session_for(request, pk), actor(request), clock.now()
    try:
        treatment.start_session(found, at=now, by=user)
    except Refused as refused:
        count = len(refused.lines)
        words = f"Not started: {count} still open." if count else refused.words
        return before(request, found, refusal=words, refused_for=refused.lines)
    return redirect("room", pk=pk)
