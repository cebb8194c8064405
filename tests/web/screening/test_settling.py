"""Who may silence a stop: its age, or a prescriber with a reason; nobody by the way."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils.html import strip_tags
from web.logging_in import Enter

from kapstone import screening
from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records import decisions, facts, pathway, rescreening
from kapstone.web.records.actions import intake, looking
from kapstone.web.records.actions import screening as deeds
from kapstone.web.records.models import Course, Entry, GivenFact, LookAgain, ScreeningDecision
from kapstone.web.records.refusals import Refused
from kapstone.web.records.settled import settled_since

WHY = "CT of today, read with the radiologist: no aneurysm."


@pytest.fixture
def stopped(course: Course, osei: User, now: datetime) -> Course:
    """Osei has the report of yesterday: an aneurysm."""
    yesterday = now - timedelta(days=1)
    deeds.give_fact(
        course.person, "aneurysm", True, origin="clinician", at=yesterday, by=osei, words="CT"
    )
    return course


def no(origin: str, at: datetime, words: str = WHY) -> deeds.Telling:
    return deeds.Telling(fact="aneurysm", value=False, origin=origin, at=at, words=words)


def stops(course: Course, now: datetime) -> bool:
    return "SCR-CAR-01" in {each.id for each in facts.screen(course, now=now).findings}


def write(browser: Client, course: Course, origin: str, why: str) -> tuple[int, str]:
    told = {"shown": ["aneurysm"], "aneurysm": "no", "aneurysm-origin": origin}
    sent = {**told, "aneurysm-on": "2026-11-03", "aneurysm-why": why}
    answer = browser.post(f"/courses/{course.pk}/facts/", sent, follow=True)
    return answer.status_code, answer.content.decode()


def test_their_own_no_on_the_phone_silences_nothing(
    stopped: Course, ade_user: User, now: datetime
) -> None:
    intake.answer_intake(stopped, "aneurysm", "no", at=now, by=ade_user)
    assert stops(stopped, now)
    first, second = facts.differing(stopped, now=now)["aneurysm"]
    assert (first.value, first.origin, second.value, second.origin) == (
        *(True, "clinician"),
        *(False, "person"),
    )


def test_an_own_slip_can_be_taken_back(course: Course, ade_user: User, now: datetime) -> None:
    intake.answer_intake(course, "aneurysm", "yes", at=now, by=ade_user)
    assert stops(course, now)
    later = now + timedelta(minutes=1)
    intake.answer_intake(course, "aneurysm", "no", at=later, by=ade_user)
    assert not stops(course, later)


@pytest.mark.parametrize("origin", ["person", "clinician", "import"])
def test_a_therapist_writes_it_beside_and_the_stop_stands(
    origin: str, stopped: Course, lind: User, enter: Enter, now: datetime
) -> None:
    status, page = write(enter(lind), stopped, origin, WHY)
    assert status == 200
    assert "this stands until a prescriber settles it" in page
    assert "A prescriber settles it." in page
    assert GivenFact.objects.filter(value=False, origin=origin, settles=[]).count() == 1
    assert stops(stopped, now)


@pytest.mark.parametrize(("why", "status"), [("x", 422), ("n" * 19, 422), ("n" * 20, 200)])
def test_a_reason_over_a_stop_is_a_sentence(
    why: str, status: int, stopped: Course, lind: User, enter: Enter
) -> None:
    found, page = write(enter(lind), stopped, "clinician", why)
    assert found == status
    assert ("at least 20 letters." in page) is (status == 422)
    assert GivenFact.objects.filter(value=False).exists() is (status == 200)


def test_a_prescriber_settles_it_and_the_row_names_what_was_set_aside(
    stopped: Course, osei: User, ade_user: User, enter: Enter, now: datetime
) -> None:
    intake.answer_intake(stopped, "aneurysm", "no", at=now, by=ade_user)
    browser = enter(osei)
    page = browser.get(f"/courses/{stopped.pk}/screening/").content.decode()
    assert f"/courses/{stopped.pk}/facts/?also=aneurysm" in page
    assert "■ stands" in page
    status, page = write(browser, stopped, "clinician", WHY)
    assert status == 200
    assert "this stands until" not in page
    row = GivenFact.objects.get(value=False)
    aside = (now - timedelta(days=1)).isoformat()
    assert row.settles == [{"value": True, "at": aside, "origin": "clinician"}]
    assert Entry.objects.filter(did="settle fact", by=osei).count() == 1
    assert not stops(stopped, now)


def test_what_they_only_told_a_prescriber_settles_nothing(
    stopped: Course, osei: User, enter: Enter, now: datetime
) -> None:
    write(enter(osei), stopped, "person", WHY)
    assert stops(stopped, now)


def test_the_same_found_anew_stops_again_also_when_it_is_older(
    stopped: Course, osei: User, lind: User, now: datetime
) -> None:
    deeds.settle_fact(stopped, no("clinician", now), by=osei)
    assert not stops(stopped, now)
    older = now - timedelta(days=3)
    deeds.give_fact(stopped.person, "aneurysm", True, origin="import", at=older, by=lind)
    assert stops(stopped, now)
    deeds.settle_fact(stopped, no("clinician", now), by=osei)
    assert not stops(stopped, now)


def test_to_settle_is_a_prescribers_deed_with_a_reason(
    stopped: Course, osei: User, lind: User, now: datetime
) -> None:
    with pytest.raises(Refused) as found:
        deeds.settle_fact(stopped, no("clinician", now), by=lind)
    assert found.value.code == "not-your-deed"
    with pytest.raises(Refused, match="aneurysm") as found:
        deeds.settle_fact(stopped, no("clinician", now, "x"), by=osei)
    assert found.value.code == "short-reason"
    assert stops(stopped, now)


def test_where_nothing_graver_stands_it_is_a_fact_like_any_other(
    course: Course, osei: User, now: datetime
) -> None:
    row = deeds.settle_fact(course, no("clinician", now, ""), by=osei)
    assert row.settles == []
    assert Entry.objects.filter(did="give fact", by=osei).exists()


def test_a_decision_of_then_rests_on_what_counted_then(
    stopped: Course, osei: User, ade_user: User, now: datetime
) -> None:
    intake.answer_intake(stopped, "aneurysm", "no", at=now, by=ade_user)
    row = deeds.decide_screening(stopped, decision="not_yet", reason=WHY, at=now, by=osei)
    with clock.at(now + timedelta(hours=1)):
        deeds.settle_fact(stopped, no("clinician", clock.now()), by=osei)
    assert row.facts["aneurysm"]["value"] is True


def test_a_pressure_upside_down_is_refused(
    course: Course, osei: User, enter: Enter, now: datetime
) -> None:
    names = ("systolic_bp_mmhg", "diastolic_bp_mmhg")
    for upper, lower, status in ((100, 140, 422), (100, 100, 422), (101, 100, 302)):
        told = dict(zip(names, (upper, lower), strict=True))
        answer = enter(osei).post(f"/courses/{course.pk}/facts/", {"shown": names, **told})
        assert answer.status_code == status
        if status == 422:
            says = f"Diastolic {lower} is not below systolic {upper} mmHg. Swapped?"
            assert says in answer.content.decode()
            assert not GivenFact.objects.exists()


def test_what_was_set_aside_stays_on_the_review_page_and_on_paper(
    stopped: Course, osei: User, enter: Enter, now: datetime
) -> None:
    deeds.settle_fact(stopped, no("clinician", now), by=osei)
    page = enter(osei).get(f"/courses/{stopped.pk}/screening/").content.decode()
    part = page[page.index('id="differing"') :]
    part = part[: part.index("</section>")]
    assert "Settled today by Osei: \u201cCT of today" in strip_tags(part)
    aside = part[part.index("Set aside: ") :]
    assert "yes \u201cCT\u201d" in aside
    assert "Osei" in aside
    assert "no-print" not in part[part.index("settled</span>") :]


def test_what_is_known_says_what_was_set_aside(
    stopped: Course, osei: User, enter: Enter, now: datetime
) -> None:
    browser, address = enter(osei), f"/courses/{stopped.pk}/known/"
    assert "Set aside" not in browser.get(address).content.decode()
    deeds.settle_fact(stopped, no("clinician", now), by=osei)
    page = browser.get(address).content.decode()
    assert strip_tags(page).count("Settled today by Osei") == 1
    assert "yes \u201cCT\u201d" in page


def test_to_settle_stands_on_the_charts_timeline(
    stopped: Course, osei: User, enter: Enter, now: datetime
) -> None:
    browser, address = enter(osei), f"/courses/{stopped.pk}/"
    assert "Answer settled" not in browser.get(address).content.decode()
    deeds.settle_fact(stopped, no("clinician", now), by=osei)
    page = browser.get(address).content.decode()
    line = page[page.index("Answer settled") :]
    assert f": no: {WHY}" in line[: line.index("</div>")]
    assert "Osei" in line[: line.index("</div>")]


@pytest.fixture
def signed(course: Course, osei: User, now: datetime) -> ScreeningDecision:
    """Suitable, since yesterday; it was signed before anybody had spoken of a vessel."""
    row: ScreeningDecision = ScreeningDecision.objects.create(
        course=course,
        decision="suitable",
        reason=WHY,
        signed_name="Osei",
        valid_until=now + timedelta(days=80),
        **decisions.kept_beside({}, None, screening.screen({}, medicines=None, now=now)),
        at=now - timedelta(days=2),
        by=osei,
    )
    return row


def gate(course: Course, now: datetime) -> str:
    ((row, known),) = pathway.facts_of(Course.objects.filter(pk=course.pk), now=now).items()
    known = rescreening.looked_at_again(row, known, now=now)
    (found, *_) = pathway.gates(row, known, 1, now=now)
    return found.says


def test_a_decision_does_not_come_back_in_silence(
    signed: ScreeningDecision, stopped: Course, osei: User, enter: Enter, now: datetime
) -> None:
    assert gate(stopped, now).startswith("Stop since the decision")
    deeds.settle_fact(stopped, no("clinician", now), by=osei)
    assert not stops(stopped, now)
    assert gate(stopped, now).startswith("Settled since the decision: ")
    assert "look again" in gate(stopped, now)
    browser = enter(osei)
    assert 'id="settled-since"' in browser.get(f"/courses/{stopped.pk}/screening/").content.decode()
    looking.look_again(at=now)
    found = LookAgain.objects.get()
    assert found.differs
    assert not found.says["eased"]
    assert "settled: " in found.says["words"]
    assert "Settled since the decision" in browser.get(f"/courses/{stopped.pk}/").content.decode()


def test_a_decision_that_weighed_it_stays_as_it_was(
    stopped: Course, signed: ScreeningDecision, osei: User, now: datetime
) -> None:
    known = facts.collect(stopped, now=now)
    kept = decisions.kept_beside(known, None, screening.screen(known, medicines=None, now=now))
    with clock.at(now + timedelta(minutes=1)):
        newer = ScreeningDecision.objects.create(
            course=stopped,
            decision="suitable",
            reason=WHY,
            signed_name="Osei",
            valid_until=signed.valid_until,
            **kept,
            at=clock.now(),
            by=osei,
        )
        assert settled_since(newer) == ()
    with clock.at(now + timedelta(minutes=2)):
        deeds.settle_fact(stopped, no("clinician", clock.now()), by=osei)
    assert settled_since(newer) == ()
    assert len(settled_since(signed)) == 1


def test_a_decision_that_lets_nobody_go_on_asks_for_no_look(
    stopped: Course, osei: User, now: datetime
) -> None:
    before = now - timedelta(days=2)
    row = deeds.decide_screening(stopped, decision="not_yet", reason=WHY, at=before, by=osei)
    deeds.settle_fact(stopped, no("clinician", now), by=osei)
    assert settled_since(row) == ()
