"""An emergency: one tap begins it, every step keeps its time, words end it, a PDF tells it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from django.urls import reverse
from pypdf import PdfReader
from web.logging_in import Enter

from kapstone.web.accounts.models import User
from kapstone.web.records import emergencies as shown
from kapstone.web.records.actions import emergencies, readings, treatment
from kapstone.web.records.models import EmergencyEvent, EmergencyStep, Notice, Session
from kapstone.web.records.refusals import Refused

from .conftest import CALM
from .test_before import at


@pytest.fixture
def event(started: Session, abara: User, now: datetime) -> EmergencyEvent:
    return emergencies.begin_emergency(started, "EMG-07", at=now, by=abara)


def test_one_tap_begins_it_and_shows_the_steps(started: Session, abara: User, enter: Enter) -> None:
    browser = enter(abara)
    assert "EMG-01" in browser.get(at(started, "room/")).content.decode()
    browser.post(at(started, "emergencies/"), {"emergency": "EMG-04", "tap_id": str(uuid4())})
    page = browser.get(at(started, "room/")).content.decode()
    assert "No breathing, blocked airway" in page
    assert "Jaw thrust" in page
    assert "Not recovering at 60 seconds" in page


def test_it_calls_for_a_named_person(event: EmergencyEvent) -> None:
    notice = Notice.objects.get(kind="EMG-07")
    assert (notice.level, notice.says) == ("red", "Emergency: Seizure")
    assert notice.session_id == event.session_id


def test_begun_twice_it_runs_once(
    event: EmergencyEvent, started: Session, lind: User, now: datetime
) -> None:
    again = emergencies.begin_emergency(
        started, "EMG-07", at=now + timedelta(seconds=3), by=lind, client_id=uuid4()
    )
    assert again == event
    assert Notice.objects.filter(kind="EMG-07").count() == 1


def test_over_and_begun_again_it_is_another_one(
    event: EmergencyEvent, started: Session, abara: User, now: datetime
) -> None:
    emergencies.end_emergency(event, "It stopped by itself.", at=now, by=abara)
    again = emergencies.begin_emergency(started, "EMG-07", at=now, by=abara)
    assert again != event


def test_an_emergency_that_is_not_listed_is_refused(
    started: Session, abara: User, now: datetime, enter: Enter
) -> None:
    with pytest.raises(Refused, match="'EMG-99' is not an emergency that is listed"):
        emergencies.begin_emergency(started, "EMG-99", at=now, by=abara)
    answer = enter(abara).post(at(started, "emergencies/"), {"emergency": "EMG-99"})
    assert answer.status_code == 422


def test_each_step_keeps_its_time_and_may_be_done_again(
    event: EmergencyEvent, abara: User, now: datetime
) -> None:
    times = [now + timedelta(seconds=20), now + timedelta(seconds=80)]
    for moment in times:
        emergencies.take_step(event, 2, at=moment, by=abara)
    found = shown.as_running(event, now + timedelta(seconds=90))
    assert found.steps[2].done == tuple(times)
    assert found.steps[0].done == ()
    assert found.next_look == now + timedelta(minutes=2)


def test_a_double_tap_is_one_step(
    event: EmergencyEvent, started: Session, abara: User, enter: Enter
) -> None:
    browser, told = enter(abara), {"step": "0", "tap_id": str(uuid4())}
    for _ in range(2):
        browser.post(reverse("emergency_step", args=[event.pk]), told)
    assert EmergencyStep.objects.get().words == "Stop the medicine"


@pytest.mark.parametrize("step", ["-1", "6", "x", ""])
def test_a_step_that_is_not_listed_is_refused(
    step: str, event: EmergencyEvent, abara: User, enter: Enter
) -> None:
    answer = enter(abara).post(reverse("emergency_step", args=[event.pk]), {"step": step})
    assert answer.status_code == 422
    assert not EmergencyStep.objects.exists()


def test_its_end_closes_no_notice(event: EmergencyEvent, abara: User, now: datetime) -> None:
    emergencies.end_emergency(event, "Awake after 70 s.", at=now, by=abara)
    assert shown.running(shown.of_session(event.session), now) == []
    assert Notice.objects.open().filter(kind="EMG-07").exists(), "a person still answers for it"


def test_after_the_end_words_still_go_in_but_no_step(
    event: EmergencyEvent, abara: User, now: datetime
) -> None:
    emergencies.end_emergency(event, "Awake.", at=now, by=abara)
    with pytest.raises(Refused, match="was ended"):
        emergencies.take_step(event, 0, at=now, by=abara)
    with pytest.raises(Refused, match="was ended"):
        emergencies.end_emergency(event, "Again.", at=now, by=abara)
    emergencies.note_emergency(event, "Tongue bitten on the left.", at=now, by=abara)
    assert event.steps.count() == 2


def test_the_other_tablet_gets_the_card_with_its_next_look(
    event: EmergencyEvent, started: Session, lind: User, enter: Enter
) -> None:
    browser = enter(lind)
    old = browser.get(at(started, "board/"), {"emergency_shown": "", "notices_shown": ""})
    assert b"Protect from injury" in old.content
    same = browser.get(at(started, "board/"), {"emergency_shown": f"{event.pk}-0"})
    assert b"Protect from injury" not in same.content, "nothing changed, so nothing is swapped"


def test_a_red_notice_starts_the_steps_it_names(
    started: Session, abara: User, now: datetime, enter: Enter
) -> None:
    readings.record_reading(started, CALM | {"oxygen_saturation": 88.0}, at=now, by=abara)
    page = enter(abara).get(at(started, "room/")).content.decode()
    assert "Start the emergency steps: Breathing, airway" in page


def test_the_timeline_on_paper_tells_it_with_seconds(
    event: EmergencyEvent, started: Session, abara: User, now: datetime, enter: Enter
) -> None:
    emergencies.take_step(event, 0, at=now + timedelta(seconds=5), by=abara)
    emergencies.end_emergency(
        event, "Awake, knows where.", at=now + timedelta(seconds=95), by=abara
    )
    answer = enter(abara).get(at(started, "paper/"))
    assert answer["Content-Type"] == "application/pdf"
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages)
    said = " ".join(text.split())
    for words in ("Seizure (EMG-07)", "0:05", "Stop the medicine", "1:35", "Awake, knows where."):
        assert words in said
    assert "Medicine started" in said


def test_an_emergency_that_nobody_ended_says_so_on_paper(
    event: EmergencyEvent, started: Session, abara: User, enter: Enter
) -> None:
    answer = enter(abara).get(at(started, "paper/"))
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages)
    assert "Nobody has written that it ended." in " ".join(text.split())


def test_the_step_that_stops_the_medicine_leads_to_the_stop(
    started: Session, abara: User, now: datetime, enter: Enter
) -> None:
    """The tick stops nothing: the way to stop stands beside it, and a hint until it is done."""
    event = emergencies.begin_emergency(started, "EMG-04", at=now, by=abara)
    browser = enter(abara)

    def card() -> str:
        page = browser.get(at(started, "room/")).content.decode()
        return page[page.index(f'data-event="{event.client_id}"') :].split("</section>")[0]

    emergencies.take_step(event, 0, at=now, by=abara)
    ticked = re.sub(r"\s+", " ", card())
    hint = 'done" name="step" value="0" data-words="Stop the medicine"'
    assert hint in ticked
    after = ticked.split(hint)[1].split("</li>")[0]
    assert "the medicine is not stopped yet" in after
    assert 'href="#stop"' in after
    before = browser.get(at(started, "board/")).content.decode()
    treatment.stop_session(started, words="Stopped for the airway.", at=now, by=abara)
    assert "not stopped yet" not in card()
    (was,) = re.findall(r'name="emergency_shown" value="([^"]*)"', before)
    told = browser.get(at(started, "board/"), {"emergency_shown": was}).content.decode()
    assert "data-event" in told, "other tablets get the card anew"


def test_it_is_over_with_one_tap_and_the_words_come_later(
    event: EmergencyEvent, started: Session, abara: User, enter: Enter
) -> None:
    browser = enter(abara)
    page = browser.get(at(started, "room/")).content.decode()
    assert re.search(r'value="end" formnovalidate', page), "the browser asks for no words either"
    answer = browser.post(f"/emergencies/{event.pk}/words/", {"action": "end", "words": ""})
    assert answer.status_code == 302
    page = browser.get(at(started, "room/")).content.decode()
    assert "Emergency ended (Seizure), at 0:00: nothing was said of it yet" in page
    refused = browser.post(f"/emergencies/{event.pk}/words/", {"action": "note", "words": " "})
    assert refused.status_code == 422, "a note says something"
