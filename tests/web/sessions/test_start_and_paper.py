"""A start that cannot be says what is open, one by one; the paper holds notices and answers."""

from __future__ import annotations

from datetime import datetime, timedelta
from io import BytesIO

from pypdf import PdfReader
from web.logging_in import Enter

from kapstone.web.accounts.models import User
from kapstone.web.records import session_facts, session_paper
from kapstone.web.records.actions import notices, readings
from kapstone.web.records.models import Notice, Session

from .conftest import CALM
from .test_before import at


def test_what_is_open_is_listed_and_nobody_is_asked_to_confirm(
    planned: Session, osei: User, enter: Enter
) -> None:
    browser = enter(osei)
    page = browser.get(at(planned, ""))
    assert "Start the medicine now?" not in page.content.decode()
    assert f"{len(page.context['shut'])} still open." in page.content.decode()
    refused = browser.post(at(planned, "start/"))
    said = refused.content.decode()
    count = len(page.context["shut"])
    assert f"Not started: {count} still open." in said
    listed = said[said.index('id="refused-for"') :].split("</ul>")[0]
    assert listed.count("<li>") == count > 3


def test_what_may_start_is_asked_once_more(ready: Session, osei: User, enter: Enter) -> None:
    assert "Start the medicine now?" in enter(osei).get(at(ready, "")).content.decode()


def test_the_paper_holds_each_notice_and_its_answers(
    started: Session, abara: User, now: datetime
) -> None:
    readings.record_reading(started, CALM | {"oxygen_saturation": 85.0}, at=now, by=abara)
    row = Notice.objects.get(session=started, kind="ALM-SPO2")
    assert "Nobody has answered." in text(started)
    then = now + timedelta(minutes=2)
    notices.answer_notice(row, words="Jaw thrust, oxygen on", closes=True, at=then, by=abara)
    said = text(started)
    assert "Notices and their answers" in said
    assert "Oxygen saturation 85 %" in said
    assert f"{abara.signed_name}, answered and closed: Jaw thrust, oxygen on" in said
    assert "Nobody has answered." not in said


def text(session: Session) -> str:
    pages = PdfReader(BytesIO(session_paper.pdf(session_facts.told(session)))).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())
