"""A page that is opened again after a refused form leads back to its session."""

from __future__ import annotations

import pytest
from web.logging_in import Enter

from kapstone.web.accounts.models import User
from kapstone.web.records.models import Session

from .test_before import at


@pytest.mark.parametrize(
    ("page", "leads_to"),
    [
        *((each, "") for each in ("order/", "override/", "move/", "resting/", "checks/")),
        *((each, "") for each in ("checks/PRE-01/", "arrive/", "start/")),
        *((each, "leaving/") for each in ("discharge/", "weigh/", "score/")),
        *((each, "room/") for each in ("readings/", "stop/", "presence/", "marks/")),
    ],
)
def test_it_leads_back(
    page: str, leads_to: str, planned: Session, osei: User, enter: Enter
) -> None:
    answer = enter(osei).get(at(planned, page))
    assert (answer.status_code, answer["Location"]) == (302, at(planned, leads_to))
    assert enter(osei).delete(at(planned, page)).status_code == 405
