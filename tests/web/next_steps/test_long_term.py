"""Long-term safety in the chart: what counts as a look, what is due, and what holds a session."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from web.logging_in import logged_in
from web.next_steps.conftest import Live, scored

from kapstone.pathway.long_term import Owed
from kapstone.web.accounts.models import User
from kapstone.web.records import owing
from kapstone.web.records.actions import next_steps as deeds
from kapstone.web.records.actions import screening, sessions, treatment
from kapstone.web.records.models import Course, LongTermCheck, Reading
from kapstone.web.records.refusals import Refused


def row(course: Course, name: str, now: datetime) -> Owed:
    _, rows = owing.of_course(course, now=now)
    return next(each for each in rows if each.row.id == name)


def test_a_yes_to_blood_holds_the_next_session_until_it_was_looked_into(
    live: Live, ade_user: User, osei: User, now: datetime
) -> None:
    course = live(2, {})
    scored(course, "bladder-check", 1, now, ade_user, frequency=0, urgency=0, pain=0, blood=1)
    assert row(course, "LTS-01", now).holds
    assert row(course, "LTS-02", now).state == "due"
    ahead = sessions.plan_session(
        course, route="iv", planned_for=now + timedelta(hours=1), at=now, by=osei
    )
    (gate,) = [each for each in treatment.gates_of(ahead, now=now) if each.id == "long_term"]
    assert (gate.state, gate.overridable_by) == ("stop", "prescriber")
    deeds.look_at(course, "LTS-03", found=False, words="", at=now, by=osei)
    assert "long_term" not in {each.id for each in treatment.gates_of(ahead, now=now)}


def test_a_prescriber_passes_it_with_a_reason(
    live: Live, ade_user: User, osei: User, lind: User, now: datetime
) -> None:
    course = live(2, {})
    scored(course, "bladder-check", 1, now, ade_user, blood=1)
    ahead = sessions.plan_session(
        course, route="iv", planned_for=now + timedelta(hours=1), at=now, by=osei
    )
    reason = "Urologist saw her this morning, nothing there."
    with pytest.raises(Refused, match="Only a prescriber"):
        treatment.override_gate(ahead, "long_term", reason=reason, at=now, by=lind)
    treatment.override_gate(ahead, "long_term", reason=reason, at=now, by=osei)
    (gate,) = [each for each in treatment.gates_of(ahead, now=now) if each.id == "long_term"]
    assert gate.state == "overridden"


def test_a_liver_value_on_file_counts_as_a_look(
    live: Live, course: Course, osei: User, now: datetime
) -> None:
    live(7, {}, fine=False)
    assert row(course, "LTS-05", now).state == "due"
    screening.give_fact(
        course.person, "alt_times_uln", 0.8, origin="clinician", words="", at=now, by=osei
    )
    assert row(course, "LTS-05", now).state == "done"
    screening.give_fact(
        course.person, "alt_times_uln", 3.2, origin="clinician", words="", at=now, by=osei
    )
    assert row(course, "LTS-05", now).holds


def test_a_panel_on_file_counts_as_a_look(
    live: Live, course: Course, osei: User, now: datetime
) -> None:
    live(7, {}, fine=False)
    screening.give_fact(
        course.person, "liver_panel_on_file", True, origin="clinician", words="", at=now, by=osei
    )
    assert row(course, "LTS-05", now).state == "done"


def test_pressure_at_rest_counts_by_itself(
    live: Live, course: Course, abara: User, now: datetime
) -> None:
    live(2, {}, fine=False)
    for session in course.session_set.order_by("pk"):
        at = session.phase_set.get().at - timedelta(minutes=10)
        Reading.objects.create(
            session=session,
            client_id=uuid4(),
            resting=True,
            signs={"systolic_bp": 152, "diastolic_bp": 84},
            at=at,
            by=abara,
        )
    found = row(course, "LTS-07", now)
    assert (found.state, found.holds) == ("found", True)
    assert found.last is not None
    assert found.last.says == "152/84"


def test_what_was_found_needs_words(course: Course, osei: User, now: datetime) -> None:
    for found in (True, None):
        with pytest.raises(Refused, match="Say what was found"):
            deeds.look_at(course, "LTS-09", found=found, words=" ", at=now, by=osei)
    deeds.look_at(course, "LTS-09", found=False, words="", at=now, by=osei)
    assert LongTermCheck.objects.count() == 1


def test_only_what_is_looked_at_here_is_written_down(
    course: Course, osei: User, now: datetime
) -> None:
    with pytest.raises(Refused, match="no check"):
        deeds.look_at(course, "LTS-18", found=False, words="", at=now, by=osei)


def test_the_desk_writes_down_no_look(course: Course, desk: User, now: datetime) -> None:
    with pytest.raises(Refused, match="does not let you"):
        deeds.look_at(course, "LTS-09", found=False, words="", at=now, by=desk)


def test_a_look_that_did_not_tell_is_no_look(
    live: Live, course: Course, osei: User, now: datetime
) -> None:
    live(7, {}, fine=False)
    deeds.look_at(course, "LTS-05", found=None, words="Sample was lost.", at=now, by=osei)
    assert row(course, "LTS-05", now).state == "due"


def test_the_page_lists_what_is_due_with_its_sources(live: Live, osei: User) -> None:
    course = live(7, {}, fine=False)
    page = logged_in(osei).get(f"/courses/{course.pk}/long-term/").content.decode()
    for words in ("Liver blood tests", "LTS-05", "holds the next dose", "S07", "CAP-03"):
        assert words in page


def test_a_look_is_written_down_on_the_page(live: Live, osei: User, now: datetime) -> None:
    course = live(7, {}, fine=False)
    client, url = logged_in(osei), f"/courses/{course.pk}/long-term/look/"
    assert client.post(url, {"look": "LTS-05", "found": "yes", "words": ""}).status_code == 422
    told = {"look": "LTS-05", "found": "no", "words": "All below the limit"}
    assert client.post(url, told).status_code == 302
    assert row(course, "LTS-05", now).state == "done"


def test_the_chart_and_the_readiness_board_show_what_holds(
    live: Live, ade_user: User, osei: User, now: datetime
) -> None:
    course = live(2, {})
    scored(course, "bladder-check", 1, now, ade_user, blood=1)
    soon = now + timedelta(hours=2)
    sessions.plan_session(course, route="iv", planned_for=soon, at=now, by=osei)
    client = logged_in(osei)
    assert "Bladder questions" in client.get(f"/courses/{course.pk}/").content.decode()
    assert "Long-term safety" in client.get("/readiness/").content.decode()
    assert "holds the next dose" in client.get(f"/courses/{course.pk}/roadmap/").content.decode()


def test_today_names_who_owes_a_look_before_their_next_session(
    live: Live, ade_user: User, osei: User, desk: User, now: datetime
) -> None:
    course = live(2, {})
    assert owing.before_next(osei, now=now) == []
    scored(course, "bladder-check", 1, now, ade_user, blood=1)
    assert owing.before_next(osei, now=now) == []
    soon = now + timedelta(days=2)
    sessions.plan_session(course, route="iv", planned_for=soon, at=now, by=osei)
    (found,) = owing.before_next(osei, now=now)
    assert found.holds
    assert "Bladder questions" in logged_in(osei).get("/").content.decode()
    assert "Bladder questions" not in logged_in(desk).get("/").content.decode()
