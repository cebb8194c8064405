"""The checklist of preparation for one course: what the chart knows of each line, and who said."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from kapstone import pathway
from kapstone.intake import readiness
from kapstone.screening.candidates import PASSES_FROM, readiness_score
from kapstone.web.records import facts as screening_facts
from kapstone.web.records.carried import Said, ready
from kapstone.web.records.models import Appointment, CareTeam, Course

SETTING = ("eye_shades", "light", "warmth", "scent")
MUSIC = ("music", "music_words")


def checklist(
    course: Any, facts: pathway.CourseFacts, said: Mapping[str, Said], *, now: datetime
) -> tuple[readiness.Ready, ...]:
    """Each line as it stands; `course` carries its story. What nobody knows stays unknown."""
    talks = course.story.all("preparation")
    comforts = talks[-1]["comforts"] if talks else {}
    told = {
        "sessions": enough(facts),
        **{name: answered(said, name) for name in ("altered_states", "intention", "worries")},
        "steadies": any_known(
            answered(said, "steadies"), chosen(comforts, "grounding"), helps(said)
        ),
        "expectations": gone_through(talks),
        "stop_signal": chosen(comforts, "stop_signal"),
        "touch": True if "touch" in comforts else None,
        "voice": chosen(comforts, "voice"),
        "music": any_known(
            *(chosen(comforts, name) for name in MUSIC),
            *(answered(said, name) for name in ("track_order", "music_list")),
        ),
        "setting": settled(comforts),
        "integration": integration_booked(course, now),
        "safety_plan": facts.safety_plan_at is not None,
        "readiness_form": form_passes(course, now),
        "consent": facts.consent.signed_at is not None and facts.consent.withdrawn is False,
        "therapist": has_therapist(course),
    }
    return readiness.readiness(told, ready(said))


def enough(facts: pathway.CourseFacts) -> bool | None:
    """Whether as many preparation sessions were held as planned; None without a plan."""
    planned = facts.roadmap.preparation
    return None if planned is None else len(facts.preparations) >= planned


def answered(said: Mapping[str, Said], name: str) -> bool | None:
    """Whether a question was answered; False when it was asked and not, None when not asked."""
    return said[name].value is not None if name in said else None


def helps(said: Mapping[str, Said]) -> bool | None:
    return True if answered(said, "helps") and said["helps"].value else None


def chosen(comforts: Mapping[str, Any], name: str) -> bool | None:
    return True if comforts.get(name) else None


def any_known(*states: bool | None) -> bool | None:
    """Done when one is; open when one is open and none is done; unknown otherwise."""
    if True in states:
        return True
    return False if False in states else None


def gone_through(talks: list[dict[str, Any]]) -> bool | None:
    """Whether a session went through what to expect; None before the first one."""
    held = [row for row in talks if row["held"]]
    return any(row["expectations_read"] for row in held) if held else None


def settled(comforts: Mapping[str, Any]) -> bool | None:
    """Whether all of the room is settled: open when some of it is, unknown when none."""
    known = [name for name in SETTING if comforts.get(name)]
    return len(known) == len(SETTING) if known else None


def integration_booked(course: Course, now: datetime) -> bool:
    rows = Appointment.objects.standing().filter(course=course, kind="integration")
    return rows.filter(cancelled=False, starts_at__gt=now).exists()


def has_therapist(course: Course) -> bool:
    team = CareTeam.objects.newest(course=course)
    return team is not None and team.therapist_id is not None


def form_passes(course: Course, now: datetime) -> bool | None:
    """Whether the readiness form passes [PRP-19]; None without a total or an item too low."""
    given = sorted(screening_facts.from_clinicians(course), key=screening_facts.when)
    score = readiness_score(dict(given), now)
    lowest, total = score.get("readiness_lowest_item"), score.get("readiness_total")
    if lowest is not None and float(lowest.value) < PASSES_FROM:
        return False
    return None if total is None else float(total.value) >= readiness.passes_from()
