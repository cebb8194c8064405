"""The deed of ending a session at home, also while something stands open."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from kapstone import at_home
from kapstone.web.accounts.models import User
from kapstone.web.records.actions import home_readings, sitting, treatment
from kapstone.web.records.models import Phase, Session
from kapstone.web.records.models.notices import END_KIND
from kapstone.web.records.refusals import Refused


@transaction.atomic
def end_at_home(session: Session, *, at: datetime, by: User, despite: bool = False) -> Phase:
    """The person says that the session is over for them; the sitter stays.

    While a reading or a call for help stands open it is named and they are asked to call first;
    ended `despite` it, whoever is on call is told so at once.
    """
    if session.course.person.user_id != by.pk:
        raise Refused("not-yours", "Only the person themselves ends a session at home here.")
    session = Session.objects.locked(session.pk)
    standing = home_readings.standing_open(session, now=at)
    if standing and not despite:
        raise Refused("open", f"Call us first. {' '.join(standing)}")
    words = f"Ended by the person, at home{', with something open' if standing else ''}."
    phase = treatment.stop_session(session, words=words, at=at, by=by)
    if standing:
        says = f"{session.course.person.name} ended the session at home with this open: "
        link, do = sitting.newest_link(session), at_home.watch().do_ended
        sitting.tell(session, link, END_KIND, says + " ".join(standing), do, at=at)
    return phase
