"""Is ketamine right for this person, and safe? What the rules found, and what is decided."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from textwrap import shorten
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kapstone import screening as room
from kapstone.screening import attributes
from kapstone.screening.candidates import READINESS
from kapstone.screening.telling import about_suicide
from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.clinician import candidate, differing
from kapstone.web.clinician.booking import course_for
from kapstone.web.clinician.medicines import names_of, unread
from kapstone.web.clinician.on_record import on_record
from kapstone.web.clinician.oversight import gone_over
from kapstone.web.clinician.paper import on_paper
from kapstone.web.records import audit, decisions, episode, facts, telling
from kapstone.web.records.access import actor, may, only_for
from kapstone.web.records.actions import drafts
from kapstone.web.records.actions import screening as deeds
from kapstone.web.records.drafts import kept
from kapstone.web.records.models import FAVOURABLE, Course, ScreeningDecision
from kapstone.web.records.refusals import LONGEST_REASON, Refused, shown_on
from kapstone.web.records.settled import settled_since

GROUPS: dict[str, tuple[room.Domain, ...]] = {
    "Medical": (
        *("cardiac", "neurological", "hepatic", "urological", "respiratory", "endocrine"),
        *("ophthalmic", "pregnancy", "general", "medicines"),
    ),
    "Psychiatric": ("psychiatric", "substance"),
    "Readiness": ("readiness", "social", "home"),
}
SIGNS = {
    "stop": ("stop", "■ stop"),
    "review": ("stop", "▲ review"),
    "oversight": ("caution", "! oversight"),
    "note": ("", "· note"),
    "incomplete": ("", "? not all known"),
    "clear": ("ok", "✓ nothing found"),
}
ENOUGH = ("", "✓ complete enough to decide")
SAID_BY = {
    "person": "their own answer",
    "clinician": "a clinician",
    "reading": "measured here",
    "import": "another record",
    "instrument": "a questionnaire",
    room.MEDICINES: "the list of medicines",
}
CHOICES = (
    ("suitable", "Suitable", ""),
    ("extra_oversight", "Suitable with extra oversight", "Name the oversight in the reason."),
    ("not_yet", "Not yet", "Say what has to come first, and who looks after it."),
    ("another_path", "Not suitable: another path", "Say which path, and how they get there."),
)

SCORED = ("readiness_lowest_item", "readiness_total")

SHORT_SOURCE = 64
CHANGES_SHOWN = 6


class DecisionForm(forms.Form):
    decision = forms.ChoiceField(choices=[(name, title) for name, title, _ in CHOICES])
    reason = forms.CharField(widget=forms.Textarea, max_length=LONGEST_REASON)
    words_for_person = forms.CharField(
        widget=forms.Textarea, required=False, max_length=LONGEST_REASON
    )
    person_told = forms.BooleanField(required=False)


@only_for("see charts")
@require_http_methods(["GET", "POST"])
def screening(request: HttpRequest, pk: int) -> HttpResponse:
    """The review page; signing needs a prescriber."""
    course, user = course_for(request, pk), actor(request)
    key = f"screening-{pk}"
    form = DecisionForm(request.POST or None, initial={"reason": kept(request, key)})
    if request.method == "POST":
        if not may(user, "decide screening"):
            raise PermissionDenied("Only a prescriber signs a screening decision.")
        if form.is_valid():
            with shown_on(form):
                now = clock.now()
                deeds.decide_screening(course, **form.cleaned_data, at=now, by=user)
                drafts.drop_draft(user, key)
                messages.success(request, f"Signed as {user.signed_name}.")
                return redirect("screening", pk=pk)
    audit.record(user, "see screening", person=course.person, about=f"course:{pk}")
    words = review(course) | {
        "form": form,
        "draft_key": key,
        "may_sign": may(user, "decide screening"),
        **second_signature(course, user, clock.now()),
        **unread(course, user),
    }
    return render(request, "clinician/screening.html", words, status=422 if form.errors else 200)


def review(course: Course) -> dict[str, Any]:
    """Everything the page says about one person now."""
    now = facts.here(course, clock.now())
    known, medicines = facts.collect(course, now=now), facts.medicines(course)
    found = room.screen(known, medicines=medicines, now=now)
    lacks = missing(found, known)
    changes = room.what_would_change(known, medicines=medicines, now=now)
    lifts = room.what_would_lift(known, medicines=medicines, now=now)
    recorded, not_weighed = on_record(course)
    answers = differing.shown(course, now)
    lines = 2 * len(changes[:CHANGES_SHOWN]) + len(recorded) + differing.lines(answers)
    past = decided(course)
    return {
        "course": course,
        "person": course.person,
        "at_now": now,
        "age": course.person.age(now.date()),
        "found": found,
        "overall": overall(found),
        "groups": [group(name, domains, found) for name, domains in GROUPS.items()],
        "findings": [
            each | {"lifted_by": lifts[each["finding"].id]}
            for each in findings(found, course, medicines)
        ],
        "needed": [each for each in lacks if each["matters"]],
        "not_needed": [each for each in lacks if not each["matters"]],
        "ask_next": [asked(each, known) for each in room.ask_next(found)],
        "paper": on_paper(lacks, findings=len(found.findings), lines=lines + len(medicines or ())),
        "on_record": recorded,
        "not_weighed": not_weighed,
        "aged": sum(each["aged"] for each in lacks),
        **answers,
        **first_changes(changes),
        "medicines": medicines,
        "choices": CHOICES,
        "past": past,
        "differs": differs_now(past, known, medicines, now),
        **of_newest(past[0] if past else None, now),
        **candidate.shown(found, known, now),
    }


def first_changes(changes: Sequence[room.Change]) -> dict[str, Sequence[room.Change]]:
    return {"changes": changes[:CHANGES_SHOWN], "more_changes": changes[CHANGES_SHOWN:]}


def of_newest(row: ScreeningDecision | None, now: datetime) -> dict[str, Any]:
    """What a new decision would replace, whether its person waits to be told, what aged early."""
    return {
        "replaces": row if decisions.lets_go_on(row, now) else None,
        "held": row if row and telling.is_held(row) else None,
        "aged_then": decisions.aged_in(row) if row else 0,
        "settled_since": settled_since(row) if row else (),
    }


def decided(course: Course) -> list[ScreeningDecision]:
    """Every decision, the newest first."""
    rows = ScreeningDecision.objects.standing().filter(course=course).select_related("by")
    return [*rows.order_by("-at", "-pk")]


def second_signature(course: Course, user: User, now: datetime) -> dict[str, Any]:
    """The newest decision when it goes on over a stop: who signed it, and who still has to."""
    row = ScreeningDecision.objects.with_over().of_now(course)
    if row is None or row.decision not in FAVOURABLE or not row.over:
        return {}
    lacks = ScreeningDecision.objects.lacking_second(now).filter(pk=row.pk).exists()
    other = may(user, "decide screening") and row.by_id != user.pk
    held_back = held_back_by(row, now) if lacks else None
    return {
        "over_stop": row,
        "lacks_second": lacks,
        "gone_over": gone_over(room.Screening.from_data(row.screening)),
        "held_back": held_back,
        "may_countersign": lacks and other and held_back is None,
    }


def held_back_by(row: ScreeningDecision, now: datetime) -> str | None:
    """Why nobody can sign as the second now, in words; None where somebody can."""
    try:
        deeds.refuse_changed(row, now)
    except Refused as refused:
        return refused.words
    return None


def differs_now(
    past: Sequence[ScreeningDecision],
    known: room.Facts,
    medicines: decisions.Medicines,
    now: datetime,
) -> room.Difference | None:
    """What the rules would now say otherwise than when the newest decision was signed, if so."""
    if not past:
        return None
    found = decisions.difference_from(past[0], known, medicines, now=now)
    return found if found.matters else None


@only_for("decide screening")
@require_POST
def countersign(request: HttpRequest, pk: int) -> HttpResponse:
    """A second prescriber signs the decision; the page they signed on says so."""
    user = actor(request)
    row = get_object_or_404(ScreeningDecision.objects.visible_to(user), pk=pk)
    if request.POST.get("agree") != "yes":
        messages.error(request, "Not signed: tick that you have looked at it too, and agree.")
        return redirect("screening", pk=row.course_id)
    try:
        deeds.countersign(row, at=clock.now(), by=user)
        messages.success(request, f"Countersigned as {user.signed_name}.")
    except Refused as refused:
        messages.error(request, refused.words)
    return redirect("screening", pk=row.course_id)


def overall(found: room.Screening) -> tuple[str, str]:
    """The sign of the whole; what is open counts only where it matters for deciding."""
    if found.decision is room.Decision.INCOMPLETE and room.enough(found):
        return ENOUGH
    return SIGNS[found.decision.name.lower()]


def group(name: str, domains: tuple[room.Domain, ...], found: room.Screening) -> dict[str, Any]:
    """One of the three cards on top: its signs, how many findings, what is open in it."""
    open_ = sum(each.domain in domains for each in found.waiting)
    lacks = [any(rule.domain in domains for rule in each.rules) for each in room.lacks(found)]
    return {
        "name": name,
        "signs": signs(domains, found),
        "count": sum(each.domain in domains for each in found.findings),
        "open": open_,
        "lacking": sum(lacks),
        "domains": [(each, signs((each,), found)) for each in domains],
    }


def signs(domains: Sequence[room.Domain], found: room.Screening) -> list[tuple[str, str]]:
    """The gravest finding, and beside it whether all is known: the one never hides the other."""
    weights = [each.weight for each in found.findings if each.domain in domains]
    of_all = [found.by_domain[each] for each in domains]
    says = [SIGNS[max(weights).name.lower()]] if weights else []
    is_open = any(each.domain in domains for each in found.waiting)
    if is_open or room.Decision.INCOMPLETE in of_all:
        says.append(SIGNS["incomplete"])
    return says or [SIGNS["clear"]]


def findings(
    found: room.Screening, course: Course, medicines: decisions.Medicines
) -> list[dict[str, Any]]:
    """Each finding with the answers it speaks from: what, in whose words, who said it, when."""
    names, meant = facts.givers(course), names_of(medicines)
    risk = {one.id for one in found.findings} & about_suicide()
    answer = episode.last_answer(course.person, by_then=found.at) if risk else None
    return [
        {
            "finding": each,
            "sign": SIGNS[each.action],
            "because": [
                because(name, given, names) | {"means": meant.get(str(given.value))}
                for name, given in each.because
            ],
            "sources": citations(each.sources),
            "answer": answer if each.id in risk else None,
        }
        for each in found.findings
    ]


def because(
    name: str, given: room.Given, givers: dict[tuple[str, datetime], str]
) -> dict[str, Any]:
    asked = READINESS if name in SCORED else (name,)
    keys = [(each, given.at) for each in asked if given.at]
    by = next((givers[key] for key in keys if key in givers), None)
    who = SAID_BY.get(given.origin, given.origin)
    return {
        "fact": name,
        "words": described(name, given),
        "said": in_their_words(name, given),
        "who": f"{who} · {by}" if by else who,
        "at": given.at,
        "may_differ": name in room.vocabulary(),
    }


def in_their_words(name: str, given: room.Given) -> str | None:
    """The words as they were given, where they say more than the fact does."""
    says = described(name, given).casefold()
    return given.words if given.words and given.words.casefold() not in says else None


def citations(names: Iterable[str]) -> list[str]:
    """The first words of each citation; the rule's page has them whole."""
    first = (attributes.citation(name).citation.split(". ")[0] for name in names)
    return [shorten(each, SHORT_SOURCE, placeholder=" \u2026") for each in first]


def missing(found: room.Screening, known: room.Facts) -> list[dict[str, Any]]:
    """What is not known, each once, in the order to ask."""
    return [open_fact(each, known) for each in room.lacks(found)]


def open_fact(lack: room.Lack, known: room.Facts) -> dict[str, Any]:
    """A fact that has to be given; one that has aged shows what it was, and counts for nothing."""
    last = known.get(lack.fact)
    return {
        "fact": lack.fact,
        "words": lack.words,
        "ask": in_full(lack),
        "brief": lack.words.removesuffix(f": {room.Reason.MISSING}"),
        "matters": lack.matters,
        "could_be": SIGNS[lack.could_be.name.lower()],
        "rules": [each.title for each in lack.rules],
        "who": ", ".join(lack.who),
        "aged": lack.missing.reason is room.Reason.STALE,
        "last": described(lack.fact, last) if last else None,
        "at": last.at if last else None,
    }


def in_full(lack: room.Lack) -> str | None:
    """The whole question, where its first words say less than it asks."""
    of = room.vocabulary().get(lack.fact)
    return of.ask if of is not None and not lack.words.startswith(f"{of.ask}: ") else None


def asked(lack: room.Lack, known: room.Facts) -> dict[str, Any]:
    """A question to ask next: in the clinician's words, and how to ask the person."""
    of = room.vocabulary().get(lack.fact)
    words, say = (lack.words, None) if of is None else (of.ask, of.ask_person)
    aside = {"ask": words, "say": say, "giveable": of is not None}
    aside |= {"medicines": lack.fact == room.MEDICINES}
    unread = lack.missing.reason is room.Reason.UNRECOGNISED
    return open_fact(lack, known) | aside | {"unread": unread}


@only_for("see charts")
@require_GET
def decision(request: HttpRequest, pk: int) -> HttpResponse:
    """A decision as it was signed, from what was stored with it, and what has changed since."""
    user = actor(request)
    row = get_object_or_404(ScreeningDecision.objects.visible_to(user), pk=pk)
    audit.record(user, "see decision", person=row.course.person, about=f"screening_decision:{pk}")
    found, now = room.Screening.from_data(row.screening), timezone.localtime(clock.now())
    known, medicines = decisions.rested_on(row)
    since = decisions.changes_since(row, now=now)
    words = {
        "row": row,
        "course": row.course,
        "person": row.course.person,
        "found": found,
        "at_now": now,
        "overall": overall(found),
        "findings": findings(found, row.course, medicines),
        "missing": missing(found, known),
        "facts": in_domains(known),
        "facts_count": len(known),
        "medicines": medicines,
        "other_rules": row.knowledge_digest != room.knowledge_digest(),
        "held": telling.is_held(row),
        "changes": [each for each in since if not each.aged],
        "grown_old": [each for each in since if each.aged],
    }
    second = second_signature(row.course, user, now)
    words |= second if second.get("over_stop") == row else {}
    return render(request, "clinician/decision.html", words)


def in_domains(known: room.Facts) -> dict[str, list[tuple[str, room.Given]]]:
    """Stored facts in words, by domain; what the vocabulary no longer holds stands under others."""
    vocabulary = room.vocabulary()
    found: dict[str, list[tuple[str, room.Given]]] = {}
    for name, given in sorted(known.items()):
        domain = vocabulary[name].domain if name in vocabulary else "others"
        found.setdefault(domain, []).append((described(name, given), given))
    return dict(sorted(found.items()))


def described(name: str, given: room.Given) -> str:
    """Words for a stored fact; one that the vocabulary no longer holds is named as it was."""
    if name not in room.vocabulary() and name != room.MEDICINES:
        return f"{name}: {given.value}"
    return room.describe(name, given)
