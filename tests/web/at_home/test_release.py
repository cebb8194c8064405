"""Released only when everything is known to hold; the register's balance stays right."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from web.at_home.conftest import SITTER, cuff, states

from kapstone.web.accounts.models import User
from kapstone.web.records import at_home as home
from kapstone.web.records import register as stock
from kapstone.web.records.actions import (
    at_home,
    emergencies,
    ending_at_home,
    notices,
    sessions,
    sitting,
    treatment,
)
from kapstone.web.records.models import (
    DoseGiven,
    Entry,
    Escalation,
    GivenFact,
    Holding,
    Notice,
    Release,
    Session,
    Sitter,
    SitterLink,
)
from kapstone.web.records.models.base import FactQuerySet
from kapstone.web.records.refusals import Refused


def refused(deed: Any, *args: Any, **told: Any) -> str:
    with pytest.raises(Refused) as caught:
        deed(*args, **told)
    return caught.value.code


def again(session: Session, osei: User, lind: User, ade_user: User, now: datetime) -> Session:
    """The next session a week later, with everything but the count before it settled."""
    after = sessions.plan_session(
        session.course, route="lozenge_home", planned_for=now, at=now, by=osei
    )
    dose = treatment.Dose(mg=Decimal(200), over_min=None, weight_kg=68.0, weight_at=now)
    reason = "The same as the last time; seen together."
    treatment.sign_order(after, dose, reason=reason, at=now, by=osei)
    sitter = at_home.name_sitter(after, **SITTER, at=now, by=ade_user)
    link = at_home.make_link(sitter, on_call=lind, call_phone="+1 555 0199", at=now, by=lind)
    sitting.answer_as_sitter(link, agrees=True, name="Sam Reed", at=now)
    cuff(after, ade_user, now)
    return after


def test_two_lozenges_leave_the_balance_and_are_the_sessions(
    released: Release, lozenges: Holding
) -> None:
    balance = stock.balance_of(lozenges)
    assert (balance.units, balance.mg, balance.out_mg) == (18, Decimal(1800), Decimal(0))
    assert released.entry.kind == "release"
    assert stock.out_of(released.session) == {}
    assert {each["state"] for each in released.conditions} == {"holds"}
    entry = Entry.objects.filter(did="release for home").get()
    assert entry.person == released.session.course.person


def test_nothing_is_released_while_anything_is_missing(
    ordered: Session, lozenges: Holding, abara: User, now: datetime
) -> None:
    assert refused(at_home.release, ordered, lozenges, units=2, at=now, by=abara) == "not-held"
    assert states(ordered, now) == {
        "criteria": "holds",
        "sitter": "missing",
        "pressure": "missing",
        "count": "holds",
        "events": "holds",
    }
    assert stock.balance_of(lozenges).units == 20


def test_a_fact_that_nobody_gave_is_missing_and_one_against_it_refuses(
    rested: Session, osei: User, now: datetime
) -> None:
    told = {"person": rested.course.person, "origin": "clinician", "by": osei}
    later = now + timedelta(minutes=1)
    assert states(rested, later)["criteria"] == "holds"
    GivenFact.objects.create(**told, fact="lives_alone", value=True, at=later)
    assert states(rested, later)["criteria"] == "refused"


def test_the_sitter_must_have_agreed_by_themselves(
    sitter: Sitter, link: SitterLink, now: datetime
) -> None:
    assert states(sitter.session, now)["sitter"] == "missing"
    sitting.answer_as_sitter(link, agrees=False, name="", at=now)
    assert states(sitter.session, now)["sitter"] == "refused"
    sitting.answer_as_sitter(link, agrees=True, name="Sam Reed", at=now)
    assert states(sitter.session, now)["sitter"] == "holds"


def test_named_by_staff_the_person_has_not_agreed_unless_they_said_so(
    ordered: Session, lind: User, now: datetime
) -> None:
    row = at_home.name_sitter(ordered, **SITTER, at=now, by=lind)
    assert row.person_agrees is None
    facts = home.sitter_facts(row)
    assert facts is not None
    assert facts.sitter_agrees is None


def test_an_amber_pressure_is_no_release_at_home(
    rested: Session, ade_user: User, now: datetime
) -> None:
    later = now + timedelta(minutes=30)
    cuff(rested, ade_user, later, systolic_bp=150.0)
    assert states(rested, later)["pressure"] == "refused"


def test_no_more_than_was_ordered_and_only_once(
    released: Release, lozenges: Holding, abara: User, now: datetime
) -> None:
    args = {"units": 2, "at": now, "by": abara}
    assert refused(at_home.release, released.session, lozenges, **args) == "released"


def test_a_lot_that_is_too_much_or_of_another_form_is_refused(
    rested: Session, lozenges: Holding, abara: User, lind: User, now: datetime
) -> None:
    many = {"units": 3, "at": now}
    assert refused(at_home.release, rested, lozenges, **many, by=abara) == "over-order"
    assert refused(at_home.release, rested, lozenges, **many, by=lind) == "not-your-deed"
    assert refused(at_home.release, rested, lozenges, units=0, at=now, by=abara) == "not-possible"


def test_a_count_before_that_differs_opens_a_notice_and_stops_the_start(
    released: Release, ade_user: User, abara: User, now: datetime
) -> None:
    session = released.session
    count = at_home.count_at_home(session, "before", counted=1, at=now, by=ade_user)
    notice = Notice.objects.filter(session=session, kind="home-count").get()
    assert "Counted 1, should be 2: 1 too few." in notice.says
    assert Escalation.objects.filter(notice=notice, step="at_once").exists()
    start = {"taking": 1, "client_id": uuid4(), "at": now, "by": ade_user}
    assert refused(at_home.start_at_home, session, **start) == "count-differs"
    words = "One broke in its foil; seen on camera and written down."
    at_home.explain_count(count, words=words, at=now, by=abara)
    assert not Notice.objects.filter(session=session).open().exists()
    assert refused(at_home.start_at_home, session, **start) == "gates-shut"


def test_a_count_is_made_once_and_only_by_the_person_or_staff(
    counted: Session, ade_user: User, rio: User, now: datetime
) -> None:
    told = {"counted": 2, "at": now}
    assert refused(at_home.count_at_home, counted, "before", **told, by=ade_user) == "counted"
    assert refused(at_home.count_at_home, counted, "after", **told, by=rio) == "not-your-deed"


def test_a_start_at_home_charts_the_dose_and_takes_nothing_twice(
    started: Session, lozenges: Holding
) -> None:
    dose = DoseGiven.objects.get(session=started)
    assert (dose.amount_mg, dose.source) == (Decimal(200), "release")
    assert stock.balance_of(lozenges).units == 18


def test_the_person_cannot_start_without_a_release_or_for_somebody_else(
    rested: Session, ade_user: User, lind: User, now: datetime
) -> None:
    start = {"taking": 1, "client_id": uuid4(), "at": now}
    assert refused(at_home.start_at_home, rested, **start, by=ade_user) == "not-released"
    assert refused(at_home.start_at_home, rested, **start, by=lind) == "not-yours"


def test_a_start_sent_again_is_the_first(ready: Session, ade_user: User, now: datetime) -> None:
    start: dict[str, Any] = {"taking": 2, "client_id": uuid4(), "by": ade_user}
    first = at_home.start_at_home(ready, **start, at=now)
    assert at_home.start_at_home(ready, **start, at=now + timedelta(minutes=1)) == first
    assert DoseGiven.objects.filter(session=ready).count() == 1
    other = start | {"client_id": uuid4(), "at": now}
    assert refused(at_home.start_at_home, ready, **other) == "started"


@pytest.mark.parametrize("adult", [False, None])
def test_a_sitter_who_was_named_after_the_release_is_asked_about_again(
    *, adult: bool | None, ready: Session, ade_user: User, lind: User, now: datetime
) -> None:
    told = SITTER | {"name": "Kit Moss", "adult": adult}
    sitter = at_home.name_sitter(ready, **told, at=now, by=ade_user)
    link = at_home.make_link(sitter, on_call=lind, call_phone="+1 555 0199", at=now, by=lind)
    sitting.answer_as_sitter(link, agrees=True, name="Kit Moss", at=now)
    start = {"taking": 2, "client_id": uuid4(), "at": now, "by": ade_user}
    assert refused(at_home.start_at_home, ready, **start) == "no-sitter"


def test_every_start_holds_the_course_before_the_session(
    ready: Session, ade_user: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[str] = []
    locked = FactQuerySet.locked

    def watched(rows: FactQuerySet, pk: int) -> Any:
        held.append(rows.model.__name__)
        return locked(rows, pk)

    monkeypatch.setattr(FactQuerySet, "locked", watched)
    at_home.start_at_home(ready, taking=2, client_id=uuid4(), at=now, by=ade_user)
    assert held[:2] == ["Course", "Session"]


@pytest.mark.parametrize(("left", "state"), [(0, "holds"), (1, "refused")])
def test_the_last_count_decides_the_next_release(
    left: int, state: str, started: Session, team: tuple[User, User, User], now: datetime
) -> None:
    osei, abara, lind = team
    ade_user = started.course.person.user
    assert ade_user is not None
    end = now + timedelta(hours=2)
    later = now + timedelta(days=7)
    following = again(started, osei, lind, ade_user, later)
    assert states(following, later)["count"] == "missing"
    ending_at_home.end_at_home(started, at=end, by=ade_user)
    count = at_home.count_at_home(started, "after", counted=left, at=end, by=ade_user)
    assert states(following, later)["count"] == state
    if state == "refused":
        words = "Took one only and kept it in the box; asked on camera."
        at_home.explain_count(count, words=words, at=later, by=abara)
        assert states(following, later)["count"] == "holds"
        assert home.left_before(following) == 1


def test_a_notice_closed_without_an_explanation_frees_nothing(
    released: Release, ade_user: User, lind: User, now: datetime
) -> None:
    at_home.count_at_home(released.session, "before", counted=1, at=now, by=ade_user)
    notice = Notice.objects.get(kind="home-count")
    notices.answer_notice(notice, words="Seen.", closes=True, at=now, by=lind)
    assert home.last_count(released).agrees is None
    at_home.count_at_home(released.session, "after", counted=1, at=now, by=ade_user)
    assert home.last_count(released).agrees is False
    assert home.last_count(released).explained is False


def test_an_emergency_at_home_closes_the_route_for_the_next(
    started: Session, osei: User, lind: User, ade_user: User, now: datetime
) -> None:
    emergencies.begin_emergency(started, "EMG-13", at=now, by=lind, client_id=uuid4())
    later = now + timedelta(days=7)
    assert states(again(started, osei, lind, ade_user, later), later)["events"] == "refused"
