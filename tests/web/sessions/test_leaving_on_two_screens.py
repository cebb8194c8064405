"""Going home on two screens at once: nobody turns an answer over that they have not seen."""

from __future__ import annotations

import re
from datetime import datetime

from django.test import Client
from web.logging_in import Enter

from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records.models import Discharge, LeavingAnswer, Session

from .test_before import at
from .test_leaving import ASKED, ESCORT

HIDDEN = re.compile(r'name="(DIS-\d+-was)" value="([^"]*)"')
CHECKED = re.compile(r'name="(DIS-\d+)" value="(\w+)"[^>]*checked')


def sent_by(browser: Client, session: Session) -> dict[str, str]:
    """What the page sends when it is kept as it was given out."""
    return sent_from(browser.get(at(session, "leaving/")).content.decode())


def sent_from(page: str) -> dict[str, str]:
    return dict(HIDDEN.findall(page)) | dict(CHECKED.findall(page))


def standing(session: Session, line: str) -> LeavingAnswer:
    rows = LeavingAnswer.objects.standing().filter(session=session, criterion=line)
    row: LeavingAnswer = rows.latest("pk")
    return row


def test_an_older_page_leaves_a_colleagues_no(
    fit: tuple[Session, datetime], abara: User, osei: User, enter: Enter
) -> None:
    """Both pages say that they walk safely; one says no, and the other answers another line."""
    session, leaves = fit
    one, two = enter(osei), enter(abara)
    with clock.at(leaves):
        one.post(at(session, "weigh/"), {"DIS-06": "yes"})
        hers, his = sent_by(two, session), sent_by(one, session)
        one.post(at(session, "weigh/"), his | {"DIS-06": "no"})
        two.post(at(session, "weigh/"), hers | {"DIS-08": "yes"})
    assert (standing(session, "DIS-06").ok, standing(session, "DIS-06").by) == (False, osei)
    assert (standing(session, "DIS-08").ok, standing(session, "DIS-08").by) == (True, abara)


def test_a_line_that_two_changed_shows_both_and_keeps_the_first(
    fit: tuple[Session, datetime], abara: User, osei: User, enter: Enter
) -> None:
    session, leaves = fit
    one, two = enter(osei), enter(abara)
    with clock.at(leaves):
        hers, his = sent_by(two, session), sent_by(one, session)
        one.post(at(session, "weigh/"), his | {"DIS-06": "no"})
        for address in ("weigh/", "discharge/"):
            refused = two.post(at(session, address), hers | ASKED | ESCORT)
            page = refused.content.decode()
            assert refused.status_code == 422
            assert f"{osei.signed_name} answered no at" in page
            assert "here it was yes" in page
            assert standing(session, "DIS-06").ok is False
            assert not Discharge.objects.exists()
        assert 'value="Rio Bello"' in page, "what was typed stays"
        seen = sent_from(page)
        assert seen["DIS-06"] == "no", "what stands is the button that is pressed"
        assert seen["DIS-08"] == "yes", "what nobody else answered stays as it was tapped"
        two.post(at(session, "weigh/"), seen | {"DIS-06": "yes"})
    assert standing(session, "DIS-06").ok is True, "whoever has seen it may answer otherwise"


def test_what_was_not_kept_looks_it(
    fit: tuple[Session, datetime], abara: User, osei: User, enter: Enter
) -> None:
    """Nothing of a page was kept: its own taps are marked, what stands in the record is not."""
    session, leaves = fit
    one, two = enter(osei), enter(abara)
    with clock.at(leaves):
        hers, his = sent_by(two, session), sent_by(one, session)
        one.post(at(session, "weigh/"), his | {"DIS-06": "no"})
        page = two.post(at(session, "weigh/"), hers | ASKED | ESCORT).content.decode()
        assert "not kept" in line(page, "DIS-08"), "tapped on a page of which nothing was kept"
        assert "not kept" not in line(page, "DIS-06"), "what the colleague answered stands"
        two.post(at(session, "weigh/"), sent_from(page))
        again = two.get(at(session, "leaving/")).content.decode()
        assert "tapped here" not in again


def line(page: str, name: str) -> str:
    return page[page.index(f'name="{name}-was"') :].split("</fieldset>", maxsplit=1)[0]


def test_anothers_signature_is_no_tap_of_ones_own(
    fit: tuple[Session, datetime], abara: User, lind: User, enter: Enter
) -> None:
    session, leaves = fit
    browser = enter(abara)
    with clock.at(leaves):
        sent = sent_by(browser, session)
        assert "DIS-19" not in sent, "the therapist's yes presses nobody else's button"
        browser.post(at(session, "weigh/"), sent)
        assert standing(session, "DIS-19").by == lind
        browser.post(at(session, "weigh/"), sent | {"DIS-19": "yes"})
        assert sent_by(browser, session)["DIS-19"] == "yes"
    assert standing(session, "DIS-19").by == abara
