"""Sessions of therapy in the invented practice: EMDR, the other tracks, a group, a couple."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from kapstone.pathway import emdr as rules
from kapstone.web.accounts.models import User
from kapstone.web.accounts.roles import THERAPIST
from kapstone.web.records import tracks
from kapstone.web.records.actions import emdr, groups, track_notes
from kapstone.web.records.groups import JOINT_NOTE, SCORES, places
from kapstone.web.records.models import Couple, Course, EmdrTarget

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
PICTURE = {
    "picture": "The kitchen door, half open",
    "negative": "I should have known",
    "positive": "I did what I could",
    "emotion": "Shame",
    "body": "Tight in the throat",
}
SETS = (8, 6, 4, 2, 1), (4, 6, 7)
# By track: how many days ago, the answers, the free words.
Session = tuple[int, dict[str, Any], str]
SESSIONS: dict[str, tuple[Session, ...]] = {
    "trauma": (
        (
            9,
            {
                "trauma-dose-day": "not",
                "trauma-window": "above",
                "trauma-target": "resources",
                "trauma-distress-before": 7,
                "trauma-distress-after": 4,
                "trauma-present": "no",
            },
            "Feet on the floor helps; counting does not.",
        ),
        (
            2,
            {
                "trauma-window": "within",
                "trauma-target": "touched",
                "trauma-distress-before": 6,
                "trauma-distress-after": 2,
                "trauma-present": "no",
                "trauma-flashback": "no",
            },
            "",
        ),
    ),
    "pain": (
        (
            16,
            {
                "pain-consent": "yes",
                "pain-average": 7,
                "pain-in-the-way": 8,
                "pain-opioids": 30,
                "pain-review": "yes",
            },
            "Walks to the corner and back.",
        ),
        (9, {"pain-average": 6, "pain-in-the-way": 6, "pain-opioids": 30}, ""),
        (2, {"pain-average": 5, "pain-in-the-way": 4, "pain-opioids": 20}, "Cooked on Sunday."),
    ),
    "substance": (
        (
            16,
            {
                "substance-plan": "Stopped on the first of the month; calls his brother.",
                "substance-triggers": ["Friday after work", "Quarrels"],
                "substance-craving-before": 3,
                "substance-craving-after": 2,
                "substance-use": "no",
                "substance-ketamine": "no",
            },
            "",
        ),
        (4, {"substance-craving-before": 2, "substance-use": "no"}, "Left a party early."),
    ),
}
SPIRITUAL: Session = (
    6,
    {
        "spiritual-tradition": "Raised Catholic; now mostly the sea.",
        "spiritual-wishes": "A minute of quiet before we begin.",
        "spiritual-comforts": ["The lighthouse"],
        "spiritual-sleepless": "no",
        "spiritual-fixed": "no",
        "spiritual-risk": "no",
    },
    "Asked what the light meant; no words for it yet.",
)
OF_GROUP = (
    "Spoke of the first quiet week in a long time.",
    "Listened for the most part; drew.",
    "Left for some minutes and came back.",
)
OF_COUPLE = ("Said what was hard to say, slowly.", "Asked for more time before answering.")


ABOUT_BOTH = "Both spoke of the evenings. They agreed to ask before giving advice, for two weeks."


def hold(staff: Mapping[str, User], now: datetime) -> None:
    """What the therapist has held in the last weeks."""
    by = next(user for user in staff.values() if THERAPIST in user.roles)
    courses = list(Course.objects.standing().select_related("person__practice").order_by("pk"))
    hold_tracks(courses, now, by)
    hold_group(courses, now, by)
    hold_couple(now, by)


def hold_tracks(courses: list[Course], now: datetime, by: User) -> None:
    """One course for each track that somebody's reason suggests, and EMDR on the first of them."""
    for name, sessions in SESSIONS.items():
        course = next((each for each in courses if suggests(each, name, now)), None)
        if course is None:
            continue
        for session in sessions:
            write(course, name, session, now, by)
        if name == "trauma":
            hold_emdr(course, now - 5 * DAY, by)
    write(courses[0], "spiritual", SPIRITUAL, now, by)


def suggests(course: Course, name: str, now: datetime) -> bool:
    """Whether the reason they come for is one of the track, and they came long enough ago."""
    found = tracks.suggested(course, ())
    return course.at < now - 18 * DAY and name in {each.track.id for each in found}


def write(course: Course, name: str, session: Session, now: datetime, by: User) -> None:
    days, answers, words = session
    at = now - days * DAY
    track_notes.write_track_note(course, name, answers, words=words, at=at, by=by)


def hold_emdr(course: Course, at: datetime, by: User) -> None:
    """A target that closed after one sitting."""
    target = emdr.take_target(course, PICTURE, sud=8, voc=2, at=at, by=by)
    suds, vocs = SETS
    rate(target, rules.DESENSITISATION, suds, at + MINUTE, by)
    rate(target, rules.INSTALLATION, vocs, at + 20 * MINUTE, by)
    end(target, True, at + 40 * MINUTE, by)


def rate(target: EmdrTarget, phase: str, values: tuple[int, ...], at: datetime, by: User) -> None:
    for number, value in enumerate(values):
        # The same seed gives the same rows: no number is drawn.
        tap = UUID(int=target.pk * 1_000 + len(phase) * 100 + number)
        emdr.note_set(target, phase, value, client_id=tap, at=at + number * MINUTE, by=by)


def end(target: EmdrTarget, clear: bool, at: datetime, by: User) -> None:
    emdr.close_sitting(target, body_clear=clear, exercises=["container"], words="", at=at, by=by)


def hold_group(courses: list[Course], now: datetime, by: User) -> None:
    """An integration group of three, a note for each."""
    here = courses[1 : 1 + len(OF_GROUP)]
    if len(here) == len(OF_GROUP):
        event = groups.open_group(here, title="Integration group", at=now - 3 * DAY, by=by)
        notes = {
            each.seat.pk: groups.Written(text=text, came=True)
            for each, text in zip(places(event), OF_GROUP, strict=True)
        }
        groups.write_notes(event, notes, at=now - 3 * DAY, by=by)


def hold_couple(now: datetime, by: User) -> None:
    """Both agreed to a note about both, which is written, and to see their scores together."""
    rows = Couple.objects.standing().filter(ended=False)
    couple = rows.select_related("person__user", "partner__user").first()
    if couple is None:
        return
    for person in (couple.person, couple.partner):
        for about in (JOINT_NOTE, SCORES):
            if person.user is not None:
                groups.agree(person, about, True, at=now - 2 * DAY, by=person.user)
    event = groups.open_couple(couple, at=now - DAY, by=by)
    notes = {
        each.seat.pk: groups.Written(text=text, came=True)
        for each, text in zip(places(event), OF_COUPLE, strict=True)
    }
    groups.write_notes(event, notes, at=now - DAY, by=by)
    groups.write_joint_note(event, ABOUT_BOTH, at=now - DAY, by=by)
