"""The sitter's page: by a link, without an account and without a network; nothing of the chart."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kapstone import at_home
from kapstone.web import clock
from kapstone.web.accounts.models import Practice
from kapstone.web.portal.sheets import SecondsAgo
from kapstone.web.records import alarms, check_ins, helping, home_boosters
from kapstone.web.records import at_home as home
from kapstone.web.records.actions import boosters, home_readings
from kapstone.web.records.actions import sitting as deeds
from kapstone.web.records.models import Notice, Session, SitterLink
from kapstone.web.records.models.notices import HELP_KIND
from kapstone.web.records.refusals import Refused, refuse_nul

MOST_SHOWN = 12
UNREAD = _("This look could not be read here. Say again what you see, or call the practice.")


class SentLook(BaseModel):
    """One look as a phone sends it; how long ago by the phone's own counting."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID
    saw: str = Field(max_length=20)
    ago_s: SecondsAgo

    def to_seen(self, now: datetime) -> deeds.Seen:
        return deeds.Seen(client_id=self.id, saw=self.saw, at=now - timedelta(seconds=self.ago_s))


class SentLooks(BaseModel):
    """What waited on a phone, in the order of the looks; none asks how the evening stands.

    Each is read by itself: one that cannot be read must not keep the others back.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    looks: tuple[Any, ...] = Field(max_length=200)


def read(sent: SentLooks, now: datetime) -> tuple[list[deeds.Seen], dict[str, str]]:
    """The looks that can be read, and what is said of the others, by the id they came with.

    One without an id of its own is named by its place in the list, such as "#3".
    """
    seen: list[deeds.Seen] = []
    refused: dict[str, str] = {}
    for place, each in enumerate(sent.looks):
        try:
            seen.append(SentLook.model_validate(each).to_seen(now))
        except ValidationError:
            said = each.get("id") if isinstance(each, dict) else None
            refused[said if isinstance(said, str) else f"#{place}"] = str(UNREAD)
    return seen, refused


@login_not_required
@require_http_methods(["GET", "POST"])
def sitter(request: HttpRequest, token: str) -> HttpResponse:
    """What to do, whom to call, and what was seen; first of all the sitter's own consent."""
    now = clock.now()
    link = home.link_of(token, now=now)
    if link is None:
        return shut(request)
    refusal = ""
    if request.method == "POST":
        try:
            said(request, link, now)
            return redirect("sitter", token=token)
        except Refused as refused:
            refusal = refused.words
    with timezone.override(link.sitter.session.course.person.practice.zone):
        words = {**shown(link, now), "token": token, "refusal": refusal}
        return render(request, "portal/sitter.html", words, status=422 if refusal else 200)


def shut(request: HttpRequest) -> HttpResponse:
    """A link that is wrong, too old or shut: whom to call, since somebody may be sitting there."""
    practices = list(Practice.objects.all()[:2])
    words = {"practice": practices[0] if len(practices) == 1 else None}
    return render(request, "portal/sitter_shut.html", words, status=404)


def said(request: HttpRequest, link: SitterLink, now: datetime) -> None:
    """Agree, decline, a word on the second dose, or one look where scripts do not run."""
    if saw := request.POST.get("saw"):
        once = as_uuid(request.POST.get("once", "")) or uuid4()
        deeds.take_look(link, deeds.Seen(client_id=once, saw=saw, at=now), at=now)
        return
    if booster := request.POST.get("booster"):
        boosters.sitter_confirms(link, agrees=yes_or_no(booster), at=now)
        return
    agrees, name = yes_or_no(request.POST.get("agrees", "")), request.POST.get("name", "")[:200]
    refuse_nul(name)
    deeds.answer_as_sitter(link, agrees=agrees, name=name, at=now)


def yes_or_no(said: str) -> bool:
    """What was tapped; a form that came without it is no answer, and above all no "no"."""
    if said not in {"yes", "no"}:
        raise Refused("no-answer", "Say yes or no: tap one of the buttons.")
    return said == "yes"


def as_uuid(words: str) -> UUID | None:
    try:
        return UUID(words)
    except ValueError:
        return None


def shown(link: SitterLink, now: datetime) -> dict[str, Any]:
    """No more than the sitter needs: a given name, the clock, their own looks, and numbers."""
    session = link.sitter.session
    person = session.course.person
    evening = home.evening(session, now=now)
    answer = home.answer_of(link.sitter)
    second = home_boosters.order_of(session)
    labels = {row.id: row.label for row in at_home.sights().values()}
    return {
        "link": link,
        "given": person.given,
        "practice": person.practice,
        "agreed": answer.agrees if answer else None,
        "evening": evening,
        "looks": [
            {"row": row, "label": labels.get(row.saw, row.saw), "late": row.recorded_at - row.at}
            for row in evening.rows[:MOST_SHOWN]
        ],
        "duties": at_home.duties(),
        "outside": home_readings.outside(session, now=now),
        "if_outside": at_home.if_outside(),
        "stays": at_home.watch().stays,
        "advice": at_home.advice(booster=second is not None),
        "second": second_dose(session, now) if second else None,
        "check_at": check_at(link, now),
        "call_now": calls_now(session),
        "sights": at_home.sights().values(),
        "every_min": at_home.watch().every_min,
        "help": helping.at_hand(person.practice, person),
        "once": uuid4(),
    }


def second_dose(session: Session, now: datetime) -> dict[str, Any]:
    """How far a second dose that was ordered in advance is, in the sitter's own part of it."""
    found = {each.id: each for each in home_boosters.conditions(session, now=now)}
    over = found["ordered"].state == "refused"
    said = home_boosters.sitter_said(home.sitter_of(session))
    return {"taken": over, "said": said, "yes": found["sitter"].state == "holds"}


def calls_now(session: Session) -> bool:
    """Whether the sitter's last look called for help, and nobody has answered yet."""
    calls = Notice.objects.filter(session=session, kind=HELP_KIND)
    return bool(alarms.called(session)) and calls.unanswered().exists()


def check_at(link: SitterLink, now: datetime) -> datetime | None:
    """When the sitter is asked to look in once more after the session; None once they have."""
    found = check_ins.asked_of_sitter(link.sitter.session, now=now)
    return found.due_at if found and found.state != "answered" else None


# The address itself is the key, and no cookie is: a stranger's page has nothing to use.
@csrf_exempt
@login_not_required
@require_POST
def sitter_looks(request: HttpRequest, token: str) -> HttpResponse:
    """Take what was seen: at once, or once the phone has a network again; say how it stands.

    A page in whose place another was opened still brings what waited on it, and is told no more
    than whether to call still stands.
    """
    now = clock.now()
    link = home.link_of(token, now=now)
    key = link or home.replaced_link_of(token, now=now)
    if key is None:
        return JsonResponse({"ended": True}, status=404)
    try:
        sent = SentLooks.model_validate_json(request.body)
    except ValidationError:
        return JsonResponse({"refused": "This is not a list of looks."}, status=422)
    seen, unread = read(sent, now)
    taken = deeds.take_looks(key, seen, at=now)
    answer = {
        "now": now,
        "kept": [each.hex for each in taken.kept],
        "refused": unread | {each.hex: words for each, words in taken.refused.items()},
        "call": calls_now(key.sitter.session),
    }
    return JsonResponse(answer | (stands(link, now) if link else {}))


def stands(link: SitterLink, now: datetime) -> dict[str, Any]:
    """How the watch stands, for the clock of the page."""
    evening = home.evening(link.sitter.session, now=now)
    return {
        "started_at": evening.started_at,
        "ended_at": evening.ended_at,
        "outside": home_readings.outside(link.sitter.session, now=now),
        "last_at": evening.rows[0].at if evening.rows else None,
        "check_at": check_at(link, now),
    }
