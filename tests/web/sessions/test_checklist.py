"""The dose-day checklist on two screens at once: nobody writes over what they have not seen."""

from __future__ import annotations

import re
from html import unescape

from django.test import Client
from web.logging_in import Enter

from kapstone.web.accounts.models import User
from kapstone.web.records.models import CheckAnswer, Session

from .test_before import at

HIDDEN = re.compile(r'name="(PRE-\d+-was)" value="([^"]*)"')
CHECKED = re.compile(r'name="(PRE-\d+)" value="(\w+)" checked')
WORDS = re.compile(r'name="(PRE-\d+-words)"[^>]*value="([^"]*)"')


def sent_by(browser: Client, session: Session) -> dict[str, str]:
    """What the list sends when it is kept as it was given out."""
    page = browser.get(at(session)).content.decode()
    pairs = (each for found in (HIDDEN, CHECKED, WORDS) for each in found.findall(page))
    return {name: unescape(value) for name, value in pairs}


def standing(session: Session, check: str) -> CheckAnswer:
    rows = CheckAnswer.objects.standing().filter(session=session, check_id=check)
    row: CheckAnswer = rows.latest("pk")
    return row


def test_keeping_the_list_leaves_a_colleagues_no(
    ready: Session, abara: User, osei: User, enter: Enter
) -> None:
    """PRE-01 said yes when both opened the page; one says no, the other touches PRE-29."""
    one, two = enter(osei), enter(abara)
    hers, his = sent_by(two, ready), sent_by(one, ready)
    assert one.post(at(ready, "checks/"), his | {"PRE-01": "no"}).status_code == 302
    assert two.post(at(ready, "checks/"), hers | {"PRE-29": "no"}).status_code == 302
    kept = {name: standing(ready, name) for name in ("PRE-01", "PRE-29")}
    assert {name: (row.ok, row.by) for name, row in kept.items()} == {
        "PRE-01": (False, osei),
        "PRE-29": (False, abara),
    }


def test_a_line_changed_by_two_says_so_and_keeps_the_first(
    ready: Session, abara: User, osei: User, enter: Enter
) -> None:
    one, two = enter(osei), enter(abara)
    hers, his = sent_by(two, ready), sent_by(one, ready)
    one.post(at(ready, "checks/"), his | {"PRE-01": "no"})
    for address in ("checks/", "checks/PRE-01/"):
        refused = two.post(at(ready, address), hers | {"PRE-01": "unknown"})
        assert refused.status_code == 422
        assert "Osei answered No at 08:00, while this page was open" in refused.content.decode()
        assert standing(ready, "PRE-01").ok is False
    seen = sent_by(two, ready)
    two.post(at(ready, "checks/PRE-01/"), seen | {"PRE-01": "unknown"})
    assert standing(ready, "PRE-01").ok is None, "whoever has seen it may answer otherwise"


def test_the_adult_of_an_older_page_takes_nobodys_place(
    ready: Session, abara: User, osei: User, enter: Enter
) -> None:
    one, two = enter(osei), enter(abara)
    hers, his = sent_by(two, ready), sent_by(one, ready)
    one.post(at(ready, "checks/"), his | {"PRE-24-words": "Kim Bello, 555 0199"})
    two.post(at(ready, "checks/"), hers)
    assert standing(ready, "PRE-24").words == "Kim Bello, 555 0199"
