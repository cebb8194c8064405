"""When a fact or a rule changes, whoever would be decided otherwise stands on a list."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from web.conftest import details
from web.logging_in import Enter

from kapstone import screening
from kapstone.cli import main
from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records import decisions, pathway, rescreening, waiting, worker
from kapstone.web.records.actions import intake, looking, people, questionnaires, sessions
from kapstone.web.records.actions import screening as deeds
from kapstone.web.records.models import (
    Course,
    Entry,
    KeptRules,
    LookAgain,
    Person,
    ScreeningDecision,
)

REASON = "Seen together with the person; the reason is written here."


@pytest.fixture
def decided(course: Course, osei: User, now: datetime) -> ScreeningDecision:
    deeds.give_fact(course.person, "egfr", 40, origin="clinician", at=now, by=osei)
    return deeds.decide_screening(course, decision="not_yet", reason=REASON, at=now, by=osei)


@pytest.fixture
def other_rules(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], screening.Ruleset]:
    """Puts today's rules aside for others, as a later release would."""

    def put(old: str, new: str) -> screening.Ruleset:
        texts = dict(screening.ruleset().texts)
        assert old in texts["screening/rules.toml"]
        texts["screening/rules.toml"] = texts["screening/rules.toml"].replace(old, new)
        found = screening.Ruleset.of(texts)
        # The package has a function of the module's name, so the module is asked for by its path.
        monkeypatch.setattr(sys.modules["kapstone.screening.rules"], "ruleset", lambda: found)
        monkeypatch.setattr("kapstone.screening.picture.todays_ruleset", lambda: found)
        return found

    return put


def waits(user: User, now: datetime) -> list[Course]:
    found = {kind.kind: courses for kind, courses in waiting.for_user(user, now=now)}
    return [*found["again"]]


def test_nothing_is_looked_at_while_nothing_has_changed(
    decided: ScreeningDecision, osei: User, now: datetime
) -> None:
    assert looking.look_again(at=now + timedelta(hours=1)) == 0
    assert waits(osei, now) == []


def test_a_new_fact_puts_the_person_on_the_list_and_leaves_the_decision(
    decided: ScreeningDecision, course: Course, osei: User, ade_user: User, now: datetime
) -> None:
    later = now + timedelta(days=1)
    with clock.at(later):
        intake.answer_intake(course, "aneurysm", "yes", at=later, by=ade_user)
        assert looking.look_again(at=later) == 1
    look = LookAgain.objects.get()
    assert look.differs
    assert ["SCR-CAR-01", "Aneurysmal vascular disease"] in look.says["new"]
    assert look.says["now"] == "stop"
    assert waits(osei, later) == [course]
    assert ScreeningDecision.objects.get() == decided
    entry = Entry.objects.get(did="look again")
    assert (entry.person, entry.by) == (course.person, None)


def test_it_is_looked_at_once_for_each_change(
    decided: ScreeningDecision, course: Course, ade_user: User, now: datetime
) -> None:
    for day in (1, 2):
        later = now + timedelta(days=day)
        with clock.at(later):
            intake.answer_intake(course, "porphyria", "no", at=later, by=ade_user)
            assert looking.look_again(at=later) == 1
            assert looking.look_again(at=later + timedelta(minutes=1)) == 0


def test_a_rule_that_changed_puts_the_person_on_the_list_and_replays_as_signed(
    decided: ScreeningDecision,
    course: Course,
    osei: User,
    now: datetime,
    other_rules: Callable[[str, str], screening.Ruleset],
) -> None:
    assert "SCR-URO-03" not in {each["id"] for each in decided.screening["findings"]}
    other = other_rules("egfr < 30", "egfr < 45")
    assert looking.look_again(at=now) == 1
    look = LookAgain.objects.get()
    assert look.knowledge_digest == other.digest
    assert [rule for rule, _ in look.says["new"]] == ["SCR-URO-03"]
    assert waits(osei, now) == [course]
    assert decisions.replay(decided).as_data() == decided.screening


def test_a_rule_that_changed_and_says_the_same_is_no_reason_to_look(
    decided: ScreeningDecision,
    osei: User,
    now: datetime,
    other_rules: Callable[[str, str], screening.Ruleset],
) -> None:
    other_rules("egfr < 30", "egfr < 31")
    assert looking.look_again(at=now) == 1
    assert not LookAgain.objects.get().differs
    assert waits(osei, now) == []


@pytest.mark.parametrize(("limit", "changed"), [("31", False), ("45", True)])
def test_other_rules_shut_the_gate_only_when_they_find_something_graver(
    decided: ScreeningDecision,
    now: datetime,
    other_rules: Callable[[str, str], screening.Ruleset],
    limit: str,
    changed: bool,
) -> None:
    other_rules("egfr < 30", f"egfr < {limit}")
    ((course, facts),) = pathway.facts_of(Course.objects.all(), now=now).items()
    assert facts.screening.knowledge_changed is None
    again = rescreening.looked_at_again(course, facts, now=now)
    assert again.screening.knowledge_changed is changed


def test_a_new_decision_takes_the_person_off_the_list(
    decided: ScreeningDecision, course: Course, osei: User, ade_user: User, now: datetime
) -> None:
    later = now + timedelta(days=1)
    with clock.at(later):
        intake.answer_intake(course, "aneurysm", "yes", at=later, by=ade_user)
        looking.look_again(at=later)
        deeds.decide_screening(course, decision="not_yet", reason=REASON, at=later, by=osei)
    assert waits(osei, later) == []
    assert [*looking.differing()] == []


def test_a_stranger_does_not_have_it_on_their_list(
    decided: ScreeningDecision, course: Course, marsh: User, ade_user: User, now: datetime
) -> None:
    later = now + timedelta(days=1)
    with clock.at(later):
        intake.answer_intake(course, "aneurysm", "yes", at=later, by=ade_user)
        looking.look_again(at=later)
    assert waits(marsh, later) == []


def test_the_worker_looks(
    decided: ScreeningDecision, course: Course, ade_user: User, now: datetime
) -> None:
    later = now + timedelta(days=1)
    with clock.at(later):
        intake.answer_intake(course, "aneurysm", "yes", at=later, by=ade_user)
        assert worker.one_round()
    assert LookAgain.objects.filter(decision=decided).count() == 1


def test_today_names_the_person(
    decided: ScreeningDecision, osei: User, ade_user: User, now: datetime, enter: Enter
) -> None:
    later = now + timedelta(days=1)
    with clock.at(later):
        intake.answer_intake(decided.course, "aneurysm", "yes", at=later, by=ade_user)
        looking.look_again(at=later)
        page = enter(osei).get("/").content.decode()
    assert "Decision to look at again" in page


def test_the_rules_are_kept_once(
    decided: ScreeningDecision, course: Course, osei: User, now: datetime
) -> None:
    deeds.decide_screening(course, decision="not_yet", reason=REASON, at=now, by=osei)
    assert [row.digest for row in KeptRules.objects.all()] == [screening.knowledge_digest()]


def test_the_command_replays_a_decision(
    decided: ScreeningDecision, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["screening", "replay", str(decided.pk)]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["same"] is True
    assert said["screening"] == decided.screening


def test_the_command_says_which_decision_is_not_there(
    decided: ScreeningDecision, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="1"):
        main(["screening", "replay", str(decided.pk + 1)])
    assert f"there is no screening decision {decided.pk + 1}" in capsys.readouterr().err


def test_the_command_says_when_the_rules_of_then_were_not_kept(
    decided: ScreeningDecision, capsys: pytest.CaptureFixture[str]
) -> None:
    fields = {name: getattr(decided, name) for name in ("course", "decision", "reason", "facts")}
    older = ScreeningDecision.objects.create(
        **fields,
        signed_name="Osei",
        valid_until=decided.valid_until,
        screening=decided.screening,
        knowledge_digest="0" * 64,
        at=decided.at,
        by=decided.by,
    )
    with pytest.raises(SystemExit, match="1"):
        main(["screening", "replay", str(older.pk)])
    assert "were not kept" in capsys.readouterr().err


def test_the_command_lists_those_that_would_differ(
    decided: ScreeningDecision,
    course: Course,
    ade_user: User,
    now: datetime,
    capsys: pytest.CaptureFixture[str],
) -> None:
    later = now + timedelta(days=1)
    with clock.at(later):
        intake.answer_intake(course, "aneurysm", "yes", at=later, by=ade_user)
        assert main(["screening", "changed"]) == 0
    said = capsys.readouterr().out
    assert f"decision {decided.pk}  {course.person.number}  incomplete -> stop" in said
    assert "SCR-CAR-01" in said


def test_the_command_lists_the_gravest_first(
    *,
    course: Course,
    bo: Person,
    osei: User,
    marsh: User,
    now: datetime,
    capsys: pytest.CaptureFixture[str],
) -> None:
    later, both = now + timedelta(days=1), ((course, osei), (bo.courses.get(), marsh))
    rows = [
        deeds.decide_screening(each, decision="not_yet", reason=REASON, at=now, by=by)
        for each, by in both
    ]
    with clock.at(later):
        deeds.give_fact(
            course.person, "vestibular_disorder", True, origin="clinician", at=later, by=osei
        )
        deeds.give_fact(course.person, "egfr", 20, origin="clinician", at=later, by=osei)
        deeds.give_fact(bo, "aneurysm", True, origin="clinician", at=later, by=marsh)
        assert main(["screening", "changed"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert [line.split()[1] for line in said] == [str(row.pk) for row in reversed(rows)]


def test_a_score_after_the_signature_is_looked_at(
    decided: ScreeningDecision, osei: User, now: datetime
) -> None:
    later = now + timedelta(days=1)
    with clock.at(later):
        sheet = questionnaires.ask_now(decided.course, "phq9", at=later, by=osei)
        questionnaires.answer_item(sheet, "self_harm", 3, at=later, by=osei)
        questionnaires.finish_sheet(sheet, at=later, by=osei)
        assert looking.look_again(at=later) == 1
    assert "SUI-P3" in {rule for rule, _ in LookAgain.objects.get().says["new"]}


def test_what_comes_in_while_it_looks_is_looked_at_in_the_next_round(
    decided: ScreeningDecision, osei: User, now: datetime
) -> None:
    began = now + timedelta(days=1)
    with clock.at(began + timedelta(seconds=2)):
        deeds.give_fact(
            decided.course.person, "porphyria", True, origin="clinician", at=began, by=osei
        )
        looking.look_at(decided, at=began)
    with clock.at(began + timedelta(seconds=5)):
        assert looking.look_again(at=began + timedelta(seconds=5)) == 1
        assert looking.look_again(at=began + timedelta(seconds=9)) == 0


def test_one_decision_that_cannot_be_read_keeps_no_other_from_being_looked_at(
    decided: ScreeningDecision, course: Course, bo: Person, marsh: User, now: datetime
) -> None:
    spoilt = {**decided.screening, "decision": "clear"}
    fields = {name: getattr(decided, name) for name in ("decision", "reason", "facts")}
    ScreeningDecision.objects.create(
        **fields,
        course=course,
        signed_name="Osei",
        valid_until=decided.valid_until,
        screening=spoilt,
        knowledge_digest="0" * 64,
        at=now,
        by=decided.by,
    )
    theirs = bo.courses.get()
    deeds.decide_screening(theirs, decision="not_yet", reason=REASON, at=now, by=marsh)
    later = now + timedelta(days=1)
    with clock.at(later):
        deeds.give_fact(bo, "aneurysm", True, origin="clinician", at=later, by=marsh)
        assert looking.look_again(at=later) == 1
    assert LookAgain.objects.get().decision.course == theirs


def test_a_fact_taken_back_is_a_change(
    decided: ScreeningDecision, osei: User, now: datetime
) -> None:
    later = now + timedelta(days=1)
    person = decided.course.person
    deeds.give_fact(person, "egfr", None, origin="clinician", at=later, by=osei)
    words = [each.words for each in decisions.changes_since(decided, now=later)]
    assert any(each.endswith("not known now") for each in words)


def test_a_later_kapstone_may_say_more_and_still_replays_the_same() -> None:
    stored = {"findings": [{"id": "SCR-CAR-01"}], "at": "2026"}
    assert decisions.holds(stored, {"findings": [{"id": "SCR-CAR-01", "more": 1}], "at": "2026"})
    assert not decisions.holds(stored, {"findings": [{"id": "SCR-CAR-02"}], "at": "2026"})
    assert not decisions.holds(stored, {"findings": [], "at": "2026"})
    assert not decisions.holds(stored, {"findings": [{"id": "SCR-CAR-01"}]})


def test_the_review_page_says_that_the_rules_would_now_say_otherwise(
    decided: ScreeningDecision, osei: User, ade_user: User, now: datetime, enter: Enter
) -> None:
    page = f"/courses/{decided.course_id}/screening/"
    assert 'id="differs"' not in enter(osei).get(page).content.decode()
    later = now + timedelta(days=1)
    with clock.at(later):
        intake.answer_intake(decided.course, "aneurysm", "yes", at=later, by=ade_user)
        said = enter(osei).get(page).content.decode()
    assert 'id="differs"' in said
    assert "incomplete then, stop now" in said


def told_later(course: Course, fact: str, *, value: bool | float, at: datetime, by: User) -> None:
    with clock.at(at):
        deeds.give_fact(course.person, fact, value, origin="clinician", at=at, by=by)
        looking.look_again(at=at)


def test_a_stop_stands_before_a_review_that_is_due_earlier_and_says_what_it_is(
    decided: ScreeningDecision,
    course: Course,
    osei: User,
    enter: Enter,
    now: datetime,
) -> None:
    other = people.add_person(details("Cleo", "Marin"), at=now, by=osei).person.courses.get()
    later = now + timedelta(hours=1)
    deeds.decide_screening(other, decision="not_yet", reason=REASON, at=now, by=osei)
    told_later(course, "porphyria", value=True, at=later, by=osei)
    told_later(other, "aneurysm", value=True, at=later, by=osei)
    soon = later + timedelta(days=1)
    sessions.plan_session(course, route="iv", planned_for=soon, at=later, by=osei)
    found: dict[str, list[Any]] = {
        kind.kind: [*courses] for kind, courses in waiting.for_user(osei, now=later)
    }
    assert [each.person.given for each in found["again"]] == ["Cleo", course.person.given]
    says = [each.changed for each in found["again"]]
    assert says[0].startswith("stop: Aneurysmal vascular disease")
    assert says[1].startswith("review: ")
    with clock.at(later):
        for address in ("/", "/waiting/again/"):
            page = enter(osei).get(address).content.decode()
            assert page.index("■ stop: Aneurysmal vascular disease") < page.index("review: ")


def test_what_has_only_become_less_waits_in_a_quiet_list_of_its_own(
    course: Course, osei: User, now: datetime
) -> None:
    deeds.give_fact(course.person, "potassium_mmol_l", 3.0, origin="clinician", at=now, by=osei)
    deeds.give_fact(course.person, "chest_pain_recent", True, origin="clinician", at=now, by=osei)
    deeds.decide_screening(course, decision="not_yet", reason=REASON, at=now, by=osei)
    later = now + timedelta(hours=1)
    less = deeds.Telling(
        fact="chest_pain_recent", value=False, origin="clinician", at=later, words=REASON
    )
    with clock.at(later):
        deeds.settle_fact(course, less, by=osei)
        looking.look_again(at=later)
    found: dict[str, list[Any]] = {
        kind.kind: [*courses] for kind, courses in waiting.for_user(osei, now=later)
    }
    assert found["again"] == []
    assert found["eased"] == [course]
    assert found["eased"][0].changed.startswith("no more: ")
