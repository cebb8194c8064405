"""Every private word of one partner is reached for from everything the other can open.

A word that stands nowhere else is planted in each kind of thing that Ade writes, or that is written
about Ade. Noor, who shares a space with Ade and is let in as their companion too, then walks every
address of the program with the numbers of both, searches, exports, and reads all mail. One thing
that is shared is the control: it is found while it is shared, and only then.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.db.models import Model
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from pypdf import PdfReader
from web.logging_in import Enter

from kapstone import consent
from kapstone.web.accounts.models import User
from kapstone.web.records import attached, copies, guards, outbox
from kapstone.web.records.actions import (
    alone,
    capturing,
    consents,
    couples,
    courses,
    drafts,
    emdr,
    groups,
    intake,
    integration,
    library,
    messages,
    next_steps,
    notices,
    outside,
    people,
    preparing,
    psychotherapy,
    questionnaires,
    reaching,
    screening,
    sessions,
    standby,
    stories,
    track_notes,
)
from kapstone.web.records.couples import COMMITMENT, INSIGHT, JOURNAL, WORDS
from kapstone.web.records.groups import SCORES
from kapstone.web.records.models import (
    ArticleQuestion,
    AskedAlone,
    AskedAloneReview,
    Attachment,
    CheckIn,
    Commitment,
    Consultation,
    Course,
    Draft,
    EmdrTarget,
    GivenFact,
    GroupNote,
    GroupSeat,
    Insight,
    IntakeAnswer,
    JournalEntry,
    LongTermCheck,
    Meaning,
    Message,
    NextStep,
    Note,
    Notice,
    Outgoing,
    OutsideAllowed,
    OutsideNote,
    OutsideTherapist,
    Person,
    PhoneCall,
    Preparation,
    PreparationAnswer,
    Roadmap,
    SafetyPlan,
    SharedItem,
    Sheet,
    Standby,
    StepWish,
    StoryText,
    Thread,
    TrackNote,
)

from .conftest import NOTHING_TO_FEAR

MARK = "Zanzibar"
SHARED = "Madagascar"
SAID = f"{MARK}, and nobody else is to read that."
SPACE = "/me/together/"
# What is planted carries the mark in each of these; a kind that is missing was not planted.
PLANTED: set[type[Model]] = {
    *(JournalEntry, Insight, Meaning, Commitment, CheckIn, PreparationAnswer, IntakeAnswer),
    *(TrackNote, GroupNote, LongTermCheck, NextStep, StepWish),
    *(
        AskedAlone,
        AskedAloneReview,
        Attachment,
        Message,
        Thread,
        Note,
        EmdrTarget,
        SafetyPlan,
        Notice,
    ),
    *(OutsideTherapist, OutsideAllowed, OutsideNote),
    *(Consultation, GivenFact, PhoneCall, Preparation, ArticleQuestion, Roadmap, SharedItem),
    Standby,
    StoryText,
}


@pytest.fixture
def told(
    course: Course, couple: object, *, ade_user: User, lind: User, osei: User, now: datetime
) -> Insight:
    """Ade's chart, with the word in everything; gives the insight that may be shared."""
    ade: Any = course.person
    mine: Any = {"at": now, "by": ade_user}
    theirs: Any = {"at": now, "by": lind}
    integration.write_journal(ade, text=SAID, shared=False, **mine)
    page = integration.write_journal(ade, text=f"{SAID} But you may", shared=True, **mine)
    insight = integration.record_insight(course, words=SAID, **mine)
    integration.give_meaning(insight, words=SAID, **mine)
    small = integration.make_commitment(insight, words=SAID, due_on=None, **mine)
    integration.check_in(small, how="changed", words=SAID, **mine)
    for question in ("intention", "worries", "hopes", "steadies"):
        preparing.answer_preparation(course, question, SAID, **mine)
    preparing.answer_preparation(course, "altered_states", "before", words=SAID, **mine)
    intake.answer_intake(course, "beliefs", SAID, **mine)
    asked = alone.answer_alone(
        ade, NOTHING_TO_FEAR | {"afraid": "yes"}, reach="call", reach_words=SAID, **mine
    )
    alone.review_alone(asked, together=False, words=SAID, **theirs)
    messages_of(ade, mine, theirs)
    courses.make_safety_plan(ade, {"sign_1": SAID}, **mine)
    outside_of(ade, ade_user, now)
    library.ask_about(ade, "couples", words=SAID, **mine)
    reaching.note_call(ade, "reached", words=SAID, **theirs)
    notices.new_notice(ade, kind="check", level="yellow", says=SAID, **theirs)
    draft_of(course, mine)
    drafts.keep_draft(ade_user, "journal", SAID, at=now)
    of_staff(course, osei, lind, now)
    first_words_of(ade, ade_user, now)
    for kind, row in ((JOURNAL, page.pk), (COMMITMENT, small.pk)):
        item = couples.share(ade, kind, row, **mine)
        couples.take_back(item, **mine)
    worries = PreparationAnswer.objects.get(question="worries")
    item = couples.share(ade, WORDS, worries.pk, **mine)
    couples.take_back(item, **mine)
    other = integration.record_insight(course, words=f"{SHARED} is where we go", **mine)
    forms_of(course, ade_user, osei, now)
    return other


def draft_of(course: Course, mine: dict[str, Any]) -> None:
    """A story that speaks of the partner, which nobody was asked about yet."""
    story = stories.open_story(course, "own_words", **mine)
    stories.write_own_words(story, f"My partner in {MARK}.", of_partner=True, **mine)


def of_staff(course: Course, osei: User, lind: User, now: datetime) -> None:
    """What those who care for Ade wrote down."""
    theirs: Any = {"at": now, "by": lind}
    courses.write_note(course, kind="clinical", text=SAID, **theirs)
    psychotherapy.write_psychotherapy_note(course, text=SAID, **theirs)
    emdr.take_target(course, {"picture": SAID, "negative": SAID}, sud=8, voc=None, **theirs)
    said = {"spiritual-tradition": SAID}
    track_notes.write_track_note(course, "spiritual", said, words=SAID, **theirs)
    track_notes.write_own(
        course, "spiritual", said, at=now, by=User.objects.get(person=course.person)
    )
    next_steps.look_at(course, "LTS-11", found=True, words=SAID, **theirs)
    next_steps.say_wish(course, "talk", words=SAID, **theirs)
    chips = ["person-wishes"]
    next_steps.choose_step(course, "go_on", seen="", chips=chips, reason=SAID, at=now, by=osei)
    session_of_both(course, theirs)
    call = {"minutes": 20, "brings": SAID, "hopes": SAID, "fit": True, "why": SAID}
    courses.hold_consultation(course, call, **theirs)
    plan = {"preparation": 2, "medicine": 2, "integration": 2, "route": "iv", "words": SAID}
    courses.plan_roadmap(course, plan | {"days_between": 7, "review_after": 1}, at=now, by=osei)
    waits = {"kind": "review", "minutes": 50, "day_part": "any", "who": None, "reason": SAID}
    standby.put_on_list(course, waits, **theirs)
    Preparation.objects.create(course=course, intentions=SAID, note=SAID, **theirs)
    screening.give_fact(
        course.person, "partner_violence", True, origin="clinician", words=SAID, at=now, by=osei
    )


def session_of_both(course: Course, theirs: Any) -> None:
    """Both were in one session: each has a note of their own, and Ade agreed to show totals."""
    noors = Course.objects.get(person__given="Noor")
    event = groups.open_group([course, noors], title="Integration group", **theirs)
    seat = GroupSeat.objects.get(event=event, course=course)
    groups.write_notes(event, {seat.pk: groups.Written(text=SAID, came=True)}, **theirs)
    groups.agree(course.person, SCORES, True, **mine_of(course, theirs["at"]))


def mine_of(course: Course, now: datetime) -> Any:
    return {"at": now, "by": User.objects.get(person=course.person)}


def first_words_of(ade: Person, ade_user: User, now: datetime) -> None:
    """What a phone kept in the hour after a session."""
    phone = capturing.trust_phone(ade, secret="s" * 43, at=now, by=ade_user)
    words = capturing.Words(client_id=uuid4(), at=now, content=SAID.encode())
    capturing.keep(phone, words, at=now)


def messages_of(ade: Person, mine: dict[str, Any], theirs: dict[str, Any]) -> None:
    """What Ade and the team wrote, before there were threads and in one, with a file."""
    messages.send_message(ade, text=SAID, **theirs)
    messages.send_message(ade, text=SAID, **mine)
    paper = attached.File(f"{MARK}.txt", SAID.encode())
    about = messages.Heading("worry", subject=MARK)
    messages.begin_thread(ade, about, text=SAID, files=[paper], **mine)


def outside_of(ade: Person, ade_user: User, now: datetime) -> None:
    """Whom Ade sees elsewhere, why, and what came back from there."""
    day = now.date() + timedelta(days=30)
    allows = outside.Allows(allowed=("dates",), purpose=SAID, until=day, asks_note=True)
    who = {"name": f"Dr. {MARK}", "licence": MARK, "email": "dr@elsewhere.example"}
    therapist = outside.let_outside_in(ade, allows, **who, at=now, by=ade_user)
    outside.write_from_outside(therapist, text=SAID, declines=False, at=now)


def forms_of(course: Course, ade_user: User, osei: User, now: datetime) -> None:
    """Rows that have no words of their own: a form, a consent, a session in the same room."""
    times: Any = {"opens_at": now, "due_at": now, "closes_at": now + timedelta(days=2)}
    for name in ("phq9", "gad7"):
        questionnaires.assign_sheet(course, name, anchor="now", at=now, by=osei, **times)
    document = consent.document(route="iv", practice=str(course.person.practice))
    right = {each.id: each.right for each in consent.read_back_questions("iv")}
    consents.sign_consent(
        course, document, name="Ade Bello", read_back=right, choices={}, at=now, by=ade_user
    )
    when = now + timedelta(days=1)
    sessions.plan_session(course, route="iv", planned_for=when, room="Birch", at=now, by=osei)


@pytest.fixture
def partner(
    told: Insight,
    ade: Person,
    noors: Course,
    noor_user: User,
    *,
    osei: User,
    now: datetime,
    enter: Enter,
) -> Client:
    """Noor's browser: with rows of Noor's own, and Ade's door open to them as a companion."""
    when = now + timedelta(days=1)
    sessions.plan_session(noors, route="iv", planned_for=when, room="Birch", at=now, by=osei)
    integration.record_insight(noors, words="Mine", at=now, by=noor_user)
    people.let_in(
        ade,
        name="Noor Haddad",
        email=noor_user.email,
        relation="partner",
        is_escort=True,
        at=now,
        by=osei,
    )
    return enter(User.objects.get(pk=noor_user.pk))


def patterns(resolver: URLResolver, prefix: str = "/") -> Iterator[str]:
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield route
        else:
            yield from patterns(entry, route)


def numbers() -> list[int]:
    """The keys of every row of every guarded table: Ade's and Noor's, and there is nobody else."""
    found: set[int] = set(Person.objects.values_list("pk", flat=True))
    for table in guards.guarded_models():
        if table is not GivenFact:
            found |= set(table._default_manager.values_list("pk", flat=True)[:12])
    return sorted(found)


NAMES = (
    *("couples", "phq9", "worries", "altered_states", "beliefs", "journal"),
    *("partner_violence", "spiritual"),
)


def addresses() -> Iterator[str]:
    """Every address there is, with each number and each name where it wants one."""
    keys = numbers()
    for route in dict.fromkeys(patterns(get_resolver())):
        if "accounts/" in route or "(?P" in route:
            continue
        parts = [part for part in route.split("/") if part.startswith("<")]
        kinds = [part for part in parts if "int:" in part]
        # Behind the door of the practice nothing is looked at before the role is.
        own = keys if route.startswith("/me/") else keys[:2]
        fills: list[Any] = list(own if kinds else NAMES if parts else [""])
        for fill in fills:
            yield "/".join(
                (str(fill) if part in kinds or not kinds else NAMES[0])
                if part.startswith("<")
                else part
                for part in route.split("/")
            )
    for kind in (WORDS, JOURNAL, INSIGHT, COMMITMENT):
        yield f"{SPACE}?kind={kind}"
    for word in (MARK, SHARED):
        # A search says what it was asked for; by its beginning alone it would find the word.
        yield f"/me/library/?q={word[:-2]}"
        yield f"/people/?q={word[:-2]}"
    yield "/drafts/?key=journal"


def content(answer: Any) -> str:
    """A page or file as text, with what it says of itself."""
    body = b"".join(answer) if answer.streaming else answer.content
    if answer.headers.get("Content-Type") != "application/pdf":
        return f"{body.decode(errors='replace')} {dict(answer.headers)}"
    return " ".join(page.extract_text() for page in PdfReader(BytesIO(body)).pages)


# Streams that never end, and what ends the log-in.
LEFT_OUT = ("/live", "/lock", "/enter", "/demo", "/devices/")


def walk(client: Client) -> tuple[set[str], dict[str, list[str]]]:
    """Every address that opened, and those that told a word which is not Noor's."""
    opened: set[str] = set()
    betrays: dict[str, list[str]] = {}
    for address in dict.fromkeys(addresses()):
        if address.startswith(LEFT_OUT):
            continue
        answer = client.get(address)
        if answer.status_code == 200:
            opened.add(address)
        page = content(answer)
        if found := [word for word in (MARK, SHARED) if word in page]:
            betrays[address] = found
    return opened, betrays


def where_marked() -> set[type[Model]]:
    """The tables in which the word stands."""
    tables = [table for table in guards.guarded_models() if hasattr(table, "PERSON")]
    return {
        table
        for table in tables
        if any(MARK in str(row) for row in table._default_manager.values())
    }


def test_every_private_kind_is_planted(told: Insight) -> None:
    assert where_marked() >= PLANTED
    assert MARK in Draft.objects.get().text
    assert Sheet.objects.count() == len(["phq9", "gad7"])


def test_nothing_that_the_partner_can_open_tells_a_private_word(partner: Client) -> None:
    opened, betrays = walk(partner)
    assert betrays == {}
    assert {
        SPACE,
        "/me/",
        "/me/journal/",
        "/me/data/",
        "/me/data/export/",
        "/me/messages/",
    } <= opened
    assert {"/me/with/", "/me/insights/", "/me/preparation/words/", "/me/questions/"} <= opened


def test_what_is_shared_is_found_in_one_place_and_nowhere_once_taken_back(
    partner: Client, told: Insight, ade: Person, ade_user: User, now: datetime
) -> None:
    item = couples.share(ade, INSIGHT, told.pk, at=now, by=ade_user)
    _, betrays = walk(partner)
    assert {address.partition("?")[0] for address in betrays} == {SPACE}
    assert {word for words in betrays.values() for word in words} == {SHARED}
    couples.take_back(item, at=now, by=ade_user)
    assert walk(partner)[1] == {}


def test_no_mail_to_anybody_tells_it(
    partner: Client, course: Course, noors: Course, *, desk: User, now: datetime
) -> None:
    for each in (course, noors):
        intake.remind(each, address="https://ash.example/me/", at=now, by=desk)
    outbox.deliver()
    sent = [f"{each.subject} {each.body}" for each in mail.outbox]
    assert any("https://ash.example/me/" in each for each in sent)
    rows = [f"{each.subject} {each.text}" for each in Outgoing.objects.all()]
    assert [each for each in (*sent, *rows) if MARK in each or "Something private" in each] == []


def test_no_copy_of_the_partners_own_data_has_it(
    told: Insight, ade: Person, noor: Person, ade_user: User, now: datetime
) -> None:
    couples.share(ade, INSIGHT, told.pk, at=now, by=ade_user)
    for copy in (copies.full(noor), copies.for_phone(noor)):
        assert MARK not in str(copy)
        assert SHARED not in str(copy)
    assert SHARED in str(copies.for_phone(ade))


def test_nothing_of_the_answers_is_on_the_phone_of_the_one_who_gave_them(
    told: Insight, ade: Person, ade_user: User, enter: Enter
) -> None:
    copy = copies.for_phone(ade)
    assert "asked alone" not in copy
    client = enter(ade_user)
    for address in ("/me/questions/", "/me/", SPACE, "/me/data/"):
        assert "Something private" not in client.get(address).content.decode()


def test_the_day_of_birth_of_the_partner_is_not_shown_either(partner: Client, ade: Person) -> None:
    assert ade.birth_date == date(1985, 6, 1)
    page = partner.get(SPACE).content.decode()
    assert "1985" not in page
    assert ade.email not in page
    assert ade.number not in page
