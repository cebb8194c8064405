"""The second person under laxer limits and check times: another countersigns, or turns them away.

Whoever wrote them may take them back. Nothing of it changes a row: an answer is a row of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from kapstone.web import clock
from kapstone.web.accounts.models import Practice, User
from kapstone.web.records import access, audit, check_times, lines
from kapstone.web.records.models import LineAnswer, LineChange, TimesAnswer, TimesChange
from kapstone.web.records.models.lines import COUNTERSIGNED, TAKEN_BACK, TURNED_AWAY
from kapstone.web.records.refusals import Refused, is_blank, refuse_long, refuse_other_name

Row = LineChange | TimesChange
Answer = LineAnswer | TimesAnswer
NAMES = {LineChange: "limit", TimesChange: "check times"}
SAID = {
    COUNTERSIGNED: "countersigned this",
    TURNED_AWAY: "turned this away",
    TAKEN_BACK: "took this back",
}
SINCE = {
    COUNTERSIGNED: "countersigned what waited here",
    TURNED_AWAY: "turned away what waited here",
    TAKEN_BACK: "took back what waited here",
}


@transaction.atomic
def countersign(change: Row, *, name: str, at: datetime, by: User) -> Answer:
    """Sign, as a second person, what another made laxer; it holds from now on."""
    access.refuse_others(by, "sign limits")
    refuse_other_name(name, by)
    row = waiting(change, by)
    refuse_writer(row, by)
    found = lines.doubts(row) if isinstance(row, LineChange) else check_times.doubts(row)
    if found:
        raise Refused("unfit-now", f"This cannot hold any more: {found[0]}")
    return answer(row, COUNTERSIGNED, did="countersign laxer", at=at, by=by)


@transaction.atomic
def turn_away(change: Row, *, why: str, at: datetime, by: User) -> Answer:
    """Say no, as a second person, to what another made laxer; what held goes on holding."""
    access.refuse_others(by, "sign limits")
    row = waiting(change, by)
    refuse_writer(row, by)
    if is_blank(why):
        raise Refused("why", "Say why not, in a sentence: whoever signed it reads it.")
    refuse_long(why)
    return answer(row, TURNED_AWAY, did="turn away laxer", why=why.strip(), at=at, by=by)


@transaction.atomic
def take_back(change: Row, *, at: datetime, by: User) -> Answer:
    """Take back, before anybody countersigned it, what one made laxer oneself."""
    access.refuse_others(by, "sign limits")
    row = waiting(change, by)
    if row.by != by:
        raise Refused("not-writer", f"{row.signed_name} signed this: turn it away, with a reason.")
    return answer(row, TAKEN_BACK, did="take back laxer", at=at, by=by)


def waiting(change: Row, by: User) -> Row:
    """The change, nobody else's to answer until the deed is over; refused where it waits no more.

    Its practice is locked, as when a limit is settled.
    """
    practice = Practice.objects.select_for_update(no_key=True).get(user=by)
    rows = type(change).objects.select_related("answer")
    row: Row = rows.get(pk=change.pk, practice=practice)
    if hasattr(row, "answer"):
        said = f"{row.answer.signed_name} {SAID[row.answer.verdict]}"
        raise Refused("already", f"{said} already: nothing waits here.")
    newest = type(row).objects.newest(practice.pk, row.of)
    if newest != row:
        raise Refused(
            "not-newest",
            f"{newest.signed_name} has signed something newer since this page was shown. Look at "
            "what stands now.",
        )
    if not row.waits:
        raise Refused("not-needed", "This holds already, and needs no second signature.")
    return row


def refuse_writer(row: Row, by: User) -> None:
    if row.by == by:
        raise Refused("same-person", "You signed this yourself; somebody else has to sign it too.")


def answer(row: Row, verdict: str, *, did: str, at: datetime, by: User, why: str = "") -> Answer:
    kind: Any = LineAnswer if isinstance(row, LineChange) else TimesAnswer
    said: Answer = kind.objects.create(
        change=row, verdict=verdict, why=why, signed_name=by.signed_name, at=at, by=by
    )
    about = f"{row.OF}:{row.of}"
    audit.record(by, f"{did} {NAMES[type(row)]}", about=about, change=row.pk, of=row.signed_name)
    return said


def record(row: Row, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Enter what was settled, or waits, with what it changes; times as they are kept."""
    changed = {key: value for key, value in after.items() if value != before[key]}
    was = {key: before[key] for key in changed}
    did = "ask for laxer" if row.asks_second else "settle"
    about = f"{row.OF}:{row.of}"
    audit.record(row.by, f"{did} {NAMES[type(row)]}", about=about, before=was, after=changed)


def shown_of(last: Row | None) -> str:
    """What a page gives back of the newest row that it showed: its key and its answer's, if any."""
    if last is None:
        return ""
    said = getattr(last, "answer", None)
    return f"{last.pk}|{said.pk if said else ''}"


def refuse_overtaken(last: Row | None, *, seen: str, at: datetime) -> None:
    """Refuse to settle what somebody settled, or answered, after the page was shown.

    `seen` is the `shown_of` of that page.
    """
    if last is None:
        return
    said = getattr(last, "answer", None)
    newest, did = (said, SINCE[said.verdict]) if said else (last, "signed something here")
    if newest.at <= at and seen == shown_of(last):
        return
    when = clock.written(newest.at.astimezone(last.practice.zone))
    raise Refused(
        "since",
        f"{newest.signed_name} {did} on {when}, after this page was shown. What you typed is kept: "
        "look at what stands now, and sign again if it is still right.",
    )


def refuse_waiting(last: Row) -> None:
    """Refuse to ask a second time for what waits already."""
    if last.waits:
        raise Refused(
            "waits",
            f"This waits already: {last.signed_name} signed it, and another person has to sign it "
            "too.",
        )
