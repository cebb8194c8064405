"""Whether a waiting message about a session at home is still to be sent."""

from __future__ import annotations

from datetime import datetime

from kapstone.web.records import at_home as home
from kapstone.web.records import check_ins
from kapstone.web.records.models import HomeCheckInAsked, LinkSent, Outgoing

SHUT, ANSWERED = "the link was shut", "it was answered, or its time is over"


def unwanted(row: Outgoing, now: datetime) -> str:
    """Why it is not to be sent any more; empty when it is, or is about no session at home."""
    sent = LinkSent.objects.filter(outgoing=row).select_related("link__sitter__session").first()
    if sent:
        session = sent.link.sitter.session
        open_ = home.open_link(home.sitter_of(session), now=now)
        return "" if open_ == sent.link and not home.called_off(session) else SHUT
    asked = HomeCheckInAsked.objects.filter(outgoing=row).select_related(
        "session__course__person__practice"
    )
    if (one := asked.first()) is None:
        return ""
    found = {each.row.id: each.state for each in check_ins.of(one.session, now=now)}
    return "" if found.get(one.moment) == "due" else ANSWERED
